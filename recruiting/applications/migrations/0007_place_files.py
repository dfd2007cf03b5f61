from datetime import timedelta

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.fields.json import KT

ADDED, REMOVED = 'candidates.file_added', 'candidates.file_removed'


def place_files(apps, schema_editor):
    """Give each file, and what the newsfeed says of it, to the person's one application; else to who sees all jobs."""
    Application = apps.get_model('applications', 'Application')
    Attachment = apps.get_model('applications', 'Attachment')
    NewsfeedEntry = apps.get_model('newsfeed', 'NewsfeedEntry')
    on_one_job = Application.objects.values('candidate').annotate(times=Count('pk')).filter(times=1).values('candidate')
    theirs = Application.objects.filter(candidate=OuterRef('candidate'))
    application, job = (Subquery(theirs.values(name)[:1]) for name in ('pk', 'job'))

    files = Attachment.objects.filter(application__isnull=True, is_personal=False)
    files.filter(candidate__in=on_one_job).update(application_id=application)
    files.update(is_unplaced=True)

    entries = NewsfeedEntry.objects.filter(verb__in=[ADDED, REMOVED], application__isnull=True)
    entries.filter(candidate__in=on_one_job).update(application_id=application, job_id=job)
    # Of the others the newest file of that name from just before the entry was written is the one it is about.
    added = Attachment.objects.filter(
        is_unplaced=True,
        candidate=OuterRef('candidate'),
        name=OuterRef('file_name'),
        pk__lt=OuterRef('pk'),
        created_at__gte=OuterRef('occurred_at') - timedelta(minutes=5),
    )
    named = entries.filter(verb=ADDED, subject_id__isnull=True).annotate(file_name=KT('payload__file'))
    named.update(subject_id=Subquery(added.order_by('-pk').values('pk')[:1]))
    entries.update(audience='all_jobs')


def move_content_type(apps, schema_editor):
    """Let rights that somebody gave on files be rights on the model where it is now."""
    ContentType = apps.get_model('contenttypes', 'ContentType')
    before = ContentType.objects.filter(app_label='candidates', model='attachment')
    if before.exists():
        ContentType.objects.filter(app_label='applications', model='attachment').delete()
        before.update(app_label='applications')


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0006_attachment'),
        ('contenttypes', '0002_remove_content_type_name'),
        ('newsfeed', '0004_audience_all_jobs'),
    ]

    operations = [
        migrations.RunPython(place_files, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(move_content_type, migrations.RunPython.noop, elidable=True),
    ]
