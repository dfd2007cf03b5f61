"""Every vendor's bad answers: how each is planted in the sandbox, and what the outbox does about it.

What stays and what people read after one is in the tests beside this file and, where only one vendor has the call, in
that vendor's own.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest

from recruiting.outbox.models import OutboxMessage


class Hands(Protocol):
    """What a vendor's scenario must offer to have its answers corrupted."""

    vendor: str

    def fault(self, operation: str, kind: str, **more: Any) -> int: ...

    def later(self) -> int: ...

    def message(self, topic: str) -> OutboxMessage: ...


@dataclass(frozen=True)
class Bad:
    """A bad answer: how it is ordered at the sandbox, and what the outbox does about it. `error` may name {vendor}."""

    name: str
    kind: str
    parameters: dict[str, Any] = field(default_factory=dict)
    state: str = "waiting"
    error_class: str = "VendorUnavailable"
    error: str = "{vendor} isn't answering."
    deadline: float = 5.0
    everywhere: bool = False

    def said_by(self, hands: Hands) -> str:
        """Return the sentence that people read."""
        return self.error.format(vendor=hands.vendor)


BROKEN = "{vendor} has a problem on its side."
UNREADABLE = "The answer could not be read."

# Tried again; the vendor may or may not have acted.
UNCERTAIN = [
    Bad("500", "status", {"status": 500}, error=BROKEN),
    Bad("503", "status", {"status": 503}, error=BROKEN),
    Bad("500 after its commit", "status", {"status": 500, "committed": True}, error=BROKEN),
    Bad("html", "html", error=BROKEN),
    Bad("html with 200 after its commit", "html", {"status": 200, "committed": True}, error=UNREADABLE),
    Bad("reset before", "reset_before"),
    Bad("reset after", "reset_after"),
    Bad("timeout before its commit", "slow_before", {"seconds": 3}, deadline=0.7),
    Bad("timeout after its commit", "slow_after", {"seconds": 3}, deadline=0.7),
    Bad("silence after its commit", "hang_after", {"seconds": 3}, deadline=0.7),
    Bad("slow drip", "drip", {"bytes_per_second": 20}, deadline=0.7),
    Bad("truncated", "truncated"),
]
# Asked for a pause; nothing was done.
RATE_LIMITED = Bad("429", "rate_limit", {"seconds": 90}, error_class="Postpone", error="{vendor} asks us to slow down.")
# Waits for a person: the key is dead. A vendor that answers 403 to a dead key does so to whatever is asked.
DEAD_KEY = [
    Bad("401", "status", {"status": 401, "reason": "The API key is not valid."}, state="parked"),
    Bad("403 to everything", "status", {"status": 403, "reason": "No such key."}, state="parked", everywhere=True),
]
# The vendor understood and refused.
REFUSED = [
    Bad("403", "forbidden", {"reason": "Evaluators cannot do this."}, error="Evaluators cannot do this."),
    Bad("400", "status", {"status": 400, "reason": "That is wrong."}, error="That is wrong."),
    Bad("404", "status", {"status": 404, "reason": "Not found."}, error="Not found."),
    Bad("410", "status", {"status": 410, "reason": "Gone."}, error="Gone."),
]


# Of the uncertain ones, one per kind of damage, which every vendor meets in every call: refused, unreadable, cut off,
# too late. The others are dealt out in pairs (`is_dealt`).
EVERYWHERE = ("500", "html with 200 after its commit", "reset before", "timeout after its commit")


def each(*bad_answers: Bad) -> Any:
    """Parametrise a test with bad answers."""
    return pytest.mark.parametrize("bad", bad_answers, ids=[bad.name for bad in bad_answers])


def is_dealt(bad: Bad, *others: int) -> bool:
    """Tell whether a bad answer is tried with these others: any two of answer, vendor and call meet, not all three.

    Args:
        others: the number of the vendor, and of what else varies.
    """
    return bad not in UNCERTAIN or bad.name in EVERYWHERE or (UNCERTAIN.index(bad) + sum(others)) % 2 == 0


def dealt(*others: int) -> list[Bad]:
    """Return the uncertain answers that a call of one vendor's own is tried with, as `is_dealt` deals them."""
    return [bad for bad in UNCERTAIN if is_dealt(bad, *others)]


def order(hands: Hands, operation: str, bad: Bad, settings: Any, *, times: int = 1, key: str = "") -> None:
    if bad.everywhere:
        operation, times = "*", -1
    hands.fault(operation, bad.kind, times=times, key=key, **bad.parameters)
    settings.VENDOR_WORKER_DEADLINE_SECONDS = bad.deadline


def recover(hands: Hands, settings: Any) -> None:
    settings.VENDOR_WORKER_DEADLINE_SECONDS = 5.0
    hands.later()


def assert_message(hands: Hands, topic: str, bad: Bad) -> None:
    message = hands.message(topic)
    assert (message.state, message.error_class, message.error) == (bad.state, bad.error_class, bad.said_by(hands))
