"""Helpers for views: the answers every page gives (saved, refused), keyset pages, bounded counts, polling.

No business rules: a view parses, authorises, calls one service, and answers with these.
"""

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse, QueryDict
from django.shortcuts import render, resolve_url
from django.utils.encoding import iri_to_uri
from django.utils.http import url_has_allowed_host_and_scheme

from recruiting.base import wording

# Whitespace and controls, which browsers strip or which end a header, and halves of characters.
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\ud800-\udfff]")
STOP_POLLING = 286
POLL_FAST = 3
POLL_SLOW = 30
POLL_FAST_FOR = timedelta(minutes=2)

Row = TypeVar("Row", bound=models.Model)


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
    """Return the page of ours that a form was sent from: its field `next`, else the Referer, else `default`."""
    for given in (request.POST.get("next", ""), request.headers.get("Referer", "")):
        address = own_address(request, given)
        if address and urlsplit(address).path != request.path:
            return address
    return resolve_url(default)


def refused(
    request: HttpRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 422
) -> HttpResponse:
    """Answer with the page itself and what is wrong on it: 422 (a form), 409 (somebody was faster), 403."""
    return render(request, template, dict(context or {}), status=status)


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
def stop_polling(response: HttpResponse) -> HttpResponse:
    """Make this answer the last one that a polling card asks for."""
    response.status_code = STOP_POLLING
    return response


def poll_seconds(since: datetime, *, now: datetime) -> int:
    """Return how often a card asks: 3 s in the first two minutes after `since`, then 30 s."""
    return POLL_FAST if now - since < POLL_FAST_FOR else POLL_SLOW


# ── Lists ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def bounded_count(queryset: "models.QuerySet[Any]", limit: int = 10_000) -> int:
    """Count rows, but never more than `limit` of them (`number` shows the limit as "10,000+")."""
    return queryset.order_by()[:limit].values("pk").count()


@dataclass(frozen=True)
class KeysetPage(Generic[Row]):
    """One page of a long list. Cursors are opaque; "" means that there is no such page."""

    rows: Sequence[Row]
    next_cursor: str
    previous_cursor: str
    summary: str = ""
    parameters: str = ""

    @property
    def next_query(self) -> str:
        """The query string of the next page, filters included."""
        return self._query(self.next_cursor)

    @property
    def previous_query(self) -> str:
        """The query string of the previous page, filters included."""
        return self._query(self.previous_cursor)

    def _query(self, cursor: str) -> str:
        return "&".join(filter(None, (self.parameters, urlencode({"cursor": cursor}))))


class Keyset(Generic[Row]):
    """Pages by the values of the last row instead of by number, so that page 1,000 costs what page 1 does.

    Args:
        queryset: the rows, filtered; its ordering is replaced.
        order: fields like `("-created_at", "id")`; the last one must be unique, none may be null.
        cursor: what the address carried (`request.GET.get("cursor", "")`); a broken one means the first page.
        size: rows on a page.
        query: the rest of the query string (`request.GET`), repeated in the links.
        total: a bounded count, to say how many there are; None says nothing.
        noun, nouns: what the rows are called.
    """

    def __init__(
        self,
        queryset: "models.QuerySet[Row]",
        order: Sequence[str],
        cursor: str = "",
        size: int = 50,
        *,
        query: QueryDict | None = None,
        total: int | None = None,
        noun: str = "",
        nouns: str = "",
    ) -> None:
        self.queryset = queryset
        self.order = tuple(order)
        self.size = size
        self.backwards, self.after = self._read_cursor(cursor)
        self.query = query
        self.total = total
        self.noun, self.nouns = noun, nouns

    def page(self) -> KeysetPage[Row]:
        """Read one page (one query)."""
        order = tuple(_reverse(term) for term in self.order) if self.backwards else self.order
        queryset = self.queryset.order_by(*order)
        found = self._read(queryset, order)
        more, rows = len(found) > self.size, found[: self.size]
        if self.backwards:
            rows.reverse()
        has_next = bool(rows) and (more if not self.backwards else True)
        has_previous = bool(rows) and (more if self.backwards else bool(self.after))
        return KeysetPage(
            rows=rows,
            next_cursor=self._cursor(rows[-1], backwards=False) if has_next else "",
            previous_cursor=self._cursor(rows[0], backwards=True) if has_previous else "",
            summary=self._summary(len(rows)),
            parameters=self._parameters(),
        )

    def _read(self, queryset: "models.QuerySet[Row]", order: Sequence[str]) -> list[Row]:
        if self.after:
            queryset = queryset.filter(_beyond(order, self.after))
        return list(queryset[: self.size + 1])

    def _cursor(self, row: Row, *, backwards: bool) -> str:
        values = [_value(row, term.lstrip("-")) for term in self.order]
        packed = json.dumps(["<" if backwards else ">", *values], separators=(",", ":"))
        return self._signer.sign(base64.urlsafe_b64encode(packed.encode()).decode().rstrip("="))

    def _read_cursor(self, cursor: str) -> tuple[bool, list[Any]]:
        """Return what a cursor of this list says; anything else means the first page."""
        try:
            packed = self._signer.unsign(cursor)
        except (BadSignature, ValueError):
            return False, []
        direction, *values = json.loads(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4)))
        return direction == "<", values

    @property
    def _signer(self) -> Signer:
        # Signed, since only what we wrote ourselves is sure to fit the columns of this list.
        return Signer(sep=".", salt=f"{self.queryset.model._meta.label}:{','.join(self.order)}")

    def _parameters(self) -> str:
        if self.query is None:
            return ""
        rest = self.query.copy()
        rest.pop("cursor", None)
        return rest.urlencode()

    def _summary(self, shown: int) -> str:
        if self.total is None or not self.nouns:
            return ""
        total = wording.plural(self.total, self.noun, self.nouns, zero=f"No {self.nouns}")
        return total if shown >= self.total else f"{wording.number(shown)} of {total}"


def _reverse(term: str) -> str:
    return term.removeprefix("-") if term.startswith("-") else f"-{term}"


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after `values` in this order: (a > x) or (a = x and b > y) or …"""
    condition, equal = Q(), Q()
    for term, value in zip(order, values, strict=True):
        name = term.lstrip("-")
        condition |= equal & Q(**{f"{name}__{'lt' if term.startswith('-') else 'gt'}": value})
        equal &= Q(**{name: value})
    return condition


def _value(row: models.Model, path: str) -> Any:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
