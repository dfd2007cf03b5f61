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
from devtools.sandbox.host.http import BadRequest, Request, Response, html_response, json_response, redirect
from devtools.sandbox.host.levers import BANNER
from devtools.sandbox.host.markup import STYLE, Markup, escape, join, link, markup, page, table
from devtools.sandbox.host.router import Router
from recruiting.foundation import clock

CLOCK = "/__sandbox__/clock"
MAILS = "/__sandbox__/mails"
MAILS_SHOWN = 200
ADDRESS = re.compile(r"https?://[^\s<>\"']+")
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
        return Response(200, STYLE.encode("utf-8"), "text/css; charset=utf-8", {"Cache-Control": "no-cache"})

    def index(self, request: Request) -> Response:
        vendors = [
            markup(
                "<section><h2>{name}</h2><p>{summary}</p><ul>{links}</ul></section>",
                name=vendor.name,
                summary=vendor.summary,
                links=[
                    markup("<li>{link}</li>", link=link(href, text))
                    for href, text in (
                        (vendor.control_home(), "Play the candidate and the vendor's users"),
                        (f"/__sandbox__/{vendor.slug}/mails", "Mails that the vendor would have sent"),
                        (f"/__sandbox__/{vendor.slug}/faults", "Faults: levers for bad days"),
                        (f"/__sandbox__/{vendor.slug}/webhooks/deliveries", "Webhook deliveries"),
                        (f"/__sandbox__/{vendor.slug}/requests", "Request log"),
                        (f"/__sandbox__/{vendor.slug}/settings", "Settings: rate limit, webhook tries"),
                    )
                ],
            )
            for vendor in self.vendors
        ]
        body = markup(
            '<p class="lead">A stand-in for every vendor, on this machine. Throughline speaks to it over real HTTP; '
            "here you play everybody else.</p>"
            "<section><h2>Ours</h2><ul><li>{clock}: it is {now} for Throughline and for the vendors</li>"
            "<li>{mails}</li></ul></section>{vendors}"
            '<p class="quiet">Every page here also answers JSON to a client that does not ask for HTML. '
            "The calls are described in docs/sandbox.md.</p>",
            clock=link(CLOCK, "Clock"),
            now=_spelled(request.now),
            mails=link(MAILS, "Mails that Throughline sent"),
            vendors=vendors,
        )
        return html_response(page(title="Vendor sandbox", body=body, banner=BANNER))

    # Clock

    def clock(self, request: Request) -> Response:
        moved = clock.offset()
        if not request.wants_html():
            return json_response({"now": request.now.isoformat(), "offset_seconds": moved.total_seconds()})
        zones = [markup('<option value="{zone}"></option>', zone=zone) for zone in sorted(clock.zone_names())]

        def act(label: str, **fields: str) -> Markup:
            hidden = [
                markup('<input type="hidden" name="{name}" value="{value}">', name=name, value=value)
                for name, value in fields.items()
            ]
            return markup(
                '<form method="post" action="{to}" class="inline">{hidden}<button>{label}</button></form>',
                to=CLOCK,
                hidden=hidden,
                label=label,
            )

        body = markup(
            '<section><p class="lead">It is <strong>{now}</strong></p><p class="quiet">{state}</p>'
            '<div class="row">{quick}</div></section>'
            '<section><h2>To midnight</h2><form method="post" action="{to}" class="stack">'
            '<label>Time zone<input name="zone" list="zones" value="America/New_York" required></label>'
            '<datalist id="zones">{zones}</datalist><div class="row">'
            '<button class="primary" name="move" value="midnight">To the next midnight</button>'
            '<button name="move" value="before_midnight">To one minute before it</button></div></form></section>'
            '<section><h2>To an instant</h2><form method="post" action="{to}" class="stack">'
            '<label>Instant <small>with an offset</small><input name="to" value="{iso}" required></label>'
            "<div><button>Move the clock there</button></div></form></section>"
            '<p class="quiet">Moves the clock of Throughline (web and workers) and of every vendor here. Leases, '
            "retries and rate limits keep the machine's time. Moving back brings nothing expired back to life.</p>",
            now=_spelled(request.now),
            state=f"Moved by {moved} from real time." if moved else "This is real time.",
            quick=[
                act("+1 hour", by="3600"),
                act("+1 day", by="86400"),
                act("+7 days", by="604800"),
                act("Back to real time", reset="true"),
            ],
            to=CLOCK,
            zones=zones,
            iso=request.now.isoformat(timespec="seconds"),
        )
        return html_response(page(title="Clock", body=body, banner=BANNER, trail=[("/__sandbox__/", "Sandbox")]))

    def move_clock(self, request: Request) -> Response:
        """Body: one of `{"by": seconds}`, `{"to": instant}`, `{"reset": true}`, `{"zone": name, "move": ...}`."""
        now = _moved(request.data())
        for vendor in self.vendors:
            vendor.tick(now)
        if request.wants_html():
            return redirect(CLOCK)
        return json_response({"now": now.isoformat(), "offset_seconds": clock.offset().total_seconds()})

    # Our mails

    def mails(self, request: Request) -> Response:
        found = sent_mails(Path(settings.EMAIL_FILE_PATH))
        if not request.wants_html():
            return json_response(found)
        rows = [
            (
                mail["date"],
                mail["to"],
                markup(
                    "<details><summary>{subject}</summary><pre>{text}</pre></details>",
                    subject=mail["subject"] or "(no subject)",
                    text=_linked(mail["text"]),
                ),
            )
            for mail in found
        ]
        body = join(
            [
                markup("<p>What Throughline itself sent by e-mail. The vendors' mails are on their own pages.</p>"),
                table(("Date", "To", "Mail"), rows, empty="Throughline has sent no mail yet."),
            ]
        )
        return html_response(
            page(title="Mails that Throughline sent", body=body, banner=BANNER, trail=[("/__sandbox__/", "Sandbox")])
        )


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


def _linked(text: str) -> Markup:
    """Text with its web addresses as links, so that a tester can follow an invitation from the mail."""
    parts: list[Markup] = []
    end = 0
    for found in ADDRESS.finditer(text):
        address = found.group().rstrip(".,;)")
        parts += [escape(text[end : found.start()]), link(address, address)]
        end = found.start() + len(address)
    return join([*parts, escape(text[end:])])
