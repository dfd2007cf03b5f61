"""Templates: what Crosschq asks, and of whom. Services for Administrators, and what pages say about one.

Limits are the survey's own, asked live when a template is saved.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from integrations.crosschq.check_templates import limits, surveys, tags
from integrations.crosschq.models import AskedReference, ReferenceCheck, Survey, Template
from integrations.crosschq.payload import ANY, RELATIONSHIPS, builder
from integrations.crosschq.settings import connection
from integrations.models import Installation
from integrations.requests.lifecycle import STANDARD
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import edits, formatting, keys, text
from recruiting.foundation import limits as lengths
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import InvalidInput, NotFound
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorError, VendorRejected

_require_manager = partial(require_administrator, rule="Only Administrators manage templates", thing="template")
NOT_LOADED = "Surveys could not be loaded from Crosschq; the form is kept."


@dataclass(frozen=True)
class Asked:
    """How many references of one kind (the vendor's key, `payload.RELATIONSHIPS`), and what is said about them."""

    relationship: str
    count: int
    note: str = ""


@dataclass(frozen=True)
class TemplateDetails:
    """What somebody fills in. `any_count` counts where `any_relationship`; else `asked`, one per kind."""

    name: str
    tag: str
    survey: str
    description: str = ""
    position: str = ""
    any_relationship: bool = False
    any_count: int = 0
    any_note: str = ""
    asked: tuple[Asked, ...] = ()
    hiring_manager_first_name: str = ""
    hiring_manager_last_name: str = ""
    hiring_manager_email: str = ""
    email_message: str = ""
    sms_message: str = ""

    @property
    def wanted(self) -> limits.Wanted:
        """How many references are asked for."""
        if self.any_relationship:
            return limits.Wanted(counts={}, any_count=max(self.any_count, 0))
        return limits.Wanted(counts={asked.relationship: asked.count for asked in self.asked})


# What of it stands in columns of the template.
_COLUMNS = tuple(field.name for field in fields(TemplateDetails) if field.name not in ("any_note", "asked"))


@dataclass(frozen=True)
class Deletion:
    """What deleting a template would mean."""

    jobs: int
    checks: int
    sentence: str


@dataclass(frozen=True)
class Preview:
    """What the candidate would read.

    `sms` is "" where no text message goes out; `notes` are what cannot be sent with this version of the API.
    """

    email: str
    sms: str
    notes: tuple[str, ...] = ()


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def listed(company: Company) -> list[Template]:
    """Return the company's templates by name, with what they ask for."""
    return list(Template.objects.for_company(company).prefetch_related("references").order_by("name", "id"))


def details_of(template: Template) -> TemplateDetails:
    """Return what its form shows."""
    kept = {asked.relationship: asked for asked in template.references.all()}
    any_kind = kept.get(ANY)
    return TemplateDetails(
        **{name: getattr(template, name) for name in _COLUMNS},
        any_note=any_kind.note if any_kind else "",
        asked=tuple(Asked(key, kept[key].count, kept[key].note) for key in RELATIONSHIPS if key in kept),
    )


def where_used(company: Company) -> Mapping[UUID, int]:
    """Return how many open jobs carry each template's tag, by template id, in a bounded number of queries."""
    return Counter(tag.template.pk for tag in tags.of_open_jobs(company) if tag.template is not None)


def label(template: Template) -> str:
    """Return "Engineering, 3 references"."""
    return f"{template.name}, {formatting.plural(builder.wanted_of(template).total, 'reference', 'references')}"


def asks_for(template: Template) -> str:
    """Return "1 Manager, 2 Peer" or "3, any relationship"."""
    wanted = builder.wanted_of(template)
    if wanted.any_count:
        return f"{wanted.any_count}, any relationship"
    return ", ".join(f"{wanted.counts[key]} {name}" for key, name in RELATIONSHIPS.items() if wanted.counts.get(key))


def preview(details: TemplateDetails, *, company: Company, candidate: str = "Ada") -> Preview:
    """Return the texts as they would go out to a candidate of this first name."""
    found, notes = connection.find(company), []
    if details.sms_message and (found is None or found.api_version == "v1"):
        notes.append("Version 1 of Crosschq's API takes no text message of your own; Crosschq sends its usual one.")
    given = [(asked.relationship, asked.note) for asked in details.asked if asked.count]
    if details.any_relationship:
        given = [(ANY, details.any_note)]
    email = builder.message(details.email_message, details.wanted.any_count, given)
    return Preview(
        email=email or f"Crosschq's usual message to {candidate}.",
        sms=details.sms_message or f"Crosschq's usual text message to {candidate}.",
        notes=tuple(notes),
    )


def problems(details: TemplateDetails, *, company: Company, of: Template | None = None) -> dict[str, str]:
    """Return what is wrong with a form as it stands, by field, from what is known here (nobody is asked)."""
    found = connection.find(company)
    return _problems(_cleaned(details), company, found.installation if found else None, of)


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def create(*, company: Company, details: TemplateDetails, by: Membership) -> Template:
    """Create a template.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        InvalidInput: fields are `TemplateDetails`' names, `asked` for the sum, `asked.<relationship>` for one kind.
    """
    _require_manager(by, of=company.pk)
    installation = connection.connection_of(company).installation
    _refresh(installation)
    details = _cleaned(details)
    _require_right(details, company, installation, of=None)
    with transaction.atomic():
        template = Template(company=company, installation=installation)
        _write(template, details)
    return template


def edit(
    *, template: Template, details: TemplateDetails, by: Membership, base: TemplateDetails | None = None
) -> Template:
    """Change a template; what was sent already is not affected. Saving it unchanged writes nothing.

    Args:
        template: which template.
        details: what is to stand there.
        by: who changes it.
        base: what the actor saw when they began; what they left as it was stays as it is now.

    Raises:
        EditConflict: for `PARTS` that somebody else changed meanwhile as well.
        NotAllowed, InvalidInput: as `create`.
    """
    _require_manager(by, of=template.company_id)
    _refresh(template.installation)
    details = _cleaned(details)
    with transaction.atomic():
        locked = _lock(template)
        now = details_of(locked)
        changed = edits.merge_changes(_parts(details), base=_parts(_cleaned(base)) if base else None, now=_parts(now))
        if changed:
            merged = replace(now, **{name: getattr(details, name) for part in changed for name in PARTS[part]})
            _require_right(merged, locked.company, locked.installation, of=locked)
            _write(locked, merged)
    return locked


def duplicate(*, template: Template, by: Membership) -> Template:
    """Make a copy under a free name and tag ("Engineering copy", "engineering-copy")."""
    _require_manager(by, of=template.company_id)
    details = details_of(template)
    with transaction.atomic():
        Installation.objects.select_for_update().get(pk=template.installation_id)
        mine = Template.objects.for_company(template.company)
        names = set(mine.values_list("name_key", flat=True))
        taken = set(mine.values_list("tag_key", flat=True))
        for number in range(1, 1000):
            more = "" if number == 1 else f" {number}"
            name = f"{details.name[: 94 - len(more)]} copy{more}"
            tag = f"{details.tag[: 94 - len(more)]}-copy{more.replace(' ', '-')}"
            if keys.of_name(name) not in names and keys.of_name(tag) not in taken:
                break
        copy = Template(company=template.company, installation=template.installation)
        _write(copy, replace(details, name=name, tag=tag))
    return copy


def if_deleted(template: Template) -> Deletion:
    """Say what deleting it would mean."""
    jobs = sum(1 for tag in tags.of_open_jobs(template.company) if tag.template == template)
    checks = ReferenceCheck.objects.filter(template=template, state__in=STANDARD.open).count()
    carry = f"{formatting.plural(jobs, 'job carries', 'jobs carry', zero='No job carries')} its tag"
    does = "." if not jobs else ": moving candidates there will send nothing."
    runs = formatting.plural(checks, "running request is", "running requests are", zero="No running request is")
    return Deletion(jobs=jobs, checks=checks, sentence=f"{carry}{does} {runs} {'not ' if checks else ''}affected.")


def delete(*, template: Template, by: Membership) -> None:
    """Delete a template; checks that were sent with it run on."""
    _require_manager(by, of=template.company_id)
    with transaction.atomic():
        _lock(template).delete()


# ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# What of a template hangs together: two people who change the same part meanwhile have to choose.
PARTS: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in ("name", "tag", "description", "position", "email_message", "sms_message")},
    "references": ("survey", "any_relationship", "any_count", "any_note", "asked"),
    "hiring_manager": ("hiring_manager_first_name", "hiring_manager_last_name", "hiring_manager_email"),
}


