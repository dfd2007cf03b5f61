"""Spark Hire's webhooks (§2.6): unsigned, so the address holds an unguessable token and the body is only a hint.

The body is the changed object itself; nothing but its id is read. The event stands in the path, since we subscribe
with one address per event. Subscriptions are made under the primary key: when the primary user changes, the new key
subscribes first and the old subscriptions go afterwards, so that nothing is missed in between. Subscribing is not
idempotent at the vendor: what it lists is looked at first, so that a lost answer, or a change there and back, doubles
nothing.
"""

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress

from django.db.models import F
from django.http import HttpRequest

from integrations import installations, keys, outbound
from integrations.base import EventKind, NotMatchedYet, VendorEvent, WebhookHandler
from integrations.models import Credential, Installation
from integrations.requests.lifecycle import Call
from integrations.spark_hire import schemas
from integrations.spark_hire.client import SparkHireClient, worker_client
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.job_links import services as job_links
from integrations.spark_hire.models import InterviewRequest, JobLink, WebhookSubscription
from recruiting.foundation import clock
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorForbidden, VendorNotFound, VendorRejected
from recruiting.outbox.tasks import Attempt, Discard, Hold


class SparkHireWebhook(WebhookHandler):
    """Turns deliveries into refreshes."""

    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Accept: v1.0 signs nothing, and the token in the address was checked already."""

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return one event about the object in the body."""
        data = json.loads(body)
        kind = EventKind.RESOURCE_CHANGED if event in schemas.JOB_EVENTS else EventKind.REQUEST_CHANGED
        vendor_id = schemas.subject_id(data)
        return [VendorEvent(kind=kind if vendor_id else EventKind.UNKNOWN, vendor_id=vendor_id)]

    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Ask the vendor again about what changed. Raises NotMatchedYet for an interview that we do not know."""
        if event.kind == EventKind.REQUEST_CHANGED:
            self._refresh_request(event.vendor_id, installation)
        elif event.kind == EventKind.RESOURCE_CHANGED:
            links = JobLink.objects.filter(installation=installation, vendor_job_id=event.vendor_id)
            for link in links.select_related("installation", "company"):
                job_links.refresh.enqueue(link)

    def _refresh_request(self, vendor_id: str, installation: Installation) -> None:
        mine = InterviewRequest.objects.filter(installation=installation, vendor_id=vendor_id)
        request = mine.select_related("installation", "company").first()
        if request is None:
            raise NotMatchedYet
        FLOW.tasks[Call.REFRESH].enqueue_now(request)


# ── Subscriptions ────────────────────────────────────────────────────────────────────────────────────────────────────
# In `Installation.settings`: why the vendor does not tell us of changes, in its words.
_FAILURE = "subscribe_failure"


@outbound.vendor_task(
    "spark_hire.subscribe",
    about="installation",
    order_by="subscriptions",
    channel=lambda installation: f"installation:{installation.id}",
)
def subscribe(attempt: Attempt) -> None:
    """Subscribe to what is missing under the primary key, then end what other keys have subscribed to."""
    rows = Installation.objects.select_related("company", "primary_credential__installation")
    installation = rows.get(pk=attempt.payload["installation"])
    primary = installation.primary_credential
    if primary is None:
        return
    if primary.state != Credential.State.ACCEPTED:
        raise Hold("The Primary User's Spark Hire key does not work.")
    try:
        with outbound.handle_vendor_errors(installation, primary):
            if attempt.number > 1:
                outbound.wait_until_settled(attempt, "Spark Hire didn't confirm. We look before we subscribe again.")
            _complete(installation, primary)
    except Discard as error:
        _note(installation, str(error))
        raise
    _note(installation, "")
    _end_others(installation, primary)


def left_over() -> list[Installation]:
    """Return the connections where a key that was mended since has subscriptions, and is not the primary one."""
    left = WebhookSubscription.objects.filter(
        credential__state=Credential.State.ACCEPTED, credential__checked_at__gt=F("updated_at")
    ).exclude(credential=F("installation__primary_credential"))
    return list(Installation.objects.filter(pk__in=left.values("installation")).select_related("company"))


def failure(installation: Installation) -> str:
    """Return why the vendor does not tell us of changes, in its words, or ""."""
    found = installation.settings.get(_FAILURE, "")
    return found if isinstance(found, str) else ""


def _complete(installation: Installation, primary: Credential) -> None:
    """Have one subscription of each event under the primary key: the vendor's list decides, else what we remember."""
    client = worker_client(primary)
    mine = WebhookSubscription.objects.filter(credential=primary)
    known = dict(mine.values_list("event", "vendor_id"))
    listed = _listed(client, installation, primary, known)
    if listed is not None:
        known = {}
        for event, vendor_ids in listed.items():
            known[event] = vendor_ids[0]
            for double in vendor_ids[1:]:
                _end(client, double)
        mine.exclude(event__in=known).delete()
    for event in schemas.EVENTS:
        if event not in known:
            known[event] = client.subscribe(url=installations.webhook_url(installation, event), event=event)
        WebhookSubscription.objects.update_or_create(
            credential=primary,
            event=event,
            defaults={"company": installation.company, "installation": installation, "vendor_id": known[event]},
        )


def _end_others(installation: Installation, primary: Credential) -> None:
    """End what other keys have subscribed to and remember what could not be ended. Raises Discard when it may not."""
    others = WebhookSubscription.objects.filter(installation=installation).exclude(credential=primary)
    forbidden: VendorForbidden | None = None
    for subscription in others.select_related("credential__installation").order_by("credential", "event"):
        # Where the old key no longer works, the vendor has stopped delivering under it by itself.
        if subscription.credential.state != Credential.State.ACCEPTED:
            continue
        with outbound.handle_vendor_errors(installation):
            try:
                with keys.tell_apart(subscription.credential):
                    _end(worker_client(subscription.credential), subscription.vendor_id)
            except VendorAuthFailed:
                outbound.refuse(subscription.credential)
                continue
            except VendorForbidden as error:
                forbidden = error
                WebhookSubscription.objects.filter(pk=subscription.pk).update(updated_at=clock.now())
                continue
        subscription.delete()
    if forbidden is not None:
        outbound.note_error(installation, str(forbidden))
        raise Discard(f"An earlier subscription could not be ended: {forbidden}") from forbidden


def _listed(
    client: SparkHireClient, installation: Installation, primary: Credential, known: Mapping[str, str]
) -> dict[str, list[str]] | None:
    """Return the ids of our subscriptions under a key by event, as the vendor lists them; None where it does not.

    Ours are those that lead to us, and those that we remember (`known`, by event).
    """
    try:
        with keys.tell_apart(primary):
            found = client.webhooks()
    except VendorRejected:
        return None
    if not all(webhook.url for webhook in found):
        return None
    remembered = {vendor_id: event for event, vendor_id in known.items()}
    ours = {installations.webhook_url(installation, event).rstrip("/"): event for event in schemas.EVENTS}
    by_event: dict[str, list[str]] = {}
    for webhook in found:
        event = remembered.get(webhook.id) or ours.get(webhook.url.rstrip("/"))
        if event is not None:
            by_event.setdefault(event, []).append(webhook.id)
    return by_event


def _end(client: SparkHireClient, vendor_id: str) -> None:
    with suppress(VendorNotFound):  # it went by itself, which is what was wanted
        client.unsubscribe(vendor_id)


def _note(installation: Installation, reason: str) -> None:
    """Keep a failure, or forget it."""
    if failure(installation) != reason:
        installation.keep(**{_FAILURE: reason})
