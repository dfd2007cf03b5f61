from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0007_place_files'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('application__isnull', False), ('is_personal', False), ('is_unplaced', False)), models.Q(('application__isnull', True), ('is_personal', True), ('is_unplaced', False)), models.Q(('application__isnull', True), ('is_personal', False), ('is_unplaced', True)), _connector='OR'), name='attachment_has_one_place'),
        ),
        migrations.AddIndex(
            model_name='attachment',
            index=models.Index(condition=models.Q(('is_unplaced', True)), fields=['company', 'id'], name='attachment_unplaced'),
        ),
    ]
