"""Reads about companies and their people."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from recruiting.companies.models import Company, Membership
from recruiting.foundation import wording
from recruiting.foundation.permissions import CompanyRole, JobRole

# Jobs stand above companies, so their word is written out here.
CLOSED = "closed"


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


def jobs_by_member(members: Iterable[Membership]) -> Mapping[UUID, int]:
    """Return on how many jobs that are not closed each member has a role."""
    jobs = Count("job_roles__job", distinct=True, filter=~Q(job_roles__job__state=CLOSED))
    counted = Membership.objects.filter(pk__in=[member.pk for member in members]).annotate(jobs=jobs)
    return dict(counted.order_by().values_list("pk", "jobs"))


def roles_on_jobs(member: Membership) -> Mapping[JobRole, int]:
    """Return on how many jobs that are not closed a member has which role, for the roles they have."""
    roles = member.job_roles.exclude(job__state=CLOSED).order_by()
    found = dict(roles.values_list("role").annotate(Count("job")))
    return {role: found[role] for role in JobRole if role in found}


def possible_successors(member: Membership) -> QuerySet[Membership]:
    """Return the active colleagues who can take over from a member, by name."""
    others = Membership.objects.for_company(member.company).active().exclude(pk=member.pk)
    return others.select_related("user").order_by("user__first_name", "user__last_name", "id")


def whom_to_ask(company: Company) -> str:
    """Return how a sentence begins that sends somebody to the Administrators: "Ask Dana Cole (Administrator)"."""
    names = [member.name for member in administrators(company)]
    if not names:
        return "Ask an Administrator"
    return f"Ask {wording.listing(names, last='or')} (Administrator{'s' if len(names) > 1 else ''})"
