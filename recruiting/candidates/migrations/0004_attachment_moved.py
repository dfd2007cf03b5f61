from django.db import migrations


class Migration(migrations.Migration):
    """Files are a model of `applications` now; their table stays."""

    dependencies = [
        ('candidates', '0003_source_lists'),
        ('applications', '0006_attachment'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name='Attachment')]),
    ]
