"""The composition root of all addresses: urlconfs are included by name, so no layer imports another here."""

from django.contrib import admin
from django.urls import include, path

from recruiting.base import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("healthz/worker", health.worker, name="healthz-worker"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/", include("recruiting.companies.account_urls")),
    path("admin/", admin.site.urls),
    path("", include("recruiting.applications.urls")),
    path("", include("recruiting.candidates.urls")),
    path("", include("recruiting.jobs.urls")),
    path("", include("recruiting.companies.urls")),
    path("", include("recruiting.api.urls")),
    path("", include("integrations.urls")),
    path("api/v1/", include("recruiting.api.fallback_urls")),
]

handler400 = "recruiting.base.views.bad_request"
handler403 = "recruiting.base.views.forbidden"
handler404 = "recruiting.base.views.not_found"
handler500 = "recruiting.base.views.server_error"
