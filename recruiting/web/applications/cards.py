"""The cards of a board and the rows of a list as markup.

Written here and in no template: 80 of them are most of a page's time and bytes. What only the script can do stands on
the page once, and the script adds it (static/js/board.js, menus.js).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import escape

from django.utils.safestring import SafeString, mark_safe

from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, formatting
from recruiting.web.addresses import address
from recruiting.web.applications.rows import select_box
from recruiting.web.templatetags import ui

State = Application.State
ENDED = (State.REJECTED, State.WITHDRAWN)


@dataclass(frozen=True)
class Card:
    """One person on the board or in the list."""

    application: Application
    tags: Sequence[str]
    more_tags: int
    chips: Sequence[SafeString]
    movable: bool


class Drawer:
    """Draws the cards or rows of one page.

    Args:
        company: whose local days the time in a step is counted in.
        may_move: whether the reader may move people on this job.
        is_selectable: whether each row has a box to select it; the script gives one to each card.
    """

    def __init__(self, company: Company, *, may_move: bool, is_selectable: bool = False) -> None:
        self._zone, self._may_move, self._is_selectable = company.zone, may_move, is_selectable
        self._today = clock.today(self._zone)
        self._avatar = cache(self._draw_avatar)

    def cards(self, cards: Sequence[Card]) -> SafeString:
        """Return the items of a column."""
        return mark_safe("\n".join(map(self._card, cards)))

    def rows(self, cards: Sequence[Card]) -> SafeString:
        """Return the rows of a table; who may not move gets no last column."""
        return mark_safe("\n".join(map(self._row, cards)))

    def _card(self, card: Card) -> str:
        application = card.application
        source, owner, state = application.source, application.candidate.owner, application.state
        days, tags = self._days_in(application.stage_entered_at), self._tags(card)
        status = ui.status(State(state).label) if state in ENDED else ""
        chips = f"{status}{''.join(card.chips)}{tags}"
        return "".join(
            [
                f'<li class="tl-card{" tl-card--lead" if state == State.LEAD else ""}" ',
                f"data-{'card' if card.movable else 'row'}>",
                self._name(application),
                self._actions(application),
                '<div class="tl-card__facts">',
                f"<span>{escape(source.name)}</span>" if source else "",
                f"<span>{days}</span>" if days else "",
                self._avatar(owner, "Owner", "tl-card__owner") if owner else "",
                "</div>",
                f'<div class="tl-card__chips">{chips}</div>' if chips else "",
                "</li>",
            ]
        )

    def _row(self, card: Card) -> str:
        application = card.application
        owner = application.candidate.owner
        person = f'<span class="tl-person">{self._avatar(owner)} {escape(str(owner))}</span>' if owner else ""
        # A cell with nothing in it, not even a blank, is not shown on a phone.
        cells = [
            f"<td>{self._step(application)}</td>",
            f"<td>{self._days_in(application.stage_entered_at)}</td>",
            f"<td>{escape(application.source.name) if application.source else ''}</td>",
            f"<td>{person}</td>",
            f'<td class="tl-list__wide">{self._tags(card, " ")}</td>',
            f'<td class="tl-list__wide">{" ".join(card.chips)}</td>',
            f'<td class="tl-list__menu">{self._actions(application)}</td>' if self._may_move else "",
        ]
        name = f'<th scope="row" class="tl-list__name">{self._name(application)}</th>'
        box = f'<td class="tl-select">{self._box(application)}</td>' if self._is_selectable else ""
        return f"<tr data-row>{box}{name}{''.join(cells)}</tr>"

    def _box(self, application: Application) -> str:
        return select_box(application.pk, application.candidate.name) if self._is_selectable else ""

    def _name(self, application: Application) -> str:
        url = address("applications:candidate", application.candidate_id, application.pk)
        return f'<a href="{url}">{escape(application.candidate.name)}</a>'

    def _actions(self, application: Application) -> str:
        """Return the way to what may be done with somebody, relative to the page of the job; a menu with script."""
        if not self._may_move:
            return ""
        return (
            f'<a class="btn btn-ghost btn-icon btn-sm tl-dots" href="{application.pk}/" data-actions'
            f' aria-label="Actions for {escape(application.candidate.name)}"></a>'
        )

    def _step(self, application: Application) -> str:
        stage = escape(str(application.stage)) if application.stage else ""
        if application.state == State.ACTIVE:
            return stage
        status = ui.status(State(application.state).label)
        shown = stage and application.state != State.HIRED
        return f'{status} <span class="tl-muted">{stage}</span>' if shown else status

    def _tags(self, card: Card, between: str = "") -> str:
        tags = [f'<span class="tag">{escape(tag)}</span>' for tag in card.tags]
        more = [f'<span class="tl-muted">+{card.more_tags}</span>'] if card.more_tags else []
        return between.join([*tags, *more])

    def _days_in(self, entered: datetime | None) -> str:
        if entered is None:
            return ""
        return formatting.days_in(entered.astimezone(self._zone).date(), today=self._today)

    @staticmethod
    def _draw_avatar(owner: Membership, label: str = "", classes: str = "") -> SafeString:
        return ui.avatar(owner, size=20, label=label, **{"class": classes} if classes else {})
