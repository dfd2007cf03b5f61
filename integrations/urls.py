"""Addresses of the framework, and of every registered integration."""

from django.urls import URLPattern, URLResolver, include, path

from integrations import inbox, registry

_framework = [
    path("webhooks/<slug:integration>/<str:token>/", inbox.receive, name="webhook"),
    path("webhooks/<slug:integration>/<str:token>/<str:event>/", inbox.receive, name="webhook-event"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_framework, "integrations"))),
    *(path("", include(integration.urls)) for integration in registry.all_integrations() if integration.urls),
    path("api/v1/", include("integrations.requests.every")),
    *(
        path("api/v1/", include(integration.api_urls))
        for integration in registry.all_integrations()
        if integration.api_urls
    ),
]
