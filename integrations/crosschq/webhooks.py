"""Crosschq's webhooks (crosschq.md §2.3): POST or PUT, with the secret that an Administrator pasted there, or none.

The body is the request itself, with people's names in it: it is never logged, and nothing is applied from it. Its id
says what to ask the vendor about; the candidate's address only serves to find a check whose id was lost.
"""

import json
from collections.abc import Sequence

from django.http import HttpRequest

from integrations import webhook_secrets
from integrations.base import EventKind, NotMatchedYet, VendorEvent, WebhookHandler
from integrations.crosschq import schemas
from integrations.crosschq.flow import FLOW, adopt
from integrations.crosschq.models import Connection, ReferenceCheck
from integrations.crosschq.settings import connection
from integrations.models import Installation
from integrations.requests.lifecycle import Call, State
from recruiting.foundation import text
from recruiting.foundation.vendor_errors import WebhookRejected

# In these states a check may be at the vendor under an id that we do not know.
_LOST = (State.QUEUED, State.UNCERTAIN, State.FAILED, State.CANCELED)


class CrosschqWebhook(WebhookHandler):
    """Turns deliveries into refreshes."""

    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Accept what carries the secret in the chosen form; with *No Auth* the address alone is the secret."""
        told = connection.of(installation)
        if told.webhook_auth == Connection.WebhookAuth.NONE:
            return
        as_basic = told.webhook_auth == Connection.WebhookAuth.BASIC
        if not webhook_secrets.carries(request, told.webhook_secret, as_basic=as_basic):
            raise WebhookRejected

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return one event about the request in the body."""
        vendor_id, email = schemas.subject(json.loads(body))
        kind = EventKind.REQUEST_CHANGED if vendor_id else EventKind.UNKNOWN
        return [VendorEvent(kind=kind, vendor_id=vendor_id, raw={"email": email})]

    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Ask the vendor how the check stands, or whether it is one whose answer was lost.

        Raises NotMatchedYet for a request that is none of ours, as far as we know.
        """
        if event.kind != EventKind.REQUEST_CHANGED:
            return
        mine = ReferenceCheck.objects.filter(installation=installation).select_related(
            "installation", "company", "application"
        )
        check = mine.filter(vendor_id=event.vendor_id).first()
        if check is not None:
            if check.state != State.STOPPED:
                FLOW.tasks[Call.REFRESH].enqueue_now(check)
            return
        address = text.email_key(event.raw["email"])
        lost = mine.filter(vendor_id="", send_attempted_at__isnull=False, state__in=_LOST).order_by("id")
        found = [check for check in lost if text.email_key(check.invited_email) == address][:20]
        for candidate in found:
            adopt.enqueue(candidate, {"vendor_id": event.vendor_id})
        if not found:
            raise NotMatchedYet
