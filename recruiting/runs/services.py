"""Starting, stopping and undoing runs, and the task that does their slices.

A slice is one outbox message of at most `RUN_SLICE_SECONDS`. All slices of all companies have one ordering key, so that
one is worked on at a time, and each is written behind what waits already: vendor calls, mails and webhooks go first.
"""

import logging
import time
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, Q

from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.outbox import tasks
from recruiting.outbox.tasks import Attempt
from recruiting.outbox.worker import UNEXPECTED
from recruiting.runs.kinds import Kind, kind_of
from recruiting.runs.models import Run, RunRow

State = Run.State
MAX_TRIES = 3
"""How often in a row a slice may break before the run has failed."""
NO_ACCESS = "Whoever started this has no access any more."
logger = logging.getLogger(__name__)


def start(
    *,
    kind: Kind,
    title: str,
    by: Membership,
    params: Mapping[str, Any] | None = None,
    subjects: "models.QuerySet[Any] | Iterable[UUID] | None" = None,
    total: int = 0,
    undoes: Run | None = None,
) -> Run:
    """Start a run, in the open transaction or one of its own.

    Args:
        kind: what it does.
        title: what it does, in words.
        by: in whose name.
        params: what it needs to know: ids and plain values.
        subjects: the things that it is about, one row each: keys, or an ordered queryset that the database reads by
            itself, with an annotation `before` where rows keep something from the start. None for a run that keeps its
            own account.
        total: how many things, where there are no subjects.
        undoes: the run that it takes back.
    """
    with transaction.atomic():
        run: Run = Run.objects.create(
            company_id=by.company_id,
            kind=kind.name,
            title=title[:200],
            member=by,
            params=dict(params or {}),
            total=total,
            undoes=undoes,
        )
        if subjects is not None:
            run.write(total=_freeze(run, subjects))
        work.enqueue(run)
    return run


def stop(*, run: Run, by: Membership) -> Run:
    """Stop a run before its next slice; what was done stays. One that has ended stays as it is.

    Raises:
        NotFound: when the actor does not see it.
    """
    with transaction.atomic():
        locked = _lock(run, by)
        if locked.is_open:
            _count(locked)
            _end(locked, State.STOPPED, f"Stopped by {by.name}.")
    return locked


def undo(*, run: Run, by: Membership) -> Run:
    """Take back what a run did, by another run in the actor's name; what was changed since stays, and is named there.

    Raises:
        NotFound: when the actor does not see it.
        Conflict: when it cannot be undone (any more).
    """
    with transaction.atomic():
        locked = _lock(run, by)
        kind = kind_of(locked)
        if kind is None or not may_undo(locked):
            raise Conflict("This can no longer be undone.", code="not_undoable")
        done = RunRow.objects.filter(run=locked, outcome=RunRow.Outcome.DONE).order_by("-position")
        has_rows = done.exists()
        return start(
            kind=kind,
            title=f"Undo: {locked.title}",
            by=by,
            subjects=done if has_rows else None,
            total=0 if has_rows else locked.done_count,
            undoes=locked,
        )


def may_undo(run: Run) -> bool:
    """Return whether a run has ended, did anything and can still be taken back."""
    kind = kind_of(run)
    if kind is None or kind.undo is None or run.undoes_id or run.finished_at is None or not run.done_count:
        return False
    return clock.now() < run.finished_at + kind.undo_for and not Run.objects.filter(undoes=run).exists()


def see(run: Run) -> None:
    """Note that somebody looked at a run that has ended."""
    if not run.is_open and run.seen_at is None:
        run.write(seen_at=clock.now())


# ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────────
@tasks.task("runs.work", about="run", order_by=lambda run: "runs")
def work(attempt: Attempt) -> None:
    """Do one slice of a run, and write the message of the next where there is more to do."""
    found = Run.objects.select_related("company", "member__user", "member__company").filter(pk=attempt.payload["run"])
    run: Run | None = found.filter(state__in=Run.OPEN).first()
    if run is not None:
        _slice(run, time.monotonic() + settings.RUN_SLICE_SECONDS)


def work_now(run: Run, *, until: float) -> Run:
    """Do a short run while somebody waits for it, as far as it comes by `until`; the worker does the rest.

    Rows are locked one by one, so a worker that begins meanwhile takes others.
    """
    _slice(run, until, goes_on=False)
    run.refresh_from_db()
    return run


