"""Webhook subscriptions: under the primary key, one per event.

When the primary user changes, the new key subscribes first and the old subscriptions go afterwards, so that nothing is
missed in between; deliveries from either are accepted, since the address is the installation's.
"""

import contextlib

from django.conf import settings

from integrations import outbound
from integrations.exceptions import VendorAuthFailed, VendorNotFound
from integrations.models import Credential, Installation
from integrations.spark_hire import connection, wire
from integrations.spark_hire.models import WebhookSubscription
from recruiting.base.background.outbox import Delivery, Park


def subscribe(delivery: Delivery) -> None:
    """Subscribe to what is missing under the primary key, then end what other keys have subscribed to."""
    installation = Installation.objects.select_related("company", "primary_credential__installation").get(
        pk=delivery.payload["installation"]
    )
    primary = installation.primary_credential
    if primary is None:
        return
    if primary.state != Credential.State.ACCEPTED:
        raise Park("The Primary User's Spark Hire key does not work.")
    have = set(WebhookSubscription.objects.filter(credential=primary).values_list("event", flat=True))
    with outbound.conversation(installation, primary):
        client = connection.client_for(primary, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        for event in wire.EVENTS:
            if event in have:
                continue
            vendor_id = client.subscribe(url=connection.webhook_url(installation, event), event=event)
            WebhookSubscription.objects.get_or_create(
                credential=primary,
                event=event,
                defaults={"company": installation.company, "installation": installation, "vendor_id": vendor_id},
            )
    _end_others(installation, primary)


def _end_others(installation: Installation, primary: Credential) -> None:
    others = (
        WebhookSubscription.objects.filter(installation=installation)
        .exclude(credential=primary)
        .select_related("credential__installation")
    )
    for subscription in others:
        # Where the old key still works; where it does not, the vendor has stopped delivering under it by itself.
        if subscription.credential.state == Credential.State.ACCEPTED:
            with outbound.conversation(installation):
                client = connection.client_for(
                    subscription.credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS
                )
                with contextlib.suppress(VendorNotFound, VendorAuthFailed):
                    client.unsubscribe(subscription.vendor_id)
        subscription.delete()
