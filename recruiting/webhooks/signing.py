"""Signatures of Standard Webhooks (standardwebhooks.com): what receivers' libraries check without configuration."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

PREFIX = "whsec_"


def new_secret() -> str:
    """Return a secret of 32 bytes, in the padded base64 that every library reads."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signed(body: bytes, *, webhook_id: str, at: datetime, keys: Sequence[str]) -> Mapping[str, str]:
    """Return the headers of a delivery: id, the second of sending (UTC), one signature per secret."""
    second = int(at.timestamp())
    content = f"{webhook_id}.{second}.".encode() + body
    raw = [base64.b64decode(key.removeprefix(PREFIX)) for key in keys]
    made = [base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode() for key in raw]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(second),
        "webhook-signature": " ".join(f"v1,{signature}" for signature in made),
    }
