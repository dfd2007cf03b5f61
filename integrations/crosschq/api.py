"""Reference checks over REST: the same services and the same visibility as the tab.

Nothing here says who the references are: that stays on the tab, where a company chose to keep it.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import path, reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.crosschq import preconditions, services
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.orders import building
from integrations.requests import services as requests
from integrations.requests.lifecycle import State
from integrations.requests.services import AlreadyRequested
from recruiting.api.errors import WithFacts, in_words
from recruiting.api.scopes import Scope
from recruiting.api.serializers import Input, Query, written
from recruiting.api.views import ApiView
from recruiting.applications.models import Application
from recruiting.companies.models import Membership


class NewReferenceCheck(Input):
    """What is needed to send a reference check."""

    application = serializers.UUIDField()
    template = serializers.UUIDField(help_text="Whatever the job's tag says.")
    requestor = serializers.UUIDField(
        required=False, help_text="A membership; by default the job's Recruiter, Coordinator or the company's default."
    )


class ReferenceChecksQuery(Query):
    """Which checks to list."""

    application = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(choices=State.choices, required=False)


class ReferenceCheckSerializer(serializers.ModelSerializer[ReferenceCheck]):
    """A reference check. Whom it asks about stands on the application; the references stay in Crosschq."""

    application = serializers.UUIDField(source="application_id")
    template = serializers.UUIDField(source="template_id", allow_null=True, help_text="Null when it was deleted.")
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)
    owner = serializers.UUIDField(source="owner_id", allow_null=True, help_text="The requestor.")
    progress = serializers.IntegerField(help_text="Percent; 100 has a report.")
    is_forced = serializers.BooleanField(help_text="Sent although there was one.")
    is_superseded = serializers.BooleanField(help_text="Another check of the application counts instead.")
    report_url = serializers.CharField(help_text='Where to read it; "" before there is a report.')

    class Meta:
        model = ReferenceCheck
        fields = (
            "id",
            "application",
            "state",
            "template",
            "template_name",
            "requested_by",
            "owner",
            "position",
            "asked_count",
            "entered_count",
            "answered_count",
            "progress",
            "is_past_due",
            "is_forced",
            "is_superseded",
            "created_at",
            "sent_at",
            "completed_at",
            "closed_at",
            "failure",
            "report_url",
        )
        read_only_fields = fields


class TemplateSerializer(serializers.ModelSerializer[Template]):
    """A template: what is asked, and of whom."""

    references = serializers.SerializerMethodField(help_text="How many of each kind; empty for any relationship.")
    reference_count = serializers.SerializerMethodField(help_text="How many references in all.")

    class Meta:
        model = Template
        fields = (
            "id",
            "name",
            "tag",
            "description",
            "position",
            "survey",
            "survey_name",
            "any_relationship",
            "references",
            "reference_count",
            "created_at",
        )
        read_only_fields = fields

    def get_references(self, template: Template) -> dict[str, int]:
        """Return how many of each kind are asked for."""
        return dict(building.wanted_of(template).counts)

    def get_reference_count(self, template: Template) -> int:
        """Return how many are asked for in all."""
        return building.wanted_of(template).total


class ReferenceChecks(ApiView):
    """The reference checks of the company."""

    required_scopes = {"GET": Scope.REQUESTS_READ, "POST": Scope.REQUESTS_WRITE}
    names_people = True

    @extend_schema(
        tags=["reference checks"],
        operation_id="reference_checks_list",
        parameters=[ReferenceChecksQuery],
        responses=ReferenceCheckSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the checks whose candidates you may see, newest first."""
        filters: dict[str, Any] = self.query(ReferenceChecksQuery)
        rows = ReferenceCheck.objects.visible_to(self.membership).filter(**filters)
        return self.page(rows, ReferenceCheckSerializer)

    @extend_schema(
        tags=["reference checks"],
        operation_id="reference_checks_create",
        request=NewReferenceCheck,
        responses={201: written(ReferenceCheckSerializer)},
    )
    def post(self, request: Request) -> Response:
        """Send a check with a template; 409 when one is open or complete, or something is missing (`blockers`)."""
        given = self.body(NewReferenceCheck)
        application = self.reference(
            "application", Application.objects.visible_to(self.membership), given["application"]
        )
        template = self.reference("template", Template.objects.for_company(self.company), given["template"])
        requestor = None
        if "requestor" in given:
            members = Membership.objects.for_company(self.company).active().select_related("user")
            requestor = self.reference("requestor", members, given["requestor"])
        made = _with_facts(
            self,
            lambda: services.send(application=application, template=template, by=self.membership, requestor=requestor),
        )
        return _written(self, made, status=201)


