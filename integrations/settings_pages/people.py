"""Finding the users of the integration among many: those who have a place for a key, and those who may get one."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from integrations.models import Credential, Installation
from recruiting.companies.models import Membership
from recruiting.foundation import text

Row = TypeVar("Row", bound=Model)

# Rows of one page, boxes of one window; the others are searched for.
SHOWN = 50


def listed(installation: Installation, words: str = "") -> QuerySet[Credential]:
    """Return the members' places for a key, of those whose name or email contains every word."""
    found = Credential.objects.filter(installation=installation, membership__isnull=False)
    return _named(found, words, "membership__user").select_related("membership__user", "installation__company")


def addable(installation: Installation, words: str = "") -> QuerySet[Membership]:
    """Return the active members without a place for a key, of those whose name or email contains every word."""
    placed = Credential.objects.filter(installation=installation, membership__isnull=False).values("membership")
    found = Membership.objects.for_company(installation.company).active().exclude(pk__in=placed)
    return _named(found, words, "user").select_related("user").order_by("user__first_name", "id")


def _named(rows: QuerySet[Row], words: str, user: str) -> QuerySet[Row]:
    """Return the rows whose user is meant; compared here, as databases fold letters differently."""
    wanted = text.search_words(words)
    if not wanted:
        return rows
    people = rows.values_list("pk", f"{user}__first_name", f"{user}__last_name", f"{user}__email")
    keys = {pk: text.lines_search_key(f"{first} {last}", email) for pk, first, last, email in people}
    return rows.filter(pk__in=[pk for pk, key in keys.items() if all(word in key for word in wanted)])
