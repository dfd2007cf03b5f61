"""What changes elsewhere in the company mean for video interviews, said before somebody confirms them."""

from integrations import installations
from integrations.models import Credential
from integrations.spark_hire.blockers import SLUG
from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import OPEN
from recruiting.base import wording
from recruiting.companies.models import Membership
from recruiting.extensions import MemberDeactivation, ProposedChange, TimeZoneChange


def of(change: ProposedChange) -> list[str]:
    """Return the consequences of a change, in sentences."""
    if isinstance(change, TimeZoneChange):
        return _of_zone(change)
    return _of_deactivation(change)


def _of_zone(change: TimeZoneChange) -> list[str]:
    moving = InterviewRequest.objects.for_company(change.company).filter(state__in=OPEN, expires_on__isnull=False)
    count = moving.count()
    if not count:
        return []
    requests = wording.plural(count, "open video interview request gets", "open video interview requests get")
    place = wording.zone_name(change.zone).removesuffix(" time")
    return [f"{requests} a new deadline: midnight in {place}."]


def _of_deactivation(change: MemberDeactivation) -> list[str]:
    member: Membership = change.membership
    installation = installations.find(member.company, SLUG)
    if installation is None:
        return []
    name = member.user.get_short_name()
    sentences = []
    mine = Credential.objects.filter(installation=installation, membership=member).exclude(
        state=Credential.State.MISSING
    )
    if mine.exists():
        sentences.append(f"{name}'s Spark Hire key stops being used.")
    primary = installation.primary_credential
    if primary is not None and primary.membership_id == member.pk:
        sentences.append(f"{name} is the Primary User: choose another one, or status updates stop.")
    sentences.extend(_open_ones(member, name))
    return sentences


def _open_ones(member: Membership, name: str) -> list[str]:
    mine = InterviewRequest.objects.for_company(member.company).filter(requested_by=member).running()
    count = mine.count()
    if not count:
        return []
    invited = list(mine.order_by("expires_at").values_list("invited_name", flat=True)[:3])
    more = f" and {count - len(invited)} more" if count > len(invited) else ""
    requests = wording.plural(count, "open video interview request runs", "open video interview requests run")
    return [f"{requests} on that {name} sent: {wording.listing(invited)}{more}."]
