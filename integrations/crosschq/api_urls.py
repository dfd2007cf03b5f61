"""Addresses of Crosschq under /api/v1/."""

from django.urls import path

from integrations.crosschq import api

app_name = "crosschq_api"
urlpatterns = [
    path("reference-checks/", api.ReferenceChecks.as_view(), name="reference-checks"),
    path("reference-checks/<uuid:check_id>/", api.ReferenceCheckDetail.as_view(), name="reference-check"),
    path(
        "reference-checks/<uuid:check_id>/send-again/",
        api.SendReferenceCheckAgain.as_view(),
        name="reference-check-send-again",
    ),
    path("reference-checks/<uuid:check_id>/cancel/", api.CancelReferenceCheck.as_view(), name="reference-check-cancel"),
    path("reference-checks/<uuid:check_id>/stop/", api.StopReferenceCheck.as_view(), name="reference-check-stop"),
    path("reference-check-templates/", api.ReferenceCheckTemplates.as_view(), name="reference-check-templates"),
]
