"""Addresses of people, applications, notes and the newsfeed: the same services and the same visibility as the pages."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from newsfeed import feed
from recruiting.api import answers, serializers, shapes
from recruiting.api.errors import WithFacts, fields_named
from recruiting.api.output import columns, of_columns
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications import selectors
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Note
from recruiting.applications.services import StaleMove
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate, CandidateField, Source, Tag
from recruiting.candidates.models import CandidateTag as TagOfPerson
from recruiting.candidates.services import CandidateDetails, DuplicateCandidate, Profile
from recruiting.companies.models import Membership
from recruiting.company_fields import values as field_values
from recruiting.foundation.compiled import Shape, compiled
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job, Stage
from recruiting.search import selectors as search

Jobs = tuple[UUID, ...] | None
"""The keys of the jobs that somebody sees, None for all."""


class Me(ApiView):
    """Who the token acts for."""

    required_scopes = {"GET": Scope.PROFILE_READ}

    @operation("me.read", reads=serializers.MeSerializer)
    def get(self, request: Request) -> Response:
        """Say who the token acts for, in which company, and what it may do."""
        user = self.membership.user
        me = {
            "membership_id": self.membership.id,
            "role": self.membership.role,
            "name": self.membership.name,
            "user": {"id": user.id, "name": user.get_full_name(), "email": user.email} if user else None,
            "company": self.company,
            "token": self.token,
        }
        return Response(serializers.MeSerializer(me).data)


_DETAILS = tuple(CandidateDetails.__dataclass_fields__)
_PROFILE = tuple(Profile.__dataclass_fields__)


def _person(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return details and profile of what was sent, as the services take them."""
    given = {**given, "links": "\n".join(given.get("links", ()))}
    details = CandidateDetails(**{name: given[name] for name in _DETAILS if name in given})
    return {"details": details, "profile": Profile(**{name: given[name] for name in _PROFILE if name in given})}


# ── Candidates ───────────────────────────────────────────────────────────────────────────────────────────────────────
class Candidates(ApiView):
    """The people of the company."""

    required_scopes = {"GET": Scope.CANDIDATES_READ, "POST": Scope.CANDIDATES_WRITE}

    @operation("candidates.list", lists=serializers.CandidateSerializer, query=serializers.CandidatesQuery)
    def get(self, request: Request) -> Response:
        """List the people whom you may see, newest first."""
        if not self.filters:
            rows = self.listed(Candidate, _people)
            return self.columns_page(rows, serializers.CandidateSerializer, context=self._about)
        rows = _people(self.membership, self.jobs_seen, _ALL)
        if found := search.find(self.filters.get("search", ""), company=self.company):
            rows = rows.filter(found.among("pk"))
        if "email" in self.filters:
            rows = rows.with_email(self.filters["email"])
        return self.columns_page(rows, serializers.CandidateSerializer, context=self._about)

    def _about(self, people: Sequence[Any]) -> Mapping[str, Any]:
        return _about(people, self.membership)

    @operation("candidates.create", creates=serializers.CandidateWithApplications, request=serializers.NewCandidate)
    def post(self, request: Request) -> Response:
        """Add a new person to a job, as an applicant in its first step or as a lead.

        409 `duplicate_candidate` when the company has the email already: `candidate` names that person, if you may see
        them and the token may read people, and you can put them on the job with `POST /applications/`.
        """
        given = self.body(serializers.NewCandidate)
        job = self.reference("job", Job.objects.visible_to(self.membership), given.pop("job"))
        source, as_lead = _source(self, given.pop("source")), given.pop("as_lead")
        try:
            application = _added(self, given, job=job, source=source, as_lead=as_lead)
        except DuplicateCandidate as duplicate:
            raise _duplicate(duplicate, self.membership) from duplicate
        return _written_candidate(self, application.candidate_id, status=201)


