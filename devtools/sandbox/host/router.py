"""The routes of a sandbox: Django's path patterns, each with a method, and with an operation where it has one.

A route with an *operation* name is part of a vendor's API: faults can be aimed at it and its requests are logged.
Routes without one are pages and control calls.
"""

from collections.abc import Callable
from typing import Any

from django.urls import ResolverMatch, URLPattern, path

from devtools.sandbox.host.http import Request, Response

Handler = Callable[[Request], Response]


class Router:
    """Finds the handlers of an address, by method."""

    def __init__(self) -> None:
        self._routes: list[tuple[str, URLPattern]] = []

    def add(self, method: str, pattern: str, handler: Handler, *, operation: str = "") -> None:
        """`pattern` is a path; `{name}` in it stands for one segment, so that `format` makes a link of it."""
        route = pattern.replace("{", "<").replace("}", ">")
        view: Callable[[Request], Any] = handler  # Django never calls it: an answer here is no response of Django's
        self._routes.append((method, path(route, view, name=operation)))

    def operations(self) -> list[str]:
        """The names that a fault can be aimed at, in the order of the routes."""
        return list(dict.fromkeys(route.name for _, route in self._routes if route.name))

    def find(self, address: str) -> dict[str, ResolverMatch]:
        """By method, the first route that matches. Still percent-encoded, an encoded slash stays in its segment."""
        found: dict[str, ResolverMatch] = {}
        for method, route in self._routes:
            if method not in found and (match := route.resolve(address)):
                found[method] = match
        return found
