"""Acme's API: JSON over HTTP Basic with the company's key as user name, and what its answers mean to us."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from integrations.requests.lifecycle import Event
from integrations.standard.flow import Answer, Product
from recruiting.foundation import text
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorUnavailable

EVENTS = {
    "sent": Event.SEEN_PENDING,
    "started": Event.SEEN_STARTED,
    "completed": Event.SEEN_COMPLETED,
    "canceled": Event.SEEN_CANCELED,
}
Result = TypeVar("Result")


@dataclass
class AcmeClient:
    """What one key asks of Acme."""

    session: VendorSession

    def call(self, read: Callable[[Any], Result], method: str, path: str, **sent: Any) -> Result:
        """Return what `read` finds in Acme's answer. Raises `VendorError`s and nothing else."""
        answered = text.vendor_data(self.session.request(method, path, **sent).json())
        try:
            return read(answered)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise VendorUnavailable(f"{self.session.vendor}'s answer could not be read.") from error


def product(row: Any) -> Product:
    """Return a test that can be sent."""
    return Product(identifier(row), str(row["name"]))


def answer(row: Any) -> Answer:
    """Return how an assessment stands; a status that we do not know is kept as it is."""
    status, score = str(row["status"]), row.get("score")
    return Answer(
        id=identifier(row),
        event=EVENTS.get(status, Event.SEEN_UNKNOWN),
        status=status[:80],
        is_known=status in EVENTS,
        score="" if score is None else str(score),
        result_url=str(row.get("result_url") or ""),
    )


def identifier(row: Any) -> str:
    """Return the id of a row. Raises ValueError for one that we could not ask about again."""
    number = row["id"]
    if not isinstance(number, str) or not number.isalnum() or len(number) > 80:
        raise ValueError("An id is a text of letters and digits.")
    return number
