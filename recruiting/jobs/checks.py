"""Rules of jobs and their fields over several tables: services keep them, `manage.py check_data` finds a broken one."""

from django.db.models import Exists, F, OuterRef, Q

from recruiting.foundation.integrity import Rule
from recruiting.jobs.models import Job, JobField, JobFieldOption, JobFieldValue, JobLocation

Kind = JobField.Kind

RULES = (
    Rule(
        "jobs.JobFieldValue: a value is of its field's kind",
        lambda: JobFieldValue._base_manager.filter(
            Q(field__kind=Kind.TEXT, text="")
            | Q(field__kind=Kind.SELECT, option=None)
            | Q(field__kind=Kind.NUMBER, number=None)
            | Q(field__kind=Kind.DATE, date=None)
            | Q(field__kind=Kind.YES_NO, yes_no=None)
        ),
    ),
    Rule(
        "jobs.JobFieldValue: a choice belongs to the value's field",
        lambda: JobFieldValue._base_manager.filter(option__isnull=False).exclude(option__field=F("field")),
    ),
    Rule(
        "jobs.JobField: an active single select has a choice",
        lambda: JobField._base_manager.filter(kind=Kind.SELECT, is_active=True).exclude(
            Exists(JobFieldOption.objects.filter(field=OuterRef("pk"), is_archived=False))
        ),
    ),
    Rule(
        "jobs.Job: it says what its department is called",
        lambda: Job._base_manager.filter(listed_department__isnull=False).exclude(
            department=F("listed_department__name")
        ),
    ),
    Rule(
        "jobs.JobLocation: its job says the address of the first",
        lambda: JobLocation._base_manager.filter(position=0).exclude(
            job__city=F("location__city"), job__region=F("location__region"), job__country=F("location__country")
        ),
    ),
    Rule(
        "jobs.Job: without an address it has no location",
        lambda: Job._base_manager.filter(city="", region="", country="").filter(
            Exists(JobLocation.objects.filter(job=OuterRef("pk")))
        ),
    ),
    Rule(
        "jobs.JobLocation: its job names every location but the first",
        lambda: JobLocation._base_manager.filter(position__gt=0).exclude(
            job__further_locations__contains=F("location__name")
        ),
    ),
    Rule(
        "jobs.Job: without further locations it names none",
        lambda: Job._base_manager.exclude(further_locations="").exclude(
            Exists(JobLocation.objects.filter(job=OuterRef("pk"), position__gt=0))
        ),
    ),
)
