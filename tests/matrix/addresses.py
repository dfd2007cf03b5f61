"""Every address there is, read from the resolver: by its name, or by its route where it has none."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.connected_apps.factories import QUESTION
from tests.matrix import vendor

# What stands after `#` in a line of the table and is a part of the address itself.
_WORDS = {"applications:candidate-tab": "tab", "resumes:use": "name", "bulk:act": "name"}
_QUERIES = {"applications:job#list": "?view=list", "connected_apps:authorize": f"?{urlencode(QUESTION)}"}


@cache
def every_address() -> Mapping[str, str]:
    """Return the routes of all addresses by what the table calls them."""
    return {name: route for name, route, _view in _walk(get_resolver())}


def every_view() -> Mapping[str, Callable[..., Any]]:
    """Return the views of all addresses, called alike."""
    return {name: view for name, _route, view in _walk(get_resolver())}


def address_of(key: str, parts: Mapping[str, Any]) -> str:
    """Return the address of a line of the table about an object."""
    name, _, word = key.partition("#")
    words = _WORDS | vendor.merged("words")
    more = {words[name]: word} if name in words else {}
    return reverse(name, kwargs={**parts, **more}) + _QUERIES.get(key, "")


def parts_of(key: str) -> list[str]:
    """Return what the ids in an address are called, in order."""
    return re.findall(r"<(?:uuid|path|str):(\w+)>", every_address()[key.partition("#")[0]])


def filled_in(route: str, *, token: str, integration: str) -> str:
    """Return an address of a route that has no ids: its token, or "gone" where any will do."""
    plain = re.sub(r"\(\?P<app_label>(\w+)[^)]*\)", r"\1", route)
    plain = plain.replace("<str:token>", token).replace("<slug:integration>", integration)
    plain = plain.replace("<int:status>", "404").replace("<path:content_type_id>/<path:object_id>", "0/0")
    plain = re.sub(r"\(\?P<\w+>(?:\[[^]]*\]|\.)[+*]\)|<\w+:\w+>", "gone", plain)
    return "/" + plain.replace("^", "").replace("$", "")


def _walk(resolver: URLResolver, namespace: str = "", route: str = "") -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for entry in resolver.url_patterns:
        here = f"{route}{entry.pattern}"
        if isinstance(entry, URLResolver):
            yield from _walk(entry, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, here)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}" if entry.name else here, here, entry.callback
