"""What changes elsewhere in the company mean for reference checks, said before somebody confirms them."""

from integrations.crosschq import connection
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.states import OPEN
from recruiting.companies.models import Membership
from recruiting.extensions import MemberDeactivation, ProposedChange
from recruiting.foundation import wording


def of(change: ProposedChange) -> list[str]:
    """Return the consequences of a change, in sentences."""
    if not isinstance(change, MemberDeactivation):
        return []
    member: Membership = change.membership
    found = connection.find(member.company)
    if found is None:
        return []
    name = member.user.get_short_name()
    sentences = []
    if found.default_requestor_id == member.pk:
        sentences.append(f"{name} is the default requestor of reference checks: choose another one.")
    sentences.extend(_owned(member, name))
    return sentences


def _owned(member: Membership, name: str) -> list[str]:
    mine = ReferenceCheck.objects.for_company(member.company).filter(owner=member, state__in=OPEN)
    count = mine.count()
    if not count:
        return []
    invited = list(mine.order_by("id").values_list("invited_name", flat=True)[:3])
    more = f" and {count - len(invited)} more" if count > len(invited) else ""
    checks = wording.plural(count, "open reference check runs", "open reference checks run")
    return [f"{checks} on that {name} owns, and nobody gets the mail: {wording.listing(invited)}{more}."]
