"""Acme, as the fault tests use it: assessments looked for by the candidate's address."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from integrations import installations
from integrations.models import Installation
from tests.dummy_integration.integration import FLOW, Dummy
from tests.dummy_integration.registered import registered
from tests.dummy_integration.sandbox import AcmeSandbox
from tests.faults.driver import Told
from tests.faults.standard import StandardFaults


class DummyFaults(StandardFaults):
    """Assessments."""

    slug = FLOW.slug
    double = AcmeSandbox
    create, read, look_up = "create", "read", "list"
    check_key = "tests"
    cancel_calls = ("read", "cancel")
    cancel_needs_key = "Acme no longer accepts the key, or there is none."
    odd_bodies = (b'{"id": null}', b'{"id": 7}', b'{"id": {"id": "x"}}', b'{"id": ["x"]}')

    @classmethod
    def registered(cls) -> AbstractContextManager[object]:
        """Register it for as long as its tests last."""
        return registered(Dummy)

    def about(self, vendor_id: str, **claims: Any) -> Told:
        return Told("", json.dumps({"id": vendor_id, **claims}).encode())

    def headers(self, installation: Installation, body: bytes) -> Mapping[str, str]:
        return {"X-Acme-Signature": signature(installation, body)}


def signature(installation: Installation, body: bytes) -> str:
    """Return what Acme signs a body with."""
    return hmac.new(installations.webhook_key(installation).encode(), body, hashlib.sha256).hexdigest()
