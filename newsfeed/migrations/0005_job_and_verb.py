from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsfeed', '0004_audience_all_jobs'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='newsfeedentry',
            index=models.Index(fields=['job', 'verb', '-id'], name='newsfeedentry_job_verb'),
        ),
    ]