class ReferenceCheckDetail(ApiView):
    """One reference check."""

    required_scopes = {"GET": Scope.REQUESTS_READ}

    @extend_schema(tags=["reference checks"], operation_id="reference_checks_read", responses=ReferenceCheckSerializer)
    def get(self, request: Request, check_id: UUID) -> Response:
        """Read a check."""
        found = self.find(ReferenceCheck.objects.visible_to(self.membership), check_id)
        return Response(ReferenceCheckSerializer(found).data)


class _Act(ApiView):
    """Something that is done to one check."""

    service: Callable[..., ReferenceCheck]
    required_scopes = {"POST": Scope.REQUESTS_WRITE}
    read_scope = Scope.REQUESTS_READ
    names_people = True
    status = 200

    def post(self, request: Request, check_id: UUID) -> Response:
        """Do it."""
        visible = ReferenceCheck.objects.visible_to(self.membership).select_related("application", "installation")
        check = self.find(visible, check_id)
        done = _with_facts(self, lambda: type(self).service(request=check, by=self.membership))
        return _written(self, done, status=self.status)


class SendReferenceCheckAgain(_Act):
    """A second check although there is one."""

    service = staticmethod(services.send_again)
    status = 201

    @extend_schema(
        tags=["reference checks"],
        operation_id="reference_checks_send_again",
        request=None,
        responses={201: written(ReferenceCheckSerializer)},
    )
    def post(self, request: Request, check_id: UUID) -> Response:
        """Send a second check with the same template, although there is one."""
        return super().post(request, check_id)


class CancelReferenceCheck(_Act):
    """Canceling one check."""

    service = staticmethod(requests.cancel)

    @extend_schema(
        tags=["reference checks"],
        operation_id="reference_checks_cancel",
        request=None,
        responses=written(ReferenceCheckSerializer),
    )
    def post(self, request: Request, check_id: UUID) -> Response:
        """Cancel a check; 409 `only_there` where only Crosschq can, and when it is over."""
        return super().post(request, check_id)


class StopReferenceCheck(_Act):
    """No longer following one check."""

    service = staticmethod(requests.stop_tracking)

    @extend_schema(
        tags=["reference checks"],
        operation_id="reference_checks_stop",
        request=None,
        responses=written(ReferenceCheckSerializer),
    )
    def post(self, request: Request, check_id: UUID) -> Response:
        """Stop following a check, which runs on in Crosschq; 409 when it is over."""
        return super().post(request, check_id)


class ReferenceCheckTemplates(ApiView):
    """The company's templates."""

    required_scopes = {"GET": Scope.REQUESTS_READ}

    @extend_schema(
        tags=["reference checks"],
        operation_id="reference_check_templates_list",
        responses=TemplateSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """List the company's templates, newest first."""
        self.query(Query)
        mine = Template.objects.for_company(self.company).prefetch_related("references")
        return self.page(mine, TemplateSerializer)


def _written(view: ApiView, check: ReferenceCheck, *, status: int) -> Response:
    address = reverse("crosschq_api:reference-check", args=[check.pk])
    return view.written(check.pk, address, lambda: ReferenceCheckSerializer(check).data, status=status)


def _with_facts(view: ApiView, service: Callable[[], ReferenceCheck]) -> ReferenceCheck:
    """Run a service; a refusal says what the caller needs to decide: all blockers, or the check in the way."""
    try:
        return service()
    except preconditions.Blocked as error:
        found = [
            {"code": one.code, "sentence": one.sentence if view.may_name else f"{in_words(one.code)}."}
            for one in error.blockers
        ]
        raise WithFacts(error, blockers=found) from error
    except AlreadyRequested as error:
        raise WithFacts(error, check=str(error.request.pk)) from error


app_name = "crosschq_api"
urlpatterns = [
    path("reference-checks/", ReferenceChecks.as_view(), name="reference-checks"),
    path("reference-checks/<uuid:check_id>/", ReferenceCheckDetail.as_view(), name="reference-check"),
    path(
        "reference-checks/<uuid:check_id>/send-again/",
        SendReferenceCheckAgain.as_view(),
        name="reference-check-send-again",
    ),
    path("reference-checks/<uuid:check_id>/cancel/", CancelReferenceCheck.as_view(), name="reference-check-cancel"),
    path("reference-checks/<uuid:check_id>/stop/", StopReferenceCheck.as_view(), name="reference-check-stop"),
    path("reference-check-templates/", ReferenceCheckTemplates.as_view(), name="reference-check-templates"),
]
