"""Addresses of jobs, their steps, fields and hiring teams, and of what Company Settings has for them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api import answers, job_serializers, shapes
from recruiting.api.errors import fields_named
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.candidates.models import CandidateField, Source, SourceType
from recruiting.companies.models import Membership
from recruiting.company_fields import values as field_values
from recruiting.company_fields.models import Field
from recruiting.foundation import text
from recruiting.foundation.compiled import Shape
from recruiting.foundation.errors import NotAllowed
from recruiting.foundation.permissions import Action, JobRole
from recruiting.jobs import selectors, services
from recruiting.jobs.models import Department, HiringProcess, HiringTeamMember, Job, JobField, Location
from recruiting.jobs.services import JobDetails


# ── Jobs and what they need ──────────────────────────────────────────────────────────────────────────────────────────
class Jobs(ApiView):
    """The jobs of the company."""

    required_scopes = {"GET": Scope.JOBS_READ, "POST": Scope.JOBS_WRITE}

    @operation("jobs.list", lists=job_serializers.JobSerializer, query=job_serializers.JobsQuery)
    def get(self, request: Request) -> Response:
        """List the jobs that you may see, newest first."""
        return self.page(
            self.listed(Job, _jobs),
            job_serializers.JobSerializer,
            context=lambda page: _values(page, self.membership),
        )

    @operation("jobs.create", creates=job_serializers.JobSerializer, request=job_serializers.NewJob)
    def post(self, request: Request) -> Response:
        """Create a job, open or as a draft, with the company's default process unless another one is named."""
        given = self.body(job_serializers.NewJob)
        process = given.pop("process")
        if process is not None:
            process = self.reference("process", HiringProcess.objects.for_company(self.company), process)
        state, said = Job.State(given.pop("state")), given.pop("job_fields", ())
        locations = given.pop("locations", None)
        with fields_named(_in_body):
            job = services.create_job(
                details=JobDetails(**_flat(given)),
                by=self.membership,
                process=process,
                state=state,
                values=answers.values(JobField, said, self.membership),
                locations=locations,
            )
        return written_job(self, job.pk, status=201)


