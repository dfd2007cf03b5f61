"""Rules of job fields that span tables: the services keep them, `manage.py check_data` finds where one was broken."""

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from recruiting.foundation.integrity import Rule
from recruiting.jobs.models import JobField, JobFieldOption, JobFieldValue

Kind = JobField.Kind


def values_of_another_kind() -> QuerySet[JobFieldValue]:
    """Return the values whose filled column is not that of their field's kind."""
    return JobFieldValue._base_manager.filter(
        Q(field__kind=Kind.TEXT, text="")
        | Q(field__kind=Kind.SELECT, option=None)
        | Q(field__kind=Kind.NUMBER, number=None)
        | Q(field__kind=Kind.DATE, date=None)
        | Q(field__kind=Kind.YES_NO, yes_no=None)
    )


def values_with_a_foreign_choice() -> QuerySet[JobFieldValue]:
    """Return the values whose choice belongs to another field."""
    return JobFieldValue._base_manager.filter(option__isnull=False).exclude(option__field=F("field"))


def active_selects_without_choice() -> QuerySet[JobField]:
    """Return the active single selects from which nothing can be chosen."""
    choices = JobFieldOption.objects.filter(field=OuterRef("pk"), is_archived=False)
    return JobField._base_manager.filter(kind=Kind.SELECT, is_active=True).exclude(Exists(choices))


RULES = (
    Rule("jobs.JobFieldValue: a value is of its field's kind", values_of_another_kind),
    Rule("jobs.JobFieldValue: a choice belongs to the value's field", values_with_a_foreign_choice),
    Rule("jobs.JobField: an active single select has a choice", active_selects_without_choice),
)
