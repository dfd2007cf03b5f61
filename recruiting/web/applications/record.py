"""The candidate record as a whole and the newsfeed as a list, for the views of this app and of integrations.

An integration renders inside the record with `render_tab`; it never builds the frame itself. What an extension offers
is asked for and drawn behind `extensions.call_safely`, so that a broken one costs its own card and nothing else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from newsfeed.models import NewsfeedEntry
from recruiting import extensions
from recruiting.applications import selectors, tasks
from recruiting.applications.models import Application, Attachment, Note, StageTask, StageTransition
from recruiting.candidates.models import Candidate, CandidateField, CandidateFieldValue, Tag
from recruiting.companies.models import Membership
from recruiting.company_fields.values import FieldValue, given, value_in
from recruiting.extensions import Badge, CandidateTab, Extension, Part
from recruiting.foundation import formatting, memo
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job, Stage
from recruiting.jobs.selectors import stages_of
from recruiting.web.access import MemberRequest
from recruiting.web.addresses import address
from recruiting.web.applications import board
from recruiting.web.applications.forms import FileForm, NoteForm, TagForm
from recruiting.web.applications.newsfeed import RECORD_FILTERS, newsfeed
from recruiting.web.templatetags import ui

NOTES_SHOWN = 200
FILES_SHOWN = 200


# ── The candidate record ─────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Tab:
    """A tab as the row of tabs shows it."""

    slug: str
    label: str
    url: str
    current: bool
    count: str = ""
    badge: Badge | None = None
    narrow: bool = False
    """Whether it is there on a phone only."""


@dataclass(frozen=True)
class Record:
    """What the frame of a candidate record shows around the tab's body."""

    application: Application
    candidate: Candidate
    job: Job
    tabs: Sequence[Tab]
    others: Sequence[Application]
    place: selectors.Place | None
    chips: Sequence[SafeString]
    tags: Sequence[Tag]
    values: Sequence[FieldValue]
    """What is said in the company's fields, where anything is."""
    moves: Sequence[tuple[str, str, Sequence[Stage]]]
    """The steps for the Move menu: each stage group with its label."""
    next_stage: Stage | None
    closing: NewsfeedEntry | None
    task: StageTask | None
    """What waits for the reader because the step asks first."""
    pending: tasks.PendingAction | None
    may: Mapping[str, bool]
    urls: Mapping[str, str]
    days: int
    """Local days in the stage."""
    banners: Sequence[str]
    """What extensions say above the tabs, drawn."""


def record_url(application: Application, tab: str = "") -> str:
    """Return the address of a candidate record, or of one of its tabs."""
    url = address("applications:candidate", application.candidate_id, application.pk)
    return f"{url}{tab}/" if tab else url


def first_tab(application: Application, membership: Membership) -> str:
    """Return the tab with which a record opens: an extension's that wants to be first, else the newsfeed."""
    asked: dict[str, Any] = {"application": application, "membership": membership}
    for tab in extensions.candidate_tabs():
        about = f"whether a record opens with the tab {tab.slug}"
        opens = partial(lambda one: one.is_first(**asked) and one.is_visible(**asked), tab)
        if extensions.call_safely(opens, default=False, label=about):
            return tab.slug
    return NEWSFEED_TAB


def find_application(
    request: MemberRequest, candidate_id: UUID, application_id: UUID, action: Action | None = None
) -> Application:
    """Return the application that an address of a record names.

    Raises:
        Http404: when the reader may not see it.
        NotAllowed: when they see it and may not do `action` on its job.
    """
    found = selectors.record(request.membership, candidate_id, application_id)
    if not found:
        raise Http404("There is no such application.")
    application = found[0]
    application.company = request.company  # one object, so that what it keeps is read once
    if action is not None:
        access.require(request.membership, action, application.job)
    return application


