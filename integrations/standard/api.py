"""Requests at a vendor of the usual kind over REST: the same services and the same visibility as the tab."""

from typing import Any

from django.urls import URLPattern
from django.utils.text import capfirst
from rest_framework import serializers

from integrations.models import Installation
from integrations.requests import services as request_services
from integrations.requests.api import TIMES, NewRequest, RequestApi, RequestSerializer
from integrations.standard import services
from integrations.standard.flow import Product
from integrations.standard.models import StandardRequest
from recruiting.api.fields import Id, Text
from recruiting.api.views import ApiView
from recruiting.applications.models import Application

_ABOUT = ("id", "application", "connection", "state", "requested_by", "product_id", "product_name")
_RESULT = ("is_superseded", "score", "details", "result_url")


class NewStandardRequest(NewRequest):
    """What is needed to ask for something."""

    connection = Id(help_text="Over which of the company's connections.")
    product = Text(max_length=200, help_text="The vendor's id of what is sent.")
    product_name = Text(max_length=200, required=False, help_text="By default as the vendor listed it last.")


def urls(flow: services.Flow) -> tuple[list[URLPattern], str]:
    """Return the addresses of one vendor's requests, and their namespace."""
    shown: Any = type("Meta", (), {"model": flow.standard_model, "fields": (*_ABOUT, *TIMES, *_RESULT)})

    class StandardSerializer(RequestSerializer):
        connection = serializers.UUIDField(source="installation_id")
        details = serializers.ListField(
            child=serializers.ListField(child=serializers.CharField()), help_text="Pairs of a label and a value."
        )
        result_url = serializers.CharField(help_text='Where the result is; "" before there is one.')

        Meta = shown

    def create(view: ApiView, application: Application, given: dict[str, Any]) -> StandardRequest:
        rows = Installation.objects.for_company(view.company).filter(integration=flow.slug).order_by("pk")
        installation = view.reference("connection", rows, given["connection"])
        names = {product.id: product.name for product in flow.known(installation)}
        name = given.get("product_name") or names.get(given["product"], given["product"])
        product = Product(given["product"], name)
        return services.send(
            flow, application=application, installation=installation, product=product, by=view.membership
        )

    StandardSerializer.__name__ = f"{flow.namespace.title().replace('_', '')}RequestSerializer"
    StandardSerializer.__doc__ = f"{capfirst(flow.a_noun)} asked for. Whom it is about stands on the application."
    namespace = f"{flow.namespace}_api"
    api = RequestApi(flow, StandardSerializer, f"{flow.namespace}_requests", namespace=namespace)
    return [
        api.many(
            create,
            NewStandardRequest,
            lists="List the requests whose candidates you may see, newest first.",
            creates=f"Send {flow.a_noun}; 409 when one is open over the connection, or something is missing.",
        ),
        api.one("Read a request."),
        api.action("cancel", request_services.cancel, "Cancel a request; 409 when the vendor cannot, or it is over."),
    ], namespace
