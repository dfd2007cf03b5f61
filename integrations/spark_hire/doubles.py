"""Whether a new request would double one that is there: open, complete, in doubt, or about to be settled.

Only reads; the constraint `interviewrequest_one_per_application` holds the rule where two people press Send at once.
"""

from datetime import datetime

from integrations.spark_hire.models import InterviewRequest
from integrations.spark_hire.states import OPEN, State
from recruiting.applications.models import Application
from recruiting.foundation.errors import Conflict


class AlreadyRequested(Conflict):
    """There is a request that a new one would double; `request` is it."""

    code = "already_requested"

    def __init__(self, request: InterviewRequest, sentence: str, *, code: str = "") -> None:
        super().__init__(sentence, code=code)
        self.request = request


def require_free(
    application: Application, *, now: datetime, again: InterviewRequest | None = None
) -> InterviewRequest | None:
    """Raise AlreadyRequested where a new request would double one; return the latest, which does not, or None.

    `again` is the failed request that is to be sent once more; it does not stand in its own way.
    """
    mine = InterviewRequest.objects.filter(application=application, is_superseded=False).select_related(
        "requested_by__user"
    )
    latest = mine.holding().first() or mine.order_by("-id").first()
    if latest is None:
        return None
    name = application.candidate.name
    if latest.state == State.COMPLETED:
        raise AlreadyRequested(
            latest,
            "You cannot send the candidate a second video interview request from Throughline after they've completed "
            "a video interview. You can send a request directly from Spark Hire; its status will not be tracked in "
            "Throughline.",
            code="already_complete",
        )
    if latest.state_at(now) in OPEN:
        who = latest.requested_by.name if latest.requested_by else "Somebody"
        raise AlreadyRequested(latest, f"{who} sent {name} a request that is still open. Here it is.")
    if latest != again and latest.state == State.FAILED and latest.send_attempted_at is not None:
        raise AlreadyRequested(
            latest,
            f"Spark Hire never confirmed the failed request, so {name} may have it. "
            "Try that one again (we look first), or cancel it.",
            code="failed_in_doubt",
        )
    if latest.awaits_last_word(now):
        raise AlreadyRequested(
            latest,
            f"We are asking Spark Hire whether {name} finished at the last minute. Try again in a few minutes.",
            code="awaiting_last_word",
        )
    return latest
