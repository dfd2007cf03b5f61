"""How codes, tokens and secrets are made, and how the answer to a refresh is kept for some seconds."""

import json
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ACCESS_PREFIX = "tlo_"
REFRESH_PREFIX = "tlr_"
SECRET_PREFIX = "tls_"


def access_token(request: Any) -> str:
    """Return a new access token."""
    return f"{ACCESS_PREFIX}{secrets.token_urlsafe(32)}"


def refresh_token(request: Any) -> str:
    """Return a new refresh token."""
    return f"{REFRESH_PREFIX}{secrets.token_urlsafe(32)}"


def client_secret() -> str:
    """Return a new secret of a client."""
    return f"{SECRET_PREFIX}{secrets.token_urlsafe(32)}"


def seal(answer: Mapping[str, Any], *, token: str, row_id: UUID) -> str:
    """Encrypt the answer to a refresh, so that whoever has the refresh token, and nobody else, can read it.

    Args:
        answer: the members of the answer.
        token: the refresh token that was presented.
        row_id: of its row.
    """
    return _cipher(token, row_id).encrypt(json.dumps(dict(answer)).encode()).decode()


def unseal(sealed: str, *, token: str, row_id: UUID) -> dict[str, Any]:
    """Return what `seal` encrypted."""
    answer: dict[str, Any] = json.loads(_cipher(token, row_id).decrypt(sealed.encode()))
    return answer


def _cipher(token: str, row_id: UUID) -> Fernet:
    key = HKDF(algorithm=SHA256(), length=32, salt=row_id.bytes, info=b"answer to a refresh").derive(token.encode())
    return Fernet(urlsafe_b64encode(key))
