"""Whether a webhook carries our secret in its Authorization header, in any of the forms that vendors know."""

import base64
import binascii
import hmac
from collections.abc import Sequence

from django.http import HttpRequest


def carries(request: HttpRequest, secret: str, *, as_basic: bool) -> bool:
    """Return whether the header holds the secret, in constant time.

    Args:
        request: the delivery.
        secret: what it has to hold.
        as_basic: in HTTP Basic (as it is, or encoded, alone or as either half of a pair), else as a token (bare, or
            after its scheme word).
    """
    header = request.headers.get("Authorization", "").strip()
    given = _basic(header) if as_basic else _token(header)
    # Every form is compared, whatever the first one says.
    matches = [hmac.compare_digest(each, secret.encode()) for each in given]
    return any(matches)


def _token(header: str) -> Sequence[bytes]:
    scheme, _, rest = header.partition(" ")
    return header.encode(), rest.strip().encode() if scheme.lower() in ("token", "bearer") else b""


def _basic(header: str) -> Sequence[bytes]:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() != "basic":
        return (b"",)
    given = rest.strip().encode()
    try:
        plain = base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError):
        return (given,)
    user, _, password = plain.partition(b":")
    return given, plain, user, password