class JobDetail(ApiView):
    """One job."""

    required_scopes = {"GET": Scope.JOBS_READ, "PATCH": Scope.JOBS_WRITE}

    @operation("jobs.read", reads=job_serializers.JobSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Read a job."""
        return Response(_job(self, job_id))

    @operation("jobs.update", writes=job_serializers.JobSerializer, request=job_serializers.JobDetails, guarded=True)
    def patch(self, request: Request, job_id: UUID) -> Response:
        """Change what a job says about itself and in its fields; what is not named stays."""
        given = self.body(job_serializers.JobDetails)
        job, said = self.find(Job.objects.visible_to(self.membership), job_id), given.pop("job_fields", ())
        locations = given.pop("locations", None)
        with transaction.atomic(), self.unchanged(job), fields_named(_in_body):
            # Locked, so that what is not named is what it is now and not what it was when we looked.
            current = services.lock(job, self.membership, Action.EDIT_JOB)
            before = {name: getattr(current, name) for name in JobDetails.__dataclass_fields__}
            services.edit_job(
                job=current,
                details=JobDetails(**{**before, **_flat(given)}),
                by=self.membership,
                values=answers.values(JobField, said, self.membership, current),
                locations=locations,
            )
        return written_job(self, job_id)


class JobStages(ApiView):
    """The steps of a job."""

    required_scopes = {"GET": Scope.JOBS_READ}
    pagination_class = None

    @operation("jobs.stages", reads=job_serializers.StagesSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """List the steps of a job's hiring process in order; candidates move between them."""
        job = self.find(Job.objects.visible_to(self.membership), job_id)
        return Response(job_serializers.StagesSerializer({"results": selectors.stages_of(job)}).data)


class HiringTeam(ApiView):
    """Who works on a job."""

    required_scopes = {"GET": Scope.JOBS_READ, "POST": Scope.JOBS_WRITE}

    @operation("jobs.team", lists=job_serializers.TeamMemberSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """List the roles on a job, newest first; somebody may have several."""
        job = self.find(Job.objects.visible_to(self.membership), job_id)
        return self.page(selectors.team_members([job.pk]), job_serializers.TeamMemberSerializer)

    @operation(
        "jobs.add_to_team",
        creates=job_serializers.TeamMemberSerializer,
        request=job_serializers.NewTeamMember,
        guarded=True,
    )
    def post(self, request: Request, job_id: UUID) -> Response:
        """Give a member a role on a job; 409 `role_taken` when they have it."""
        given = self.body(job_serializers.NewTeamMember)
        job = self.find(Job.objects.visible_to(self.membership), job_id)
        colleagues = Membership.objects.for_company(self.company).acting().select_related("user")
        member = self.reference("membership", colleagues, given["membership"])
        with self.unchanged(job):
            added = services.add_to_team(job=job, member=member, role=JobRole(given["role"]), by=self.membership)
        address = reverse("api:job-team", args=[job_id])
        return self.written(added.pk, address, lambda: job_serializers.TeamMemberSerializer(added).data, status=201)


class OneOfTeam(ApiView):
    """A role of somebody on a job."""

    required_scopes = {"DELETE": Scope.JOBS_WRITE}
    read_scope = Scope.JOBS_READ

    @operation("jobs.remove_from_team", writes=job_serializers.JobSerializer, guarded=True)
    def delete(self, request: Request, job_id: UUID, team_id: UUID) -> Response:
        """Take a role on a job away."""
        job = self.find(Job.objects.visible_to(self.membership), job_id)
        held = self.find(HiringTeamMember.objects.filter(job=job).select_related("membership__user"), team_id)
        with self.unchanged(job):
            services.remove_from_team(job=job, member=held.membership, role=JobRole(held.role), by=self.membership)
        return written_job(self, job_id)


class Departments(ApiView):
    """The parts of the company that jobs belong to."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("departments.list", lists=job_serializers.DepartmentSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the departments; a job names one, and one that nobody has named yet is added by itself."""
        return self.page(Department.objects.for_company(self.company), job_serializers.DepartmentSerializer)


class Locations(ApiView):
    """Where jobs are."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("locations.list", lists=job_serializers.ListedLocationSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the locations; an address that a job names and the list lacks is added by itself."""
        return self.page(Location.objects.for_company(self.company), job_serializers.ListedLocationSerializer)


class JobFields(ApiView):
    """What the company keeps about its jobs."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("job_fields.list", lists=job_serializers.JobFieldSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the active fields that you see on every job."""
        return self.page(field_values.seen(JobField, self.membership, None), job_serializers.JobFieldSerializer)


class JobFieldOptions(ApiView):
    """The choices of a single select."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation(
        "job_fields.options", lists=job_serializers.OptionSerializer, query=job_serializers.OptionsQuery, tag="settings"
    )
    def get(self, request: Request, field_id: UUID) -> Response:
        """List the choices of a field that can be chosen; `search` is what somebody has typed of one."""
        return _options(self, JobField, field_id)


class CandidateFields(ApiView):
    """What the company keeps about people."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("candidate_fields.list", lists=job_serializers.CompanyFieldSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the active fields that you see on everybody."""
        fields = field_values.seen(CandidateField, self.membership, None)
        return self.page(fields, job_serializers.CompanyFieldSerializer)


class CandidateFieldOptions(ApiView):
    """The choices of a single select."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation(
        "candidate_fields.options",
        lists=job_serializers.OptionSerializer,
        query=job_serializers.OptionsQuery,
        tag="settings",
    )
    def get(self, request: Request, field_id: UUID) -> Response:
        """List the choices of a field that can be chosen; `search` is what somebody has typed of one."""
        return _options(self, CandidateField, field_id)


class Members(ApiView):
    """Who works here."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("members.list", lists=job_serializers.MemberSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the active members of the company, for those who may create jobs."""
        if not self.membership.can(Action.CREATE_JOB):
            raise NotAllowed("Administrators and Staffing see all members. Ask one of them.")
        rows = Membership.objects.for_company(self.company).active().select_related("user")
        return self.page(rows, job_serializers.MemberSerializer)


class HiringProcesses(ApiView):
    """The hiring processes of the company."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("hiring_processes.list", lists=job_serializers.HiringProcessSerializer, tag="settings")
    def get(self, request: Request) -> Response:
        """List the hiring processes with their steps."""
        rows = HiringProcess.objects.for_company(self.company).prefetch_related("stages")
        return self.page(rows, job_serializers.HiringProcessSerializer)


class Sources(ApiView):
    """Where candidates come from."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation(
        "sources.list", lists=job_serializers.SourceSerializer, query=job_serializers.SourcesQuery, tag="settings"
    )
    def get(self, request: Request) -> Response:
        """List the sources of candidates."""
        rows = Source.objects.for_company(self.company).filter(**self.filters)
        return self.page(rows.select_related("type"), job_serializers.SourceSerializer)


class SourceTypes(ApiView):
    """Kinds of sources."""

    required_scopes = {"GET": Scope.SETTINGS_READ}

    @operation("source_types.list", lists=shapes.Named, tag="settings")
    def get(self, request: Request) -> Response:
        """List the kinds of sources; `GET /sources/?type=` lists those of one."""
        return self.page(SourceType.objects.for_company(self.company), shapes.Named)


def written_job(view: ApiView, job_id: UUID, *, status: int = 200) -> Response:
    """Answer a write to a job."""
    return view.written(job_id, reverse("api:job", args=[job_id]), lambda: _job(view, job_id), status=status)


def _jobs(member: Membership, seen: tuple[UUID, ...] | None, names: Shape[tuple[str, ...]], *values: Any) -> Any:
    rows = Job.objects.visible_to(member, jobs=seen)
    found = rows.filter(**dict(zip(names.value, values, strict=True))).select_related("process")
    return found.prefetch_related("places__location")


def _job(view: ApiView, job_id: UUID) -> dict[str, Any]:
    job = view.found(_jobs, "job", job_id)
    return job_serializers.JobSerializer(job, context=_values([job], view.membership)).data


def _values(jobs: Sequence[Job], membership: Membership) -> dict[str, Any]:
    return {"values": field_values.of_owners(JobField, [job.pk for job in jobs], membership)}


def _options(view: ApiView, fields: type[Field], field_id: UUID) -> Response:
    typed = text.compare_key(view.filters.get("search", ""))
    field = view.find(field_values.seen(fields, view.membership, None), field_id)
    options = fields.option_model().objects.filter(field=field, is_archived=False, label_key__contains=typed)
    return view.page(options, job_serializers.OptionSerializer)


# ── What is written ──────────────────────────────────────────────────────────────────────────────────────────────────
def _flat(given: dict[str, Any]) -> dict[str, Any]:
    """Return what was said about a job with the parts of its location beside the rest."""
    return {**given.pop("location", {}), **given}


def _in_body(name: str) -> str:
    """Return what the body calls a field that a service refuses: `location.city`, `job_fields.` and an id."""
    if name in job_serializers.LocationDetails._declared_fields:
        return f"location.{name}"
    return answers.name_in_body(name, "job_fields")
