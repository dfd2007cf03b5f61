"""The promise of the mail that an invitation's link was sent in."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("base", "0004_outbox_hastened"),
        ("companies", "0003_keys"),
    ]

    operations = [
        migrations.AddField(
            model_name="invitation",
            name="mail",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="base.outboxmessage",
            ),
        ),
    ]
