"""What the fake Crosschq knows and does, a module per noun; HTTP, JSON and pages are elsewhere.

`Records` is all of it over the sandbox's store. Every change runs in one transaction together with the webhooks and
messages that it causes. Facts are from the contract (crosschq.md), by section.
"""

from devtools.sandbox.crosschq.records.creation import NewRequest
from devtools.sandbox.crosschq.records.events import EVENTS
from devtools.sandbox.crosschq.records.lifecycle import Lifecycle, NewReference
from devtools.sandbox.crosschq.records.repository import Refused, flat
from devtools.sandbox.crosschq.records.requests import OPEN, OUTSTANDING, PDF_KINDS, missing, wanted
from devtools.sandbox.crosschq.records.seeds import Seeds

__all__ = [
    "EVENTS",
    "OPEN",
    "OUTSTANDING",
    "PDF_KINDS",
    "NewReference",
    "NewRequest",
    "Records",
    "Refused",
    "flat",
    "missing",
    "wanted",
]


class Records(Seeds, Lifecycle):
    """Everything that the fake Crosschq keeps; one transaction may span several nouns, so one object holds them."""

    def clear(self, *, everything: bool) -> None:
        """Forgets requests and messages; with `everything` also organizations, users, surveys and prospects."""
        tables = ["message", "reference", "request"]
        if everything:
            tables += ["prospect", "survey", "user", "organisation"]
        with self.changing() as connection:
            for table in tables:
                connection.execute(f"DELETE FROM crosschq_{table}")
