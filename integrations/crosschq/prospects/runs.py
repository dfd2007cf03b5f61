"""Runs of the prospects export: page by page, one outbox message each, until the vendor has no more.

A page's people, the run's cursor and counts and the message for the next page are one transaction. A worker that is
killed before its commit has done nothing, and one that is killed after it finds the cursor moved on: nobody is taken
twice. Who a prospect became is remembered by the vendor's id, so that a later run leaves them alone, whatever became of
them here since.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from integrations import installations, outbound
from integrations.crosschq import SLUG, schemas
from integrations.crosschq.models import Prospect, ProspectExport, ProspectRun
from integrations.crosschq.settings import connection
from recruiting.applications import intake
from recruiting.applications.intake import Received
from recruiting.candidates.services import CandidateDetails
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict
from recruiting.outbox import messages
from recruiting.outbox.tasks import Attempt

LABEL = "Crosschq prospects"
# What the vendor made shortly before the newest that we saw may have become visible after it.
OVERLAP = timedelta(minutes=5)
# An unattended run that the vendor refused is not repeated at once.
AFTER_FAILURE = timedelta(hours=1)
KEEP_UNATTENDED = timedelta(days=90)
AT_ONCE = 500
"""How many companies' runs one sweep begins."""
MOST_PROSPECTS = 1_000_000
"""Where a vendor that never comes to an end is no longer believed."""

State = ProspectRun.State
Outcome = Prospect.Outcome


# ── What people do ───────────────────────────────────────────────────────────────────────────────────────────────────
def start(*, export: ProspectExport, by: Membership) -> ProspectRun:
    """Export everybody again; whoever is here stays as they are.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        Conflict: while the export is off, or running.
    """
    with transaction.atomic():
        locked = _lock(export, by)
        if not locked.is_on:
            raise Conflict("Turn on “Export Prospects from Crosschq” first.", code="export_off")
        if locked.runs.filter(state=State.RUNNING).exists():
            raise Conflict("An export is running already.", code="export_running")
        return begin(locked, by=by)


def stop(*, export: ProspectExport, by: Membership) -> bool:
    """Stop the run under way; whoever arrived stays. Return whether there was one."""
    with transaction.atomic():
        return end(_lock(export, by))


def begin(export: ProspectExport, *, by: Membership) -> ProspectRun:
    """Begin to take everybody, for a locked export on which nothing runs."""
    run = ProspectRun.objects.create(company_id=export.company_id, export=export, started_by=by)
    take_page.enqueue(run, {"cursor": run.cursor})
    # A message of a run that was stopped may stand ahead, waiting for its next try; it has nothing to do any more.
    messages.run_now([take_page.ordering_key_of(run)])
    return run


def end(export: ProspectExport) -> bool:
    """Stop the run of a locked export, if there is one."""
    running = export.runs.filter(state=State.RUNNING)
    return bool(running.update(state=State.STOPPED, finished_at=clock.now(), updated_at=clock.now()))


def follow(now: datetime | None = None) -> int:
    """Begin a run for what is new, wherever a company wants that and nothing runs; return for how many.

    Args:
        now: an instant (UTC), the clock's by default.
    """
    instant = now or clock.now()
    ProspectRun.objects.filter(started_by=None, finished_at__lt=instant - KEEP_UNATTENDED).delete()
    with transaction.atomic():
        due = list(_due(instant).select_for_update(skip_locked=True, of=("self",))[:AT_ONCE])
        begun = ProspectRun.objects.filter(export__in=due, state=State.RUNNING)
        running = set(begun.values_list("export_id", flat=True))
        runs = [
            ProspectRun(company_id=export.company_id, export=export, created_after=_since(export))
            for export in due
            if export.pk not in running
        ]
        ProspectRun.objects.bulk_create(runs)
        take_page.enqueue_many(runs, lambda run: {"cursor": run.cursor})
    return len(runs)


# ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────────
def failed(attempt: Attempt, reason: str) -> None:
    """Note that a run cannot go on."""
    _over(attempt.payload["run"], State.FAILED, failure=reason)


@outbound.vendor_task(
    "crosschq.take_prospects",
    about="run",
    order_by=lambda run: f"prospects:{run.export_id}",
    coalesce=False,
    channel=lambda run: outbound.channel_of(run.export),
    on_failure=failed,
)
def take_page(attempt: Attempt) -> None:
    """Fetch the page at which a run stands, and take its people."""
    run = _stands_at(attempt.payload["run"], attempt.payload["cursor"])
    if run is None:
        return
    installation = run.export.installation
    if not run.export.is_on or not companies.has_feature(run.company, SLUG):
        _over(run.pk, State.STOPPED)
        return
    credential = connection.working_key(installation)
    with outbound.handle_vendor_errors(installation, credential):
        client = connection.worker_client(credential)
        page = client.prospects(created_after=run.created_after, cursor=run.cursor)
    save_page(run.pk, page, cursor=run.cursor)


