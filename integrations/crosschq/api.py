"""Reference checks over REST: the same services and the same visibility as the tab.

Nothing here says who the references are: that stays on the tab, where a company chose to keep it.
"""

from typing import Any

from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.crosschq import services
from integrations.crosschq.flow import FLOW
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.payload import builder
from integrations.requests import services as request_services
from integrations.requests.api import TIMES, NewRequest, RequestApi, RequestSerializer
from recruiting.api.fields import Id
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.applications.models import Application
from recruiting.companies.models import Membership


class NewReferenceCheck(NewRequest):
    """What is needed to send a reference check."""

    template = Id(help_text="Whatever the job's tag says.")
    requestor = Id(
        required=False, help_text="A membership; by default the job's Recruiter, Coordinator or the company's default."
    )


class ReferenceCheckSerializer(RequestSerializer):
    """A reference check. Whom it asks about stands on the application; the references stay in Crosschq."""

    template = serializers.UUIDField(source="template_id", allow_null=True, help_text="Null when it was deleted.")
    owner = serializers.UUIDField(source="owner_id", allow_null=True, help_text="The requestor.")
    progress = serializers.IntegerField(help_text="Percent; 100 has a report.")
    is_forced = serializers.BooleanField(help_text="Sent although there was one.")
    is_superseded = serializers.BooleanField(help_text="Another check of the application counts instead.")
    report_url = serializers.CharField(help_text='Where to read it; "" before there is a report.')

    class Meta:
        model = ReferenceCheck
        about = ("id", "application", "state", "template", "template_name", "requested_by", "owner", "position")
        counts = ("asked_count", "entered_count", "answered_count", "progress")
        marks = ("is_past_due", "is_forced", "is_superseded")
        fields = (*about, *counts, *marks, *TIMES, "report_url")
        read_only_fields = fields


class TemplateSerializer(serializers.ModelSerializer[Template]):
    """A template: what is asked, and of whom."""

    references = serializers.SerializerMethodField(help_text="How many of each kind; empty for any relationship.")
    reference_count = serializers.SerializerMethodField(help_text="How many references in all.")

    class Meta:
        model = Template
        asks = ("survey", "survey_name", "any_relationship", "references", "reference_count")
        fields = ("id", "name", "tag", "description", "position", *asks, "created_at")
        read_only_fields = fields

    def get_references(self, template: Template) -> dict[str, int]:
        """Return how many of each kind are asked for."""
        return dict(builder.wanted_of(template).counts)

    def get_reference_count(self, template: Template) -> int:
        """Return how many are asked for in all."""
        return builder.wanted_of(template).total


class ReferenceCheckTemplates(ApiView):
    """The company's templates."""

    required_scopes = {"GET": Scope.REQUESTS_READ}

    @operation("reference_check_templates.list", lists=TemplateSerializer, tag="reference checks")
    def get(self, request: Request) -> Response:
        """List the company's templates, newest first."""
        mine = Template.objects.for_company(self.company).prefetch_related("references")
        return self.page(mine, TemplateSerializer)


def create(view: ApiView, application: Application, given: dict[str, Any]) -> ReferenceCheck:
    """Send a check with a template, in the name of the requestor that is given."""
    template = view.reference("template", Template.objects.for_company(view.company), given["template"])
    requestor = None
    if "requestor" in given:
        members = Membership.objects.for_company(view.company).active().select_related("user")
        requestor = view.reference("requestor", members, given["requestor"])
    return services.send(application=application, template=template, by=view.membership, requestor=requestor)


API = RequestApi(FLOW, ReferenceCheckSerializer, "reference_checks", namespace="crosschq_api")
app_name = "crosschq_api"
urlpatterns = [
    API.many(
        create,
        NewReferenceCheck,
        lists="List the checks whose candidates you may see, newest first.",
        creates="Send a check with a template; 409 when one is open or complete, or something is missing (`blockers`).",
    ),
    API.one("Read a check."),
    API.action(
        "send_again",
        services.send_again,
        "Send a second check with the same template, although there is one.",
        makes=True,
    ),
    API.action(
        "cancel",
        request_services.cancel,
        "Cancel a check; 409 `only_there` where only Crosschq can, and when it is over.",
    ),
    API.action(
        "stop",
        request_services.stop_tracking,
        "Stop tracking a check, which runs on in Crosschq; 409 when it is over.",
    ),
    path("reference-check-templates/", ReferenceCheckTemplates.as_view(), name="reference-check-templates"),
]
