"""Finding the users of the integration among many: those who have a place for a key, and those who may get one."""

from django.db.models import Q, QuerySet

from integrations.models import Credential, Installation
from recruiting.companies.models import Membership

# Rows of one page, boxes of one window; the others are searched for.
SHOWN = 50


def listed(installation: Installation, words: str = "") -> QuerySet[Credential]:
    """Return the members' places for a key, of those whose name or email contains every word."""
    found = Credential.objects.filter(installation=installation, membership__isnull=False)
    return found.filter(_named(words, "membership__user")).select_related("membership__user", "installation__company")


def addable(installation: Installation, words: str = "") -> QuerySet[Membership]:
    """Return the active members without a place for a key, of those whose name or email contains every word."""
    placed = Credential.objects.filter(installation=installation, membership__isnull=False).values("membership")
    found = Membership.objects.for_company(installation.company).active().exclude(pk__in=placed)
    return found.filter(_named(words, "user")).select_related("user").order_by("user__first_name", "id")


def _named(words: str, user: str) -> Q:
    condition = Q()
    for word in words[:200].split()[:8]:
        either = Q()
        for field in ("first_name", "last_name", "email"):
            either |= Q(**{f"{user}__{field}__icontains": word})
        condition &= either
    return condition
