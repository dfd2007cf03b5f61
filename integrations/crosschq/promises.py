"""The outbox messages about reference checks: topics, payloads and ordering keys in one place."""

from hashlib import sha256
from uuid import UUID

from integrations import outbound
from integrations.crosschq.models import ProspectExport, ProspectRun, ReferenceCheck, ReportFile
from integrations.crosschq.states import Call
from integrations.models import Installation
from recruiting.outbox import outbox
from recruiting.outbox.models import OutboxMessage

CREATE = "crosschq.create_check"
CANCEL = "crosschq.cancel_check"
REFRESH = "crosschq.refresh_check"
REMIND = "crosschq.remind_check"
ADOPT = "crosschq.adopt_check"
COPY_REPORT = "crosschq.copy_report"
TAKE_PROSPECTS = "crosschq.take_prospects"

_TOPICS = {Call.CREATE: CREATE, Call.CANCEL: CANCEL, Call.REFRESH: REFRESH}


def make(call: Call, check: ReferenceCheck) -> None:
    """Promise a call to the vendor about a check, in the open transaction.

    Writes about one candidate run one after the other: a second check is not sent before an earlier one, whose fate is
    unknown, was looked for, since the two may look alike at the vendor. A refresh only asks and does not queue behind
    them; asking twice is asked once.
    """
    _publish(_TOPICS[call], check, ordering_key=_reading(check.pk) if call == Call.REFRESH else writing(check))


def make_now(call: Call, check: ReferenceCheck) -> None:
    """Promise to ask the vendor, and let what is backing off ahead of it in the same order run at once."""
    make(call, check)
    outbox.hurry_ordered(_reading(check.pk))


def remind(check: ReferenceCheck) -> None:
    """Promise to let the vendor remind whoever has not answered."""
    _publish(REMIND, check, ordering_key=writing(check))


def adopt(vendor_id: str, *, check: ReferenceCheck) -> None:
    """Promise to look whether a request of the vendor is this check, of which we do not know; after its create."""
    outbox.publish(
        ADOPT,
        payload={"check": str(check.pk), "vendor_id": vendor_id},
        ordering_key=writing(check),
        company=check.company,
        channel=check.installation.channel,
        # The id is the vendor's, of any length.
        coalesce_key=f"{ADOPT}:{check.pk}:{sha256(vendor_id.encode()).hexdigest()[:32]}",
    )


def copy_report(file: ReportFile) -> None:
    """Promise to copy one PDF of a report into the candidate's files."""
    installation: Installation = file.reference_check.installation
    outbox.publish(
        COPY_REPORT,
        payload={"file": str(file.pk)},
        ordering_key=f"report:{file.pk}",
        company=file.company,
        channel=installation.channel,
        coalesce_key=f"{COPY_REPORT}:{file.pk}",
    )


def refresh_message(check_id: UUID, *, company_id: UUID, installation_id: UUID) -> OutboxMessage:
    """Return, unsaved, the same promise as `make(Call.REFRESH)`, for a sweep that writes many."""
    return OutboxMessage(
        topic=REFRESH,
        payload={"check": str(check_id)},
        ordering_key=_reading(check_id),
        company_id=company_id,
        channel=f"installation:{installation_id}",
        coalesce_key=f"{REFRESH}:{check_id}",
    )


def trouble(check: ReferenceCheck) -> str:
    """Say why what is promised about a check waits although nobody needs to mend anything, or return ""."""
    return outbound.trouble(check.installation, _reading(check.pk), writing(check))


def prospects_message(run: ProspectRun) -> OutboxMessage:
    """Return, unsaved, the promise to take the page of prospects at which a run stands; one page after the other."""
    return OutboxMessage(
        topic=TAKE_PROSPECTS,
        payload={"run": str(run.pk), "cursor": run.cursor},
        ordering_key=prospects_order(run.export),
        company_id=run.company_id,
        channel=f"installation:{run.export.installation_id}",
    )


def prospects_order(export: ProspectExport) -> str:
    """Return the ordering key of everything that takes a company's prospects."""
    return f"prospects:{export.pk}"


def writing(check: ReferenceCheck) -> str:
    """Return the ordering key of everything that changes something at the vendor for this candidate."""
    return f"checks:{check.application.candidate_id}"


def _reading(check_id: UUID) -> str:
    return f"check-read:{check_id}"


def _publish(topic: str, check: ReferenceCheck, *, ordering_key: str) -> None:
    outbox.publish(
        topic,
        payload={"check": str(check.pk)},
        ordering_key=ordering_key,
        company=check.company,
        channel=check.installation.channel,
        coalesce_key=f"{topic}:{check.pk}",
    )
