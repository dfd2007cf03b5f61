"""Applying for a job: what is sent is kept at once, and taken by the worker.

So a known address and an unknown one get the same answer after the same work, and nothing that the hiring team's side
does can lose a form. One form token makes one submission, however often it is sent.
"""

import contextlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate, Source
from recruiting.candidates.services import CandidateDetails
from recruiting.careers import activity, mails, questions, sites
from recruiting.careers.models import CareersSite, Posting, Question, SourceLink, Submission, Upload
from recruiting.companies.models import Membership
from recruiting.foundation import clock, limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.foundation.permissions import Action
from recruiting.foundation.tokens import digest
from recruiting.jobs import access
from recruiting.outbox.tasks import Attempt, task

State = Submission.State
TOKEN_SALT = "careers.form"
TOKEN_LASTS = timedelta(days=7)
QUICKEST = timedelta(seconds=3)
"""A form that is back sooner was hardly filled in by a person, and is held."""
DISCARDED_STAY = timedelta(days=30)
LOOSE_FILES_STAY = timedelta(days=1)
"""For how long a file of a form that was not taken in is kept."""
MOST_FILES = 10
"""Of one form."""


@dataclass(frozen=True)
class FormToken:
    """What says that a form is one of ours: which job's, and when it was opened (UTC)."""

    key: str
    number: int
    opened_at: datetime

    @property
    def digest(self) -> str:
        """What a submission is kept by."""
        return digest(self.key)


@dataclass(frozen=True)
class Sent:
    """What somebody typed into an application form."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    answers: Mapping[str, Sequence[str]] | None = None
    """By `question_<number>`, all values of each name."""
    keeps_data: bool = False
    """Whether they ticked the box for other jobs."""
    source_code: str = ""
    trap: str = ""
    """What stands in the field that no person sees."""


RESUME, COVER_LETTER = 0, 1
"""Numbers of files that are no question's; those have ten digits."""


@dataclass(frozen=True)
class NewUpload:
    """A file that came with a form: the résumé, a cover letter, or the answer to a question."""

    file: "File[bytes]"
    question_number: int = RESUME


# ── The form ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def new_token(posting: Posting, *, now: datetime) -> str:
    """Return the token of a form that is opened now."""
    return signing.dumps([secrets.token_urlsafe(16), posting.number, now.timestamp()], salt=TOKEN_SALT)


def read_token(signed: str, posting: Posting, *, now: datetime) -> FormToken | None:
    """Return a form's token, or None where it is altered, another job's, or older than a week."""
    try:
        key, number, opened = signing.loads(signed, salt=TOKEN_SALT)
        token = FormToken(str(key), int(number), datetime.fromtimestamp(float(opened), tz=now.tzinfo))
    except (signing.BadSignature, ValueError, TypeError, OverflowError):
        return None
    return token if token.number == posting.number and now - token.opened_at < TOKEN_LASTS else None


def uploads_of(token: FormToken, posting: Posting) -> list[Upload]:
    """Return the files that came with a form so far and are kept for it."""
    return list(Upload.objects.filter(posting=posting, form_digest=token.digest, submission=None).order_by("id"))


def keep_files(
    *, posting: Posting, token: FormToken, uploads: Sequence[NewUpload], asked: Sequence[Question]
) -> dict[int, str]:
    """Keep the files of a form, whether or not the rest of it is taken; return sentences by question.

    A file takes the place of the one before it. A form that was sent already keeps what it had.
    """
    errors: dict[int, str] = {}
    if uploads and Submission.objects.filter(company_id=posting.company_id, form_digest=token.digest).exists():
        return errors
    known = {RESUME, COVER_LETTER, *(each.number for each in asked if each.kind == Question.Kind.FILE)}
    for new in uploads[:MOST_FILES]:
        if new.question_number not in known:
            continue
        name = text.file_name(str(new.file.name))
        try:
            content_type = files.require_kind(name, new.file, kind=_kind_of(new.question_number))
        except InvalidInput as error:
            errors[new.question_number] = _in_words(error, new)
            continue
        there = Conflict("It was sent twice at the same moment.")
        rules = {"upload_one_resume": there, "upload_once_per_question": there}
        with contextlib.suppress(Conflict), translate_integrity_errors(rules):
            remove_file(posting=posting, token=token, question_number=new.question_number)
            kept = Upload(
                company_id=posting.company_id,
                posting=posting,
                form_digest=token.digest,
                question_number=new.question_number or None,
                name=name,
                content_type=content_type,
                size=new.file.size,
            )
            kept.file.save(name, new.file, save=False)
            kept.save(force_insert=True)
    return errors


