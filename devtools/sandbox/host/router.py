"""A router for sandboxes: method and path pattern to handler, nothing else.

A route with an *operation* name is part of a vendor's API: faults can be aimed at it and its requests are logged.
Routes without one are pages and control calls.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from devtools.sandbox.host.http import Request, Response

Handler = Callable[[Request], Response]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: str
    handler: Handler
    operation: str
    matcher: re.Pattern[str]


@dataclass(slots=True)
class Match:
    """`route` is None when nothing answers; `allowed` then names the methods that the path does know, if any."""

    route: Route | None = None
    params: dict[str, str] = field(default_factory=dict)
    allowed: tuple[str, ...] = ()


class Router:
    def __init__(self) -> None:
        self.routes: list[Route] = []

    def add(self, method: str, pattern: str, handler: Handler, *, operation: str = "") -> None:
        """`pattern` is a path; `{name}` in it stands for one segment."""
        parts = [
            f"(?P<{part[1:-1]}>[^/]+)" if part.startswith("{") and part.endswith("}") else re.escape(part)
            for part in pattern.split("/")
        ]
        self.routes.append(Route(method, pattern, handler, operation, re.compile("/".join(parts))))

    def operations(self) -> list[str]:
        """The names that a fault can be aimed at, in the order of the routes."""
        return list(dict.fromkeys(route.operation for route in self.routes if route.operation))

    def find(self, method: str, path: str) -> Match:
        """`path` is still percent-encoded, so that an encoded slash stays inside its segment."""
        wanted = "GET" if method == "HEAD" else method
        allowed: list[str] = []
        for route in self.routes:
            found = route.matcher.fullmatch(path)
            if found is None:
                continue
            if route.method == wanted:
                return Match(route, {name: unquote(value) for name, value in found.groupdict().items()})
            allowed.append(route.method)
        return Match(allowed=tuple(dict.fromkeys(allowed)))
