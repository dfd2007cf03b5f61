"""Interview requests over REST: the same services and the same visibility as the tab."""

from typing import Any
from uuid import UUID

from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.requests import services as requests
from integrations.spark_hire import services
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest
from recruiting.api.scopes import Scope
from recruiting.api.serializers import Input, Query, written
from recruiting.api.views import ApiView
from recruiting.applications.models import Application
from recruiting.foundation import clock


class NewInterviewRequest(Input):
    """What is needed to ask for an interview."""

    application = serializers.UUIDField()
    expires_on = serializers.DateField(
        help_text="The Expiration Date, in the company's calendar: the request expires as this date begins."
    )


class InterviewRequestsQuery(Query):
    """Which requests to list."""

    application = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=State.choices, required=False)


class InterviewRequestSerializer(serializers.ModelSerializer[InterviewRequest]):
    """A video interview request. Whom it invites stands on the application."""

    state = serializers.SerializerMethodField(help_text="Past its deadline a request reads `expired` at once.")
    application = serializers.UUIDField(source="application_id")
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)
    expires_on = serializers.DateField(allow_null=True, help_text="Null when the deadline was changed at the vendor.")
    is_superseded = serializers.BooleanField(help_text="An earlier request of the application counts instead.")
    share_url = serializers.CharField(help_text='Where to watch; "" before there is a recording.')

    class Meta:
        model = InterviewRequest
        fields = (
            "id",
            "application",
            "state",
            "requested_by",
            "expires_on",
            "expires_at",
            "time_zone",
            "question_set_name",
            "created_at",
            "sent_at",
            "completed_at",
            "closed_at",
            "failure",
            "is_superseded",
            "share_url",
        )
        read_only_fields = fields

    def get_state(self, request: InterviewRequest) -> str:
        """Return the state as every page says it."""
        return request.state_at(clock.now()).value


class InterviewRequests(ApiView):
    """The video interview requests of the company."""

    required_scopes = {"GET": Scope.REQUESTS_READ, "POST": Scope.REQUESTS_WRITE}
    names_people = True

    @extend_schema(
        tags=["interview requests"],
        operation_id="interview_requests_list",
        parameters=[InterviewRequestsQuery],
        responses=InterviewRequestSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the requests whose candidates you may see, newest first."""
        filters: dict[str, Any] = self.query(InterviewRequestsQuery)
        state = filters.pop("state", None)
        rows = InterviewRequest.objects.visible_to(self.membership).filter(**filters)
        if state is not None:
            rows = rows.in_state(State(state), clock.now())
        return self.page(rows, InterviewRequestSerializer)

    @extend_schema(
        tags=["interview requests"],
        operation_id="interview_requests_create",
        request=NewInterviewRequest,
        responses={201: written(InterviewRequestSerializer)},
    )
    def post(self, request: Request) -> Response:
        """Ask a candidate for a video interview; 409 when one is open or complete, or something is missing."""
        given = self.body(NewInterviewRequest)
        application = self.reference(
            "application", Application.objects.visible_to(self.membership), given["application"]
        )
        made = services.request_interview(application=application, expires_on=given["expires_on"], by=self.membership)
        return _written(self, made, status=201)


class InterviewRequestDetail(ApiView):
    """One video interview request."""

    required_scopes = {"GET": Scope.REQUESTS_READ}

    @extend_schema(
        tags=["interview requests"], operation_id="interview_requests_read", responses=InterviewRequestSerializer
    )
    def get(self, request: Request, request_id: UUID) -> Response:
        """Read a request."""
        found = self.find(InterviewRequest.objects.visible_to(self.membership), request_id)
        return Response(InterviewRequestSerializer(found).data)


class CancelInterviewRequest(ApiView):
    """Canceling one request."""

    required_scopes = {"POST": Scope.REQUESTS_WRITE}
    read_scope = Scope.REQUESTS_READ
    names_people = True

    @extend_schema(
        tags=["interview requests"],
        operation_id="interview_requests_cancel",
        request=None,
        responses=written(InterviewRequestSerializer),
    )
    def post(self, request: Request, request_id: UUID) -> Response:
        """Cancel a request; 409 when the candidate finished meanwhile or it is over."""
        visible = InterviewRequest.objects.visible_to(self.membership).select_related("application")
        canceled = requests.cancel(request=self.find(visible, request_id), by=self.membership)
        return _written(self, canceled)


def _written(view: ApiView, request: InterviewRequest, *, status: int = 200) -> Response:
    address = reverse("spark_hire_api:interview-request", args=[request.pk])
    return view.written(request.pk, address, lambda: InterviewRequestSerializer(request).data, status=status)


app_name = "spark_hire_api"
urlpatterns = [
    path("interview-requests/", InterviewRequests.as_view(), name="interview-requests"),
    path("interview-requests/<uuid:request_id>/", InterviewRequestDetail.as_view(), name="interview-request"),
    path(
        "interview-requests/<uuid:request_id>/cancel/",
        CancelInterviewRequest.as_view(),
        name="interview-request-cancel",
    ),
]