def _kind_of(question_number: int | None) -> str:
    """Return what a file is for, as attachments say it."""
    if not question_number:
        return Attachment.Kind.RESUME
    return Attachment.Kind.COVER_LETTER if question_number == COVER_LETTER else Attachment.Kind.OTHER


def _in_words(error: InvalidInput, new: NewUpload) -> str:
    """Return why a file is refused, in the language of the form."""
    if (get_language() or "en").startswith("en") or (new.file.size or 0) > files.MAX_BYTES:
        return error.message
    return _("Choose a PDF, DOCX, ODT, RTF or TXT file.")


def remove_file(*, posting: Posting, token: FormToken, question_number: int) -> None:
    """Forget a file of a form that is not taken in yet; its bytes go after the commit."""
    loose = Upload.objects.filter(posting=posting, form_digest=token.digest, submission=None)
    _delete_uploads(loose.filter(question_number=question_number or None))


def receive(
    *,
    posting: Posting,
    token: FormToken,
    sent: Sent,
    site: CareersSite,
    asked: Sequence[Question],
    channel: str = Submission.Channel.FORM,
    network_is_busy: bool = False,
) -> Submission:
    """Keep what somebody sent; the worker takes it. Sent again with the same token, it is kept once.

    Args:
        posting: the job; whether it takes applications now decides only whether this is late.
        token: the form's.
        sent: what was typed. Files were kept before (`keep_files`).
        site: the company's careers page.
        asked: what the form asks now (`questions.of_posting`).
        channel: how it came.
        network_is_busy: whether unusually much came from the sender's network.

    Raises:
        InvalidInput: for what cannot be accepted, by field: `first_name`, `email`, `resume`, `question_<number>` ….
        Conflict: while the company has no privacy notice.
    """
    there = Submission.objects.filter(company_id=posting.company_id, form_digest=token.digest).first()
    if there is not None:
        return there
    cleaned, now = _cleaned(sent, site), clock.now()
    kept = uploads_of(token, posting)
    numbers = {each.question_number for each in kept if each.question_number}
    answers = questions.read(asked, sent.answers or {}, files=numbers)
    errors = {f"question_{number}": sentence for number, sentence in answers.errors.items()}
    if (
        posting.is_resume_required
        and channel == Submission.Channel.FORM
        and None not in {each.question_number for each in kept}
    ):
        errors["resume"] = _("Choose a PDF, DOCX, ODT, RTF or TXT file.")
    if errors:
        raise InvalidInput(fields=errors)
    notice = sites.current_notice(posting.company)
    if notice is None:
        raise Conflict(_("This form is not ready. Try again later."))
    source, referrer = _source(posting, sent.source_code, channel)
    reason = _suspicion(sent, token, now, channel, network_is_busy)
    submission = Submission(
        company_id=posting.company_id,
        posting=posting,
        state=State.HELD if reason else State.RECEIVED,
        hold_reason=reason,
        channel=channel,
        form_digest=token.digest,
        **vars(cleaned),
        answers=list(answers.kept),
        language=site.language,
        notice=notice,
        keep_months=site.keep_months if sent.keeps_data else None,
        source=source,
        referrer=referrer,
        received_at=now,
        is_late=not posting.takes_applications(now=now),
        is_knocked_out=answers.is_knocked_out,
    )
    try:
        with translate_integrity_errors({"submission_once_per_form": Conflict("sent already")}):
            submission.save(force_insert=True)
            Upload.objects.filter(pk__in=[each.pk for each in kept]).update(submission=submission)
            if not reason:
                take_received.enqueue(submission)
    except Conflict:
        # Sent twice at the same moment: the other one is it.
        return Submission.objects.get(company_id=posting.company_id, form_digest=token.digest)
    return submission


def _cleaned(sent: Sent, site: CareersSite) -> CandidateDetails:
    details = CandidateDetails(
        first_name=text.person_name(sent.first_name),
        last_name=text.person_name(sent.last_name),
        email=text.email(sent.email),
        phone=text.one_line(sent.phone),
    )
    errors = {}
    if not details.first_name:
        errors["first_name"] = _("Enter your first name.")
    if not details.last_name:
        errors["last_name"] = _("Enter your last name.")
    if not details.email:
        errors["email"] = _("Enter your email so that %(company)s can reply.") % {"company": site.name}
    elif "@" not in details.email:
        errors["email"] = _("That email looks incomplete: it has no @.")
    elif not limits.is_address(details.email):
        errors["email"] = _("That email looks incomplete. Check it.")
    for name, value in vars(details).items():
        most = Submission._meta.get_field(name).max_length  # type: ignore[union-attr]
        if most and len(value) > most:
            errors[name] = _("Use %(most)s characters at most.") % {"most": most}
    if errors:
        raise InvalidInput(fields=errors)
    return details


