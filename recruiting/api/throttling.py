"""How often one token may call.

Counted in the memory of each web process: exact limits would cost a database write per call (the shared cache is a
table), and what this guards against is a loop gone wild, not a quota.
"""

import math
from collections.abc import Mapping
from typing import Any, cast

from django.conf import settings
from django.core.cache.backends.locmem import LocMemCache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from recruiting.api.authentication import Token


class TokenThrottle(SimpleRateThrottle):
    """At most `API_RATE` calls (such as 600/min) per token and web process."""

    cache = LocMemCache("api-throttle", {"OPTIONS": {"MAX_ENTRIES": 10_000}})
    scope = "token"

    def get_rate(self) -> str:
        """Return the rate that is set now."""
        return str(settings.API_RATE)

    def headers(self) -> Mapping[str, str]:
        """Return what a call that was counted is told of the limit (draft-ietf-httpapi-ratelimit-headers-10)."""
        me: Any = self  # the stubs do not know what REST framework has counted
        if not hasattr(me, "history"):
            return {}
        left, wait = max(me.num_requests - len(me.history), 0), me.duration
        if me.history:
            wait = max(math.ceil(me.duration - (me.now - me.history[-1])), 1)
        return {
            "RateLimit-Policy": f'"token";q={me.num_requests};w={me.duration}',
            "RateLimit": f'"token";r={left};t={wait}',
        }

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Return the key of the token's calls; without a token nothing is counted."""
        return None if request.auth is None else str(cast(Token, request.auth).counted_as)