class CandidateDetail(ApiView):
    """One person."""

    required_scopes = {"GET": Scope.CANDIDATES_READ, "PATCH": Scope.CANDIDATES_WRITE}

    @operation("candidates.read", reads=serializers.CandidateWithApplications)
    def get(self, request: Request, candidate_id: UUID) -> Response:
        """Read a person and their applications."""
        return Response(_record(self, candidate_id))

    @operation(
        "candidates.update",
        writes=serializers.CandidateWithApplications,
        request=serializers.CandidateDetails,
        guarded=True,
    )
    def patch(self, request: Request, candidate_id: UUID) -> Response:
        """Change a person's details and what is said in the company's fields; what is not named stays."""
        given = self.body(serializers.CandidateDetails)
        candidate, said = _editable(self, candidate_id), given.pop("candidate_fields", ())
        try:
            with transaction.atomic(), self.unchanged(candidate), fields_named(_in_body):
                # Locked, so that what is not named is what it is now and not what it was when we looked.
                current = candidates.lock(candidate, self.membership)
                before = {name: getattr(current, name) for name in (*_DETAILS, *_PROFILE)} | {
                    "links": current.link_list
                }
                values = answers.values(CandidateField, said, self.membership, current)
                about = _person({**before, **given})
                candidates.edit_details(candidate=current, by=self.membership, values=values, **about)
        except DuplicateCandidate as duplicate:
            raise _duplicate(duplicate, self.membership) from duplicate
        return _written_candidate(self, candidate_id)


class CandidateTags(ApiView):
    """The tags of one person."""

    required_scopes = {"POST": Scope.CANDIDATES_WRITE}
    read_scope = Scope.CANDIDATES_READ

    @operation(
        "candidates.add_tag",
        writes=serializers.CandidateWithApplications,
        request=serializers.NewTag,
        guarded=True,
    )
    def post(self, request: Request, candidate_id: UUID) -> Response:
        """Put a tag on a person, making it when it is new; one that is there already stays."""
        given = self.body(serializers.NewTag)
        candidate = _editable(self, candidate_id)
        with self.unchanged(candidate), fields_named(lambda field: "name"):
            candidates.add_tag(candidate=candidate, name=given["name"], by=self.membership)
        return _written_candidate(self, candidate_id)


class CandidateTag(ApiView):
    """A tag on one person."""

    required_scopes = {"DELETE": Scope.CANDIDATES_WRITE}
    read_scope = Scope.CANDIDATES_READ

    @operation("candidates.remove_tag", writes=serializers.CandidateWithApplications, guarded=True)
    def delete(self, request: Request, candidate_id: UUID, tag_id: UUID) -> Response:
        """Take a tag off a person; one that is not there changes nothing."""
        candidate = _editable(self, candidate_id)
        tag = self.find(Tag.objects.for_company(self.company), tag_id)
        with self.unchanged(candidate):
            candidates.remove_tag(candidate=candidate, tag=tag, by=self.membership)
        return _written_candidate(self, candidate_id)


class Tags(ApiView):
    """The words that a company puts on people."""

    required_scopes = {"GET": Scope.CANDIDATES_READ}

    @operation("tags.list", lists=shapes.Named, query=serializers.TagsQuery, tag="candidates")
    def get(self, request: Request) -> Response:
        """List the tags of the company; `search` is what somebody has typed of one."""
        typed = self.filters.get("search", "")
        return self.page(candidates.tags_like(self.company, typed), shapes.Named)


class Prospects(ApiView):
    """People whom a program found."""

    required_scopes = {"POST": Scope.CANDIDATES_WRITE}
    read_scope = Scope.CANDIDATES_READ

    @operation(
        "prospects.create",
        creates=serializers.CandidateWithApplications,
        request=serializers.NewProspect,
        also=200,
        tag="candidates",
    )
    def post(self, request: Request) -> Response:
        """Add a person as a lead on a job, unless they are here.

        201 for somebody new. Whoever has the email already is answered as they are (200), and nothing is written; 409
        `duplicate_candidate` when they are on jobs that you do not see.
        """
        given = self.body(serializers.NewProspect)
        job = self.reference("job", Job.objects.visible_to(self.membership), given.pop("job"))
        source, tags = _source(self, given.pop("source")), given.pop("tags")
        for _ in range(2):  # a second time for whoever was added between the look and the write
            here = candidates.find_by_email(self.membership, given["email"])
            if here is not None:
                access.require(self.membership, Action.ADD_CANDIDATE, job)
                if not Candidate.objects.visible_to(self.membership).filter(pk=here.pk).exists():
                    raise _duplicate(DuplicateCandidate(here), self.membership)
                return _written_candidate(self, here.pk)
            try:
                return self._add(given, job, source, tags)
            except Conflict as conflict:
                if conflict.code != DuplicateCandidate.code:
                    raise
                refused = conflict
        raise _duplicate(refused, self.membership) if isinstance(refused, DuplicateCandidate) else refused

    def _add(self, given: dict[str, Any], job: Job, source: Source | None, tags: Sequence[str]) -> Response:
        with transaction.atomic():
            made = _added(self, given, job=job, source=source, as_lead=True)
            candidates.add_tags(candidate=made.candidate, names=tags, by=self.membership)
        return _written_candidate(self, made.candidate_id, status=201)


