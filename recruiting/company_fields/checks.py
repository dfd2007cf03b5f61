"""Rules of fields over several tables: services keep them, `manage.py check_data` finds a broken one."""

from django.db.models import Exists, F, OuterRef, Q

from recruiting.company_fields.models import Field
from recruiting.foundation.integrity import Rule

Kind = Field.Kind


def rules_of(fields: type[Field]) -> tuple[Rule, ...]:
    """Return the rules of a class of fields and of its choices and values."""
    options, values = fields.option_model(), fields.value_model()
    return (
        Rule(
            f"{values._meta.label}: a value is of its field's kind",
            lambda: values._base_manager.filter(
                Q(field__kind=Kind.TEXT, text="")
                | Q(field__kind=Kind.SELECT, option=None)
                | Q(field__kind=Kind.NUMBER, number=None)
                | Q(field__kind=Kind.DATE, date=None)
                | Q(field__kind=Kind.YES_NO, yes_no=None)
            ),
        ),
        Rule(
            f"{values._meta.label}: a choice belongs to the value's field",
            lambda: values._base_manager.filter(option__isnull=False).exclude(option__field=F("field")),
        ),
        Rule(
            f"{fields._meta.label}: an active single select has a choice",
            lambda: fields._base_manager.filter(kind=Kind.SELECT, is_active=True).exclude(
                Exists(options.objects.filter(field=OuterRef("pk"), is_archived=False))
            ),
        ),
    )
