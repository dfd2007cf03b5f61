"""Connections to vendors in the Django admin: how they are, in sentences, and what keeps them going.

A key is "set …, checked …" here, never a digit of it; a delivery's body keeps its shape and loses what it says about
people.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from integrations import outbound, registry
from integrations.models import Credential, Installation, WebhookDelivery
from integrations.redaction import redacted
from recruiting.foundation import adminsite, clock, formatting, pagination
from recruiting.foundation.adminsite import (
    ActionsAdmin,
    AdminAction,
    ReadOnlyAdmin,
    ReasonForm,
    ServiceAdmin,
    StatusItem,
    StatusLink,
)
from recruiting.outbox import messages
from recruiting.outbox.models import OutboxMessage


# ── Actions ──────────────────────────────────────────────────────────────────────────────────────────────────────────
class PauseForm(ReasonForm):
    """Until when nothing is sent."""

    until = forms.DateTimeField(
        label="Pause until (UTC)",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"required": "Choose a date and a time.", "invalid": "That isn't a date and a time."},
    )
    field_order = ("until", "reason")

    def clean_until(self) -> datetime:
        """Return the instant; refuse one that has passed, or lies further off than anybody remembers."""
        # Whoever looks after several companies thinks in UTC, whatever zone this session is in.
        until: datetime = timezone.make_naive(self.cleaned_data["until"]).replace(tzinfo=clock.machine_now().tzinfo)
        now = clock.machine_now()
        if until <= now:
            raise forms.ValidationError("That has passed. Choose a later time.")
        if until > now + timedelta(days=30):
            raise forms.ValidationError("Choose a time within 30 days.")
        return until


def _retry_waiting(request: HttpRequest, installation: Installation, answers: Mapping[str, Any]) -> bool:
    return messages.run_channel_now(installation.channel) > 0


def _pause(request: HttpRequest, installation: Installation, answers: Mapping[str, Any]) -> bool:
    outbound.pause(installation, until=answers["until"])
    return True


def _resume(request: HttpRequest, installation: Installation, answers: Mapping[str, Any]) -> bool:
    outbound.pause(installation, until=None)
    messages.run_channel_now(installation.channel)
    return True


ACTS = (
    AdminAction(
        name="retry-waiting",
        label="Retry waiting",
        verb="Retry what waits on",
        sentence="Everything that waits on them runs as soon as a worker is free.",
        run=_retry_waiting,
    ),
    AdminAction(
        name="pause",
        label="Pause until…",
        verb="Pause",
        sentence="Nothing is sent until then. What people send meanwhile waits and goes out afterwards.",
        run=_pause,
        form=PauseForm,
    ),
    AdminAction(
        name="resume",
        label="Resume",
        verb="Resume",
        sentence="What waited goes out now.",
        run=_resume,
        applies_to=lambda installation: installation.is_paused(clock.machine_now()),
    ),
)


# ── Installations ────────────────────────────────────────────────────────────────────────────────────────────────────
def state_of(installation: Installation, *, now: datetime) -> str:
    """Return the state of a connection in a sentence; `now` is the machine's instant (UTC)."""
    if installation.needs_attention:
        return f"Needs attention: {installation.needs_attention}"
    if installation.is_paused(now):
        assert installation.paused_until is not None
        return f"Paused until {installation.paused_until:%d %b %Y, %H:%M} UTC."
    if not installation.is_on:
        return "Off: no new requests can be sent."
    if installation.primary_credential_id is None:
        return "On, and setup is not finished: there is no primary user."
    return "On."