def _source(posting: Posting, code: str, channel: str) -> tuple[Source | None, Membership | None]:
    """Return where somebody comes from, and who referred them."""
    code = text.one_line(code).lower()[:40]
    links = SourceLink.objects.filter(company_id=posting.company_id, code=code).select_related("source", "referrer")
    link = links.first() if code else None
    if link is not None:
        return link.source, link.referrer
    if channel != Submission.Channel.FORM:
        return None, None
    own = Source.objects.filter(company_id=posting.company_id, name_key="Careers page", is_active=True)
    return own.order_by("id").first(), None


def _suspicion(sent: Sent, token: FormToken, now: datetime, channel: str, network_is_busy: bool) -> str:
    """Return why a person has to look first, in words; "" for no reason."""
    if sent.trap:
        return "A field was filled in that people do not see."
    if channel != Submission.Channel.FORM:
        return ""
    if now - token.opened_at < QUICKEST:
        return "The form was sent within three seconds after it was opened."
    return "Many applications came from the same network." if network_is_busy else ""


# ── Taking it ────────────────────────────────────────────────────────────────────────────────────────────────────────
@task("careers.take", about="submission", order_by="careers:submission")
def take_received(attempt: Attempt) -> None:
    """Take in a submission that waits."""
    submission = Submission.objects.filter(pk=attempt.payload["submission"]).first()
    if submission is not None:
        take(submission)


def take(submission: Submission) -> None:
    """Make a submission that waits what it is: an application of somebody new or known, or another one of the same.

    Run twice it does nothing more. One transaction; the receipt is a promise in it.
    """
    with transaction.atomic():
        locked = _lock(submission)
        if locked is None or locked.state != State.RECEIVED:
            return
        posting, company = locked.posting, locked.posting.job.company
        details = CandidateDetails(locked.first_name, locked.last_name, locked.email, locked.phone)
        candidate, is_new = candidates.receive_candidate(company=company, details=details, source=locked.source)
        application, before = _application(locked, candidate)
        locked.write(
            state=State.TAKEN,
            taken_at=clock.now(),
            application=application,
            applied_again=before,
            has_other_name=not is_new and _differs(candidate, details),
        )
        for upload in locked.uploads.order_by("id"):
            files.take_over(
                application=application,
                stored=str(upload.file.name),
                name=upload.name,
                content_type=upload.content_type,
                size=upload.size,
                kind=_kind_of(upload.question_number),
            )
        locked.uploads.all().delete()
        mails.send_receipt.enqueue(locked)
        mails.tell_team.enqueue(posting)


def _lock(submission: Submission) -> Submission | None:
    rows = Submission.objects.select_for_update(of=("self",)).select_related("posting__job__company", "source")
    return rows.filter(pk=submission.pk).first()


def _application(submission: Submission, candidate: Candidate) -> tuple[Application, str]:
    """Return the application that a submission belongs to, and the state it had before.

    "" for one that it made, or a lead.
    """
    job = submission.posting.job
    payload = activity.SentPayload(
        candidate=candidate.name, job=job.title, source=submission.source.name if submission.source else ""
    )
    there = Application.objects.filter(candidate=candidate, job=job).select_for_update(of=("self",), no_key=True)
    application = there.select_related("candidate", "job", "company").first()
    if application is None:
        made = applications.receive_applicant(
            candidate=candidate,
            job=job,
            source=submission.source,
            entry=activity.APPLIED,
            payload=payload,
            subject_id=submission.pk,
        )
        return made, ""
    if application.state == Application.State.LEAD:
        applications.receive_conversion(application=application, entry=activity.LEAD_APPLIED, payload=payload)
        return application, ""
    activity.tell_again(application, payload, submission_id=submission.pk)
    return application, application.state


def _differs(candidate: Candidate, details: CandidateDetails) -> bool:
    """Return whether somebody applied under another name or number than they are known by."""
    known = f"{candidate.first_name} {candidate.last_name}"
    said = f"{details.first_name} {details.last_name}"
    if text.search_key(known) != text.search_key(said):
        return True
    return bool(details.phone) and text.phone_digits(details.phone) != text.phone_digits(candidate.phone)


