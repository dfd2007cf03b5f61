"""Interview requests over REST: the same services and the same visibility as the tab."""

from typing import Any

from rest_framework import serializers

from integrations.requests import services as request_services
from integrations.requests.api import TIMES, NewRequest, RequestApi, RequestSerializer
from integrations.spark_hire import services
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.models import InterviewRequest
from recruiting.api.views import ApiView
from recruiting.applications.models import Application
from recruiting.foundation import clock


class NewInterviewRequest(NewRequest):
    """What is needed to ask for an interview."""

    expires_on = serializers.DateField(
        help_text="The Expiration Date, in the company's calendar: the request expires as this date begins."
    )


class InterviewRequestSerializer(RequestSerializer):
    """A video interview request. Whom it invites stands on the application."""

    state = serializers.SerializerMethodField(help_text="Past its deadline a request reads `expired` at once.")
    expires_on = serializers.DateField(allow_null=True, help_text="Null when the deadline was changed at the vendor.")
    is_superseded = serializers.BooleanField(help_text="An earlier request of the application counts instead.")
    share_url = serializers.CharField(help_text='Where to watch; "" before there is a recording.')

    class Meta:
        model = InterviewRequest
        about = ("id", "application", "state", "requested_by", "expires_on", "expires_at", "time_zone")
        fields = (*about, "question_set_name", *TIMES, "is_superseded", "share_url")
        read_only_fields = fields

    def get_state(self, request: InterviewRequest) -> str:
        """Return the state as every page says it."""
        return request.state_at(clock.now()).value


def create(view: ApiView, application: Application, given: dict[str, Any]) -> InterviewRequest:
    """Ask for an interview."""
    return services.request_interview(application=application, by=view.membership, **given)


API = RequestApi(FLOW, InterviewRequestSerializer, "interview_requests", namespace="spark_hire_api")
app_name = "spark_hire_api"
urlpatterns = [
    API.many(
        create,
        NewInterviewRequest,
        lists="List the requests whose candidates you may see, newest first.",
        creates="Ask a candidate for a video interview; 409 when one is open or complete, or something is missing.",
    ),
    API.one("Read a request."),
    API.action(
        "cancel", request_services.cancel, "Cancel a request; 409 when the candidate finished meanwhile or it is over."
    ),
]