# ── Applications ─────────────────────────────────────────────────────────────────────────────────────────────────────
class Applications(ApiView):
    """People on jobs."""

    required_scopes = {"GET": Scope.APPLICATIONS_READ, "POST": Scope.APPLICATIONS_WRITE}

    @operation("applications.list", lists=serializers.ApplicationSerializer, query=serializers.ApplicationsQuery)
    def get(self, request: Request) -> Response:
        """List the applications that you may see, newest first."""
        return self.columns_page(self.listed(Application, _applications, job="job"), serializers.ApplicationSerializer)

    @operation("applications.create", creates=serializers.ApplicationSerializer, request=serializers.NewApplication)
    def post(self, request: Request) -> Response:
        """Put a person who is here already on a job, as an applicant in its first step or as a lead."""
        given = self.body(serializers.NewApplication)
        candidate = self.reference("candidate", Candidate.objects.visible_to(self.membership), given["candidate"])
        job = self.reference("job", Job.objects.visible_to(self.membership), given["job"])
        made = applications.add_to_job(
            candidate=candidate,
            job=job,
            by=self.membership,
            source=_source(self, given["source"]),
            as_lead=given["as_lead"],
        )
        return written_application(self, made.id, status=201)


class ApplicationDetail(ApiView):
    """One application."""

    required_scopes = {"GET": Scope.APPLICATIONS_READ}

    @operation("applications.read", reads=serializers.ApplicationSerializer)
    def get(self, request: Request, application_id: UUID) -> Response:
        """Read an application."""
        return Response(_application(self, application_id))


