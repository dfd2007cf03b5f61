"""The *Résumé* tab of the record: the file beside what can be done, and what was found in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.extensions import CandidateDraft, CandidateTab, Extension, JobLink
from recruiting.foundation import documents
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.resumes import held, profile, selectors
from recruiting.resumes.models import DocumentText
from recruiting.resumes.reader.document import BlockKind

SLUG = "resume"


@dataclass(frozen=True)
class Part:
    """A block as the page shows it, items of a list together."""

    kind: str
    text: str = ""
    level: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    items: tuple[tuple[str, int], ...] = ()
    """Of a list: what each says, and how deep it is."""


class ResumeTab(CandidateTab):
    """First where there is a résumé; without one it is not there."""

    slug = SLUG
    label = "Résumé"
    template_name = "resumes/tab.html"
    weight = 10

    def is_visible(self, *, application: Application, membership: Membership) -> bool:
        """Return whether there is a résumé that the member may see."""
        return selectors.resume_of(application, membership) is not None

    def is_first(self, *, application: Application, membership: Membership) -> bool:
        """Return True: whoever opens a record reads the résumé."""
        return True

    def get_context(
        self, *, request: HttpRequest, application: Application, membership: Membership
    ) -> Mapping[str, Any]:
        """Return the file, what was read of it and what it proposes."""
        file = selectors.resume_of(application, membership)
        if file is None:
            return {"file": None}
        reading = reading_of(file)
        may_edit = access.may(membership, Action.EDIT_CANDIDATE, application.job)
        return {
            "file": file,
            "reading": reading,
            "is_pdf": file.content_type == documents.TYPES["pdf"],
            "parts": list(parts_of(reading.blocks)) if reading else [],
            "proposals": profile.proposals(application.candidate, reading.fields) if reading else [],
            "may_use": may_edit,
        }


class ResumesExtension(Extension):
    """What résumés add to the record."""

    slug = "resumes"
    name = "Résumés"
    tabs = (ResumeTab(),)
    job_links = (JobLink("Add résumés", "file-check", "resumes:drop", Action.ADD_CANDIDATE),)
    draft_url_name = "resumes:draft"

    def file_remarks(self, file_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
        """Return why nothing could be read of a file."""
        silent = (DocumentText.State.READ, DocumentText.State.WAITING)
        found = DocumentText.objects.filter(attachment__in=file_ids).exclude(state__in=silent)
        return {row.attachment_id: [row.sentence] for row in found.only("attachment_id", "state")}

    def candidate_draft(self, key: str, membership: Membership) -> CandidateDraft | None:
        """Return the résumé that a member holds."""
        found = held.find(key, membership)
        return held.as_draft(found) if found else None


def reading_of(file: Attachment) -> DocumentText | None:
    """Return what was read of a file, None for one that the worker has not been told of."""
    found: DocumentText | None = getattr(file, "reading", None)
    return found


def parts_of(blocks: list[dict[str, Any]]) -> Iterator[Part]:
    """Yield blocks as a page shows them."""
    items: list[tuple[str, int]] = []
    for block in blocks:
        if block["kind"] == BlockKind.LIST:
            items.append((block["text"], min(int(block["level"]), 4)))
            continue
        if items:
            yield Part(BlockKind.LIST, items=tuple(items))
            items = []
        rows = tuple(tuple(row) for row in block["cells"])
        # Below the page's own headings, of which a tab's is the second.
        level = min(int(block["level"]) + 2, 6) if block["kind"] == BlockKind.HEADING else 0
        yield Part(block["kind"], block["text"], level, rows)
    if items:
        yield Part(BlockKind.LIST, items=tuple(items))
