"""Addresses of Spark Hire under /api/v1/."""

from django.urls import path

from integrations.spark_hire import api

app_name = "spark_hire_api"
urlpatterns = [
    path("interview-requests/", api.InterviewRequests.as_view(), name="interview-requests"),
    path("interview-requests/<uuid:request_id>/", api.InterviewRequestDetail.as_view(), name="interview-request"),
    path(
        "interview-requests/<uuid:request_id>/cancel/",
        api.CancelInterviewRequest.as_view(),
        name="interview-request-cancel",
    ),
]
