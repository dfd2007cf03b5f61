"""Webhooks over REST, for Administrators: the same services as the pages."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.urls import path, reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from newsfeed import facts
from recruiting.api import scopes
from recruiting.api.fields import Text
from recruiting.api.schema import operation
from recruiting.api.shapes import Input, Query
from recruiting.api.views import ApiView
from recruiting.companies.access import require_administrator
from recruiting.webhooks import services
from recruiting.webhooks.models import Delivery, Subscription

READ = scopes.register("webhooks:read", "Read webhooks: who is told of what, and what was delivered.")
WRITE = scopes.register("webhooks:write", "Add, change and delete webhooks, and send deliveries again.")
_STATES = [Subscription.State.ON.value, Subscription.State.PAUSED.value]


class FactField(serializers.ChoiceField):
    """The name of a kind of fact, out of those that are known when it is used."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[kind.name for kind in facts.all_kinds()], **options)


class WebhookSerializer(serializers.ModelSerializer[Subscription]):
    """Where what is sent. `secret` is there once, in the answer that made it."""

    membership = serializers.UUIDField(source="membership_id", help_text="Whose rights decide what is sent.")
    facts = serializers.ListField(child=serializers.CharField())
    state = serializers.ChoiceField(choices=Subscription.State.choices)
    reason = serializers.SerializerMethodField(help_text='Why it is disabled, or why nothing is sent, else "".')
    secret = serializers.SerializerMethodField(help_text="`whsec_…`, null but in the answer that made it.")

    class Meta:
        model = Subscription
        fields = ("id", "url", "facts", "state", "reason", "membership", "secret", "created_at", "updated_at")

    def get_reason(self, webhook: Subscription) -> str:
        """Return why nothing is sent there."""
        return webhook.reason or webhook.why_silent

    def get_secret(self, webhook: Subscription) -> str | None:
        """Return a secret that was just made."""
        return webhook.secret if self.context.get("is_new") else None


class NewWebhook(Input):
    """A webhook to add."""

    url = Text(max_length=300)
    facts = serializers.ListField(child=FactField(), allow_empty=False, max_length=100)


class WebhookChanges(Input):
    """What of a webhook is to change."""

    url = Text(max_length=300, required=False)
    facts = serializers.ListField(child=FactField(), allow_empty=False, max_length=100, required=False)
    state = serializers.ChoiceField(choices=_STATES, required=False)


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    """One fact that was to be sent, and how that went. `data` is what is sent, {} if its author alone may read it."""

    webhook = serializers.UUIDField(source="subscription_id")
    webhook_id = serializers.CharField(help_text="The header of this name: the same at every try.")
    type = serializers.CharField(source="fact")
    data = serializers.SerializerMethodField()  # type: ignore[assignment]  # a field, not what the serializer made
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    error = serializers.CharField()
    # Of the columns the engines know different greatest numbers.
    attempts = serializers.IntegerField(min_value=0)
    answer_code = serializers.IntegerField(allow_null=True)
    took_ms = serializers.IntegerField(allow_null=True)

    class Meta:
        model = Delivery
        fields = (
            "id", "webhook", "webhook_id", "type", "data", "occurred_at", "state", "attempts", "tried_at",
            "answer_code", "took_ms", "error",
        )  # fmt: skip

    @extend_schema_field(serializers.DictField())
    def get_data(self, delivery: Delivery) -> dict[str, Any]:
        """Return what is sent, as far as the reader may know it."""
        return delivery.data_for(self.context["reader"])


class DeliveriesQuery(Query):
    """Filters of the log."""

    state = serializers.ChoiceField(choices=Delivery.State.choices, required=False)


class WebhookView(ApiView):
    """The base of all of these."""

    read_scope = READ

    def mine(self) -> QuerySet[Subscription]:
        """Return the company's webhooks. Raises NotAllowed for everybody but Administrators."""
        require_administrator(self.membership, rule=services.RULE)
        return Subscription.objects.for_company(self.company).select_related("membership__user", "connection__client")

    def one(self, webhook_id: UUID) -> Subscription:
        """Return one of them. Raises NotFound when the company has none like it, then as `mine`."""
        rows = Subscription.objects.for_company(self.company).select_related("membership__user", "connection__client")
        found = self.find(rows, webhook_id)
        self.mine()
        return found

    def deliveries_of(self, webhook_id: UUID) -> QuerySet[Delivery]:
        """Return the log of a webhook. Raises NotFound and NotAllowed as `one`."""
        return Delivery.objects.filter(subscription=self.one(webhook_id))

    def shown(self, webhook: Subscription, *, is_new: bool = False, status: int = 200) -> Response:
        """Answer a write to a webhook; `is_new`: with its secret."""
        address = reverse("webhooks-api:webhook", args=[webhook.pk])
        return self.written(
            webhook.pk,
            address,
            lambda: WebhookSerializer(webhook, context={"is_new": is_new}).data,
            status=status,
        )


class Webhooks(WebhookView):
    """All of them."""

    required_scopes = {"GET": READ, "POST": WRITE}

    @operation("webhooks.list", lists=WebhookSerializer)
    def get(self, request: Request) -> Response:
        """List the company's webhooks, newest first."""
        return self.page(self.mine(), WebhookSerializer)

    @operation("webhooks.create", creates=WebhookSerializer, request=NewWebhook)
    def post(self, request: Request) -> Response:
        """Add a webhook and ping it. Its `secret` is in this answer alone, for tokens that may read webhooks too."""
        self.mine()
        made = services.create(**self.body(NewWebhook), by=self.membership, connection_id=self.token.connection_id)
        return self.shown(made, is_new=True, status=201)