@memo.page()
def render_tab(
    request: MemberRequest,
    *,
    application: Application,
    slug: str,
    template_name: str | None = None,
    context: Mapping[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with a whole candidate record and the body of one tab.

    Args:
        application: one that the reader may see.
        slug: the tab, the core's own or an extension's.
        template_name: the body instead of the tab's own template, such as a form in place.
        context: what the body shows instead of the tab's own context.
        status: 422 or 409 for a body that says what was refused.

    Raises:
        Http404: when there is no such tab.
    """
    core = _CORE.get(slug)
    tab = None if core else next((one for one in extensions.candidate_tabs() if one.slug == slug), None)
    if core is None and tab is None:
        raise Http404(f"There is no tab {slug}.")
    record = _record(request, application, slug)
    frame = {
        "record": record,
        **_peer_urls(record, "" if request.path == record_url(application) else slug),
        "application": application,
        "candidate": record.candidate,
        "job": record.job,
        "tag_form": TagForm(),
    }
    if core is not None:
        template = template_name or f"applications/tabs/{slug}.html"
        body: str = render_to_string(template, {**frame, **core(request, record), **(context or {})}, request)
    else:
        assert tab is not None
        body = _body_of(request, tab, frame, template_name=template_name, context=context)
    return render(request, "applications/record.html", {**frame, "body": body, "slug": slug}, status=status)


def _peer_urls(record: Record, tab: str) -> dict[str, str]:
    """Return where the records before and after this one are, at the same tab where somebody chose one."""
    place = record.place
    sides = {"previous_url": place.previous, "following_url": place.following} if place else {}
    return {name: record_url(peer, tab) for name, peer in sides.items() if peer is not None}


@memo.page()
def version_of_tab(application: Application, membership: Membership, slug: str) -> str:
    """Return the version of an extension's tab (`CandidateTab.version`); "" for others, or when it failed."""
    tab = next((one for one in extensions.candidate_tabs() if one.slug == slug), None)
    if tab is None:
        return ""
    read = partial(tab.version, application=application, membership=membership)
    return extensions.call_safely(read, default="", label=f"the version of the tab {slug}")


def _body_of(
    request: MemberRequest,
    tab: CandidateTab,
    frame: Mapping[str, Any],
    *,
    template_name: str | None,
    context: Mapping[str, Any] | None,
) -> str:
    def draw() -> str:
        own = context
        if own is None:
            own = tab.get_context(request=request, application=frame["application"], membership=request.membership)
        return render_to_string(template_name or tab.template_name, {**frame, **own}, request)

    drawn = extensions.call_safely(draw, default="", label=f"the tab {tab.slug}")
    if not drawn:
        card = {**frame, "failed": True, "label": tab.label, "url": record_url(frame["application"], tab.slug)}
        return render_to_string("applications/tabs/failed.html", card, request)
    return drawn


def _record(request: MemberRequest, application: Application, slug: str) -> Record:
    membership, candidate, job = request.membership, application.candidate, application.job
    actions = access.allowed_actions(job, membership)
    may_move = Action.MOVE_APPLICATION in actions
    movable = may_move and application.state in (Application.State.ACTIVE, Application.State.HIRED)
    stages = stages_of(job) if movable else []
    summary = selectors.summary_of(application, membership)
    task = summary.task if movable else None
    return Record(
        application=application,
        candidate=candidate,
        job=job,
        tabs=_tabs(application, membership, slug, summary),
        others=selectors.others_of(application, membership),
        place=summary.place,
        chips=board.chips_of([application.pk], membership).get(application.pk, []),
        tags=_tags_of(candidate.pk),
        values=[FieldValue(row.field, value_in(row.field, row)) for row in _values_of(candidate.pk, membership)],
        moves=board.by_group(stages),
        next_stage=selectors.next_stage(stages, application.stage),
        closing=selectors.closed_by(application),
        task=task,
        pending=tasks.pending_action(task.action, membership.company, task.settings_label) if task else None,
        may={
            "move": may_move,
            "edit": Action.EDIT_CANDIDATE in actions,
            "note": Action.WRITE_NOTE in actions,
            "restrict": Action.READ_FULL_ACCESS_NOTES in actions,
            "add": Action.ADD_CANDIDATE in actions,
        },
        urls={
            name: address(f"applications:{view}", candidate.pk, application.pk)
            for name, view in (
                ("move", "move"),
                ("convert", "convert-lead"),
                ("reject", "reject"),
                ("withdraw", "withdraw"),
                ("reopen", "reopen"),
                ("edit", "candidate-edit"),
                ("owner", "candidate-owner"),
                ("add_tag", "tag-add"),
                ("suggest_tags", "tag-suggestions"),
                ("add_note", "note-add"),
                ("add_file", "file-add"),
            )
        },
        days=application.days_in_stage(application.company.today()),
        banners=_parts(request, lambda one: one.banners(application, membership), application, "banners"),
    )


def _parts(
    request: MemberRequest, asked: Callable[[Extension], Sequence[Part]], application: Application, label: str
) -> list[str]:
    """Return what extensions add to a page of the record, drawn; one that fails adds nothing."""
    frame = {"application": application, "candidate": application.candidate, "job": application.job}

    def draw(one: Extension) -> list[str]:
        return [render_to_string(part.template_name, {**frame, **part.context}, request) for part in asked(one)]

    return list(extensions.collect(draw, label=label))


@compiled
def _values_of(candidate_id: UUID, membership: Membership) -> QuerySet[CandidateFieldValue]:
    return given(CandidateField, candidate_id, membership)


@compiled
def _tags_of(candidate_id: UUID) -> QuerySet[Tag]:
    return Tag.objects.filter(candidates=candidate_id).order_by("name")[:50]


def _tabs(application: Application, membership: Membership, slug: str, summary: selectors.Summary) -> list[Tab]:
    def tab(one: str, label: str, **more: Any) -> Tab:
        return Tab(one, label, record_url(application, one), one == slug, **more)

    def counted(rows: int) -> str:
        return formatting.number(rows, limit=selectors.BADGE_LIMIT) if rows else ""

    found = [
        tab(NEWSFEED_TAB, "Newsfeed"),
        tab(DETAILS_TAB, "Details", narrow=True),
        tab("application", "Application"),
        tab("notes", "Notes", count=counted(summary.notes)),
        tab("files", "Files", count=counted(summary.files)),
    ]
    shown = _visible_tabs(application, membership)
    first = [tab(one.slug, one.tab.label, badge=one.badge) for one in shown if one.is_first]
    return [*first, *found, *(tab(one.slug, one.tab.label, badge=one.badge) for one in shown if not one.is_first)]


@dataclass(frozen=True)
class _Shown:
    """A tab of an extension that the reader sees."""

    tab: CandidateTab
    is_first: bool
    badge: Badge | None

    @property
    def slug(self) -> str:
        return self.tab.slug


def _visible_tabs(application: Application, membership: Membership) -> list[_Shown]:
    asked: dict[str, Any] = {"application": application, "membership": membership}
    found = []
    for one in extensions.candidate_tabs():
        about = f"whether and how the tab {one.slug} is shown"
        if extensions.call_safely(partial(one.is_visible, **asked), default=False, label=about):
            is_first = extensions.call_safely(partial(one.is_first, **asked), default=False, label=about)
            badge = extensions.call_safely(partial(_badge_of, one, **asked), default=None, label=about)
            found.append(_Shown(one, is_first, badge))
    return found


def _badge_of(tab: CandidateTab, **asked: Any) -> Badge | None:
    badge = tab.badge(**asked)
    if badge is not None:
        # Drawn once here, where a tone or an icon that does not exist costs the badge and not the page.
        ui.badge(badge.tone, badge.word, icon=badge.icon)
    return badge


# ── The core's own tabs ──────────────────────────────────────────────────────────────────────────────────────────────
def note_form(application: Application, *, may_restrict: bool, data: QueryDict | None = None) -> NoteForm:
    """Return the composer of a record, filled with what was posted; `may_restrict` offers *full access only*."""
    return NoteForm(data, draft=f"note:{application.pk}", may_restrict=may_restrict)


def _newsfeed_context(request: MemberRequest, record: Record) -> Mapping[str, Any]:
    about: dict[str, Any] = {"candidate": record.candidate, "job": record.job}
    url = record_url(record.application, NEWSFEED_TAB)
    shown = newsfeed(request, filters=RECORD_FILTERS, url=url, **about)
    return {"newsfeed": shown, "note_form": note_form(record.application, may_restrict=record.may["restrict"])}


def _application_context(request: MemberRequest, record: Record) -> Mapping[str, Any]:
    history: Sequence[StageTransition] = selectors.history_of(record.application)
    parts = _parts(
        request,
        lambda one: one.application_parts(record.application, request.membership),
        record.application,
        "parts of the Application tab",
    )
    return {"history": history, "parts": parts}


def _notes_context(request: MemberRequest, record: Record) -> Mapping[str, Any]:
    mine = request.GET.get("show") == "mine"
    notes = _notes(record.application, request.membership, mine)
    return {
        "notes": notes[:NOTES_SHOWN],
        "more_notes": len(notes) > NOTES_SHOWN,
        "only_mine": mine,
        "note_form": note_form(record.application, may_restrict=record.may["restrict"]),
    }


@compiled
def _notes(application: Application, membership: Membership, only_mine: bool) -> QuerySet[Note]:
    rows = selectors.notes_of(application, membership)
    rows = rows.filter(author=membership) if only_mine else rows
    return rows.select_related("author__user").order_by("-id")[: NOTES_SHOWN + 1]


@compiled
def _files(application: Application, membership: Membership) -> QuerySet[Attachment]:
    rows = selectors.files_of(application, membership)
    return rows.select_related("added_by__user", "application__job").order_by("-id")[:FILES_SHOWN]


def _files_context(request: MemberRequest, record: Record) -> Mapping[str, Any]:
    files = _files(record.application, request.membership)
    others = {file.application_id for file in files if file.application_id} - {record.application.pk}
    editable = Application.objects.allowing(Action.EDIT_CANDIDATE, request.membership).filter(pk__in=others)
    removable: set[UUID | None] = set(editable.values_list("pk", flat=True)) if others else set()
    if record.may["edit"]:
        removable |= {record.application.pk, None}
    ids = [file.pk for file in files]
    remarks = extensions.collect_by_key(lambda one: one.file_remarks(ids), label="remarks about files") if ids else {}
    return {
        "files": [(file, file.application_id in removable, remarks.get(file.pk, ())) for file in files],
        "shows_place": any(file.application_id != record.application.pk for file in files),
        "shows_remove": any(file.application_id in removable for file in files),
        "file_form": FileForm(),
    }


NEWSFEED_TAB = "newsfeed"
DETAILS_TAB = "details"
_CORE: Mapping[str, Callable[[MemberRequest, Record], Mapping[str, Any]]] = {
    NEWSFEED_TAB: _newsfeed_context,
    "application": _application_context,
    "notes": _notes_context,
    "files": _files_context,
    DETAILS_TAB: lambda _request, _record: {},
}
"""What the core's own tabs show, by slugs that no extension's tab can take: the core answers first."""
