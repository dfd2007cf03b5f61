"""The client's address behind trusted proxies, for rate limits."""

from ipaddress import ip_address

from django.conf import settings
from django.core.checks import CheckMessage, Warning
from django.http import HttpRequest

UNKNOWN = "unknown"
"""All whose address cannot be told share one limit."""


def client_address(request: HttpRequest) -> str:
    """Return the address that the outermost of `TRUSTED_PROXY_COUNT` proxies saw; without proxies the peer's.

    A request that came by fewer proxies (a health check, another service of ours) counts as its peer, and nothing in
    a header makes this raise.
    """
    count = settings.TRUSTED_PROXY_COUNT
    seen = request.headers.get("X-Forwarded-For", "").split(",")
    forwarded = seen[-count] if 0 < count <= len(seen) else ""
    return _address(forwarded) or _address(request.META.get("REMOTE_ADDR", "")) or UNKNOWN


def check_proxies(**kwargs: object) -> list[CheckMessage]:
    """Warn at deployment when everybody would share the proxy's address."""
    if not settings.BEHIND_TLS_PROXY or settings.TRUSTED_PROXY_COUNT > 0:
        return []
    return [
        Warning(
            "BEHIND_TLS_PROXY is on and TRUSTED_PROXY_COUNT is 0, so everybody has the proxy's address: a few wrong "
            "passwords of one person lock everybody out of signing in.",
            hint="Set TRUSTED_PROXY_COUNT to how many proxies of yours add to X-Forwarded-For, mostly 1.",
            id="recruiting.W001",
        )
    ]


def _address(text: str) -> str:
    """Return an IP address without its port, "" when it is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ip_address(text))
    except ValueError:
        return ""
