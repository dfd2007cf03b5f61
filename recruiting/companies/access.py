"""Who may change what only Administrators change."""

from uuid import UUID

from recruiting.companies.models import Membership
from recruiting.foundation.errors import NotAllowed, NotFound
from recruiting.foundation.permissions import Action


def require_administrator(
    by: Membership,
    *,
    of: UUID | None = None,
    rule: str = "Only Administrators change company settings",
    thing: str = "company",
) -> None:
    """Refuse whoever may not manage the company.

    Args:
        by: the member.
        of: the company of what is changed; None where that is looked up among the member's own.
        rule: what only Administrators do, as the sentence begins.
        thing: what the member then finds nothing of, for the sentence.

    Raises:
        NotFound: for another company's member.
        NotAllowed: for everybody but Administrators.
    """
    if of is not None and by.company_id != of:
        raise NotFound(f"There is no such {thing} in your company.")
    if not by.can(Action.MANAGE_COMPANY):
        raise NotAllowed(f"{rule}. Ask one of them.")
