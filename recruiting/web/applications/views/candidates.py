"""People: the list with its search, adding somebody, putting them on another job, and changing their details."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render

from newsfeed import feed
from recruiting import extensions
from recruiting.applications import selectors, services
from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.candidates.activity import DETAILS_CHANGED
from recruiting.candidates.models import Candidate, CandidateField, Source
from recruiting.candidates.services import CandidateDetails, DuplicateCandidate, Profile
from recruiting.companies.models import Membership
from recruiting.company_fields import values as field_values
from recruiting.extensions import CandidateDraft
from recruiting.foundation import clock, memo, text
from recruiting.foundation.compiled import Shape, compiled
from recruiting.foundation.errors import Conflict
from recruiting.foundation.ids import parse_uuid
from recruiting.foundation.pagination import Listed, page_of
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job
from recruiting.search import selectors as search
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record
from recruiting.web.applications.forms import DETAILS, PROFILE, CandidateForm, EditDetailsForm, JobForm
from recruiting.web.applications.job_filters import UNMOVED
from recruiting.web.applications.rows import draw_people
from recruiting.web.responses import respond_to_form, saved

SHOWS = {
    "": "Everyone",
    "leads": "Leads to convert",
    "unmoved": UNMOVED,
    "shared": "Sharing an email",
}
NEEDS_RIGHT_TO_MOVE = ("leads", "unmoved")
JOBS_IN_FILTER = 500
SOURCES_IN_FILTER = 500

Row = TypeVar("Row", bound=Model)


@page("GET")
@memo.page()
def index(request: MemberRequest) -> HttpResponse:
    """Show whom the member may see, found by name, email or phone, on a job, from a source, or by what they need."""
    membership, asked = request.membership, Asked.read(request.GET, request.membership)
    typed, hits, job, source, show = asked.typed, asked.hits, asked.job, asked.source, asked.show
    found: QuerySet[Candidate] | Listed[Candidate] = asked.listed() if hits is None else asked.people()
    # A search has counted already whom those find who see everybody.
    is_counted = membership.sees_all_jobs and not (job or source or show)
    total = hits.total if hits and is_counted else None
    # Of a common word so many of somebody's own people would have to be looked through that the page would wait.
    counts = not (hits and hits.is_common)
    page = page_of(found, ("-id",), request.GET, "candidate", "candidates", total=total, counts=counts)
    placed = selectors.applications_by_person(page.rows, membership)
    if job is not None:  # the one that the list is about leads
        placed = {key: sorted(its, key=lambda one: one.job_id != job.pk) for key, its in placed.items()}
    acts = extensions.selection_acts(membership, job)
    context = {
        "page": page,
        "drawn": draw_people(page.rows, placed, is_one_job=job is not None, is_selectable=bool(acts)),
        "acts": acts,
        "search": typed,
        "job": job,
        "source": source,
        "show": show,
        # Where nobody shares an address, which is almost everywhere, the choice would only be in the way.
        "shows": [(slug, label) for slug, label in SHOWS.items() if slug in ("", show) or slug != "shared"],
        "is_filtered": bool(typed or job or source or show),
        "jobs": _jobs_in_filter(membership),
        "sources": [
            (one.pk, one.name if one.is_active else f"{one.name} (not active)")
            for one in _sources_in_filter(request.company.pk)
        ],
        "may_add": bool(_an_addable(membership)),
    }
    return render(request, "applications/candidates.html", context)


@page("GET")
def person(request: MemberRequest, candidate_id: UUID) -> HttpResponse:
    """Go to a person's application that matters most; a person on no job has a page that says so."""
    visible = Candidate.objects.visible_to(request.membership).select_related("source")
    candidate = get_object_or_404(visible, pk=candidate_id)
    applications = selectors.applications_of(candidate, request.membership)
    if applications:
        return redirect(record.record_url(applications[0]))
    may_add = _addable(request.membership).exists()
    context = {"candidate": candidate, "tags": candidate.tags.order_by("name"), "may_add": may_add}
    return render(request, "applications/person.html", context)


