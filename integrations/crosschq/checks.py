"""Everything that changes a reference check, one function and one transaction each.

Locks are taken in one order: the application, then its checks. `states` says what an event does; this module says what
it means for the columns, writes the newsfeed entry and the promise to the vendor.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from integrations.crosschq import wire
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.states import Event
from recruiting.applications.models import Application, StageTransition
from recruiting.base.errors import Conflict
from recruiting.companies.models import Membership


class AlreadyRequested(Conflict):
    """There is a check that a new one would double; `check` is it."""

    code = "already_requested"

    def __init__(self, check: ReferenceCheck, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence, code=code)
        self.check = check


def start(transition: StageTransition) -> ReferenceCheck | None:
    """Send what the job's tag asks for, because a candidate entered the step; None when nothing was sent (and said)."""
    raise NotImplementedError


def send(
    *, application: Application, template: Template, by: Membership, requestor: Membership | None = None
) -> ReferenceCheck:
    """*Choose template and send*: whatever the job's tag says. `requestor` None: the usual one (`people.requestor_of`).

    Raises:
        NotAllowed, NotFound: when the actor may not send requests.
        blockers.Blocked: when something has to be mended first; `.blockers` are all of it.
        AlreadyRequested: when a check with this template is open or complete.
    """
    raise NotImplementedError


def send_again(*, check: ReferenceCheck, by: Membership, requestor: Membership | None = None) -> ReferenceCheck:
    """*Send again*: a second check although there is one, with its template. Raises as `send`."""
    raise NotImplementedError


def try_again(*, check: ReferenceCheck, by: Membership, requestor: Membership | None = None) -> ReferenceCheck:
    """Send a failed one once more, for another requestor where one is given. Raises Conflict when it has not failed."""
    raise NotImplementedError


def follow(*, check: ReferenceCheck, vendor_id: str, by: Membership) -> ReferenceCheck:
    """Settle an uncertain one: a person says which request of the vendor it is (of `check.matches`, or by its id)."""
    raise NotImplementedError


def not_there(*, check: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """Settle an uncertain one: a person looked, the vendor does not have it; it is sent."""
    raise NotImplementedError


def can_cancel(check: ReferenceCheck) -> bool:
    """Return whether *Cancel Request* is offered: it is under way, and the vendor's version can cancel it."""
    raise NotImplementedError


def cancel(*, check: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """Cancel it here and at the vendor. Raises Conflict when it is over, or can only be canceled in Crosschq."""
    raise NotImplementedError


def stop_following(*, check: ReferenceCheck, by: Membership) -> ReferenceCheck:
    """No longer follow it; at the vendor it runs on. Raises Conflict when it is over."""
    raise NotImplementedError


def can_remind(check: ReferenceCheck) -> bool:
    """Return whether *Remind* is offered: it is at the vendor, whose version can."""
    raise NotImplementedError


def remind(*, check: ReferenceCheck, by: Membership) -> None:
    """Let the vendor remind whoever has not answered. Raises Conflict where that is not offered."""
    raise NotImplementedError


def check_again(*, check: ReferenceCheck, by: Membership) -> None:
    """*Check again*: ask the vendor now how it stands (through the outbox)."""
    raise NotImplementedError


# ── What the worker learned ──────────────────────────────────────────────────────────────────────────────────────────


def apply_seen(check_id: UUID, *, event: Event, seen: wire.Check | None, asked_at: datetime) -> ReferenceCheck:
    """Apply what the vendor said about a check, under its lock."""
    raise NotImplementedError


def unsure(check_id: UUID, matches: Sequence[wire.Check]) -> None:
    """Note that several requests of the vendor could be this one; a person chooses (`follow`)."""
    raise NotImplementedError
