"""Rules of jobs and their fields over several tables: services keep them, `manage.py check_data` finds a broken one."""

from django.db.models import Exists, F, OuterRef

from recruiting.company_fields.checks import rules_of
from recruiting.foundation.integrity import Rule
from recruiting.jobs.models import Job, JobField, JobLocation

RULES = (
    *rules_of(JobField),
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
