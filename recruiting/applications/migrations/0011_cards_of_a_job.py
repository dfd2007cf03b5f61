from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0010_shared_file'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('state__in', ['lead', 'active', 'hired'])), fields=['job', 'stage', '-stage_entered_at', '-id'], name='application_cards'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('state__in', ['lead', 'active', 'hired'])), fields=['job', '-id'], name='application_job_recent'),
        ),
    ]
