"""Addresses of pages that are written many times on one page, reversed once."""

from functools import cache
from uuid import UUID

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse


def address(name: str, *ids: UUID) -> str:
    """Return what `reverse` does for a page whose address has nothing but ids in it, in a twentieth of the time."""
    return _pattern(name, len(ids), get_script_prefix(), get_urlconf() or settings.ROOT_URLCONF).format(*ids)


@cache
def _pattern(name: str, count: int, _prefix: str, urlconf: str) -> str:
    ids = [UUID(int=number) for number in range(count)]
    found = reverse(name, urlconf, args=ids)
    for one in ids:
        found = found.replace(str(one), "{}", 1)
    return found
