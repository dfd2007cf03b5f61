"""How a company wants Crosschq's prospects to arrive: switches, source, jobs and tags (crosschq.md §5).

Bringing them is `prospect_runs`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from integrations import credentials, installations
from integrations.crosschq.models import Prospect, ProspectExport
from integrations.crosschq.prospects import runs
from integrations.models import Installation
from recruiting.candidates import services as candidates
from recruiting.candidates import sources
from recruiting.candidates.models import Source
from recruiting.companies.models import Company, Membership
from recruiting.foundation import text
from recruiting.foundation.errors import InvalidInput
from recruiting.jobs.models import Job

MOST_JOBS = 20
MOST_TAGS = 20
USE = "Crosschq's prospects export"


@dataclass(frozen=True)
class Choices:
    """What an Administrator chose."""

    is_on: bool = False
    follows: bool = False
    """Also take whoever is new at Crosschq from now on; needs `is_on`."""
    source: Source | None = None
    jobs: Sequence[Job] = ()
    """On which they become leads; on none they arrive without a job."""
    tags: Sequence[str] = ()


# ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def find(installation: Installation) -> ProspectExport | None:
    """Return the company's choices with their source, or None before any were saved."""
    rows = ProspectExport.objects.select_related("company", "installation", "source__type")
    return rows.filter(installation=installation).first()


def skipped(installation: Installation) -> QuerySet[Prospect]:
    """Return the prospects that could not be taken."""
    return Prospect.objects.filter(installation=installation, outcome=Prospect.Outcome.SKIPPED)


def source_uses(company: Company) -> Mapping[UUID, Sequence[str]]:
    """Return the source that the export uses, switched on or not."""
    used = ProspectExport.objects.for_company(company).filter(source__isnull=False)
    return {source_id: [USE] for source_id in used.values_list("source_id", flat=True) if source_id}


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def save(*, installation: Installation, choices: Choices, by: Membership) -> ProspectExport:
    """Save the choices. Switching on begins an export of everybody; switching off ends it and deletes nobody.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        InvalidInput: for choices that cannot be together, and for a source or jobs that cannot be chosen.
    """
    installations.require_manager(by, of=installation.company_id)
    with transaction.atomic():
        ProspectExport.objects.get_or_create(installation=installation, defaults={"company_id": by.company_id})
        export = ProspectExport.objects.select_for_update().get(installation=installation)
        before = export.is_on
        _require_possible(export, choices)
        export.is_on = choices.is_on
        # Switched off together: nothing is followed that is not exported.
        export.follows = choices.follows and choices.is_on
        export.source = sources.lock(choices.source, company_id=by.company_id)
        export.save()
        export.jobs.set(choices.jobs)
        export.tags.set(candidates.tags_named(choices.tags, by=by))
        if export.is_on and not before:
            runs.begin(export, by=by)
        elif not export.is_on:
            runs.end(export)
    return export


def _require_possible(export: ProspectExport, choices: Choices) -> None:
    wrong = {}
    if choices.is_on and not export.is_on and credentials.of_company(export.installation) is None:
        wrong["is_on"] = "Paste the partner key first."
    if choices.follows and not choices.is_on and not export.follows:
        wrong["follows"] = "Turn on “Export Prospects from Crosschq” first."
    source = choices.source
    if source is None and choices.is_on:
        wrong["source"] = "Choose a source."
    elif source is not None and not _may_be_chosen(source, export):
        wrong["source"] = "Choose a source from the list."
    if any(job.company_id != export.company_id for job in choices.jobs):
        wrong["jobs"] = "Choose jobs from the list."
    elif len(choices.jobs) > MOST_JOBS:
        wrong["jobs"] = f"Choose {MOST_JOBS} jobs at most."
    if len(choices.tags) > MOST_TAGS:
        wrong["tags"] = f"Choose {MOST_TAGS} tags at most."
    elif any(len(text.one_line(tag)) > candidates.TAG_LENGTH for tag in choices.tags):
        wrong["tags"] = f"Use {candidates.TAG_LENGTH} characters at most for a tag."
    if wrong:
        raise InvalidInput(fields=wrong)


def _may_be_chosen(source: Source, export: ProspectExport) -> bool:
    return source.company_id == export.company_id and (source.is_active or source.pk == export.source_id)