def _parts(details: TemplateDetails) -> dict[str, Any]:
    """Return the parts of clean details, to be compared."""
    kept = replace(
        details,
        asked=tuple(asked for asked in details.asked if asked.count or asked.note),
        any_note=details.any_note if details.any_relationship else "",
    )
    return {part: [getattr(kept, name) for name in names] for part, names in PARTS.items()}


def _refresh(installation: Installation) -> None:
    """Ask for the surveys whose limits are the rules. Raises InvalidInput when they could not be loaded."""
    try:
        surveys.refresh(installation)
    except VendorError as error:
        raise InvalidInput(fields={"survey": not_loaded(error)}, code="surveys_not_loaded") from error


def not_loaded(error: VendorError) -> str:
    """Say that the surveys could not be loaded, with the vendor's words where it refused."""
    if isinstance(error, VendorAuthFailed):
        return str(error)
    return f"{NOT_LOADED} It says: {error}" if isinstance(error, VendorRejected) else NOT_LOADED


def _require_right(
    details: TemplateDetails, company: Company, installation: Installation, *, of: Template | None
) -> None:
    """Raise InvalidInput with everything that is wrong with clean details."""
    wrong = _problems(details, company, installation, of)
    if wrong:
        raise InvalidInput(fields=wrong)
    lengths.require_fits(Template, {name: getattr(details, name) for name in _COLUMNS})


