"""What a person sees and does with the link in their receipt: where they stand, withdraw, files, their data.

The link is signed and stored nowhere. Opening it says that the address is theirs.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.careers import activity, mails
from recruiting.careers.models import DataRequest, Submission
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Membership
from recruiting.foundation import clock, text
from recruiting.foundation.errors import Conflict, InvalidInput
from recruiting.jobs.models import StageGroup

LINK_LASTS = timedelta(days=365)
MOST_FILES = 20
"""That a person sends for one application in all."""
STEPS = (StageGroup.NEW, StageGroup.IN_REVIEW, StageGroup.INTERVIEW, StageGroup.OFFER, StageGroup.HIRED)


@dataclass(frozen=True)
class Step:
    """A step that the status page names, as people outside call it."""

    label: str
    is_done: bool
    is_current: bool


def find(signed: str) -> Submission | None:
    """Return the submission that a link leads to, or None: altered, older than a year, or gone."""
    try:
        found = signing.TimestampSigner(salt=mails.STATUS_SALT).unsign(signed, max_age=LINK_LASTS)
        key = UUID(found)
    except (signing.BadSignature, ValueError):
        return None
    rows = Submission.objects.select_related("posting__job__company", "application__stage", "application__candidate")
    return rows.exclude(state=Submission.State.DISCARDED).filter(pk=key).first()


def confirm(submission: Submission) -> None:
    """Note that the link was opened, so that the address is known to be theirs."""
    if submission.confirmed_at is None:
        Submission.objects.filter(pk=submission.pk, confirmed_at=None).update(confirmed_at=clock.now())


def is_closed(submission: Submission, *, now: datetime) -> bool:
    """Return whether the page says that the application is closed: withdrawn by them, or told so by the company."""
    application = submission.application
    if application is None:
        return False
    if application.state == Application.State.WITHDRAWN:
        return True
    shown = submission.closed_shown_at
    return application.state == Application.State.REJECTED and shown is not None and shown <= now


def steps_of(submission: Submission) -> list[Step]:
    """Return where an application stands, in the five words for people outside; a rejection is not told here."""
    application = submission.application
    group = application.stage.group if application and application.stage else StageGroup.NEW
    at = STEPS.index(StageGroup(group))
    labels = (_("Received"), _("Being read"), _("Interviews"), _("Offer"), _("Hired"))
    return [Step(label, place < at, place == at) for place, label in enumerate(labels)]


def withdraw(submission: Submission) -> bool:
    """Take the application of a submission back; return whether it stood open. Raises Conflict while it waits."""
    with transaction.atomic():
        locked = _locked(submission)
        payload = activity.SentPayload(candidate=locked.candidate.name, job=locked.job.title)
        return applications.receive_withdrawal(
            application=locked, reason="Withdrew on the status page", entry=activity.WITHDREW, payload=payload
        )


def add_file(*, submission: Submission, upload: "File[bytes]") -> None:
    """Keep a file that a person adds to their application.

    Raises:
        InvalidInput: for another kind of file, one that is too large, and for more than ten.
        Conflict: while the application waits to be taken in.
    """
    with transaction.atomic():
        locked = _locked(submission)
        if locked.attachments.filter(added_by=None).count() >= MOST_FILES:
            raise InvalidInput(fields={"file": _("You have added as many files as can be added here.")})
        name = text.file_name(str(upload.name))
        upload.seek(0)
        files.receive_file(application=locked, content=upload.read(), name=name, max_bytes=files.MAX_BYTES)


def ask(*, submission: Submission, kind: str) -> DataRequest:
    """Ask the company for a copy of one's data, or to erase it; asked twice it is asked once."""
    with transaction.atomic():
        request, _is_new = DataRequest.objects.get_or_create(
            company_id=submission.company_id, submission=submission, kind=DataRequest.Kind(kind), done_at=None
        )
    return request


def withdraw_consent(submission: Submission) -> None:
    """Take back that one's data may be kept for other jobs."""
    if submission.keep_months and submission.keep_withdrawn_at is None:
        submission.write(keep_withdrawn_at=clock.now())


def settle(*, request: DataRequest, by: Membership) -> None:
    """Note that what somebody asked for was done. Raises NotAllowed for anyone but an Administrator."""
    require_administrator(by)
    with transaction.atomic():
        locked = DataRequest.objects.locked(request, by)
        if locked.done_at is None:
            locked.write(done_at=clock.now(), done_by=by)


def send_new_links(*, email: str) -> None:
    """Enqueue a mail with new links for what this address sent; the same work for one that sent nothing."""
    mails.ask_for_links(email=email)


def _locked(submission: Submission) -> Application:
    rows = Application.objects.select_for_update(of=("self",), no_key=True).select_related("candidate", "job")
    locked = rows.filter(pk=submission.application_id).first() if submission.application_id else None
    if locked is None:
        raise Conflict(_("We are still taking your application in. Try again in a minute."))
    return locked