class StateFilter(admin.SimpleListFilter):
    """Connections by how they are."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: "admin.ModelAdmin[Any]") -> list[tuple[str, str]]:
        """Return what can be chosen."""
        return [("on", "On"), ("attention", "Needs attention"), ("paused", "Paused"), ("off", "Off")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Installation]) -> QuerySet[Installation]:
        """Return the chosen ones."""
        return queryset.filter(_states()[self.value()]) if self.value() in _states() else queryset


def _states() -> dict[str | None, Q]:
    return {
        "on": Q(is_on=True),
        "off": Q(is_on=False),
        "attention": ~Q(needs_attention=""),
        "paused": Q(paused_until__gt=clock.machine_now()),
    }


@admin.register(Installation)
class InstallationAdmin(ActionsAdmin, ServiceAdmin):
    """How companies are connected. Only the vendor's address is edited here, for a company on a test system.

    Companies connect themselves, and requests hang on a connection.
    """

    denied = ("add", "delete")
    list_display = ("company", "integration", "label", "state", "last_heard_at", "last_error")
    list_filter = (StateFilter,)
    list_select_related = ("company",)
    search_fields = ("company__name", "=integration")
    fields = (
        "company",
        "integration",
        "label",
        "state",
        "last_heard_at",
        "last_error",
        "last_error_at",
        "primary_user",
        "keys",
        "open_requests",
        "waiting",
        "base_url_override",
    )
    readonly_fields = fields[:-1]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def admin_actions(self) -> Sequence[AdminAction]:
        """Return what operators do to connections."""
        return ACTS

    @admin.display(description="state")
    def state(self, installation: Installation) -> str:
        """Return the state in a sentence."""
        return state_of(installation, now=clock.machine_now())

    @admin.display(description="primary user", empty_value="none")
    def primary_user(self, installation: Installation) -> str | None:
        """Return whose key does company-level work."""
        primary = installation.primary_credential
        return None if primary is None else str(primary.membership or primary.company)

    @admin.display(description="keys", empty_value="none")
    def keys(self, installation: Installation) -> SafeString | None:
        """Return whose keys there are, when they were set and checked, and nothing of the keys."""
        credentials = Credential.objects.filter(installation=installation).select_related("membership__user", "company")
        lines = [
            (str(credential.membership or credential.company), _key_state(credential))
            for credential in credentials.order_by("id")[:200]
        ]
        return format_html_join(mark_safe("<br>"), "{}: {}", lines) if lines else None

    @admin.display(description="requests by state", empty_value="none")
    def open_requests(self, installation: Installation) -> str | None:
        """Return how many requests there are in each state."""
        integration = registry.get(installation.integration)
        request_models: Sequence[Any] = integration.request_models if integration else ()
        found: list[str] = []
        for model in request_models:
            if "state" not in {field.name for field in model._meta.get_fields()}:
                continue
            rows = model._default_manager.filter(installation=installation).values("state")
            found += [
                f"{formatting.number(row['n'])} {row['state']}"
                for row in rows.annotate(n=Count("pk")).order_by("state")
            ]
        return ", ".join(found) or None

    @admin.display(description="waiting messages")
    def waiting(self, installation: Installation) -> SafeString:
        """Return how many messages wait on this connection, with the way to them."""
        waiting = OutboxMessage.objects.filter(channel=installation.channel, state__in=OutboxMessage.OPEN).count()
        url = adminsite.list_url(OutboxMessage, f"q={installation.channel}")
        return format_html('<a href="{}">{}</a>', url, formatting.plural(waiting, "message", "messages", zero="None"))


def _key_state(credential: Credential) -> str:
    if credential.state == Credential.State.MISSING:
        return "no key yet"
    now, zone = clock.now(), timezone.get_current_timezone()
    checked = "never checked"
    if credential.checked_at is not None:
        checked = f"checked {formatting.ago(credential.checked_at, now=now, zone=zone)}"
    set_on = formatting.day(credential.updated_at.astimezone(zone).date(), today=now.astimezone(zone).date())
    return f"set {set_on}, {checked}, {credential.get_state_display().lower()}"


# ── Deliveries ───────────────────────────────────────────────────────────────────────────────────────────────────────
@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin):
    """What vendors told us, without what it says about people."""

    list_display = ("received_at", "installation", "event", "state")
    list_filter = ("state",)
    lookups = ("received_at__gte",)
    list_select_related = ("installation__company",)
    search_fields = ("=vendor_delivery_id", "=event")
    ordering = ("-received_at", "-id")
    fields = ("received_at", "company", "installation", "event", "state", "vendor_delivery_id", "body_redacted")

    def get_queryset(self, request: HttpRequest) -> QuerySet[WebhookDelivery]:
        """Return deliveries, in lists without their bodies."""
        return super().get_queryset(request).defer("body")

    @admin.display(description="body")
    def body_redacted(self, delivery: WebhookDelivery) -> SafeString:
        """Return the shape of the body."""
        return format_html('<pre class="tl-redacted">{}</pre>', redacted(bytes(delivery.body)))


# ── The status panel ─────────────────────────────────────────────────────────────────────────────────────────────────
def deliveries() -> StatusItem:
    """Return how many deliveries came in the last hour, and which of them led nowhere."""
    since = clock.now() - timedelta(hours=1)
    recent = WebhookDelivery.objects.filter(received_at__gte=since)
    states = WebhookDelivery.State
    nowhere = (states.UNREADABLE, states.UNMATCHED)
    # Bounded: the status panel must stay quick whatever a vendor sends.
    total, *lost = pagination.bounded_counts(
        {"": recent, **{state: recent.filter(state=state) for state in nowhere}}
    ).values()
    hour = f"received_at__gte={since:%Y-%m-%dT%H:%M:%SZ}"

    def link(count: int, words: str, more: str = "") -> StatusLink:
        number = formatting.number(count, limit=pagination.COUNT_TO)
        return StatusLink(f"{number} {words}", adminsite.list_url(WebhookDelivery, hour + more))

    links = [link(total, "in the last hour")]
    links += [link(count, state, f"&state__exact={state}") for state, count in zip(nowhere, lost, strict=True)]
    if any(lost):
        return StatusItem("Deliveries", "Some led nowhere", "clock-exclamation", "warning", links)
    return StatusItem("Deliveries", "Fine", "circle-check", "success", links)


def installations() -> StatusItem:
    """Return how many connections are on, paused, or need a person."""
    states = _states()
    counts = Installation.objects.aggregate(
        **{name: Count("pk", filter=states[name]) for name in ("on", "attention", "paused")}
    )
    links = [
        StatusLink(f"{formatting.number(counts['on'])} on", adminsite.list_url(Installation, "state=on")),
        StatusLink(
            formatting.plural(counts["attention"], "needs attention", "need attention"),
            adminsite.list_url(Installation, "state=attention"),
        ),
        StatusLink(f"{formatting.number(counts['paused'])} paused", adminsite.list_url(Installation, "state=paused")),
    ]
    if counts["attention"]:
        return StatusItem("Installations", "Somebody has to look", "alert-triangle", "danger", links)
    if counts["paused"]:
        return StatusItem("Installations", "Some are paused", "player-pause", "warning", links)
    return StatusItem("Installations", "Fine", "circle-check", "success", links)


adminsite.register_status_item("Deliveries", deliveries)
adminsite.register_status_item("Installations", installations)