# ── What the team does with it ───────────────────────────────────────────────────────────────────────────────────────
def release(*, submission: Submission, by: Membership) -> Submission:
    """Take in a submission that was held. Raises NotFound, NotAllowed; Conflict when it is not held any more."""
    with transaction.atomic():
        locked = _lock_held(submission, by)
        locked.write(state=State.RECEIVED, hold_reason="")
        take_received.enqueue(locked)
    return locked


def discard(*, submission: Submission, by: Membership) -> Submission:
    """Take a submission that was held for none; it stays for 30 days. Raises as `release`."""
    with transaction.atomic():
        locked = _lock_held(submission, by)
        locked.write(state=State.DISCARDED, discarded_at=clock.now())
    return locked


def undo_discard(*, submission: Submission, by: Membership) -> Submission:
    """Hold a discarded submission again, while it is there."""
    with transaction.atomic():
        locked = _locked_for(submission, by)
        if locked.state != State.DISCARDED:
            raise Conflict("This application is not discarded any more.", code="not_discarded")
        locked.write(state=State.HELD, discarded_at=None)
    return locked


def mark_seen(*, application: Application, by: Membership) -> None:
    """Note that somebody who may move the application has looked at all that was sent for it."""
    waiting = Submission.objects.filter(application=application, seen_at=None)
    if access.may(by, Action.MOVE_APPLICATION, application.job) and waiting.exists():
        waiting.update(seen_at=clock.now())


def settle_name(*, submission: Submission, use: bool, by: Membership) -> None:
    """Say whether the name and number of a submission are the person's: use them, or leave what is there.

    Raises:
        NotFound, NotAllowed: when the actor may not see, or not edit the person.
        Conflict: when somebody has said so already.
    """
    with transaction.atomic():
        locked = _locked_for(submission, by, action=Action.EDIT_CANDIDATE)
        if not locked.has_other_name or locked.application is None:
            raise Conflict("Somebody has said already whose name this is.", code="settled")
        if use:
            person = locked.application.candidate
            details = CandidateDetails(locked.first_name, locked.last_name, person.email, locked.phone or person.phone)
            candidates.edit_details(candidate=person, details=details, by=by)
        locked.write(has_other_name=False)


def show_closed(*, application: Application, when: datetime | None) -> None:
    """Let the status pages of an application say that it is closed from an instant on; None: not (any more).

    An instant that has passed stays.
    """
    rows = Submission.objects.filter(application=application)
    rows.exclude(closed_shown_at__lte=clock.now()).update(closed_shown_at=when)


def forget() -> None:
    """Delete discarded submissions after 30 days, and files of forms that were never taken in after one. Scheduled."""
    old = Submission.objects.filter(state=State.DISCARDED, discarded_at__lt=clock.now() - DISCARDED_STAY)
    for submission in old.order_by("id")[:500]:
        with transaction.atomic():
            _delete_uploads(Upload.objects.filter(submission=submission))
            submission.delete()
    loose = Upload.objects.filter(submission=None, created_at__lt=clock.now() - LOOSE_FILES_STAY).order_by("id")
    with transaction.atomic():
        _delete_uploads(Upload.objects.filter(pk__in=list(loose.values_list("pk", flat=True)[:500])))


def _delete_uploads(uploads: Any) -> None:
    rows = list(uploads)
    if not rows:
        return
    Upload.objects.filter(pk__in=[each.pk for each in rows]).delete()
    stored = [(each.file.storage, str(each.file.name)) for each in rows]

    def remove() -> None:
        for storage, name in stored:
            storage.delete(name)

    transaction.on_commit(remove, robust=True)


def _lock_held(submission: Submission, by: Membership) -> Submission:
    locked = _locked_for(submission, by)
    if locked.state != State.HELD:
        raise Conflict("This application is not held any more.", code="not_held")
    return locked


def _locked_for(submission: Submission, by: Membership, *, action: Action = Action.ADD_CANDIDATE) -> Submission:
    locked = _lock(submission) if submission.company_id == by.company_id else None
    if locked is None:
        raise NotFound("There is no such application in your company.")
    if not access.may(by, Action.VIEW_JOB, locked.posting.job):
        raise NotFound("There is no such application in your company.")
    access.require(by, action, locked.posting.job)
    return locked
