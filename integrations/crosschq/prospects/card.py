"""What the *Prospects* card of Reference Checks says: the form, and how far the last export has come."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from integrations import outbound
from integrations.crosschq.models import ProspectExport, ProspectRun
from integrations.crosschq.prospects import services as prospects
from integrations.crosschq.prospects.forms import ProspectsForm
from integrations.models import Installation
from integrations.requests.card import StatusCard
from integrations.requests.viewer import ActionLink
from recruiting.extensions import Badge
from recruiting.foundation import clock, formatting, pagination
from recruiting.web import responses

BADGES = {
    ProspectRun.State.RUNNING: Badge("Running", "progress", "info"),
    ProspectRun.State.DONE: Badge("Done", "circle-check", "success"),
    ProspectRun.State.STOPPED: Badge("Stopped", "ban", "neutral"),
    ProspectRun.State.FAILED: Badge("Failed", "alert-triangle", "danger"),
}


@dataclass(frozen=True, kw_only=True)
class Progress(StatusCard):
    """How far a run has come, as a status card shows it."""

    bar: SafeString


@dataclass(frozen=True)
class Card:
    """The card. `progress` is None before the first export."""

    form: ProspectsForm
    export: ProspectExport | None
    progress: Progress | None


def card_of(installation: Installation, *, form: ProspectsForm | None = None) -> Card:
    """Return the card of a company; `form`: as it was sent, when something in it was refused."""
    export = prospects.find(installation)
    shown = form or ProspectsForm(company=installation.company, export=export)
    return Card(shown, export, _progress(export) if export else None)


def counted(run: ProspectRun) -> str:
    """Return "1,240 of 5,000: 1,180 new, 52 already here, 8 without email"."""
    taken = f"{run.taken_count:,}"
    if run.total is not None:
        taken += f" of {max(run.total, run.taken_count):,}"
    return f"{taken}: {run.added_count:,} new, {run.known_count:,} already here, {run.skipped_count:,} without email"


def _progress(export: ProspectExport) -> Progress | None:
    run = ProspectRun.objects.filter(export=export).order_by("-id").first()
    if run is None:
        return None
    return Progress(
        title="Export of prospects",
        badge=BADGES[ProspectRun.State(run.state)],
        sentences=[f"{counted(run)}.", *_what_next(run, export)],
        bar=_bar(run),
        actions=_actions(run, export),
        poll=responses.poll_seconds(run.created_at, now=clock.now()) if run.is_running else 0,
    )


def _what_next(run: ProspectRun, export: ProspectExport) -> list[str]:
    if run.is_running:
        delay = outbound.delay_reason(export.installation, f"prospects:{export.pk}")
        waits = export.installation.needs_attention or delay
        return [waits or "You can close this page; the export goes on."]
    found = []
    if run.state == ProspectRun.State.FAILED:
        found.append(run.failure)
    if run.state == ProspectRun.State.STOPPED:
        found.append("Whoever arrived stays.")
    if export.follows and export.taken_until is None:
        found.append("New prospects are followed once an export has come to its end.")
    elif export.follows and export.checked_at is not None:
        looked = formatting.ago(export.checked_at, now=clock.now(), zone=export.company.zone)
        found.append(f"We look for new prospects every 10 minutes; last {looked}.")
    return found


def _bar(run: ProspectRun) -> SafeString:
    if not run.is_running or run.total is None:
        return SafeString("")
    return format_html(
        '<progress class="progress" max="{}" value="{}" aria-label="Prospects looked at"></progress>',
        max(run.total, run.taken_count, 1),
        run.taken_count,
    )


def _actions(run: ProspectRun, export: ProspectExport) -> list[ActionLink]:
    found: list[ActionLink] = []
    if run.is_running and run.is_whole:
        found.append(_action("Stop", "stop", name="Stop the export of prospects", post=True))
    elif export.is_on and not run.is_running:
        found.append(_action("Export again", "start", post=True))
    if skipped := pagination.bounded_count(prospects.skipped(export.installation)):
        label = f"Show the {formatting.number(skipped, limit=pagination.COUNT_TO)}"
        found.append(_action(label, "skipped", name=f"{label} who were not exported"))
    return found


def _action(label: str, name_of_page: str, **how: Any) -> ActionLink:
    return {"label": label, "url": reverse(f"crosschq:prospects-{name_of_page}"), **how}