@page("GET", "POST")
def add(request: MemberRequest) -> HttpResponse:
    """Add a person to a job, as an applicant or a lead; somebody who is here already can be put on the job instead."""
    membership = request.membership
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = CandidateForm(*data, initial={"job": _job_of(request)}, membership=membership)
    draft = extensions.candidate_draft(request.POST.get("draft", ""), membership)

    def save() -> HttpResponse:
        asked = {name: form.cleaned_data[name] for name in ("job", "source", "resume")} | {"as_lead": form.is_lead}
        is_drafted = draft is not None and not asked["resume"]
        chosen = request.POST.get("add_to", "")
        visible = Candidate.objects.visible_to(membership)
        existing = get_object_or_404(visible, pk=parse_uuid(chosen)) if chosen else None
        try:
            with transaction.atomic():
                if draft and is_drafted:
                    asked["resume"] = draft.open()
                if existing:
                    made = services.add_to_job(candidate=existing, by=membership, **asked)
                else:
                    details, profile = form.details(), form.profile()
                    made = services.add_candidate(details=details, profile=profile, by=membership, **asked)
                if draft and is_drafted:
                    draft.used(made)
            return _added(request, made)
        except DuplicateCandidate as error:
            existing = error.candidate
        except Conflict as error:
            form.add_error(None, error.message)
        return show(409, _duplicate(existing, membership, wanted=asked["job"]) if existing else None)

    def show(status: int, duplicate: dict[str, Any] | None = None) -> HttpResponse:
        return show_add(request, form, status=status, duplicate=duplicate, draft=draft)

    return respond_to_form(request, form, save, show)


def show_add(
    request: MemberRequest,
    form: CandidateForm,
    *,
    status: int = 200,
    duplicate: dict[str, Any] | None = None,
    draft: CandidateDraft | None = None,
) -> HttpResponse:
    """Show *Add candidate*, with the file that is held and who is here already."""
    context = {
        "form": form,
        "duplicate": duplicate,
        "draft": draft,
        "draft_url_name": next((e.draft_url_name for e in extensions.all_extensions() if e.draft_url_name), ""),
        "lost_file": getattr(request.FILES.get("resume"), "name", "") if not draft else "",
        "has_jobs": _addable(request.membership).exists(),
        "may_create_job": request.membership.can(Action.CREATE_JOB),
    }
    return render(request, "applications/add_candidate.html", context, status=status)


@page("GET", "POST")
def add_to_job(request: MemberRequest, candidate_id: UUID) -> HttpResponse:
    """Put a person who is here already on another job."""
    membership = request.membership
    candidate = get_object_or_404(Candidate.objects.visible_to(membership), pk=candidate_id)
    form = JobForm(request.POST if request.method == "POST" else None, membership=membership)

    def save() -> HttpResponse:
        job, source = form.cleaned_data["job"], form.cleaned_data["source"]
        made = services.add_to_job(candidate=candidate, job=job, source=source, as_lead=form.is_lead, by=membership)
        return _added(request, made)

    context = {"candidate": candidate, "has_jobs": _addable(membership).exists()}
    return respond_to_form(request, form, save, "applications/add_to_job.html", context, conflict=NON_FIELD_ERRORS)


