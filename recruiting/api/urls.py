"""Addresses of the REST API under /api/v1/."""

from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.urls import URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from recruiting.api import endpoints

_v1 = [
    path("me/", endpoints.Me.as_view(), name="me"),
    path("jobs/", endpoints.Jobs.as_view(), name="jobs"),
    path("jobs/<uuid:job_id>/", endpoints.JobDetail.as_view(), name="job"),
    path("jobs/<uuid:job_id>/stages/", endpoints.JobStages.as_view(), name="job-stages"),
    path("hiring-processes/", endpoints.HiringProcesses.as_view(), name="hiring-processes"),
    path("sources/", endpoints.Sources.as_view(), name="sources"),
    path("candidates/", endpoints.Candidates.as_view(), name="candidates"),
    path("candidates/<uuid:candidate_id>/", endpoints.CandidateDetail.as_view(), name="candidate"),
    path("applications/", endpoints.Applications.as_view(), name="applications"),
    path("applications/<uuid:application_id>/", endpoints.ApplicationDetail.as_view(), name="application"),
    path("applications/<uuid:application_id>/move/", endpoints.MoveApplication.as_view(), name="application-move"),
    path(
        "applications/<uuid:application_id>/convert-lead/",
        endpoints.ConvertLead.as_view(),
        name="application-convert-lead",
    ),
    path("applications/<uuid:application_id>/notes/", endpoints.Notes.as_view(), name="application-notes"),
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