class MoveApplication(ApiView):
    """The step of an application."""

    required_scopes = {"POST": Scope.APPLICATIONS_WRITE}
    read_scope = Scope.APPLICATIONS_READ

    @operation("applications.move", writes=serializers.ApplicationSerializer, request=serializers.Move, guarded=True)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Move an application to another step of its job's process.

        Moving it to where it stands changes nothing. 409 `stale_move` when it stands elsewhere than `seen_stage`:
        `stage` says where, if the token may read applications.
        """
        given = self.body(serializers.Move)
        application = Application(pk=application_id)
        to = next(iter(_steps_for(self.membership, self.jobs_seen, application_id, given["stage"])), None)
        if to is None:  # one of the two is not there: the application, or else the step
            visible = Application.objects.visible_to(self.membership).select_related("job")
            application = self.find(visible, application_id)
            steps = Stage.objects.for_company(self.company).filter(process=application.job.process_id)
            to = self.reference("stage", steps, given["stage"])
        try:
            with self.unchanged(application):
                applications.move(application=application, to=to, seen=given["seen_stage"], by=self.membership)
        except StaleMove as stale:
            stands_in = stale.application.stage
            stage = serializers.StageSerializer(stands_in).data if stands_in else None
            raise WithFacts(stale, stage=stage) from stale
        return written_application(self, application_id)


@compiled
def _steps_for(membership: Membership, jobs: Jobs, application_id: UUID, stage_id: UUID) -> QuerySet[Stage]:
    """Return the step, if it is one of the process of an application that the member sees."""
    visible = Application.objects.visible_to(membership, jobs=jobs).filter(pk=application_id)
    steps = Stage.objects.for_company(membership.company).filter(pk=stage_id)
    return steps.filter(process__in=visible.values("job__process"))


class History(ApiView):
    """How an application got where it is."""

    required_scopes = {"GET": Scope.APPLICATIONS_READ}

    @operation("applications.history", lists=serializers.TransitionSerializer)
    def get(self, request: Request, application_id: UUID) -> Response:
        """List the moves of an application between steps, newest first."""
        application = self.find(Application.objects.visible_to(self.membership), application_id)
        return self.page(selectors.moves_of(application.pk), serializers.TransitionSerializer)


# ── Notes and newsfeed ───────────────────────────────────────────────────────────────────────────────────────────────
class Notes(ApiView):
    """The notes about an application."""

    required_scopes = {"GET": Scope.NOTES_READ, "POST": Scope.NOTES_WRITE}

    @operation("notes.list", lists=serializers.NoteSerializer)
    def get(self, request: Request, application_id: UUID) -> Response:
        """List the notes about an application that you may read, newest first."""
        application = self.find(Application.objects.visible_to(self.membership), application_id)
        notes = selectors.notes_of(application, self.membership)
        return self.page(notes.select_related("author__user"), serializers.NoteSerializer)

    @operation("notes.create", creates=serializers.NoteSerializer, request=serializers.NewNote)
    def post(self, request: Request, application_id: UUID) -> Response:
        """Write a note about an application."""
        given = self.body(serializers.NewNote)
        application = self.find(Application.objects.visible_to(self.membership), application_id)
        note = applications.write_note(
            application=application,
            body=given["body"],
            visibility=Note.Visibility(given["visibility"]),
            by=self.membership,
        )
        return _written_note(self, note, status=201)


class OneNote(ApiView):
    """One note."""

    required_scopes = {"GET": Scope.NOTES_READ, "PATCH": Scope.NOTES_WRITE}

    @operation("notes.read", reads=serializers.NoteSerializer)
    def get(self, request: Request, application_id: UUID, note_id: UUID) -> Response:
        """Read a note."""
        return Response(serializers.NoteSerializer(self._find(application_id, note_id)).data)

    @operation("notes.update", writes=serializers.NoteSerializer, request=serializers.NoteBody, guarded=True)
    def patch(self, request: Request, application_id: UUID, note_id: UUID) -> Response:
        """Change what a note of your own says."""
        given = self.body(serializers.NoteBody)
        note = self._find(application_id, note_id)
        with self.unchanged(note):
            written = applications.edit_note(note=note, body=given["body"], by=self.membership)
        return _written_note(self, written)

    def _find(self, application_id: UUID, note_id: UUID) -> Note:
        application = self.find(Application.objects.visible_to(self.membership), application_id)
        return self.find(selectors.notes_of(application, self.membership).select_related("author__user"), note_id)


class Newsfeed(ApiView):
    """What happened."""

    required_scopes = {"GET": Scope.NEWSFEED_READ}

    @operation("newsfeed.list", lists=serializers.NewsfeedEntrySerializer, query=serializers.NewsfeedQuery)
    def get(self, request: Request) -> Response:
        """List the facts that you may read, newest first."""
        rows = selectors.newsfeed(self.membership).filter(**self.filters).select_related("actor__user")
        return self.page(
            rows, serializers.NewsfeedEntrySerializer, prepare=lambda page: [feed.plain(row) for row in page]
        )


@extend_schema(exclude=True)
class NoSuchAddress(ApiView):
    """Every address under /api/v1/ that nobody answers."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Answer 404 before anything is asked of the caller."""
        raise NotFound("There is no such address. Addresses end with a slash; /api/v1/schema/ lists them all.")


def written_application(view: ApiView, application_id: UUID, *, status: int = 200) -> Response:
    """Answer a write to an application."""
    address = reverse("api:application", args=[application_id])
    return view.written(application_id, address, lambda: _application(view, application_id), status=status)


_ALL = Shape[tuple[str, ...]](())


def _people(membership: Membership, jobs: Jobs, names: Shape[tuple[str, ...]], *values: Any) -> Any:
    rows = Candidate.objects.visible_to(membership, jobs=jobs).filter(**dict(zip(names.value, values, strict=True)))
    return rows.values_list(*columns(serializers.CandidateSerializer))