@page("GET", "POST")
def edit(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Change a person's details, what else is known of them and what is said in the company's fields."""
    membership = request.membership
    application = record.find_application(request, candidate_id, application_id, Action.EDIT_CANDIDATE)
    candidate, close_url = application.candidate, record.record_url(application)
    now = {name: getattr(candidate, name) for name in (*DETAILS, *PROFILE)}
    asked = field_values.asked_of(CandidateField, membership, candidate)
    form = EditDetailsForm(request.POST if request.method == "POST" else None, initial=now, asked=asked)

    def save() -> HttpResponse:
        try:
            candidates.edit_details(
                candidate=candidate,
                details=form.details(),
                base=form.base_as(CandidateDetails, DETAILS),
                profile=form.profile(),
                base_profile=form.base_as(Profile, PROFILE),
                values=form.new_answers(),
                by=membership,
            )
        except DuplicateCandidate as error:
            other = _duplicate(error.candidate, membership)
            raise Conflict(f"{other['name'] or 'Somebody else here'} has this email already.") from error
        return saved(request, "Details saved.", close_url)

    def edited() -> tuple[str, datetime | None]:
        return feed.credit(feed.last(DETAILS_CHANGED, candidate=candidate), reader=membership)

    template = "applications/edit_details.html"
    context = {"application": application, "candidate": candidate, "close_url": close_url}
    return respond_to_form(request, form, save, template, context, conflict="email", edited=edited)


@dataclass(frozen=True)
class Asked:
    """What an address of the list asks for; wrong answers count as none."""

    membership: Membership
    typed: str
    hits: search.Found | None
    """Whom the search finds; None where nothing is searched for."""
    job: Job | None
    source: Source | None
    show: str

    @classmethod
    def read(cls, query: QueryDict, membership: Membership) -> "Asked":
        """Read the query of an address."""
        typed, show = text.one_line(query.get("q", ""))[:200], query.get("show", "")
        return cls(
            membership,
            typed,
            search.find(typed, company=membership.company),
            _chosen(query, "job", Job.objects.visible_to(membership)),
            _chosen(query, "source", Source.objects.for_company(membership.company)),
            show if show in SHOWS else "",
        )

    def listed(self) -> Listed[Candidate]:
        """Return whom the member may see of them, whatever is searched for, as a list composed once."""
        return Listed(Candidate, _found, self._arguments(), takes_before=True)

    def people(self) -> QuerySet[Candidate]:
        """Return whom the member may see of them, newest first."""
        asked = (*self._arguments(), None)
        found = _found(*asked).order_by("-id")
        return found if self.hits is None else found.filter(self.hits.among("pk"))

    def _arguments(self) -> tuple[Any, ...]:
        chosen = (self.job.pk if self.job else None, self.source.pk if self.source else None)
        seen = selectors.movable_jobs if self.show in NEEDS_RIGHT_TO_MOVE else selectors.jobs_seen
        return (self.membership, seen(self.membership), *chosen, Shape(self.show), clock.now())


def _found(
    membership: Membership,
    jobs: tuple[UUID, ...] | None,
    job_id: UUID | None,
    source_id: UUID | None,
    show: Shape[str],
    now: datetime,
    before: UUID | None,
) -> QuerySet[Candidate]:
    found = Candidate.objects.select_related("source").defer("search_key")
    wanted: QuerySet[Application] | None = None
    if show.value in NEEDS_RIGHT_TO_MOVE:  # who may move somebody sees them
        found = found.for_company(membership.company)
        leads = show.value == "leads"
        wanted = (selectors.leads_to_convert if leads else partial(selectors.unmoved, now=now))(membership, jobs)
    else:
        found = found.visible_to(membership, jobs=jobs, before=before)
    if source_id is not None:
        found = found.filter(source=source_id)
    if show.value == "shared":
        found = found.sharing_an_address()
    if job_id is not None:
        wanted = (Application.objects.visible_to(membership) if wanted is None else wanted).filter(job=job_id)
    return found if wanted is None else found.filter(pk__in=wanted.values("candidate"))


@compiled
def _jobs_in_filter(membership: Membership) -> QuerySet[Job, tuple[UUID, str]]:
    return Job.objects.visible_to(membership).order_by("title", "id").values_list("id", "title")[:JOBS_IN_FILTER]


@compiled
def _sources_in_filter(company_id: UUID) -> QuerySet[Source]:
    sources = Source.objects.filter(company=company_id).only("name", "is_active")
    return sources.order_by("name", "id")[:SOURCES_IN_FILTER]


@compiled
def _an_addable(membership: Membership) -> QuerySet[Job, UUID]:
    return _addable(membership).values_list("pk", flat=True)[:1]


def _addable(membership: Membership) -> QuerySet[Job]:
    return Job.objects.allowing(Action.ADD_CANDIDATE, membership).exclude(state=Job.State.CLOSED)


def _job_of(request: MemberRequest) -> Job | None:
    return _chosen(request.GET, "job", Job.objects.visible_to(request.membership))


def _chosen(query: QueryDict, name: str, rows: QuerySet[Row]) -> Row | None:
    """Return the row that the address names."""
    pk = parse_uuid(query.get(name, ""))
    return rows.filter(pk=pk).first() if pk else None


def _duplicate(existing: Candidate, membership: Membership, *, wanted: Job | None = None) -> dict[str, Any]:
    """Describe who is here already, on the wanted job first; one on jobs that the member does not see stays unnamed."""
    visible = Candidate.objects.visible_to(membership).filter(pk=existing.pk).first()
    if visible is None:
        return {"candidate": None, "name": ""}
    there = selectors.records(membership).filter(candidate=visible, job=wanted).first() if wanted else None
    shown = there or next(iter(selectors.applications_of(visible, membership)), None)
    return {"candidate": visible, "name": visible.name, "application": shown, "is_on_job": there is not None}


def _added(request: MemberRequest, made: Application) -> HttpResponse:
    as_what = " as a lead" if made.state == Application.State.LEAD else ""
    return saved(request, f"{made.candidate.name} was added to {made.job}{as_what}.", record.record_url(made))
