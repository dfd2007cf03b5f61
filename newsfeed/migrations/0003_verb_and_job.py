from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsfeed', '0002_job_of_application'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='newsfeedentry',
            index=models.Index(fields=['company', 'verb', '-id'], name='newsfeedentry_verb'),
        ),
        migrations.AddConstraint(
            model_name='newsfeedentry',
            constraint=models.CheckConstraint(condition=models.Q(('application__isnull', True), ('job__isnull', False), _connector='OR'), name='newsfeedentry_application_has_job'),
        ),
    ]
