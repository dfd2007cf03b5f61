"""What connected apps did lately, for their pages: the newsfeed's own facts, of which entries know the connection."""

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from newsfeed import feed
from newsfeed.feed import RenderedEntry
from newsfeed.models import NewsfeedEntry
from recruiting.applications import selectors
from recruiting.companies.models import Membership
from recruiting.connected_apps.models import Connection

SHOWN = 5


def done(connections: Iterable[Connection], *, reader: Membership) -> Mapping[UUID, list[RenderedEntry]]:
    """Return the newest five facts of each connection, as far as the reader may read them, in two queries."""
    ids = [connection.pk for connection in connections]
    found: dict[UUID, list[RenderedEntry]] = {pk: [] for pk in ids}
    if not ids:
        return found
    # First where the five of each begin: together the database would read all that they ever did.
    theirs = NewsfeedEntry.objects.filter(through=OuterRef("pk")).order_by("-id").values("pk")
    begin = Connection.objects.filter(pk__in=ids).annotate(begin=Subquery(theirs[SHOWN - 1 : SHOWN]))
    lately = reduce(or_, (_since(*one) for one in begin.values_list("pk", "begin")), Q(pk__in=[]))
    rows = selectors.newsfeed(reader).filter(lately).select_related("actor__user", "candidate", "job")
    for row in rows.order_by("-id"):
        if row.through is not None:
            found[row.through].append(feed.plain(row))
    return found


def _since(connection_id: UUID, begin: UUID | None) -> Q:
    return Q(through=connection_id) if begin is None else Q(through=connection_id, pk__gte=begin)
