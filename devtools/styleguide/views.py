"""The style guide: every component in every state, without data, for builders and for the browser tests.

In sandbox mode only. Nothing here is read from or written to the database.
"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from recruiting.foundation import clock, formatting, pagination
from recruiting.web import responses
from recruiting.web.templatetags import ui

ZONE = ZoneInfo("America/New_York")
TAGS = ("engineering", "engineering-lead", "sales", "support")


class ExampleForm(forms.Form):
    """One of each kind of control."""

    title = forms.CharField(max_length=60, help_text="As people see it on the careers page.")
    email = forms.EmailField(error_messages={"required": "Enter your email so that Acme can reply."})
    phone = forms.CharField(required=False)
    expires_on = forms.DateField(
        label="Expiration Date",
        widget=forms.DateInput(attrs={"type": "date", "data-deadline-url": "/styleguide/deadline/"}),
        required=False,
    )
    role = forms.ChoiceField(choices=[("standard", "Standard"), ("staffing", "Staffing")])
    kind = forms.ChoiceField(
        label="References",
        choices=[("any", "Any relationship"), ("each", "A number of each")],
        widget=forms.RadioSelect,
    )
    days = forms.MultipleChoiceField(
        choices=[("mon", "Monday"), ("tue", "Tuesday")], widget=forms.CheckboxSelectMultiple, required=False
    )
    note = forms.CharField(widget=forms.Textarea(attrs={"rows": 2, "data-draft": "styleguide"}), required=False)
    agree = forms.BooleanField(label="Send an email", required=False, help_text="It goes out in two days.")
    enabled = forms.BooleanField(label="Show pay", required=False, widget=forms.CheckboxInput(attrs={"role": "switch"}))
    key = forms.CharField(
        label="User API Key", required=False, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


class ChooserForm(forms.Form):
    """What is typed to choose several of something."""

    add_tag = forms.CharField(label="Tags", required=False, help_text="Choose one, or type a new one and press Enter.")


def index(request: HttpRequest) -> HttpResponse:
    """Show everything; a POST shows the example form refused or saved."""
    form = ExampleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return responses.saved(request, "Saved.", "styleguide:index", undo_url=reverse("styleguide:undo"))
    status = 422 if request.method == "POST" else 200
    return responses.refused(request, "styleguide/index.html", _context(request, form), status=status)


def window(request: HttpRequest) -> HttpResponse:
    """A window with a form, a real page at its own address."""
    form = ExampleForm(request.POST or None, auto_id="window_%s")
    if request.method == "POST" and form.is_valid():
        return responses.saved(request, "Candidate added.", "styleguide:index", focus="status-title")
    status = 422 if request.method == "POST" else 200
    return responses.refused(request, "styleguide/window.html", {"form": form}, status=status)


@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """The polled card: it changes with the minute, so that one can watch it."""
    return render(request, "styleguide/index.html", _context(request, ExampleForm()))


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Suggestions for the type-ahead."""
    wanted = request.GET.get("q", "").lower()
    found = [{"value": tag, "label": tag, "detail": "3 references"} for tag in TAGS if wanted in tag]
    return JsonResponse(found, safe=False)


@require_safe
def deadline(request: HttpRequest) -> HttpResponse:
    """The live sentence under a date."""
    try:
        chosen = date.fromisoformat(request.GET.get("expires_on", ""))
    except ValueError:
        return HttpResponse(
            "That isn't a date. Pick one or write 2026-11-28.", content_type="text/plain; charset=utf-8"
        )
    words = formatting.deadline(
        expires_on=chosen, expires_at=clock.start_of_day(chosen, ZONE), zone=ZONE, reader_zone=ZONE, now=clock.now()
    )
    return HttpResponse(str(words), content_type="text/plain; charset=utf-8")


@require_POST
def move(request: HttpRequest) -> HttpResponse:
    """A board move; the step called "taken" always answers that somebody was faster."""
    if request.POST.get("stage") == "taken":
        return responses.not_moved("Sam moved Ada Lovelace to Offer a minute ago. Ada stays there.")
    return responses.moved("Ada Lovelace moved.", undo_url=reverse("styleguide:undo"))


@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """What Undo in a toast posts to."""
    return responses.saved(request, "Undone.", "styleguide:index")


@require_safe
def error(request: HttpRequest, status: int) -> HttpResponse:
    """An error page by its number."""
    sentence = "Sam moved Ada to Offer at 14:32. Your move to Phone Screen was not made." if status == 409 else ""
    known = status if status in {403, 404, 409, 429, 500, 503} else 404
    return render(request, f"{known}.html", {"sentence": sentence, "request_id": "0192f0c1"}, status=known)


def _context(request: HttpRequest, form: forms.Form) -> dict[str, Any]:
    now = clock.now()
    today = now.astimezone(ZONE).date()
    week, tomorrow = today + timedelta(days=7), today + timedelta(days=1)
    return {
        "form": form,
        "add_tag": ChooserForm()["add_tag"],
        "chosen": [("sales", "sales")],
        "statuses": list(ui.STATUSES),
        "tones": sorted(ui.TONES),
        "icons": sorted(path.stem for path in ui.ICON_FOLDER.glob("*.svg")),
        "names": ["Ada Lovelace", "Madonna", "José Álvarez", "王小明", "Åsa", ""],
        "hues": range(1, 9),
        "moments": [now - timedelta(seconds=age) for age in (5, 300, 9000, 100_000, 300_000, 5_000_000, 40_000_000)],
        "week": _deadline(week, now),
        "tomorrow": _deadline(tomorrow, now),
        "tabs": [
            {"label": "Newsfeed", "url": "#newsfeed", "current": True},
            {"label": "Notes", "url": "#notes", "count": 3},
            {"label": "Video Interview", "url": "#video", "badge": _badge("Requested", "mail-forward", "info")},
        ],
        "facts": [("Email", "ada@example.com"), ("Phone", ""), ("Source", "Referral"), ("Days in stage", "6 days")],
        "steps": [
            {"label": "Sent", "state": "done"},
            {"label": "Candidate started", "state": "done"},
            {"label": "References answering", "state": "current"},
            {"label": "Report ready", "state": "next"},
        ],
        "request_badge": _badge("Requested", "mail-forward", "info"),
        "sentences": ["You asked on Fri 21 Nov. Acme emails Ada the invitation."],
        "actions": [
            {"label": "View Completed Interview", "url": "#view", "style": "primary", "icon": "external-link"},
            {"label": "Cancel Request", "url": reverse("styleguide:window"), "dialog": True, "style": "link"},
        ],
        "page": pagination.KeysetPage(
            rows=[], next_cursor="abc", previous_cursor="abd", summary="50 of 1,204 candidates"
        ),
        "columns": _columns(),
    }


def _deadline(day: date, now: datetime) -> formatting.Deadline:
    return formatting.deadline(
        expires_on=day,
        expires_at=clock.start_of_day(day, ZONE),
        zone=ZONE,
        reader_zone=ZoneInfo("Europe/Berlin"),
        now=now,
    )


def _badge(word: str, icon: str, tone: str) -> dict[str, str]:
    return {"word": word, "icon": icon, "tone": tone}


def _columns() -> list[dict[str, Any]]:
    people = ["Ada Lovelace", "Grace Hopper", "Katherine Johnson"]
    return [
        {"id": "new", "group": "New", "name": "New", "people": people},
        {"id": "screen", "group": "In Review", "name": "Phone Screen", "people": ["Mary Jackson"]},
        {"id": "taken", "group": "Interview", "name": "Always taken", "people": []},
    ]
