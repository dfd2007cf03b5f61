"""One page of a newsfeed, drawn: of the company, a job or a person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.template import Template
from django.template.context import make_context

from newsfeed import activity, feed
from newsfeed.feed import RenderedEntry
from newsfeed.models import NewsfeedEntry
from recruiting import extensions
from recruiting.applications import selectors
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.ids import parse_uuid
from recruiting.jobs.models import Job
from recruiting.web.access import MemberRequest
from recruiting.web.applications.entries import EntryDrawer


@dataclass(frozen=True)
class FeedFilter:
    """One link above a newsfeed: everything, one group of kinds, or the reader's own jobs."""

    slug: str
    label: str
    group: str = ""
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Newsfeed:
    """One page of a newsfeed, drawn (`newsfeed/list.html` shows it)."""

    items: Sequence[str]
    filters: Sequence[FeedFilter]
    is_filtered: bool
    all_url: str
    older_url: str
    newest_url: str


ALL = FeedFilter("", "All")
MINE = FeedFilter("mine", "My jobs")
NOTES = FeedFilter("notes", "Notes", group="notes")
STAGES = FeedFilter("stages", "Steps", group="stages")
REQUESTS = FeedFilter("requests", "Requests", group="requests")
FILES = FeedFilter("files", "Files", group="files")
HOME_FILTERS = (ALL, MINE, NOTES, REQUESTS)
JOB_FILTERS = (ALL, NOTES, STAGES, REQUESTS)
RECORD_FILTERS = (ALL, NOTES, STAGES, REQUESTS, FILES)


def newsfeed(
    request: MemberRequest,
    *,
    filters: Sequence[FeedFilter],
    candidate: Candidate | None = None,
    job: Job | None = None,
    url: str = "",
) -> Newsfeed:
    """Read and draw one page of a newsfeed; filter and page come from the address (`?show=notes&before=…`).

    Args:
        filters: the links above it.
        candidate, job: whose newsfeed; of neither it is the company's. Entries do not repeat a candidate's name.
        url: the page's own address, by default the request's.
    """
    address = url or request.path
    chosen = next((one for one in filters if one.slug == request.GET.get("show", "")), filters[0])
    before = parse_uuid(request.GET.get("before", ""))
    group = [kind.verb for kind in activity.all_types() if kind.group == chosen.group] if chosen.group else None
    only_mine = chosen.slug == MINE.slug
    asked: dict[str, Any] = {"candidate": candidate, "verbs": group, "only_my_jobs": only_mine, "before": before}
    found = selectors.newsfeed_page(request.membership, job=None if candidate else job, **asked)
    shown = found[: selectors.NEWSFEED_PAGE]
    shows = {"shows_person": candidate is None, "page_job": job}
    return Newsfeed(
        items=_drawn(request, _rendered(shown, request.membership), shows),
        filters=[
            FeedFilter(one.slug, one.label, url=_address(address, show=one.slug), current=one is chosen)
            for one in filters
        ],
        is_filtered=chosen is not filters[0],
        all_url=address,
        older_url=_address(address, show=chosen.slug, before=str(shown[-1].id)) if len(found) > len(shown) else "",
        newest_url=_address(address, show=chosen.slug) if before is not None else "",
    )


def _rendered(rows: Sequence[NewsfeedEntry], membership: Membership) -> Sequence[RenderedEntry]:
    together = partial(feed.render, rows, membership=membership)
    found: Sequence[RenderedEntry] | None = extensions.call_safely(together, default=None, label="the newsfeed")
    if found is not None:
        return found
    # Some kind is broken: kind by kind, so that only its own entries become neutral lines.
    by_verb: dict[str, list[NewsfeedEntry]] = {}
    for row in rows:
        by_verb.setdefault(row.verb, []).append(row)
    by_id: dict[UUID, RenderedEntry] = {}
    for verb, same in by_verb.items():
        apart = partial(feed.render, same, membership=membership)
        neutral = [_neutral(row) for row in same]
        rendered = extensions.call_safely(apart, default=neutral, label=f"entries {verb}")
        by_id |= {item.entry.id: item for item in rendered}
    return [by_id[row.id] for row in rows]


def _drawn(request: MemberRequest, items: Sequence[RenderedEntry], shows: Mapping[str, Any]) -> Sequence[str]:
    # One context for all: context processors run once.
    context = make_context({}, request)
    drawer = EntryDrawer(context, **shows)

    def draw_all() -> list[str] | None:
        return [drawer.draw(item) for item in items]

    with context.bind_template(Template("")):
        together = extensions.call_safely(draw_all, default=None, label="the newsfeed's templates")
        if together is not None:
            return together
        return [
            extensions.call_safely(partial(drawer.draw, item), default="", label=f"the blocks of {item.entry.verb}")
            or drawer.draw(_neutral(item.entry))
            for item in items
        ]


def _neutral(row: NewsfeedEntry) -> RenderedEntry:
    return RenderedEntry(entry=row, kind=None, payload=None, sentence=feed.UNKNOWN, live={})


def _address(address: str, **parameters: str) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in parameters.items() if value})
    return f"{address}?{query.urlencode()}" if query else address
