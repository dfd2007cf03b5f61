"""Incoming webhooks: verify, store, commit, then answer; the worker reads them later.

A webhook is a hint and never the truth, so nothing of its body is applied here.
"""

import json
import logging
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from integrations import registry
from integrations.base import NotMatchedYet, WebhookHandler
from integrations.models import Installation, WebhookDelivery
from integrations.outbound import vendor_task
from recruiting.foundation import clock, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict
from recruiting.foundation.models import delete_in_batches
from recruiting.foundation.vendor_errors import WebhookRejected
from recruiting.outbox.tasks import Attempt, RetryAt

logger = logging.getLogger(__name__)
RETRY_PAUSE = timedelta(seconds=30)
GIVE_UP_AFTER = timedelta(hours=1)
_MOST_OF_AN_ID = 120


@csrf_exempt
def receive(request: HttpRequest, integration: str, token: str, event: str = "") -> HttpResponse:
    """Take one delivery: 200 once it is committed.

    405 for a method that the vendor does not use, 404 for an unknown address, 413 when oversized, 401 when forged.
    """
    found = registry.get(integration)
    webhook = found.webhook if found else None
    methods = webhook.methods if webhook else WebhookHandler.methods
    if request.method not in methods:
        if webhook:
            logger.warning("%s takes webhooks by %s, not by %s.", integration, " or ".join(methods), request.method)
        return HttpResponseNotAllowed(methods)
    installation = Installation.objects.by_webhook_token(integration, token)
    if webhook is None or installation is None:
        return HttpResponse("There is nothing at this address.\n", status=404, content_type="text/plain")
    body = _body(request)
    if body is None:
        return HttpResponse("Too large.\n", status=413, content_type="text/plain")
    request._body = body  # so that `verify` can ask for request.body and sign it
    try:
        webhook.verify(request, installation)
    except WebhookRejected:
        return HttpResponse("Not accepted.\n", status=401, content_type="text/plain")
    store(installation=installation, event=event, body=body, delivery_id=webhook.delivery_id(request))
    return HttpResponse("Stored.\n", content_type="text/plain")


def store(*, installation: Installation, event: str, body: bytes, delivery_id: str | None) -> WebhookDelivery | None:
    """Store a delivery and enqueue its reading; None when the vendor sent this one before."""
    with transaction.atomic():
        try:
            with translate_integrity_errors({"webhookdelivery_once": Conflict("Seen before.")}):
                delivery = WebhookDelivery.objects.create(
                    company_id=installation.company_id,
                    installation=installation,
                    event=event[:80],
                    vendor_delivery_id=delivery_id if len(delivery_id or "") <= _MOST_OF_AN_ID else None,
                    body=body,
                )
        except Conflict:
            return None
        Installation.objects.filter(pk=installation.pk).update(last_heard_at=clock.now())
        read.enqueue(delivery)
    return delivery


@vendor_task("integrations.read_delivery", about="delivery", order_by="delivery", coalesce=False)
def read(attempt: Attempt) -> None:
    """Let the integration act on a stored delivery; wait up to an hour for a request that is not here yet."""
    row = WebhookDelivery.objects.select_related("installation__company").filter(pk=attempt.payload["delivery"]).first()
    if row is None or row.state != WebhookDelivery.State.WAITING:
        return
    integration = registry.get(row.installation.integration)
    if integration is None or integration.webhook is None:
        _close(row, WebhookDelivery.State.UNREADABLE)
        return
    try:
        _require_storable(bytes(row.body))
        events = integration.webhook.parse(bytes(row.body), event=row.event)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        # Not JSON, brackets without end, another shape: what cannot be read now never can.
        _close(row, WebhookDelivery.State.UNREADABLE)
        return
    try:
        for event in events:
            integration.webhook.handle(event, row.installation)
    except NotMatchedYet as reason:
        if clock.machine_now() - attempt.written_at > GIVE_UP_AFTER:
            _close(row, WebhookDelivery.State.UNMATCHED)
            return
        raise RetryAt(clock.machine_now() + RETRY_PAUSE, "No request fits this delivery yet.") from reason
    _close(row, WebhookDelivery.State.PROCESSED)


def forget_old() -> None:
    """Delete deliveries older than `WEBHOOK_KEEP_DAYS`, in batches."""
    before = clock.now() - timedelta(days=settings.WEBHOOK_KEEP_DAYS)
    delete_in_batches(WebhookDelivery.objects.filter(received_at__lt=before))


def _body(request: HttpRequest) -> bytes | None:
    """Return the body, or None when it is larger than `WEBHOOK_MAX_BYTES`; never reads much more than that."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    stream = request
    if not declared and request.META.get("wsgi.input_terminated"):
        # Sent in chunks: Django takes a request without a length for empty, the server knows where it ends.
        stream = request.META["wsgi.input"]
    elif declared and (not declared.isdecimal() or len(declared) > 18 or int(declared) > settings.WEBHOOK_MAX_BYTES):
        return None
    body = bytes(stream.read(settings.WEBHOOK_MAX_BYTES + 1))
    return None if len(body) > settings.WEBHOOK_MAX_BYTES else body


def _require_storable(body: bytes) -> None:
    """Raise ValueError for JSON with a text that no database looks for (NUL, half a character)."""
    try:
        data = json.loads(body)
    except ValueError:
        return  # some vendors' bodies are no JSON; the integration says what it can read
    if text.vendor_data(data) != data:
        raise ValueError("A text of this body cannot be stored.")


def _close(row: WebhookDelivery, state: WebhookDelivery.State) -> None:
    WebhookDelivery.objects.filter(pk=row.pk, state=WebhookDelivery.State.WAITING).update(state=state)
