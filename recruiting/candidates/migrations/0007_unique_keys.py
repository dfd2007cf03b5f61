"""Names and addresses are unique by their keys."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("candidates", "0006_fill_keys")]

    operations = [
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(
                condition=models.Q(("email_key", ""), models.Q(("email", ""), _negated=True)),
                fields=["company"],
                name="candidate_shared_address",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email_key", ""), _negated=True),
                fields=("company", "email_key"),
                name="candidate_email_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(fields=("company", "type", "name_key"), name="source_name_unique"),
        ),
        migrations.AddConstraint(
            model_name="sourcetype",
            constraint=models.UniqueConstraint(fields=("company", "name_key"), name="sourcetype_name_unique"),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.UniqueConstraint(fields=("company", "name_key"), name="tag_name_unique"),
        ),
    ]
