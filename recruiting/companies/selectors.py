"""Reads about companies and their people."""

from django.db.models import QuerySet

from recruiting.companies.models import Company, Membership
from recruiting.foundation import formatting
from recruiting.foundation.permissions import CompanyRole


def has_feature(company: Company, feature: str) -> bool:
    """Return whether platform staff switched `feature` on for this company."""
    return feature in company.enabled_features


def administrators(company: Company) -> list[Membership]:
    """Return the active Administrators, oldest first: those who can help with settings."""
    return list(
        Membership.objects.for_company(company)
        .active()
        .filter(role=CompanyRole.ADMINISTRATOR)
        .select_related("user")
        .order_by("id")
    )


def an_administrator(company: Company) -> str:
    """Return who can help with settings, for a sentence: the oldest Administrator's name, or "An Administrator"."""
    found = administrators(company)
    return found[0].name if found else "An Administrator"


def possible_successors(member: Membership) -> QuerySet[Membership]:
    """Return the active colleagues who can take over from a member, by name."""
    others = Membership.objects.for_company(member.company).active().exclude(pk=member.pk)
    return others.select_related("user").order_by("user__first_name", "user__last_name", "id")


def whom_to_ask(company: Company) -> str:
    """Return how a sentence begins that sends somebody to the Administrators: "Ask Dana Cole (Administrator)"."""
    names = [member.name for member in administrators(company)]
    if not names:
        return "Ask an Administrator"
    return f"Ask {formatting.join_names(names, last='or')} (Administrator{'s' if len(names) > 1 else ''})"