def _slice(run: Run, until: float, *, goes_on: bool = True) -> None:
    """Do what can be done by an instant; `goes_on`: write the message of the next slice."""
    kind = kind_of(run)
    if kind is None or run.member is None or not run.member.is_active:
        _finish(run, State.FAILED, NO_ACCESS if kind else UNEXPECTED)
        return
    if run.state == State.WAITING:
        Run.objects.filter(pk=run.pk, state=State.WAITING).update(state=State.RUNNING, started_at=clock.now())
    do = kind.undo if run.undoes_id else kind.work
    assert do is not None  # what cannot be undone has no run that undoes it
    try:
        is_over = do(run, until)
    except Exception:
        logger.exception("A slice of the run %s (%s) failed", run.pk, run.kind)
        _try_again(run)
        return
    if is_over:
        _finish(run, State.DONE)
        return
    with transaction.atomic():
        locked = _open(run)
        if locked is not None:
            _count(locked)
            locked.write(tries=0)
            if goes_on:
                work.enqueue(locked)


def _try_again(run: Run) -> None:
    """Do the slice again a little later, unless it breaks each time."""
    if run.tries + 1 >= MAX_TRIES:
        _finish(run, State.FAILED, UNEXPECTED)
        return
    with transaction.atomic():
        locked = _open(run)
        if locked is not None:
            locked.write(tries=locked.tries + 1)
            work.enqueue(locked, available_at=clock.machine_now() + timedelta(seconds=5 * locked.tries))


def _finish(run: Run, state: State, sentence: str = "") -> None:
    kind = kind_of(run)
    with transaction.atomic():
        locked = _open(run)
        if locked is None:
            return
        _count(locked)
        if state == State.DONE and kind is not None:
            sentence = kind.ended(locked)
        _end(locked, state, sentence)


def _end(run: Run, state: State, sentence: str) -> None:
    run.write(state=state, sentence=sentence[:300], finished_at=clock.now())


def _open(run: Run) -> Run | None:
    """Lock a run that has not ended meanwhile."""
    found = Run.objects.select_related("company", "member__user").select_for_update(of=("self",), no_key=True)
    open_run: Run | None = found.filter(pk=run.pk, state__in=Run.OPEN).first()
    return open_run


def _lock(run: Run, by: Membership) -> Run:
    if not Run.objects.visible_to(by).filter(pk=run.pk).exists():
        raise NotFound("There is no such run.")
    locked: Run = Run.objects.locked(run, by, no_key=True)
    return locked


def _count(run: Run) -> None:
    """Count the rows of a run that are over; one without rows keeps its own account."""
    done, skipped = Q(outcome=RunRow.Outcome.DONE), Q(outcome=RunRow.Outcome.SKIPPED)
    counts = RunRow.objects.filter(run=run).aggregate(
        rows=Count("pk"), done=Count("pk", filter=done), skipped=Count("pk", filter=skipped)
    )
    if counts["rows"]:
        run.write(done_count=counts["done"], skipped_count=counts["skipped"])


def _freeze(run: Run, subjects: "models.QuerySet[Any] | Iterable[UUID]") -> int:
    """Write the rows of a run, and return how many."""
    if not isinstance(subjects, models.QuerySet):
        keys = list(dict.fromkeys(subjects))
        rows = [RunRow(run=run, position=place, subject_id=key) for place, key in enumerate(keys)]
        RunRow.objects.bulk_create(rows, batch_size=1000)
        return len(rows)
    is_rows = subjects.model is RunRow
    name = "subject_id" if is_rows else "pk"
    before = "before" if is_rows or "before" in subjects.query.annotations else None
    chosen = subjects.values_list(*filter(None, (name, before)))
    sql, parameters = chosen.query.sql_with_params()
    table, quote = RunRow._meta.db_table, connection.ops.quote_name
    what = "chosen.before" if before else "'{}'"
    columns = ", ".join(map(quote, ("run_id", "position", "subject_id", "before", "outcome", "sentence")))
    names = "(subject, before)" if before else "(subject)"
    run_id = Run._meta.pk.get_db_prep_value(run.pk, connection)
    with connection.cursor() as cursor:
        # Positions in the order of the rows that are chosen from.
        cursor.execute(
            f"WITH chosen {names} AS ({sql}) INSERT INTO {table} ({columns}) "
            f"SELECT %s, ROW_NUMBER() OVER () - 1, chosen.subject, {what}, '', '' FROM chosen",
            [*parameters, run_id],
        )
    return RunRow.objects.filter(run=run).count()
