"""Addresses of the REST API under /api/v1/."""

from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.urls import URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from recruiting.api import endpoints, file_endpoints, job_endpoints, job_serializers, serializers
from recruiting.api.acts import Acts
from recruiting.api.scopes import Scope
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job

_jobs = Acts("job", Job, job_serializers.JobSerializer, Scope.JOBS_WRITE, Scope.JOBS_READ, job_endpoints.written_job)
_applications = Acts(
    "application",
    Application,
    serializers.ApplicationSerializer,
    Scope.APPLICATIONS_WRITE,
    Scope.APPLICATIONS_READ,
    endpoints.written_application,
)

_v1 = [
    path("me/", endpoints.Me.as_view(), name="me"),
    path("jobs/", job_endpoints.Jobs.as_view(), name="jobs"),
    path("jobs/<uuid:job_id>/", job_endpoints.JobDetail.as_view(), name="job"),
    path("jobs/<uuid:job_id>/stages/", job_endpoints.JobStages.as_view(), name="job-stages"),
    path("jobs/<uuid:job_id>/team/", job_endpoints.HiringTeam.as_view(), name="job-team"),
    path("jobs/<uuid:job_id>/team/<uuid:team_id>/", job_endpoints.OneOfTeam.as_view(), name="job-team-member"),
    _jobs.act("open", "Open a draft or closed job.", jobs.open_job),
    _jobs.act("close", "Close a job; its people stay where they are.", jobs.close_job),
    path("departments/", job_endpoints.Departments.as_view(), name="departments"),
    path("locations/", job_endpoints.Locations.as_view(), name="locations"),
    path("job-fields/", job_endpoints.JobFields.as_view(), name="job-fields"),
    path("job-fields/<uuid:field_id>/options/", job_endpoints.JobFieldOptions.as_view(), name="job-field-options"),
    path("candidate-fields/", job_endpoints.CandidateFields.as_view(), name="candidate-fields"),
    path(
        "candidate-fields/<uuid:field_id>/options/",
        job_endpoints.CandidateFieldOptions.as_view(),
        name="candidate-field-options",
    ),
    path("members/", job_endpoints.Members.as_view(), name="members"),
    path("source-types/", job_endpoints.SourceTypes.as_view(), name="source-types"),
    path("hiring-processes/", job_endpoints.HiringProcesses.as_view(), name="hiring-processes"),
    path("sources/", job_endpoints.Sources.as_view(), name="sources"),
    path("candidates/", endpoints.Candidates.as_view(), name="candidates"),
    path("candidates/<uuid:candidate_id>/", endpoints.CandidateDetail.as_view(), name="candidate"),
    path("candidates/<uuid:candidate_id>/tags/", endpoints.CandidateTags.as_view(), name="candidate-tags"),
    path(
        "candidates/<uuid:candidate_id>/tags/<uuid:tag_id>/",
        endpoints.CandidateTag.as_view(),
        name="candidate-tag",
    ),
    path("tags/", endpoints.Tags.as_view(), name="tags"),
    path("prospects/", endpoints.Prospects.as_view(), name="prospects"),
    path("applications/", endpoints.Applications.as_view(), name="applications"),
    path("applications/<uuid:application_id>/", endpoints.ApplicationDetail.as_view(), name="application"),
    path("applications/<uuid:application_id>/move/", endpoints.MoveApplication.as_view(), name="application-move"),
    _applications.act(
        "convert_lead",
        "Convert a lead to an applicant in the first step; an applicant stays as they are.",
        applications.convert_lead,
    ),
    _applications.act(
        "reject",
        "Reject an application for a reason; it keeps its step and can be reopened.",
        applications.reject,
        serializers.Reason,
    ),
    _applications.act(
        "withdraw",
        "Note that the person took the application back, and why; it keeps its step and can be reopened.",
        applications.withdraw,
        serializers.Reason,
    ),
    _applications.act("reopen", "Make a rejected or withdrawn application what it was before.", applications.reopen),
    path("applications/<uuid:application_id>/history/", endpoints.History.as_view(), name="application-history"),
    path("applications/<uuid:application_id>/files/", file_endpoints.Files.as_view(), name="application-files"),
    path("files/<uuid:file_id>/", file_endpoints.OneFile.as_view(), name="file"),
    path("shared-files/<str:token>/", file_endpoints.DownloadLink.as_view(), name="download-link"),
    path("applications/<uuid:application_id>/notes/", endpoints.Notes.as_view(), name="application-notes"),
    path(
        "applications/<uuid:application_id>/notes/<uuid:note_id>/",
        endpoints.OneNote.as_view(),
        name="application-note",
    ),
    path("newsfeed/", endpoints.Newsfeed.as_view(), name="newsfeed"),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "docs/", SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/docs.html"), name="docs"
    ),
]

urlpatterns = [path("api/v1/", include(_v1))]


def of_apps(configs: Iterable[AppConfig] | None = None) -> list[URLResolver]:
    """Return the addresses of the apps that name a module of theirs in `AppConfig.api_urls`, such as `here.api`."""
    named = (getattr(config, "api_urls", "") for config in configs or apps.get_app_configs())
    return [path("api/v1/", include(module)) for module in named if module]
