"""The tester's front door at `/__sandbox__/`: what this is, the clock, and the mails that we sent.

The mails here are ours (Throughline's, from the folder of Django's file email backend); the mails that a vendor would
have sent are on that vendor's own page.
"""

import email
import email.policy
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import BadRequest, Request, Response, done, json_response, redirect
from devtools.sandbox.host.pages import TRAIL, page
from devtools.sandbox.host.router import Router
from recruiting.foundation import clock

CLOCK = "/__sandbox__/clock"
MAILS = "/__sandbox__/mails"
MAILS_SHOWN = 200
STYLE = Path(__file__).with_name("style.css")
# Django's file backend ends every message with a line of 79 dashes.
MESSAGE_END = re.compile(rb"^-{79}\r?\n", re.MULTILINE)


class Home:
    def __init__(self, vendors: Sequence[VendorSandbox]) -> None:
        self.vendors = vendors

    def register(self, router: Router) -> None:
        router.add("GET", "/__sandbox__/", self.index)
        router.add("GET", "/__sandbox__", self.to_index)
        router.add("GET", "/", self.to_index)
        router.add("GET", "/__sandbox__/health", self.health)
        router.add("GET", "/__sandbox__/style.css", self.style)
        router.add("GET", CLOCK, self.clock)
        router.add("POST", CLOCK, self.move_clock)
        router.add("GET", MAILS, self.mails)

    def to_index(self, request: Request) -> Response:
        return redirect("/__sandbox__/")

    def health(self, request: Request) -> Response:
        return json_response({"ok": True, "vendors": [vendor.slug for vendor in self.vendors]})

    def style(self, request: Request) -> Response:
        return Response(200, STYLE.read_bytes(), "text/css; charset=utf-8", {"Cache-Control": "no-cache"})

    def index(self, request: Request) -> Response:
        return page("Vendor sandbox", "sandbox/index.html", vendors=self.vendors, now=_spelled(request.now))

    # Clock

    def clock(self, request: Request) -> Response:
        moved = clock.offset()
        if not request.wants_html():
            return json_response({"now": request.now.isoformat(), "offset_seconds": moved.total_seconds()})
        return page(
            "Clock",
            "sandbox/clock.html",
            trail=TRAIL,
            to=CLOCK,
            now=_spelled(request.now),
            iso=request.now.isoformat(timespec="seconds"),
            moved=str(moved) if moved else "",
            zones=sorted(clock.zone_names()),
        )

    def move_clock(self, request: Request) -> Response:
        """Body: one of `{"by": seconds}`, `{"to": instant}`, `{"reset": true}`, `{"zone": name, "move": ...}`."""
        now = _moved(request.data())
        for vendor in self.vendors:
            vendor.tick(now)
        return done(request, {"now": now.isoformat(), "offset_seconds": clock.offset().total_seconds()}, back=CLOCK)

    # Our mails

    def mails(self, request: Request) -> Response:
        found = sent_mails(Path(settings.EMAIL_FILE_PATH))
        if not request.wants_html():
            return json_response(found)
        return page("Mails that Throughline sent", "sandbox/mails.html", trail=TRAIL, mails=found)


def sent_mails(folder: Path) -> list[dict[str, str]]:
    """The mails in the folder of Django's file backend, newest file first, the newest of a file first."""
    files = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True) if folder.is_dir() else []
    mails: list[dict[str, str]] = []
    for path in files:
        raw = [part for part in MESSAGE_END.split(path.read_bytes()) if part.strip()]
        for part in reversed(raw):
            message = email.message_from_bytes(part, policy=email.policy.default)
            text = message.get_body(("plain", "html"))
            mails.append(
                {
                    "date": str(message.get("Date", "")),
                    "from": str(message.get("From", "")),
                    "to": str(message.get("To", "")),
                    "subject": str(message.get("Subject", "")),
                    "text": str(text.get_content()) if text else "",
                }
            )
            if len(mails) == MAILS_SHOWN:
                return mails
    return mails


def _moved(data: dict[str, Any]) -> datetime:
    if data.get("reset"):
        return clock.reset()
    try:
        if "zone" in data:
            return clock.travel(to=_midnight(str(data["zone"]), move=str(data.get("move") or "midnight")))
        if "to" in data:
            instant = datetime.fromisoformat(str(data["to"]))
            if instant.tzinfo is None:
                raise BadRequest("The instant needs an offset, such as 2026-03-10T00:00:00-05:00.")
            return clock.travel(to=instant)
        if "by" in data:
            return clock.travel(by=timedelta(seconds=float(data["by"])))
    except (ValueError, OverflowError, TypeError) as error:
        raise BadRequest("That is not an instant or a number of seconds.") from error
    raise BadRequest("Give by (seconds), to (an instant), zone (to its next midnight) or reset.")


def _midnight(name: str, *, move: str) -> datetime:
    if move not in ("midnight", "before_midnight"):
        raise BadRequest("move must be midnight or before_midnight.")
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadRequest(f"There is no time zone named {name}.") from error
    midnight = clock.start_of_day(clock.today(zone) + timedelta(days=1), zone)
    return midnight if move == "midnight" else midnight - timedelta(minutes=1)


def _spelled(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%a %d %b %Y, %H:%M:%S UTC")
