"""The answers that every page gives: saved, refused, moved, polled; and where a form may lead.

No business rules: a view parses, authorizes, calls one service, and answers with these.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from recruiting.foundation.edits import EditConflict
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.web.forms import EditForm, add_errors

# Whitespace and controls, which browsers strip or which end a header, and halves of characters.
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
POLL_FAST = 3
POLL_SLOW = 30
POLL_FAST_FOR = timedelta(minutes=2)


# ── Answers ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def saved(
    request: HttpRequest,
    message: str,
    to: Any,
    *,
    undo_url: str | None = None,
    focus: str = "",
    level: int = messages.SUCCESS,
) -> HttpResponse:
    """Answer a POST that worked: a message (shown as a toast) and 303 to another page.

    Args:
        message: one sentence, "" for none.
        to: an address, a URL name or an object with an address.
        undo_url: where Undo in the toast posts to.
        focus: id of the element that gets focus on the next page, or the `data-focus-name` of several of which one
            can be seen; by default the button pressed, else its h1.
        level: a level of django.contrib.messages.
    """
    if message:
        tags = [f"undo:{undo_url}" if undo_url else "", f"focus:{focus}" if focus else ""]
        messages.add_message(request, level, message, extra_tags=" ".join(filter(None, tags)))
    return see_other(request, to)


class SeeOther(HttpResponseRedirect):
    """What was asked for is done; here is what to look at now (303)."""

    status_code = 303


def see_other(request: HttpRequest, to: Any) -> HttpResponse:
    """Answer 303 to `to`; a dialog of an open page gets the address in a header and goes there itself.

    An address that would leave this site leads home instead.
    """
    address = resolve_url(to)
    if not own_address(request, address):
        address = resolve_url(settings.LOGIN_REDIRECT_URL)
    if request.headers.get("X-Requested-With") == "dialog":
        return HttpResponse(status=204, headers={"X-Location": iri_to_uri(address)})
    return SeeOther(address)


def own_address(request: HttpRequest, address: str) -> str:
    """Return path and query of `address` if it is on this site, "" if it leads, or a browser could be led, elsewhere.

    The one place that decides where a form, a sign-in or a window may lead to. A path of ours has no empty segment:
    with its host cut off, `http://this.site//other.site/` would name another one.
    """
    if _UNPRINTABLE.search(address):
        return ""
    if not url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return ""
    parts = urlsplit(address)
    path = parts.path or ("/" if parts.netloc else "")
    if not path.startswith("/") or "//" in path or "\\" in path:
        return ""
    return urlunsplit(("", "", path, parts.query, ""))


def came_from(request: HttpRequest, default: Any) -> str:
    """Return the page of ours that a form was sent from: `next`, a field or in the address; the Referer; `default`."""
    given_next = request.POST.get("next", "") or request.GET.get("next", "")
    for given in (given_next, request.headers.get("Referer", "")):
        address = own_address(request, given)
        if address and urlsplit(address).path != request.path:
            return address
    return resolve_url(default)


def refused(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 422
) -> HttpResponse:
    """Answer with the page itself and what is wrong on it: 422 (a form), 409 (somebody was faster), 403."""
    return render(request, template, dict(context or {}), status=status)


def respond_to_form(
    request: HttpRequest,
    form: forms.Form | None,
    save: Callable[[], HttpResponse],
    show: str | Callable[..., HttpResponse],
    context: Mapping[str, Any] | None = None,
    *,
    conflict: str = "",
    conflict_status: int = Conflict.status,
    edited: Callable[[], tuple[str, datetime | None]] = lambda: ("", None),
) -> HttpResponse:
    """Show a form, save what was sent, or show it again with what is wrong.

    What the form or the service finds invalid stands at its fields (422), what somebody else changed meanwhile beside
    what was typed (409).

    Args:
        form: bound to what was sent; None where there is only a button to press.
        save: calls the service and answers what worked, mostly with `saved`.
        show: the template, or what draws the page with the `status` given to it.
        context: what the template shows beside `form`.
        conflict: where a Conflict is shown: at a field, above all (`NON_FIELD_ERRORS`), or as this name of the
            context; by default it gets a page of its own.
        conflict_status: the status of the page that shows it.
        edited: reads who changed the same meanwhile ("" when nobody knows), and when.
    """
    shown = {"form": form, **(context or {})}
    status = 422 if form and form.is_bound else 200
    if request.method == "POST" and (form is None or form.is_valid()):
        try:
            return save()
        except InvalidInput as error:
            if form is None:
                raise
            add_errors(form, error)
        except Conflict as error:
            status = error.status if isinstance(error, EditConflict) else conflict_status
            if isinstance(error, EditConflict) and isinstance(form, EditForm):
                who, when = edited()
                form.show_conflict(error, who=who, when=when)
            elif not conflict:
                raise
            elif form and (conflict in form.fields or conflict == NON_FIELD_ERRORS):
                form.add_error(conflict, error.message)
            else:
                shown[conflict] = error.message
    return show(status=status) if callable(show) else render(request, show, shown, status=status)


def suggestions(words: Iterable[str]) -> HttpResponse:
    """Answer a type-ahead."""
    return JsonResponse([{"value": word, "label": word} for word in words], safe=False)


# ── Board moves ──────────────────────────────────────────────────────────────────────────────────────────────────────
def is_board(request: HttpRequest) -> bool:
    """Whether the board's script asks (it wants JSON; without script the same address answers with a page)."""
    return request.headers.get("X-Requested-With") == "board"


def moved(message: str, *, undo_url: str = "") -> JsonResponse:
    """Answer the board's script after a move."""
    return JsonResponse({"message": message, "undo_url": undo_url})


def not_moved(message: str, *, status: int = 409) -> JsonResponse:
    """Answer the board's script when the card must go back."""
    return JsonResponse({"message": message}, status=status)


# ── Polling ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def poll_seconds(since: datetime, *, now: datetime) -> int:
    """Return how often a card asks: 3 s in the first two minutes after `since`, then 30 s."""
    return POLL_FAST if now - since < POLL_FAST_FOR else POLL_SLOW