class OneWebhook(WebhookView):
    """One of them."""

    required_scopes = {"GET": READ, "PATCH": WRITE, "DELETE": WRITE}

    @operation("webhooks.read", reads=WebhookSerializer)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """Read a webhook."""
        return Response(WebhookSerializer(self.one(webhook_id)).data)

    @operation("webhooks.update", writes=WebhookSerializer, request=WebhookChanges)
    def patch(self, request: Request, webhook_id: UUID) -> Response:
        """Change a webhook; what is not named stays. Turned on again it is told of what happens from then on."""
        webhook = self.one(webhook_id)
        given = self.body(WebhookChanges)
        state = given.pop("state", None)
        with transaction.atomic():
            # Locked, so that what is not named is what it is now and not what it was when we looked.
            webhook = services.lock(webhook, self.membership)
            if state == Subscription.State.PAUSED:
                webhook = services.pause(subscription=webhook, by=self.membership)
            if given:
                whole = {"url": webhook.url, "facts": webhook.facts, **given, "connection_id": self.token.connection_id}
                webhook = services.edit(subscription=webhook, **whole, by=self.membership)
            if state == Subscription.State.ON:
                webhook = services.resume(subscription=webhook, by=self.membership)
        return self.shown(webhook)

    @operation("webhooks.delete", writes=WebhookSerializer, request=None)
    def delete(self, request: Request, webhook_id: UUID) -> Response:
        """Delete a webhook with its log; the answer is what it was."""
        webhook = self.one(webhook_id)
        services.delete(subscription=webhook, by=self.membership)
        return self.shown(webhook)


class RotateSecret(WebhookView):
    """Its secret."""

    required_scopes = {"POST": WRITE}

    @operation("webhooks.rotate_secret", writes=WebhookSerializer, request=None)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Make a new `secret`, in this answer alone; for 24 hours deliveries are signed with both."""
        webhook = self.one(webhook_id)
        self.body(Input)
        return self.shown(services.rotate(subscription=webhook, by=self.membership), is_new=True)


class Deliveries(WebhookView):
    """The log of one."""

    required_scopes = {"GET": READ}

    @operation("webhooks.deliveries", lists=DeliverySerializer, query=DeliveriesQuery)
    def get(self, request: Request, webhook_id: UUID) -> Response:
        """List what was to be sent to a webhook, newest first, for as long as it is kept (`WEBHOOK_KEEP_DAYS`, 30)."""
        rows = self.deliveries_of(webhook_id).filter(**self.filters)
        return self.page(rows, DeliverySerializer, context=lambda _: {"reader": self.membership})


class _Act(WebhookView):
    """What is done to one, or to one of its deliveries."""

    def sent(self, delivery: Delivery) -> Response:
        """Answer with a delivery."""
        address = reverse("webhooks-api:deliveries", args=[delivery.subscription_id])
        shown = DeliverySerializer(delivery, context={"reader": self.membership})
        return self.written(delivery.pk, address, lambda: shown.data)


class Ping(_Act):
    """A delivery about nothing."""

    required_scopes = {"POST": WRITE}

    @operation("webhooks.ping", writes=DeliverySerializer, request=None)
    def post(self, request: Request, webhook_id: UUID) -> Response:
        """Send a ping. 409 `webhook_is_off` while the webhook is paused or disabled."""
        webhook = self.one(webhook_id)
        self.body(Input)
        return self.sent(services.ping(subscription=webhook, by=self.membership))


class Redeliver(_Act):
    """A delivery, once more."""

    required_scopes = {"POST": WRITE}

    @operation("webhooks.redeliver", writes=DeliverySerializer, request=None)
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Send a delivery that is over once more, under its id. 409 `delivery_waits` while it is sent by itself."""
        delivery = self.find(self.deliveries_of(webhook_id), delivery_id)
        self.body(Input)
        return self.sent(services.redeliver(delivery=delivery, by=self.membership))


class Skip(_Act):
    """A delivery that others wait behind."""

    required_scopes = {"POST": WRITE}

    @operation("webhooks.skip", writes=DeliverySerializer, request=None)
    def post(self, request: Request, webhook_id: UUID, delivery_id: UUID) -> Response:
        """Give a waiting delivery up. 409 `delivery_is_over` when it is, `delivery_is_sent` while it is being sent."""
        delivery = self.find(self.deliveries_of(webhook_id), delivery_id)
        self.body(Input)
        return self.sent(services.skip(delivery=delivery, by=self.membership))


app_name = "webhooks-api"
_one = "webhooks/<uuid:webhook_id>/"
_delivery = f"{_one}deliveries/<uuid:delivery_id>/"
urlpatterns = [
    path("webhooks/", Webhooks.as_view(), name="webhooks"),
    path(_one, OneWebhook.as_view(), name="webhook"),
    path(f"{_one}rotate-secret/", RotateSecret.as_view(), name="rotate-secret"),
    path(f"{_one}ping/", Ping.as_view(), name="ping"),
    path(f"{_one}deliveries/", Deliveries.as_view(), name="deliveries"),
    path(f"{_delivery}redeliver/", Redeliver.as_view(), name="redeliver"),
    path(f"{_delivery}skip/", Skip.as_view(), name="skip"),
]
