from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0004_stage_task'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('state', 'lead')), fields=['company', '-id'], name='application_leads'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['company', 'state', 'stage_entered_at'], name='application_unmoved'),
        ),
    ]
