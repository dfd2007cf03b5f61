"""Names and tags of templates are unique by their keys; later twins get a number."""

from typing import Any

from django.db import migrations, models

from recruiting.foundation import keys, text


def fill(apps: Any, schema_editor: Any) -> None:
    """Compute keys and give twins a name and a tag of their own."""
    template = apps.get_model("crosschq", "Template")
    keys.fill(template, ["name_key", "tag_key"])
    for name in ("name", "tag"):
        keys.rename_twins(template, name=name, key=f"{name}_key", scope=["company_id"])


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_keys"),
        ("crosschq", "0003_reports_of_applications"),
        ("integrations", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="template",
            name="template_tag_unique",
        ),
        migrations.RemoveConstraint(
            model_name="template",
            name="template_name_unique",
        ),
        migrations.AddField(
            model_name="template",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
        migrations.AddField(
            model_name="template",
            name="tag_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["tag"]),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(fields=("company", "tag_key"), name="template_tag_unique"),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(fields=("company", "name_key"), name="template_name_unique"),
        ),
    ]
