from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('jobs', '0002_job_field_rules'),
    ]

    operations = [
        migrations.AddField(
            model_name='stageautomation',
            name='mode',
            field=models.CharField(choices=[('ask', 'Create a task'), ('send', 'Send')], default='send', max_length=4),
        ),
        migrations.AddConstraint(
            model_name='stageautomation',
            constraint=models.CheckConstraint(condition=models.Q(('mode__in', ['ask', 'send'])), name='stageautomation_mode_legal'),
        ),
    ]