def _problems(
    details: TemplateDetails, company: Company, installation: Installation | None, of: Template | None
) -> dict[str, str]:
    wrong: dict[str, str] = {}
    mine = Template.objects.for_company(company)
    others = mine.exclude(pk=of.pk) if of else mine
    if not details.name:
        wrong["name"] = "Enter a name."
    elif others.filter(name_key=details.name).exists():
        wrong["name"] = "Another template has this name."
    if not details.tag:
        wrong["tag"] = "Enter a tag."
    elif (taken := others.filter(tag_key=details.tag).first()) is not None:
        wrong["tag"] = f"Another template, {taken.name}, has this tag."
    if details.hiring_manager_email:
        if not lengths.is_address(details.hiring_manager_email):
            wrong["hiring_manager_email"] = lengths.NO_ADDRESS
        if not details.hiring_manager_first_name:
            wrong["hiring_manager_first_name"] = "Enter the hiring manager's name, or leave all three empty."
    elif details.hiring_manager_first_name or details.hiring_manager_last_name:
        wrong["hiring_manager_email"] = "Enter the hiring manager's email, or leave all three empty."
    survey = surveys.find(installation, details.survey) if installation and details.survey else None
    if survey is None:
        wrong["survey"] = "Choose a survey."
    elif not survey.is_offered:
        wrong["survey"] = f"The survey {survey.name} is switched off in Crosschq."
    else:
        assert installation is not None
        wrong |= limits.form_errors(details.wanted, surveys.limits_of(survey), surveys.minimum_total(installation))
    if details.any_relationship and details.any_count < 1:
        wrong.setdefault("any_count", "Enter how many references.")
    too_long = [asked.relationship for asked in details.asked if len(asked.note) > 300]
    return wrong | {f"asked.{relationship}": "A note holds up to 300 characters." for relationship in too_long}


_CLEANED = {
    "description": text.multi_line,
    "email_message": text.multi_line,
    "sms_message": text.multi_line,
    "hiring_manager_first_name": text.person_name,
    "hiring_manager_last_name": text.person_name,
    "hiring_manager_email": text.email,
}
"""What is not one line."""


def _cleaned(details: TemplateDetails) -> TemplateDetails:
    typed = {name: value for name, value in vars(details).items() if isinstance(value, str)}
    texts: dict[str, Any] = {name: _CLEANED.get(name, text.one_line)(value) for name, value in typed.items()}
    asked = [replace(one, note=text.one_line(one.note)) for one in details.asked if one.relationship in RELATIONSHIPS]
    return replace(
        details,
        **(texts | {"tag": tags.normal(details.tag)}),
        asked=() if details.any_relationship else tuple(asked),
        any_count=details.any_count if details.any_relationship else 0,
    )


def _write(template: Template, details: TemplateDetails) -> None:
    for name in _COLUMNS:
        setattr(template, name, getattr(details, name))
    survey: Survey | None = surveys.find(template.installation, details.survey)
    template.survey_name = survey.name if survey else template.survey_name
    taken = {name: InvalidInput(fields={name: f"Another template has this {name}."}) for name in ("tag", "name")}
    with translate_integrity_errors({f"template_{name}_unique": error for name, error in taken.items()}):
        template.save()
    wanted: Sequence[Asked] = [asked for asked in details.asked if asked.count or asked.note]
    if details.any_relationship:
        wanted = [Asked(ANY, details.any_count, details.any_note)]
    template.references.all().delete()
    AskedReference.objects.bulk_create(
        AskedReference(company_id=template.company_id, template=template, **vars(asked)) for asked in wanted
    )
    getattr(template, "_prefetched_objects_cache", {}).clear()


def _lock(template: Template) -> Template:
    rows = Template.objects.select_for_update(of=("self",)).select_related("installation", "company")
    if (locked := rows.filter(pk=template.pk).first()) is None:
        raise NotFound("This template was deleted meanwhile.")
    return locked