def save_page(run_id: UUID, page: schemas.ProspectPage, *, cursor: str) -> None:
    """Take a page that was read at `cursor`, and enqueue the next one; nothing when the run moved on meanwhile."""
    with transaction.atomic():
        # The export first, as everybody does who changes a run.
        list(ProspectExport.objects.select_for_update().filter(runs=run_id))
        run = _stands_at(run_id, cursor, lock=True)
        if run is None:
            return
        _take_people(run, page.prospects)
        run.total = page.total if page.total is not None else run.total
        made_at = [run.newest_at, *(one.created_at for one in page.prospects)]
        run.newest_at = max(filter(None, made_at), default=None)
        if run.taken_count > MOST_PROSPECTS:
            _close(run, State.FAILED, failure="Crosschq's list of prospects does not come to an end.")
        elif page.prospects and page.cursor and page.cursor != cursor:
            run.cursor = page.cursor
            run.save()
            take_page.enqueue(run, {"cursor": run.cursor})
        else:
            _finish(run)


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def _take_people(run: ProspectRun, prospects: Sequence[schemas.Prospect]) -> None:
    """Take the prospects of a page that were not taken before, and count all of them on the (unsaved) run."""
    export = run.export
    assert export.source is not None  # an export that is on has one
    by_id = {one.id: one for one in prospects}
    known = Prospect.objects.filter(installation=export.installation, vendor_id__in=by_id)
    before = dict(known.values_list("vendor_id", "outcome"))
    # Whoever had no address may have one by now.
    fresh = [one for one in by_id.values() if before.get(one.id, Outcome.SKIPPED) == Outcome.SKIPPED]
    jobs, tags = list(export.jobs.all()), list(export.tags.all())
    rows: list[Prospect] = []
    for first in range(0, len(fresh), intake.BATCH):
        batch = fresh[first : first + intake.BATCH]
        received = intake.receive_leads(
            company=run.company,
            people=[CandidateDetails(one.first_name, one.last_name, one.email, one.phone) for one in batch],
            source=export.source,
            jobs=jobs,
            tags=tags,
            label=LABEL,
            by=run.started_by,
        )
        rows += [_row(export, prospect, result) for prospect, result in zip(batch, received, strict=True)]
    _remember(rows, before)
    _count(run, rows, before)


def _row(export: ProspectExport, prospect: schemas.Prospect, received: Received) -> Prospect:
    is_skipped = received.outcome == intake.Outcome.SKIPPED
    return Prospect(
        company_id=export.company_id,
        installation_id=export.installation_id,
        vendor_id=prospect.id,
        outcome=received.outcome.value,
        candidate_id=received.candidate_id,
        # Whoever was taken is a candidate here; only of who was not, we keep who it was.
        name=f"{prospect.first_name} {prospect.last_name}".strip()[:200] if is_skipped else "",
        reason=received.reason,
    )


def _remember(rows: Sequence[Prospect], before: dict[str, str]) -> None:
    changed = [row for row in rows if row.vendor_id not in before or row.outcome != Outcome.SKIPPED]
    Prospect.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["installation", "vendor_id"],
        update_fields=["outcome", "candidate", "name", "reason", "updated_at"],
    )


def _count(run: ProspectRun, rows: Sequence[Prospect], before: dict[str, str]) -> None:
    """Count a page. A run for what is new reads some of the last ones again; those it does not count."""
    again = [outcome for outcome in before.values() if outcome != Outcome.SKIPPED] if run.is_whole else []
    counted = [row.outcome for row in rows if run.is_whole or before.get(row.vendor_id) != row.outcome]
    run.added_count += counted.count(Outcome.ADDED)
    run.known_count += counted.count(Outcome.KNOWN) + len(again)
    run.skipped_count += counted.count(Outcome.SKIPPED)


def _finish(run: ProspectRun) -> None:
    """Close a run that came to the end; one that found nothing by itself leaves no trace."""
    export = run.export
    # A vendor that does not say when a prospect was made: everything that was there when we began.
    reached = run.newest_at or (run.created_at if run.is_whole else None)
    if reached is not None:
        # A date in the future would hide everybody who comes before it.
        reached = min(reached, clock.now())
        export.taken_until = max(export.taken_until or reached, reached)
    export.write(taken_until=export.taken_until, checked_at=clock.now())
    if run.taken_count or run.is_whole:
        _close(run, State.DONE)
    else:
        run.delete()


def _close(run: ProspectRun, state: State, *, failure: str = "") -> None:
    run.state, run.failure, run.finished_at = state, failure[:300], clock.now()
    run.save()


def _over(run_id: Any, state: State, *, failure: str = "") -> None:
    with transaction.atomic():
        running = ProspectRun.objects.select_for_update(of=("self",)).filter(pk=run_id, state=State.RUNNING)
        for run in running:
            _close(run, state, failure=failure)


def _stands_at(run_id: Any, cursor: str, *, lock: bool = False) -> ProspectRun | None:
    """Return a run that is under way and has not moved on from `cursor`."""
    related = ("company", "started_by", "export__source", "export__company", "export__installation__company")
    runs = ProspectRun.objects.select_related(*related)
    if lock:
        runs = runs.select_for_update(of=("self",))
    return runs.filter(pk=run_id, state=State.RUNNING, cursor=cursor).first()


def _due(now: datetime) -> QuerySet[ProspectExport]:
    failed_lately = ProspectRun.objects.filter(started_by=None, state=State.FAILED, finished_at__gt=now - AFTER_FAILURE)
    following = ProspectExport.objects.filter(is_on=True, follows=True, taken_until__isnull=False)
    running = ProspectRun.objects.filter(state=State.RUNNING)
    due = following.exclude(pk__in=running.values("export")).exclude(pk__in=failed_lately.values("export"))
    return due.filter(company__features__feature=SLUG).order_by("checked_at", "id")


def _since(export: ProspectExport) -> datetime:
    assert export.taken_until is not None
    return export.taken_until - OVERLAP


def _lock(export: ProspectExport, by: Membership) -> ProspectExport:
    installations.require_manager(by, of=export.company_id, thing="export")
    return ProspectExport.objects.select_for_update().get(pk=export.pk)
