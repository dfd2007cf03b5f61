"""What the newsfeed says about any vendor's requests: types of entries from a table, and how the requests are today."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from integrations.requests.lifecycle import Entry
from integrations.requests.models import VendorRequest
from newsfeed.activity import ActivityType, Live, P, Sentence, activity
from newsfeed.facts import FactKind, fact
from newsfeed.models import NewsfeedEntry
from recruiting.foundation import clock
from recruiting.foundation.compiled import compiled
from recruiting.foundation.permissions import Action
from recruiting.jobs import access

Row = tuple[str, str, str, Sentence[P]]
"""Title, icon, tone and sentence of a type of entry."""

# What programs are told of any vendor's requests, by entry. Its `state` and the vendor's slug come along.
_CHANGED = fact("request.status_changed", "A request's status changed", subject="request")
FACTS: Mapping[str, FactKind] = {
    **dict.fromkeys([*Entry, "progress", "past_due"], _CHANGED),
    Entry.REQUESTED: fact("request.sent", "A request was sent to a candidate", subject="request"),
    Entry.COMPLETED: fact("request.completed", "A request was completed", subject="request"),
    Entry.EXPIRED: fact("request.expired", "A request expired", subject="request"),
    Entry.CANCELED: fact("request.canceled", "A request was canceled", subject="request"),
}


def types_of(
    app: str, payload: type[P], rows: Mapping[str, Row[P]], *, group: str = "requests", **how: Any
) -> dict[str, ActivityType[P]]:
    """Register types of entries of one payload; return them by verb, without the app before it."""
    return {
        verb: activity(
            f"{app}.{verb}",
            payload,
            title=title,
            icon=icon,
            tone=tone,
            sentence=sentence,
            group=group,
            fact=FACTS.get(verb),
            **how,
        )
        for verb, (title, icon, tone, sentence) in rows.items()
    }


def ids_of(request: VendorRequest) -> Mapping[str, str]:
    """Return what programs are told of a request beside its id."""
    return {"integration": request.flow.slug, "state": request.state}


def detail_or(sentence: str) -> Callable[[Any, str], str]:
    """Return what says an entry's detail, else a sentence (of `{actor}`)."""
    return lambda payload, actor: payload.detail or sentence.format(actor=actor)


def may_send(entries: Sequence[NewsfeedEntry], membership: Any) -> Collection[UUID]:
    """Return the jobs of entries on which the reader may send requests."""
    jobs = {entry.job_id for entry in entries if entry.job_id}
    return access.jobs_allowing(Action.SEND_REQUEST, membership, jobs)


def requests_today(model: type[VendorRequest], called: str, *, with_rights: bool = False) -> Live:
    """Return what gives each entry its request as of now, under the name `called`, and its `state`.

    `with_rights` adds whether the reader may send (`may_send`).
    """

    def live(entries: Sequence[NewsfeedEntry], membership: Any) -> Mapping[UUID, Mapping[str, Any]]:
        ids = tuple(entry.subject_id for entry in entries if entry.subject_id)
        requests: dict[UUID | None, VendorRequest] = {request.pk: request for request in _requests(model, ids)}
        jobs, now = may_send(entries, membership) if with_rights else (), clock.now()
        return {
            entry.id: {called: request, "state": request.state_at(now), "may_send": entry.job_id in jobs}
            for entry in entries
            if (request := requests.get(entry.subject_id))
        }

    return live


@compiled
def _requests(model: type[VendorRequest], ids: tuple[UUID, ...]) -> QuerySet[VendorRequest]:
    return model._default_manager.filter(pk__in=ids).select_related("application")
