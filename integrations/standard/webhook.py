"""Webhooks of a vendor of the usual kind: a key lets one in, shown or signed with; one is a reason to ask."""

import hashlib
import hmac
import json
from collections.abc import Sequence

from django.http import HttpRequest

from integrations import installations, webhook_secrets
from integrations.base import EventKind, NotMatchedYet, VendorEvent, WebhookHandler
from integrations.models import Installation
from integrations.requests.lifecycle import Call
from integrations.standard.models import StandardRequest
from integrations.standard.services import Flow
from recruiting.foundation.vendor_errors import WebhookRejected


class StandardWebhook(WebhookHandler):
    """A vendor's own says how a body is parsed; what else differs, it overrides."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow

    def key(self, installation: Installation) -> str:
        """Return the user name that the vendor shows; "" lets nobody in."""
        return installations.webhook_key(installation)

    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Accept what carries the key in HTTP Basic."""
        key = self.key(installation)
        if not key or not webhook_secrets.carries(request, key, as_basic=True):
            raise WebhookRejected

    def handle(self, event: VendorEvent, installation: Installation) -> None:
        """Ask the vendor how the request stands now. Raises NotMatchedYet for none of ours."""
        self.flow.tasks[Call.REFRESH].enqueue_now(self.find(event, installation))

    def find(self, event: VendorEvent, installation: Installation) -> StandardRequest:
        """Return whose event it is. Raises NotMatchedYet for none of ours."""
        rows = self.flow.standard_model._default_manager.filter(installation=installation)
        found = rows.filter(vendor_id=event.vendor_id).first() if event.vendor_id else None
        if found is None:
            raise NotMatchedYet
        return found


class SignedWebhook(StandardWebhook):
    """`{"id": …}`, signed: a header carries the HMAC-SHA256 of the body under the key, in hexadecimal digits."""

    def __init__(self, flow: Flow, *, header: str) -> None:
        super().__init__(flow)
        self.header = header

    def verify(self, request: HttpRequest, installation: Installation) -> None:
        """Compare the signature, in constant time."""
        key = self.key(installation)
        expected = hmac.new(key.encode(), request.body, hashlib.sha256).hexdigest()
        if not key or not hmac.compare_digest(expected.encode(), request.headers.get(self.header, "").encode()):
            raise WebhookRejected

    def parse(self, body: bytes, *, event: str) -> Sequence[VendorEvent]:
        """Return the one event; none for what says no id. Raises ValueError when it is not JSON."""
        data = json.loads(body)
        number = data.get("id") if isinstance(data, dict) else None
        return [VendorEvent(EventKind.REQUEST_CHANGED, number)] if isinstance(number, str) else []
