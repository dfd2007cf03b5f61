"""Where candidates come from: a company's sources and their types, as Administrators keep them.

A source that somebody came from is never deleted, only no longer offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Count, OuterRef, ProtectedError, QuerySet, Subquery
from django.db.models.functions import Coalesce

from recruiting import extensions
from recruiting.candidates.models import Candidate, Source, SourceType
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import formatting, limits, locks, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound


@dataclass(frozen=True)
class Use:
    """What a source is used for."""

    candidates: int
    by: Sequence[str]
    """What brings candidates from it by itself, in words."""

    @property
    def sentence(self) -> str:
        """Return "312 candidates keep it.", or "" where nobody came from it."""
        return (
            formatting.plural(self.candidates, "candidate keeps", "candidates keep") + " it." if self.candidates else ""
        )


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def of_company(company: Company) -> QuerySet[Source]:
    """Return the company's sources with their types, each with `candidate_count`."""
    came = Candidate.objects.filter(source=OuterRef("pk")).order_by().values("source")
    counted = Subquery(came.annotate(count=Count("pk")).values("count"))
    return Source.objects.for_company(company).select_related("type").annotate(candidate_count=Coalesce(counted, 0))


def offered(company: Company, *, besides: UUID | None = None) -> QuerySet[Source]:
    """Return the sources that can be chosen, by type and name; `besides`: also this one, which is chosen already."""
    mine = Source.objects.for_company(company).select_related("type")
    choosable = mine.filter(is_active=True)
    if besides is not None:
        choosable |= mine.filter(pk=besides)
    return choosable.order_by("type__name", "name", "id")


def use_of(source: Source) -> Use:
    """Return what a source is used for."""
    return Use(
        candidates=Candidate.objects.filter(source=source).count(),
        by=extensions.source_uses(source.company).get(source.pk, []),
    )


def types_like(company: Company, typed: str, *, most: int) -> list[str]:
    """Return the names of source types that hold what was typed, in order."""
    mine = SourceType.objects.for_company(company)
    found = mine.filter(name_key__contains=text.compare_key(typed)).order_by("name", "id")
    return list(found.values_list("name", flat=True)[:most])


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def create(*, type_name: str, name: str, by: Membership) -> Source:
    """Add a source, and its type when there is none of that name.

    Raises:
        NotAllowed: when the actor does not manage the company.
        InvalidInput: for names that are missing or too long, and for a source that is here already.
    """
    require_administrator(by, rule="Only Administrators change candidate sources")
    type_name = _cleaned(SourceType, "type", type_name, missing="Choose a type, or type a new one.")
    name = _cleaned(Source, "name", name, missing="Enter a name.")
    with transaction.atomic():
        kind = _type(type_name, by)
        with translate_integrity_errors({"source_name_unique": _taken(kind, name)}):
            return Source.objects.create(company_id=by.company_id, type=kind, name=name)


def rename(*, source: Source, name: str, by: Membership) -> Source:
    """Call a source something else, for everybody who came from it; the same name writes nothing."""
    name = _cleaned(Source, "name", name, missing="Enter a name.")
    with transaction.atomic():
        locked = _lock(source, by)
        if locked.name != name:
            with translate_integrity_errors({"source_name_unique": _taken(locked.type, name)}):
                locked.write(name=name)
    return locked


def deactivate(*, source: Source, by: Membership) -> Source:
    """No longer offer a source; those who came from it keep it."""
    return _switch(source, by, is_active=False)


def activate(*, source: Source, by: Membership) -> Source:
    """Offer a source again."""
    return _switch(source, by, is_active=True)


def delete(*, source: Source, by: Membership) -> None:
    """Delete a source that was never used, and its type with the last one of it.

    Raises:
        Conflict: when it is used; it can be deactivated.
    """
    with transaction.atomic():
        locked = _lock(source, by)
        use = use_of(locked)
        if use.candidates:
            raise Conflict(f"{use.sentence} Deactivate it instead.", code="source_used")
        try:
            locked.delete()
        except ProtectedError:
            used_by = " and ".join(use.by) or "applications"
            raise Conflict(f"{source} is used by {used_by}. Deactivate it instead.", code="source_used") from None
        kind = SourceType.objects.select_for_update().get(pk=locked.type_id)
        if not Source.objects.filter(type=kind).exists():
            kind.delete()


def lock(source: Source | None, *, company_id: UUID) -> Source | None:
    """Return the source that somebody is about to come from, which nobody deletes before the transaction ends.

    Raises:
        NotFound: when the company has none like it.
        Conflict: when it was deleted meanwhile.
    """
    if source is None:
        return None
    if source.company_id != company_id:
        raise NotFound("There is no such source in your company.")
    kept = locks.lock_key_share(Source, source.pk)
    if kept is None:
        raise Conflict(f"The source {source} was deleted meanwhile. Choose another one.", code="source_deleted")
    return kept


def _switch(source: Source, by: Membership, *, is_active: bool) -> Source:
    with transaction.atomic():
        locked = _lock(source, by)
        locked.change(is_active=is_active)
    return locked


def _type(name: str, by: Membership) -> SourceType:
    """Return the type of this name, kept until the transaction ends, made when there is none."""
    found = SourceType.objects.filter(company_id=by.company_id, name_key=name).first()
    kept = locks.lock_key_share(SourceType, found.pk) if found else None
    if kept is not None:
        return kept
    made_meanwhile = Conflict(f"Somebody added the type {name} a moment ago. Try again.", code="type_added")
    with translate_integrity_errors({"sourcetype_name_unique": made_meanwhile}):
        return SourceType.objects.create(company_id=by.company_id, name=name)


def _lock(source: Source, by: Membership) -> Source:
    require_administrator(by, rule="Only Administrators change candidate sources")
    return Source.objects.select_related("type", "company").locked(source, by)


def _cleaned(model: type[Source] | type[SourceType], field: str, typed: str, *, missing: str) -> str:
    name = text.one_line(typed)
    if not name:
        raise InvalidInput(fields={field: missing})
    try:
        limits.require_fits(model, {"name": name})
    except InvalidInput as error:
        raise InvalidInput(fields={field: error.fields["name"]}) from None
    return name


def _taken(kind: SourceType, name: str) -> InvalidInput:
    there = Source.objects.filter(type=kind, name_key=name).values_list("name", flat=True).first()
    return InvalidInput(fields={"name": f"{there or name} already exists."})
