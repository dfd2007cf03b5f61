"""Reads about companies and their people."""

from recruiting.base import wording
from recruiting.base.permissions import CompanyRole
from recruiting.companies.models import Company, CompanyFeature, Membership


def has_feature(company: Company, feature: str) -> bool:
    """Return whether platform staff switched `feature` on for this company."""
    return CompanyFeature.objects.for_company(company).filter(feature=feature).exists()


def administrators(company: Company) -> list[Membership]:
    """Return the active Administrators, oldest first: those who can help with settings."""
    return list(
        Membership.objects.for_company(company)
        .active()
        .filter(role=CompanyRole.ADMINISTRATOR)
        .select_related("user")
        .order_by("id")
    )


def whom_to_ask(company: Company) -> str:
    """Return how a sentence begins that sends somebody to the Administrators: "Ask Dana Cole (Administrator)"."""
    names = [member.name for member in administrators(company)]
    if not names:
        return "Ask an Administrator"
    return f"Ask {wording.listing(names, last='or')} (Administrator{'s' if len(names) > 1 else ''})"
