"""Names are unique by their keys; later ones of names that are one name get a number."""

from typing import Any

from django.db import migrations, models

from recruiting.foundation import keys, text


def fill(apps: Any, schema_editor: Any) -> None:
    """Compute keys and give twins a name of their own."""
    for label, name, scope in (
        ("HiringProcess", "name", "company_id"),
        ("Stage", "name", "process_id"),
        ("JobField", "name", "company_id"),
        ("JobFieldOption", "label", "field_id"),
    ):
        model = apps.get_model("jobs", label)
        keys.fill(model, [f"{name}_key"])
        keys.rename_twins(model, name=name, key=f"{name}_key", scope=[scope])


class Migration(migrations.Migration):
    dependencies = [
        ("companies", "0003_keys"),
        ("jobs", "0004_automation_names_action"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="hiringprocess",
            name="hiringprocess_name_unique",
        ),
        migrations.RemoveConstraint(
            model_name="jobfield",
            name="jobfield_name_unique",
        ),
        migrations.RemoveConstraint(
            model_name="jobfieldoption",
            name="jobfieldoption_label_unique",
        ),
        migrations.RemoveConstraint(
            model_name="stage",
            name="stage_name_unique",
        ),
        migrations.AddField(
            model_name="hiringprocess",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
        migrations.AddField(
            model_name="jobfield",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
        migrations.AddField(
            model_name="jobfieldoption",
            name="label_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["label"]),
        ),
        migrations.AddField(
            model_name="stage",
            name="name_key",
            field=keys.KeyField(key=text.compare_key, max_length=255, sources=["name"]),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="hiringprocess",
            constraint=models.UniqueConstraint(fields=("company", "name_key"), name="hiringprocess_name_unique"),
        ),
        migrations.AddConstraint(
            model_name="jobfield",
            constraint=models.UniqueConstraint(fields=("company", "name_key"), name="jobfield_name_unique"),
        ),
        migrations.AddConstraint(
            model_name="jobfieldoption",
            constraint=models.UniqueConstraint(fields=("field", "label_key"), name="jobfieldoption_label_unique"),
        ),
        migrations.AddConstraint(
            model_name="stage",
            constraint=models.UniqueConstraint(fields=("process", "name_key"), name="stage_name_unique"),
        ),
    ]
