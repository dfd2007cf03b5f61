"""The outbox messages about video interviews: topics, payloads and ordering keys in one place."""

from collections.abc import Sequence
from uuid import UUID

from integrations import outbound
from integrations.models import Installation
from integrations.spark_hire.models import InterviewRequest, JobLink
from integrations.spark_hire.states import Call
from recruiting.outbox import outbox
from recruiting.outbox.models import OutboxMessage

CREATE = "spark_hire.create_interview"
CANCEL = "spark_hire.cancel_interview"
REFRESH = "spark_hire.refresh_interview"
SHARE = "spark_hire.fetch_share_link"
MOVE_DEADLINE = "spark_hire.move_deadline"
CREATE_JOB = "spark_hire.create_job"
REFRESH_JOB = "spark_hire.refresh_job"
SUBSCRIBE = "spark_hire.subscribe"

_TOPICS = {Call.CREATE: CREATE, Call.CANCEL: CANCEL, Call.REFRESH: REFRESH, Call.SHARE: SHARE}


def make(call: Call, request: InterviewRequest) -> None:
    """Promise a call to the vendor about a request, in the open transaction.

    Writes about one application run one after the other: a new request is not sent before an earlier one, whose fate is
    unknown, was looked for, since the two look alike at the vendor. A refresh only asks, so it does not queue behind a
    write that waits for a key, nor behind a link that may never come; asking twice is asked once.
    """
    outbox.publish(
        _TOPICS[call],
        payload={"request": str(request.pk)},
        ordering_key=_order_of(call, request),
        company=request.company,
        channel=request.installation.channel,
        coalesce_key=f"{_TOPICS[call]}:{request.pk}",
    )


def make_now(call: Call, request: InterviewRequest) -> None:
    """Promise to ask the vendor, and let what is backing off ahead of it in the same order run at once."""
    make(call, request)
    outbox.hurry_ordered(_order_of(call, request))


def is_made(call: Call, request: InterviewRequest) -> bool:
    """Return whether a call about a request is promised and not over."""
    open_ones = OutboxMessage.objects.filter(ordering_key=_order_of(call, request), state__in=OutboxMessage.OPEN)
    return open_ones.filter(topic=_TOPICS[call]).exists()


def refresh_message(request_id: UUID, *, company_id: UUID, installation_id: UUID) -> OutboxMessage:
    """Return, unsaved, the same promise as `make(Call.REFRESH)`, for a sweep that writes many."""
    return OutboxMessage(
        topic=REFRESH,
        payload={"request": str(request_id)},
        ordering_key=f"interview-read:{request_id}",
        company_id=company_id,
        channel=f"installation:{installation_id}",
        coalesce_key=f"{REFRESH}:{request_id}",
    )


def stop_waiting(applications: Sequence[UUID]) -> None:
    """Let creates that wait run now and find that their request is over: what is sent after them waits for them."""
    outbox.run_now([f"interviews:{application}" for application in applications])


def move_deadline(request: InterviewRequest) -> None:
    """Promise to tell the vendor a deadline that we moved."""
    outbox.publish(
        MOVE_DEADLINE,
        payload={"request": str(request.pk)},
        ordering_key=_writing(request),
        company=request.company,
        channel=request.installation.channel,
        coalesce_key=f"{MOVE_DEADLINE}:{request.pk}",
    )


def about_job(topic: str, link: JobLink) -> None:
    """Promise a call about a linked job."""
    outbox.publish(
        topic,
        payload={"link": str(link.pk)},
        ordering_key=f"job-link:{link.pk}",
        company=link.company,
        channel=link.installation.channel,
        coalesce_key=f"{topic}:{link.pk}",
    )


def subscribe(installation: Installation) -> None:
    """Promise to subscribe under the primary key, and to end subscriptions under other keys."""
    outbox.publish(
        SUBSCRIBE,
        payload={"installation": str(installation.pk)},
        ordering_key=f"subscriptions:{installation.pk}",
        company=installation.company,
        channel=installation.channel,
        coalesce_key=f"{SUBSCRIBE}:{installation.pk}",
    )


def trouble(request: InterviewRequest) -> str:
    """Say why what is promised about a request waits although nobody needs to mend anything, or return ""."""
    orders = (_reading(request), _writing(request), _linking(request))
    return outbound.trouble(request.installation, *orders)


def _order_of(call: Call, request: InterviewRequest) -> str:
    order = {Call.REFRESH: _reading, Call.SHARE: _linking}.get(call, _writing)
    return order(request)


def _reading(request: InterviewRequest) -> str:
    return f"interview-read:{request.pk}"


def _linking(request: InterviewRequest) -> str:
    return f"interview-link:{request.pk}"


def _writing(request: InterviewRequest) -> str:
    return f"interviews:{request.application_id}"
