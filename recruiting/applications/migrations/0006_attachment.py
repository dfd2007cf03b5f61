import django.db.models.deletion
import recruiting.applications.models
import recruiting.foundation.clock
import recruiting.foundation.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    """Files come from `candidates`, table and all (its own migration forgets them), and get three new columns.

    Then integrations say where their files belong (`run_before`), 0007 places the others, 0008 holds the rule.
    """

    dependencies = [
        ('applications', '0005_leads_and_unmoved'),
        ('candidates', '0003_source_lists'),
        ('companies', '0001_initial'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name='Attachment',
                    fields=[
                        ('id', models.UUIDField(default=recruiting.foundation.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                        ('created_at', models.DateTimeField(default=recruiting.foundation.clock.now, editable=False)),
                        ('updated_at', models.DateTimeField(default=recruiting.foundation.clock.now, editable=False)),
                        ('file', models.FileField(max_length=200, upload_to=recruiting.applications.models.attachment_path)),
                        ('name', models.CharField(max_length=200)),
                        ('content_type', models.CharField(max_length=100)),
                        ('size', models.PositiveIntegerField(help_text='Bytes.')),
                        ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='companies.membership')),
                        ('candidate', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='candidates.candidate')),
                        ('company', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='companies.company')),
                    ],
                    options={
                        'db_table': 'candidates_attachment',
                        'indexes': [models.Index(fields=['candidate', '-id'], name='attachment_candidate')],
                    },
                ),
            ],
        ),
        migrations.AddField(
            model_name='attachment',
            name='application',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='applications.application'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='is_personal',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='attachment',
            name='is_unplaced',
            field=models.BooleanField(default=False),
        ),
    ]
