"""What runs do: each kind is registered once, by the capability that it belongs to.

A kind's `work(run, until)` does as much as it can until an instant of `time.monotonic()` and returns whether all is
done. It may be called again at any time, also after a worker was killed, so what it does and where it stands are
written in one transaction:

- a run about many rows works through `each_row(run, until, act)`: `act(row)` does one thing in the transaction that
  writes its outcome, and raises a `RecruitingError` for what stays as it was;
- any other keeps where it stands in `run.checkpoint` and its counters (`run.write(…)` inside its own transaction).

Everything happens in the name of `run.member`, whose rights are asked for anew by the services that it calls.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from recruiting.companies.models import Membership
from recruiting.foundation.errors import RecruitingError
from recruiting.runs.models import Run, RunRow

Work = Callable[[Run, float], bool]
ROWS_AT_ONCE = 200
"""How many rows are read at a time; each is done in a transaction of its own."""


@dataclass(frozen=True)
class Described:
    """A row's thing, as its page shows it."""

    name: str
    url: str


@dataclass(frozen=True)
class Kind:
    """One kind of run."""

    name: str
    """`<app>.<verb>`; stands in stored rows."""
    label: str
    """What it does, such as "Import"."""
    work: Work
    ended: Callable[[Run], str] = lambda run: ""
    """Says in a sentence how it went, in the transaction that ends it; may write and publish what the whole brings."""
    undo: Work | None = None
    """Works on the run that undoes one (`run.undoes`)."""
    undo_for: timedelta = timedelta(minutes=30)
    describe: Callable[[Sequence[UUID], Membership], Mapping[UUID, Described]] = lambda ids, membership: {}
    """Names the subjects that a member sees."""
    page: Callable[[Run], str] = lambda run: ""
    """Returns where the run has a page of its own, "" where it is the common one."""


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Register the one kind of its name, and return it. Raises ValueError when its name means something else."""
    if _kinds.setdefault(kind.name, kind) != kind:
        raise ValueError(f"Two kinds of runs are called {kind.name}.")
    return kind


def kind_of(run: Run) -> Kind | None:
    """Return the kind of a run, None for one that nothing here knows any more."""
    return _kinds.get(run.kind)


def each_row(run: Run, until: float, act: Callable[[RunRow], str]) -> bool:
    """Do the rows of a run that wait, one after the other, each in a transaction with its outcome.

    Args:
        run: which one.
        until: when to stop (`time.monotonic()`).
        act: does one row, may set its `before`, and returns what is to be said of it; "" for nothing.

    Returns:
        Whether no row waits any more.
    """
    waiting = RunRow.objects.filter(run=run, outcome="").order_by("position")
    while rows := list(waiting.values_list("pk", flat=True)[:ROWS_AT_ONCE]):
        for key in rows:
            if time.monotonic() >= until:
                return False
            _do(key, act)
    return True


def _do(key: int, act: Callable[[RunRow], str]) -> None:
    """Do one row, unless another worker did meanwhile; what is refused is undone and stays, with its sentence."""
    with transaction.atomic():
        row = RunRow.objects.select_for_update().filter(pk=key, outcome="").first()
        if row is None:
            return
        try:
            with transaction.atomic():
                row.sentence = act(row)[:300]
            row.outcome = RunRow.Outcome.DONE
        except RecruitingError as refusal:
            row.outcome, row.sentence, row.before = RunRow.Outcome.SKIPPED, refusal.message[:300], {}
        row.save(update_fields=["outcome", "sentence", "before"])
