"""Rules of job fields that span tables: the services keep them, `manage.py check_data` finds where one was broken."""

from django.db.models import Exists, F, OuterRef, Q

from recruiting.foundation.integrity import Rule
from recruiting.jobs.models import JobField, JobFieldOption, JobFieldValue

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
)
