import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def place_reports(apps, schema_editor):
    """Give the PDFs of a report to the application that the check is of."""
    ReportFile = apps.get_model('crosschq', 'ReportFile')
    reports = ReportFile.objects.filter(attachment__isnull=False)
    of_check = reports.filter(attachment=OuterRef('pk')).values('reference_check__application')[:1]
    files = apps.get_model('applications', 'Attachment').objects.filter(pk__in=reports.values('attachment'))
    files.update(application_id=Subquery(of_check))


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0006_attachment'),
        ('crosschq', '0002_rows_make_sense'),
    ]
    # The core places what nobody has placed, and forgets where its model was.
    run_before = [
        ('applications', '0007_place_files'),
        ('candidates', '0004_attachment_moved'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name='reportfile',
                    name='attachment',
                    field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='applications.attachment'),
                ),
            ],
        ),
        migrations.RunPython(place_reports, migrations.RunPython.noop, elidable=True),
    ]