def _applications(membership: Membership, jobs: Jobs, names: Shape[tuple[str, ...]], *values: Any) -> Any:
    rows = Application.objects.visible_to(membership, jobs=jobs).filter(**dict(zip(names.value, values, strict=True)))
    return rows.values_list(*columns(serializers.ApplicationSerializer))


def _about(people: Sequence[Any], membership: Membership) -> Mapping[str, Any]:
    """Return the names of tags, and what is said in fields, by the keys of people, whose columns these are."""
    tags, keys = defaultdict(list), tuple(row[0] for row in people)
    for person, name in _tags_of(keys) if keys else ():
        tags[person].append(name)
    return {"tags": tags, "values": field_values.of_owners(CandidateField, keys, membership) if keys else {}}


@compiled
def _tags_of(people: tuple[UUID, ...]) -> QuerySet[Any, Any]:
    return TagOfPerson.objects.filter(candidate__in=people).values_list("candidate_id", "tag__name")


@compiled
def _of_person(membership: Membership, jobs: Jobs, candidate_id: UUID) -> QuerySet[Any, Any]:
    rows = Application.objects.visible_to(membership, jobs=jobs).filter(candidate=candidate_id)
    return rows.order_by(*selectors.RUNNING_FIRST).values_list(*columns(serializers.ApplicationSerializer))[:50]


def _record(view: ApiView, candidate_id: UUID) -> dict[str, Any]:
    its = of_columns(serializers.ApplicationSerializer, _of_person(view.membership, view.jobs_seen, candidate_id))
    context = {**_about([(candidate_id,)], view.membership), "applications": its}
    return view.told(_people, serializers.CandidateWithApplications, "candidate", candidate_id, context)


def _application(view: ApiView, application_id: UUID) -> dict[str, Any]:
    return view.told(_applications, serializers.ApplicationSerializer, "application", application_id)


def _added(view: ApiView, given: dict[str, Any], *, job: Job, source: Source | None, as_lead: bool) -> Application:
    """Add the person whom a body describes to a job."""
    by, said = view.membership, given.pop("candidate_fields", ())
    with transaction.atomic(), fields_named(_in_body):
        sees_all = access.may(by, Action.SEE_INTERNAL_FIELDS, job)
        values = answers.values(CandidateField, said, by, sees_all=sees_all)
        made = applications.add_candidate(job=job, **_person(given), by=by, source=source, as_lead=as_lead)
        candidates.set_field_values(candidate=made.candidate, values=values, by=by)
        return made


def _in_body(name: str) -> str:
    return answers.name_in_body(name, "candidate_fields")


def _written_candidate(view: ApiView, candidate_id: UUID, *, status: int = 200) -> Response:
    address = reverse("api:candidate", args=[candidate_id])
    return view.written(candidate_id, address, lambda: _record(view, candidate_id), status=status)


def _written_note(view: ApiView, note: Note, *, status: int = 200) -> Response:
    address = reverse("api:application-note", args=[note.application_id, note.pk])
    return view.written(note.pk, address, lambda: serializers.NoteSerializer(note).data, status=status)


def _source(view: ApiView, source_id: UUID | None) -> Source | None:
    if source_id is None:
        return None
    return view.reference("source", Source.objects.for_company(view.company).filter(is_active=True), source_id)


def _editable(view: ApiView, candidate_id: UUID) -> Candidate:
    """Return a person whom the company role, or a role on one of their jobs, allows to edit. Raises NotAllowed."""
    by = view.membership
    candidate = view.find(Candidate.objects.visible_to(by), candidate_id)
    editable = Application.objects.allowing(Action.EDIT_CANDIDATE, by).filter(candidate=candidate)
    if not by.can(Action.EDIT_CANDIDATE) and not editable.exists():
        raise NotAllowed(f"Your roles on {candidate.name}'s jobs do not allow this.")
    return candidate


def _duplicate(duplicate: DuplicateCandidate, by: Membership) -> Conflict | WithFacts:
    """Name the person who is here already to those who may see them; to others say only that there is one."""
    if Candidate.objects.visible_to(by).filter(pk=duplicate.candidate.pk).exists():
        return WithFacts(duplicate, candidate=str(duplicate.candidate.pk))
    return Conflict("Your company has a person with this email, on jobs that you do not see.", code=duplicate.code)
