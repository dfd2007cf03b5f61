from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsfeed', '0003_verb_and_job'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='newsfeedentry',
            name='newsfeedentry_audience_legal',
        ),
        migrations.AlterField(
            model_name='newsfeedentry',
            name='audience',
            field=models.CharField(choices=[('everyone', 'Everyone'), ('full_access', 'Full Access'), ('actor', 'Actor'), ('all_jobs', 'All Jobs')], default='everyone', max_length=12),
        ),
        migrations.AddConstraint(
            model_name='newsfeedentry',
            constraint=models.CheckConstraint(condition=models.Q(('audience__in', ['everyone', 'full_access', 'actor', 'all_jobs'])), name='newsfeedentry_audience_legal'),
        ),
    ]
