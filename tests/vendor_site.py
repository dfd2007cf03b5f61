"""A vendor's part in the tests that visit every address of the site; its `site.py` derives from `VendorSite`."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar

from django.db import models

from recruiting.applications.models import Application
from tests import vendors

POST = "it answers POST alone"


class VendorSite:
    """One vendor. An address is in `pages` or in `not_pages`, as in tests/pages.py."""

    namespace: ClassVar[str]
    """Of the vendor's addresses."""
    pages: ClassVar[Mapping[str, int]] = {}
    """The most queries of each page, by name (without the namespace)."""
    only_post: ClassVar[Sequence[str]] = ()
    """Names of the addresses that answer POST alone."""
    not_pages: ClassVar[Mapping[str, str]] = {}
    """Why the other addresses are no pages."""
    asks_vendor: ClassVar[Sequence[str]] = ()
    """Pages that ask the vendor when they are looked at."""

    tidies: ClassVar[Mapping[tuple[str, str], str]] = {}
    """Why a function ("*": any) of a file of the integration takes texts apart that are nobody's own."""

    # ── 10 and 30 of everything (tests/architecture/test_query_counts.py) ────────────────────────────────────────────
    tables: ClassVar[Sequence[type[models.Model]]] = ()
    """Of the rows beside the core's, parents first."""

    def connect(self, world: Any) -> Mapping[str, Sequence[object]]:
        """Connect the world's company and ask for something; return the values of parameters of the addresses."""
        return {}

    def rows(self, world: Any, number: int, there: Application) -> Iterable[models.Model]:
        """Return what there is once more of everything, on the world's application and on another candidate's."""
        return ()

    def answer(self, world: Any, monkeypatch: Any) -> None:
        """Answer in the vendor's stead, with `world.size` of whatever it lists."""


@cache
def sites() -> Sequence[VendorSite]:
    """Return every vendor's part."""
    return [kind() for kind in vendors.classes("site", VendorSite)]


def named(what: str) -> dict[str, Any]:
    """Return what the vendors say by the names of their addresses: `pages` or `not_pages`."""
    return {f"{site.namespace}:{name}": said for site in sites() for name, said in getattr(site, what).items()}


def names(what: str) -> list[str]:
    """Return the addresses that the vendors list: `only_post` or `asks_vendor`."""
    return [f"{site.namespace}:{name}" for site in sites() for name in getattr(site, what)]


def tidied() -> dict[tuple[str, str], str]:
    """Return what the vendors' files tidy, by path from the root."""
    return {
        (f"integrations/{type(site).__module__.split('.')[1]}/{file}", function): why
        for site in sites()
        for (file, function), why in site.tidies.items()
    }
