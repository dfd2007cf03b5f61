"""From an application and a template to what the vendor is asked (`payload.Payload`), and to what the candidate reads.

What the vendor's first version cannot carry travels as sentences in the message: notes on references, and that any
relationship will do. The template's position and hiring manager win over the job's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from integrations.crosschq.check_templates import limits
from integrations.crosschq.check_templates.surveys import limits_of
from integrations.crosschq.models import Connection, Survey, Template
from integrations.crosschq.payload import ANY, RELATIONSHIPS, Payload, Person, people, phone
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import formatting


@dataclass(frozen=True)
class Ready:
    """What sending needs, all of it there."""

    connection: Connection
    template: Template
    survey: Survey
    requestor: Membership


def payload_for(application: Application, ready: Ready) -> Payload:
    """Return what one check asks for, as of now."""
    candidate, template = application.candidate, ready.template
    wanted = wanted_of(template)
    counts = limits.spread(wanted.any_count, limits_of(ready.survey)) if wanted.any_count else dict(wanted.counts)
    return Payload(
        candidate=Person.named(candidate.first_name, candidate.last_name, candidate.email),
        phone=phone.read(candidate.phone).e164,
        survey=template.survey,
        requestor=ready.requestor.email,
        counts=counts,
        position=template.position or application.job.title,
        message=message(template.email_message, template.any_count, _notes(template)),
        sms_message=template.sms_message,
        hiring_managers=_hiring_managers(application, template),
        vendor_tells_owner=ready.connection.vendor_tells_owner,
    )


def wanted_of(template: Template) -> limits.Wanted:
    """Return how many references a template asks for."""
    counts = {asked.relationship: asked.count for asked in template.references.all() if asked.relationship != ANY}
    return limits.Wanted(counts=counts, any_count=template.any_count)


def message(own: str, any_count: int, notes: Sequence[tuple[str, str]]) -> str:
    """Return what the candidate reads in the vendor's mail.

    Args:
        own: the template's own text.
        any_count: how many references of any kind; 0 where the kinds are given.
        notes: by relationship (the vendor's key, or `ANY`), what is said about references of that kind.
    """
    parts = [own]
    if any_count:
        references = formatting.plural(any_count, "reference", "references")
        parts.append(f"Please name {references}; any relationship will do.")
    for relationship, note in notes:
        if note:
            kind = RELATIONSHIPS.get(relationship)
            parts.append(f"{kind}: {note}" if kind else note)
    return "\n\n".join(filter(None, parts))


def _notes(template: Template) -> list[tuple[str, str]]:
    by_kind = {asked.relationship: asked.note for asked in template.references.all()}
    return [(key, by_kind[key]) for key in (*RELATIONSHIPS, ANY) if key in by_kind]


def _hiring_managers(application: Application, template: Template) -> tuple[Person, ...]:
    if template.hiring_manager_email:
        names = template.hiring_manager_first_name, template.hiring_manager_last_name
        return (Person.named(*names, template.hiring_manager_email),)
    users = [member.user for member in people.hiring_managers_of(application.job) if member.user]
    return tuple(Person.named(user.first_name, user.last_name, user.email) for user in users)
