"""How much one network, one form and one address may send: counted in the memory of each web process.

Exact limits would cost a write per request; what these guard against is a flood, and whoever is refused keeps what they
typed.
"""

from collections import OrderedDict, deque
from ipaddress import ip_address, ip_network
from time import monotonic

from django.http import HttpRequest

from recruiting.foundation import proxies

MOST_KEYS = 10_000


class Limiter:
    """At most `most` calls within `seconds` for each key."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.seconds = most, seconds
        self.calls: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, key: str) -> bool:
        """Count a call, and return whether it is within the limit."""
        now = monotonic()
        calls = self.calls.pop(key, None) or deque()
        while calls and calls[0] <= now - self.seconds:
            calls.popleft()
        is_allowed = len(calls) < self.most
        if is_allowed:
            calls.append(now)
        self.calls[key] = calls
        while len(self.calls) > MOST_KEYS:
            self.calls.popitem(last=False)
        return is_allowed


POSTS = Limiter(60, 60)
"""Forms from one network."""
USUAL = Limiter(20, 600)
"""Forms from one network that nobody wonders about."""
TRIES = Limiter(15, 60)
"""Times that one form is sent."""
LINKS = Limiter(5, 60)
"""Requests for new links from one network."""


def network_of(request: HttpRequest) -> str:
    """Return the block of addresses that a request comes from: 256 of IPv4, a site's of IPv6."""
    address = proxies.client_address(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{parsed}/{24 if parsed.version == 4 else 48}", strict=False))
