"""Odd values for every parameter that an address reads, found by watching what its view asks of the query."""

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

from django.contrib import admin
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from recruiting.api import scopes, services
from recruiting.companies.models import Membership, User
from tests import pages, vendor_site
from tests.matrix.addresses import every_address


def _packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


# As they stand in an address, percent-encoded.
VALUES: Sequence[str] = [
    "%00",
    "a%00b",
    "%ED%A0%80",
    "%FF%FE",
    "%F0%9F%A6%84%CC%81",
    "%E2%80%AE%E2%80%8B",
    "%D9%A3",
    "%C4%B0%EF%AC%80",
    "9" * 400,
    "-1",
    "9223372036854775808",
    "1e999",
    "NaN",
    "00000000-0000-0000-0000-000000000000",
    "%7B00000000000000000000000000000000%7D",
    "9999-12-31",
    "0001-01-01",
    "2025-02-30",
    "%27%22%3B--",
    "%25%5C_%25",
    quote("a " * 2000),
    "x" * 60_000,
    quote('[["a"]]'),
    "%7B%22a%22%3A1%7D",
    "//evil.example/",
    _packed([[">"], "a", "b"]),
    _packed([">", {"a": 1}]),
    _packed([">", "a\0", "b"]),
    _packed([">", 10**400]),
    base64.urlsafe_b64encode(b"[" * 30_000).decode(),
]
ALWAYS = ("cursor", "q", "next")
API_NAMES = (
    "cursor",
    "page_size",
    "fields",
    "format",
    "search",
    "email",
    "state",
    "job",
    "candidate",
    "stage",
    "verb",
    "application",
)
# Signing out would end the walk, a vendor is asked elsewhere, and no worker runs.
LEFT_OUT = ("account_logout", "healthz-worker", *vendor_site.names("asks_vendor"))
ADMIN_NAMES = ("q", "p", "o", "all", "e", "_facets", "_to_field", "_popup", "_changelist_filters", "id__exact")


@contextmanager
def watched() -> Iterator[set[str]]:
    """Collect the names that views ask queries for."""
    names: set[str] = set()

    def noting(method: str) -> Any:
        original = getattr(QueryDict, method)

        def note(self: QueryDict, key: str, *args: Any, **kwargs: Any) -> Any:
            names.add(str(key))
            return original(self, key, *args, **kwargs)

        return patch.object(QueryDict, method, note)

    with noting("__getitem__"), noting("get"), noting("getlist"), noting("__contains__"):
        yield names


def of_pages(client: Client, values: Mapping[str, Sequence[object]], draws: Random) -> Iterator[tuple[str, list[str]]]:
    """Give each address of the site that answers GET with the names that it reads, having asked it oddly once."""
    for route in sorted(set(pages.routes()) - set(LEFT_OUT)):
        address = pages.addresses(route, values)[0]
        with watched() as names:
            answer = ask(client, address, {name: draws.choice(VALUES) for name in ALWAYS})
        if answer.status_code != 405:
            yield address, sorted({*names, *ALWAYS} - {"csrfmiddlewaretoken"})


def of_the_admin() -> Iterator[tuple[str, list[str]]]:
    """Give each list of the admin with names that it may read."""
    for model, options in admin.site._registry.items():
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        filters = [f"{name}__exact" for name in options.list_filter if isinstance(name, str)]
        yield address, [*ADMIN_NAMES, *filters]


def of_the_api() -> Iterator[tuple[str, list[str]]]:
    """Give each list of the API with names that it may read."""
    for name, route in sorted(every_address().items()):
        if route.startswith("api/v1/") and name not in ("api:docs", "api:schema") and "<" not in route:
            yield f"/{route}", list(API_NAMES)


def staff() -> Client:
    """Return a browser of platform staff who may do everything."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff@throughline.example", "long-enough-1852"))
    return client


def caller(member: Membership) -> Client:
    """Return a program that calls the API as a member."""
    _, token = services.create_token(membership=member, name="Odd", scopes=scopes.names(), days=30)
    return Client(headers={"Authorization": f"Bearer {token}"})


def ask(client: Client, address: str, query: Mapping[str, str]) -> Any:
    """Ask with a query, whose values are encoded already. Raises AssertionError for a fault of ours."""
    asked = f"{address}?{'&'.join(f'{quote(name)}={value}' for name, value in query.items())}"
    try:
        answer: Any = client.get(asked)
        if answer.streaming:
            answer.getvalue()  # which closes the file, and not the database's connection
    except Exception as error:
        raise AssertionError(f"{type(error).__name__} at {asked[:500]}") from error
    assert answer.status_code < 500, asked[:500]
    return answer
