from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill_job(apps, schema_editor):
    Application = apps.get_model("applications", "Application")
    there = Application.objects.filter(pk=OuterRef("application_id")).values("job_id")[:1]
    entries = apps.get_model("newsfeed", "NewsfeedEntry").objects.filter(application__isnull=False, job__isnull=True)
    entries.update(job_id=Subquery(there))


class Migration(migrations.Migration):

    dependencies = [
        ("applications", "0003_initial"),
        ("newsfeed", "0001_initial"),
    ]

    operations = [migrations.RunPython(fill_job, migrations.RunPython.noop, elidable=True)]
