"""What the newsfeed is told about a reference check, in words.

Called by `checks` and `reports` inside the transaction of the fact; what happened is decided there.
"""

import dataclasses

from integrations.crosschq import activity
from integrations.crosschq.blockers import Blocker
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.states import Entry, Event
from newsfeed import feed
from newsfeed.activity import ActivityType
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import StageTransition
from recruiting.companies.models import Membership
from recruiting.foundation import wording

VENDOR = "Crosschq"


def tell(
    check: ReferenceCheck,
    entry: Entry,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
    stage: str = "",
) -> None:
    """Write the entry that an event calls for. `vendor`: Crosschq's side did it; `stage`: entering it did."""
    if entry == Entry.CANCELED and actor is not None:
        detail = f"{actor.name} canceled the request."
    publish(activity.BY_ENTRY[entry], check, actor=actor, detail=detail, vendor=vendor, stage=stage)


def publish(
    kind: ActivityType[activity.CheckPayload],
    check: ReferenceCheck,
    *,
    actor: Membership | None = None,
    detail: str = "",
    vendor: bool = False,
    stage: str = "",
) -> None:
    """Write one entry about a check."""
    feed.publish(
        kind,
        _fact(check, detail=detail, stage=stage),
        company_id=check.company_id,
        actor=actor,
        actor_label=VENDOR if vendor else "",
        application=check.application,
        subject_id=check.pk,
    )


def progress(check: ReferenceCheck, *, begins: bool = True) -> None:
    """Say how many references answered, in the one entry that a check has for that; `begins`: write it if missing."""
    mine = NewsfeedEntry.objects.filter(verb=activity.PROGRESS.verb, subject_id=check.pk)
    if not mine.update(payload=dataclasses.asdict(_fact(check))) and begins:
        publish(activity.PROGRESS, check, vendor=True)


def not_sent(transition: StageTransition, blocker: Blocker) -> None:
    """Say that entering a step sent nothing, and why; once of one move."""
    application = transition.application
    if NewsfeedEntry.objects.filter(verb=activity.NOT_SENT.verb, subject_id=transition.pk).exists():
        return
    feed.publish(
        activity.NOT_SENT,
        activity.NotSentPayload(candidate=application.candidate.name, detail=blocker.sentence, code=blocker.code),
        company_id=application.company_id,
        application=application,
        subject_id=transition.pk,
    )


def label_of(check: ReferenceCheck) -> str:
    """Return "Engineering, 3 references", as it was sent."""
    return f"{check.template_name}, {wording.plural(check.asked_count, 'reference', 'references')}"


def detail_of(check: ReferenceCheck, entry: Entry | None, event: Event) -> str:
    """Return what there is to say about what the vendor told us."""
    if entry != Entry.CANCELED:
        return ""
    if event == Event.SEEN_GONE:
        return "Removed in Crosschq. Treated as canceled."
    return f"Canceled in Crosschq, or {check.invited_name} declined."


def _fact(check: ReferenceCheck, *, detail: str = "", stage: str = "") -> activity.CheckPayload:
    return activity.CheckPayload(
        candidate=check.invited_name,
        detail=detail,
        template=label_of(check),
        stage=stage,
        answered=check.answered_count,
        asked=check.asked_count,
    )
