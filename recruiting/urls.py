"""The composition root of all addresses: urlconfs are included by name, so no layer imports another here."""

from django.contrib import admin
from django.urls import include, path

from recruiting.api import urls as api
from recruiting.web import health
from recruiting.web.companies import token_urls

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("healthz/worker", health.worker, name="healthz-worker"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("recruiting.web.companies.account_urls")),
    path("admin/", admin.site.urls),
    path("", include("recruiting.web.applications.urls")),
    path("", include("recruiting.web.candidates.urls")),
    path("", include("recruiting.web.jobs.urls")),
    path("", include("recruiting.web.companies.urls")),
    path("", include(([*api.urlpatterns, *token_urls.urlpatterns], "api"))),
    *api.of_apps(),
    path("", include("recruiting.connected_apps.urls")),
    path("", include("recruiting.resumes.urls")),
    path("", include("recruiting.runs.urls")),
    path("", include("recruiting.bulk.urls")),
    path("", include("recruiting.webhooks.urls")),
    path("", include("recruiting.careers.urls")),
    path("", include("recruiting.careers.public.urls")),
    path("", include("integrations.urls")),
    path("api/v1/", include("recruiting.api.fallback_urls")),
]

handler400 = "recruiting.web.errors.bad_request"
handler403 = "recruiting.web.errors.forbidden"
handler404 = "recruiting.web.errors.not_found"
handler500 = "recruiting.web.errors.server_error"
