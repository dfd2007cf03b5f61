"""Requests of any vendor over REST: the same services and the same visibility as the tab.

A vendor gives what one looks like and what is needed to ask for one, and mounts `many`, `one` and an `action` for each
thing that people do to one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, path, reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations.requests.flow import RequestFlow
from integrations.requests.models import VendorRequest
from integrations.requests.preconditions import Blocked
from integrations.requests.selectors import rows_of
from integrations.requests.services import AlreadyRequested
from recruiting.api.errors import WithFacts, in_words
from recruiting.api.fields import Id
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.shapes import Input, Query
from recruiting.api.views import ApiView
from recruiting.applications.models import Application
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict

addresses: dict[type[VendorRequest], str] = {}
"""The names of the addresses of one request, by model."""
TIMES = ("created_at", "sent_at", "completed_at", "closed_at", "failure")
"""What every kind of request says of how it went."""


class NewRequest(Input):
    """What is needed to ask for anything of a candidate."""

    application = Id()


class RequestSerializer(serializers.ModelSerializer[Any]):
    """What every request says. Whom it is about stands on the application."""

    application = serializers.UUIDField(source="application_id")
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)


def facts_of(view: ApiView, error: Conflict) -> Mapping[str, Any]:
    """Return what the caller needs to decide: all blockers, or the request in the way."""
    if isinstance(error, Blocked):
        return {
            "blockers": [
                {"code": one.code, "sentence": one.sentence if view.may_name else f"{in_words(one.code)}."}
                for one in error.blockers
            ]
        }
    return {error.request.flow.about: str(error.request.pk)} if isinstance(error, AlreadyRequested) else {}


@dataclass(frozen=True)
class RequestApi:
    """The addresses of one kind of request."""

    flow: RequestFlow[Any]
    kind: type[RequestSerializer]
    """What one looks like."""
    name: str
    """Of many, as operations are named: `interview_requests`; their address has hyphens."""
    namespace: str
    """Of the addresses."""

    def many(
        self, create: Callable[[ApiView, Application, Any], Any], new: type[NewRequest], *, lists: str, creates: str
    ) -> URLPattern:
        """Return the address of all requests.

        Args:
            create: asks for one, given the view, the application and the rest of the body.
            new: the body.
            lists, creates: what listing and creating do, for the schema.
        """
        api, query = self, self._query()

        class Requests(ApiView):
            required_scopes = {"GET": Scope.REQUESTS_READ, "POST": Scope.REQUESTS_WRITE}
            names_people = True

            @operation(f"{self.name}.list", lists=self.kind, query=query, does=lists)
            def get(self, request: Request) -> Response:
                filters = dict(self.filters)
                state = filters.pop("state", None)
                rows = rows_of(api.flow).visible_to(self.membership).filter(**filters)
                return self.page(rows.in_state(state, clock.now()) if state else rows, api.kind)

            @operation(f"{self.name}.create", creates=self.kind, request=new, does=creates)
            def post(self, request: Request) -> Response:
                given = self.body(new)
                visible = Application.objects.visible_to(self.membership)
                application = self.reference("application", visible, given.pop("application"))
                return api._written(self, lambda: create(self, application, given), status=201)

        return path(f"{self._path}/", Requests.as_view(), name=self._path)

    def one(self, reads: str) -> URLPattern:
        """Return the address of one request; `reads` says in the schema what reading it does."""
        api = self
        addresses[self.flow.model] = f"{self.namespace}:{self._one}"

        class OneRequest(ApiView):
            required_scopes = {"GET": Scope.REQUESTS_READ}

            @operation(f"{self.name}.read", reads=self.kind, does=reads)
            def get(self, request: Request, **ids: UUID) -> Response:
                return Response(api.kind(api._find(self, ids)).data)

        return path(f"{self._path}/{self._id}/", OneRequest.as_view(), name=self._one)

    def action(self, name: str, service: Callable[..., VendorRequest], does: str, *, makes: bool = False) -> URLPattern:
        """Return the address of something that is done to one request.

        Args:
            name: as operations are named: `send_again`.
            service: called with `request` and `by`.
            does: what it does, for the schema.
            makes: whether it makes another request.
        """
        api = self
        answer: dict[str, Any] = {"creates" if makes else "writes": self.kind}

        class Act(ApiView):
            required_scopes = {"POST": Scope.REQUESTS_WRITE}
            read_scope = Scope.REQUESTS_READ
            names_people = True

            @operation(f"{self.name}.{name}", request=None, **answer, does=does)
            def post(self, request: Request, **ids: UUID) -> Response:
                found = api._find(self, ids)
                return api._written(
                    self, lambda: service(request=found, by=self.membership), status=201 if makes else 200
                )

        hyphened = name.replace("_", "-")
        return path(f"{self._path}/{self._id}/{hyphened}/", Act.as_view(), name=f"{self._one}-{hyphened}")

    # ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def _path(self) -> str:
        return self.name.replace("_", "-")

    @property
    def _one(self) -> str:
        return self._path.removesuffix("s")

    @property
    def _id(self) -> str:
        return f"<uuid:{self.flow.about}_id>"

    def _query(self) -> type[Query]:
        states: Any = next(field for field in self.flow.model._meta.fields if field.name == "state")

        class RequestsQuery(Query):
            application = Id(required=False)
            state = serializers.ChoiceField(choices=states.choices, required=False)

        return RequestsQuery

    def _find(self, view: ApiView, ids: Mapping[str, UUID]) -> Any:
        visible = rows_of(self.flow).visible_to(view.membership).select_related("application", "installation")
        return view.find(visible, ids[f"{self.flow.about}_id"])

    def _written(self, view: ApiView, service: Callable[[], VendorRequest], *, status: int) -> Response:
        """Run a service and answer what it wrote."""
        try:
            written = service()
        except Conflict as error:
            if facts := facts_of(view, error):
                raise WithFacts(error, **facts) from error
            raise
        address = reverse(f"{self.namespace}:{self._one}", args=[written.pk])
        return view.written(written.pk, address, lambda: self.kind(written).data, status=status)
