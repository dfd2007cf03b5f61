"""Company Settings › Webhooks. A new secret is shown in the answer to its form and nowhere else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from newsfeed import facts
from recruiting.foundation import formatting, pagination
from recruiting.foundation.errors import Conflict
from recruiting.foundation.fields import LineField
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.forms import set_choices
from recruiting.web.responses import respond_to_form
from recruiting.webhooks import selectors, services
from recruiting.webhooks.models import Delivery, Subscription

# Tone and icon of a state, as badges show it.
BADGES = {
    Subscription.State.ON: ("success", "circle-check"),
    Subscription.State.PAUSED: ("neutral", "player-pause"),
    Subscription.State.DISABLED: ("danger", "alert-triangle"),
    Delivery.State.WAITING: ("info", "progress"),
    Delivery.State.DELIVERED: ("success", "circle-check"),
    Delivery.State.FAILED: ("danger", "alert-triangle"),
    Delivery.State.SKIPPED: ("neutral", "ban"),
    Delivery.State.DROPPED: ("warning", "eye-off"),
}


class WebhookForm(forms.Form):
    """Where to send what."""

    url = LineField(
        label="Address",
        max_length=300,
        help_text="Begins with https://. It is sent a ping when you save.",
        error_messages={"required": "Enter an address."},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
    )
    facts = forms.MultipleChoiceField(
        label="What it is told of",
        widget=forms.CheckboxSelectMultiple,
        help_text="Only of what you may see yourself, with ids and no names.",
        error_messages={"required": "Choose at least one."},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        set_choices(self, facts=[(kind.name, kind.label) for kind in facts.all_kinds()])


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List the company's webhooks."""
    found = _webhooks(request).order_by("id")
    rows = [(each, *BADGES[Subscription.State(each.state)], _labels(each)) for each in found]
    return render(request, "webhooks/index.html", {"rows": rows})


@page("GET", role=ADMINISTRATOR)
def detail(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Show a webhook and the log of its deliveries."""
    webhook = _webhook(request, webhook_id)
    log = Delivery.objects.visible_to(request.membership).filter(subscription=webhook)
    shown = pagination.page_of(log, ("-id",), request.GET, "delivery", "deliveries")
    rows = [(each, *BADGES[Delivery.State(each.state)], selectors.label_of(each.fact)) for each in shown.rows]
    tone, icon = BADGES[Subscription.State(webhook.state)]
    context = {"webhook": webhook, "tone": tone, "icon": icon, "labels": _labels(webhook), "page": shown, "rows": rows}
    context["kept"] = formatting.plural(settings.WEBHOOK_KEEP_DAYS, "day", "days")
    return render(request, "webhooks/detail.html", context)


@page("GET", "POST", role=ADMINISTRATOR)
def create(request: MemberRequest) -> HttpResponse:
    """Add a webhook and show its secret once."""
    form = WebhookForm(request.POST if request.method == "POST" else None)

    def save() -> HttpResponse:
        made = services.create(**form.cleaned_data, by=request.membership)
        return render(request, "webhooks/secret.html", {"webhook": made, "title": "Webhook added"}, status=201)

    return respond_to_form(request, form, save, "webhooks/form.html", conflict="url", conflict_status=422)


@page("GET", "POST", role=ADMINISTRATOR)
def edit(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Change where a webhook sends what."""
    webhook = _webhook(request, webhook_id)
    current = {"url": webhook.url, "facts": webhook.facts}
    form = WebhookForm(request.POST if request.method == "POST" else None, initial=current)

    def save() -> HttpResponse:
        services.edit(subscription=webhook, **form.cleaned_data, by=request.membership)
        return responses.saved(request, "Webhook saved.", _address(webhook))

    return respond_to_form(request, form, save, "webhooks/form.html", {"webhook": webhook})


@page("GET", "POST", role=ADMINISTRATOR)
def rotate(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Ask, then make a new secret and show it once."""
    webhook = _webhook(request, webhook_id)
    if request.method != "POST":
        return render(request, "webhooks/rotate.html", {"webhook": webhook})
    rotated = services.rotate(subscription=webhook, by=request.membership)
    return render(request, "webhooks/secret.html", {"webhook": rotated, "title": "New secret"})


@page("GET", "POST", role=ADMINISTRATOR)
def delete(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Ask, then delete a webhook and its log."""
    webhook = _webhook(request, webhook_id)
    if request.method != "POST":
        return render(request, "webhooks/delete.html", {"webhook": webhook})
    services.delete(subscription=webhook, by=request.membership)
    return responses.saved(request, "Webhook deleted.", "webhooks:index")


@page("POST", role=ADMINISTRATOR)
def pause(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Tell a webhook nothing for now."""
    return _acted(request, webhook_id, services.pause, "Webhook paused.")


@page("POST", role=ADMINISTRATOR)
def resume(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Tell a webhook of what happens again."""
    return _acted(request, webhook_id, services.resume, "Webhook is on. A ping is on its way.")


@page("POST", role=ADMINISTRATOR)
def ping(request: MemberRequest, webhook_id: UUID) -> HttpResponse:
    """Send a ping."""
    return _acted(request, webhook_id, services.ping, "A ping is on its way.")


@page("POST", role=ADMINISTRATOR)
def redeliver(request: MemberRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Send a delivery once more."""
    return _acted_on(request, webhook_id, delivery_id, services.redeliver, "It is on its way again.")


@page("POST", role=ADMINISTRATOR)
def skip(request: MemberRequest, webhook_id: UUID, delivery_id: UUID) -> HttpResponse:
    """Give a delivery up, for what waits behind it."""
    return _acted_on(request, webhook_id, delivery_id, services.skip, "Skipped. What waited behind it goes out now.")


def _webhook(request: MemberRequest, webhook_id: UUID) -> Subscription:
    return get_object_or_404(_webhooks(request), pk=webhook_id)


def _webhooks(request: MemberRequest) -> QuerySet[Subscription]:
    mine = Subscription.objects.visible_to(request.membership)
    return mine.select_related("membership__user", "connection__client")


def _labels(webhook: Subscription) -> list[str]:
    return [selectors.label_of(name) for name in webhook.facts]


def _address(webhook: Subscription) -> str:
    return reverse("webhooks:webhook", args=[webhook.pk])


def _acted(request: MemberRequest, webhook_id: UUID, service: Callable[..., Any], words: str) -> HttpResponse:
    webhook = _webhook(request, webhook_id)
    return _told(request, webhook, lambda: service(subscription=webhook, by=request.membership), words)


def _acted_on(
    request: MemberRequest, webhook_id: UUID, delivery_id: UUID, service: Callable[..., Any], words: str
) -> HttpResponse:
    webhook = _webhook(request, webhook_id)
    rows = Delivery.objects.filter(subscription=webhook).select_related("subscription")
    delivery = get_object_or_404(rows, pk=delivery_id)
    return _told(request, webhook, lambda: service(delivery=delivery, by=request.membership), words)


def _told(request: MemberRequest, webhook: Subscription, act: Callable[[], Any], words: str) -> HttpResponse:
    try:
        act()
    except Conflict as error:
        return responses.saved(request, error.message, _address(webhook), level=messages.ERROR)
    return responses.saved(request, words, _address(webhook))
