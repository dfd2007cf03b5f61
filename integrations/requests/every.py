"""Requests of all vendors in one shape over REST, for programs that need not know whom a company asks.

What a vendor has besides stands at the request's own address (`url`).
"""

import heapq
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.urls import path, reverse
from django.utils.text import capfirst
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from integrations import registry
from integrations.requests.api import addresses
from integrations.requests.flow import RequestFlow
from integrations.requests.models import VendorRequest
from integrations.requests.selectors import rows_of
from recruiting.api.fields import Id
from recruiting.api.output import Output
from recruiting.api.schema import operation
from recruiting.api.scopes import Scope
from recruiting.api.shapes import Named, Query
from recruiting.api.views import ApiView
from recruiting.foundation import clock
from recruiting.foundation.errors import NotFound

app_name = "requests-api"


class AnyRequestSerializer(Output[VendorRequest]):
    """A request to a vendor. Whom it is about stands on the application. Needs `view` in its context."""

    id = serializers.UUIDField()
    kind = serializers.SerializerMethodField(help_text="What it asks for, in words.")
    integration = serializers.CharField(source="flow.slug")
    connection = Named(source="installation")
    application = serializers.UUIDField(source="application_id")
    state = serializers.SerializerMethodField()
    requested_by = serializers.UUIDField(source="requested_by_id", allow_null=True)
    failure = serializers.CharField(help_text='Why it could not be sent, else "".')
    is_superseded = serializers.BooleanField(help_text="Another request of the application counts instead.")
    created_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    url = serializers.SerializerMethodField(help_text="Where all of it can be read, the result included.")

    def get_kind(self, request: VendorRequest) -> str:
        """Return what people call it."""
        return capfirst(request.flow.noun)

    def get_state(self, request: VendorRequest) -> str:
        """Return the state as every page says it."""
        return request.state_at(clock.now())

    def get_url(self, request: VendorRequest) -> str:
        """Return the address of the vendor's own shape."""
        own = reverse(addresses[type(request)], args=[request.pk])
        return str(self.context["view"].request.build_absolute_uri(own))


def _flows() -> list[RequestFlow[Any]]:
    """Return the flows of all vendors whose requests have an address."""
    models = (model for model in apps.get_models() if model in addresses)
    flows: list[RequestFlow[Any]] = [model.flow for model in models if issubclass(model, VendorRequest)]
    return [flow for flow in flows if registry.get(flow.slug) is not None]


class _SlugField(serializers.ChoiceField):
    """The name of an integration, out of those that are here when it is used."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=sorted({flow.slug for flow in _flows()}), **options)


class _StateField(serializers.ChoiceField):
    """A state that a request of any of the integrations can have that are here when it is used."""

    def __init__(self, **options: Any) -> None:
        models: list[Any] = [flow.model for flow in _flows()]
        states = dict(choice for model in models for choice in model._meta.get_field("state").choices)
        super().__init__(choices=list(states.items()), **options)


class RequestsQuery(Query):
    """Filters of the list of requests."""

    application = Id(required=False)
    candidate = Id(source="application__candidate", required=False)
    integration = _SlugField(required=False)
    state = _StateField(required=False)


class Merged:
    """Rows of several tables as one that is paged by key; each page takes one query of each table."""

    def __init__(self, parts: Iterable[Any], ordering: str = "-id") -> None:
        self._parts, self._ordering = list(parts), ordering

    def order_by(self, ordering: str) -> "Merged":
        """Return the same rows in another order: `id` or `-id`."""
        return Merged((rows.order_by(ordering) for rows in self._parts), ordering)

    def filter(self, **rules: Any) -> "Merged":
        """Return the rows that keep the rules."""
        return Merged((rows.filter(**rules) for rows in self._parts), self._ordering)

    def __getitem__(self, asked: slice) -> list[Any]:
        first = [list(rows[: asked.stop]) for rows in self._parts]
        merged = heapq.merge(*first, key=lambda row: row.pk, reverse=self._ordering.startswith("-"))
        return list(merged)[asked]


class Requests(ApiView):
    """What was asked of vendors."""

    required_scopes = {"GET": Scope.REQUESTS_READ}

    @operation("requests.list", lists=AnyRequestSerializer, query=RequestsQuery)
    def get(self, request: Request) -> Response:
        """List the requests of all integrations whose candidates you may see, newest first."""
        filters = dict(self.filters)
        slug, state = filters.pop("integration", ""), filters.pop("state", "")
        parts = [_visible(flow, self).filter(**filters) for flow in _flows() if slug in ("", flow.slug)]
        if state:
            parts = [rows.in_state(state, clock.now()) for rows in parts]
        rows: Any = Merged(parts)
        return self.page(rows, AnyRequestSerializer, context=lambda page: {"view": self})


class OneRequest(ApiView):
    """One request."""

    required_scopes = {"GET": Scope.REQUESTS_READ}

    @operation("requests.read", reads=AnyRequestSerializer)
    def get(self, request: Request, request_id: UUID) -> Response:
        """Read a request of any integration."""
        found = [row for flow in _flows() for row in _visible(flow, self).filter(pk=request_id)]
        if not found:
            raise NotFound("There is no such request that you can see.")
        return Response(AnyRequestSerializer(found[0], context={"view": self}).data)


def _visible(flow: RequestFlow[Any], view: ApiView) -> Any:
    return rows_of(flow).visible_to(view.membership).select_related("installation")


urlpatterns = [
    path("requests/", Requests.as_view(), name="requests"),
    path("requests/<uuid:request_id>/", OneRequest.as_view(), name="request"),
]
