"""Mails about applications that came in: receipts with the link to the status page, and word to the hiring team.

To an applicant nothing is sent that they could have typed, but the first letters of their first name: whoever enters
somebody else's address sends them no words of theirs.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from recruiting.careers import sites
from recruiting.careers.models import JobMail, Posting, Submission
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, formatting, ids, text
from recruiting.foundation.tokens import digest
from recruiting.jobs.models import Job
from recruiting.outbox import mail
from recruiting.outbox.tasks import Attempt, Secret, secret_of, task

STATUS_SALT = "careers.status"
MOST_A_DAY = 3
"""Receipts to one address."""
DAILY_AT = 7
"""The hour of the company's day from which daily mails go out."""
LONGEST_NAME = 40
NEWEST = 20
"""Names that a mail to the team lists per job."""


def status_url(submission: Submission) -> str:
    """Return the address of a submission's status page; whoever has it may open it for a year."""
    signed = signing.TimestampSigner(salt=STATUS_SALT).sign(str(submission.pk))
    return f"{sites.public_base_url()}{reverse('careers_public:status', args=[signed])}"


# ── To applicants ────────────────────────────────────────────────────────────────────────────────────────────────────
@task("careers.receipt", about="submission", order_by=lambda _subject: f"mail:{ids.uuid7()}")
def send_receipt(attempt: Attempt) -> None:
    """Send a receipt, unless three went to the address within a day."""
    rows = Submission.objects.select_related("posting__job__company__careers_site")
    submission = rows.filter(pk=attempt.payload["submission"], state=Submission.State.TAKEN).first()
    if submission is None or submission.receipt_sent_at is not None:
        return
    now = clock.now()
    sent = Submission.objects.filter(email_key=submission.email, receipt_sent_at__gt=now - timedelta(days=1)).exclude(
        pk=submission.pk
    )
    if sent.count() >= MOST_A_DAY:
        return
    company = submission.posting.job.company
    site = sites.of_company(company)
    with translation.override(submission.language):
        earlier = _earlier(submission)
        context = {
            "submission": submission,
            "first_name": submission.first_name[:LONGEST_NAME],
            "site": site,
            "job": submission.posting.job.title,
            "url": status_url(submission),
            "earlier": date_format(earlier.astimezone(company.zone), "j F") if earlier else "",
        }
        subject = _("%(company)s has your application") % {"company": site.name}
        words = render_to_string("careers/mail/receipt.txt", context)
    mail.send_now(to=submission.email, subject=subject, text=words.strip() + "\n")
    Submission.objects.filter(pk=submission.pk).update(receipt_sent_at=now)


def _earlier(submission: Submission) -> Any:
    """Return when somebody applied to the same job before, for a receipt that tells so; None for the first time."""
    if not submission.applied_again:
        return None
    before = Submission.objects.filter(application=submission.application, pk__lt=submission.pk).order_by("-id").first()
    return before.received_at if before else None


def ask_for_links(*, email: str) -> None:
    """Enqueue a mail with new links to an address; whether it sent anything, the worker looks."""
    until = clock.machine_now() + timedelta(hours=1)
    send_links.enqueue(secret=Secret({"email": email[:254]}, until))


@task("careers.links", order_by=lambda _subject: f"mail:{ids.uuid7()}", forget=True)
def send_links(attempt: Attempt) -> None:
    """Send the links of what an address sent within the last year, unless three such mails went out today."""
    address = text.email(secret_of(attempt).get("email", ""))
    if not text.email_key(address):
        return
    since = clock.now() - timedelta(days=365)
    rows = Submission.objects.filter(email_key=address, state=Submission.State.TAKEN, received_at__gt=since)
    submissions = list(rows.select_related("posting__job__company__careers_site").order_by("-id")[:10])
    counted = f"careers-links:{digest(text.email_key(address))}"
    if not submissions or int(cache.get_or_set(counted, 0, 24 * 3600) or 0) >= MOST_A_DAY:
        return
    with translation.override(submissions[0].language):
        links = [
            (each.posting.job.title, sites.of_company(each.posting.job.company).name, status_url(each))
            for each in submissions
        ]
        subject = _("Your applications")
        words = render_to_string("careers/mail/links.txt", {"links": links})
    mail.send_now(to=submissions[0].email, subject=subject, text=words.strip() + "\n")
    cache.incr(counted)


# ── To the hiring team ───────────────────────────────────────────────────────────────────────────────────────────────
@task("careers.tell_team", about="posting", order_by="careers:posting")
def tell_team(attempt: Attempt) -> None:
    """Mail those members who want to hear of a job's new applicants at once."""
    posting = Posting.objects.filter(pk=attempt.payload["posting"]).first()
    if posting is not None:
        _tell(JobMail.objects.filter(job=posting.job_id, often=JobMail.Often.AT_ONCE))


def tell_daily() -> None:
    """Mail those who want to hear of new applicants once a day, from seven o'clock of the company's day. Scheduled."""
    now = clock.now()
    waiting = JobMail.objects.filter(often=JobMail.Often.DAILY, told_until__lt=now - timedelta(hours=1))
    due: list[UUID] = []
    for company_id in waiting.order_by().values_list("company_id", flat=True).distinct():
        company = Company.objects.get(pk=company_id)
        today = clock.start_of_day(company.today(), company.zone) + timedelta(hours=DAILY_AT)
        if now >= today:
            due += waiting.filter(company_id=company_id, told_until__lt=today).values_list("pk", flat=True)
    _tell(JobMail.objects.filter(pk__in=due))


def _tell(asked: Any) -> None:
    """Mail members what came in since they were told last, each in one mail about all of these jobs."""
    now = clock.now()
    with transaction.atomic():
        rows = list(
            asked.select_for_update(of=("self",)).select_related("membership__user", "membership__company", "job")
        )
        by_member: dict[UUID, list[JobMail]] = defaultdict(list)
        for each in rows:
            by_member[each.membership_id].append(each)
        for of_member in by_member.values():
            _tell_member(of_member[0].membership, of_member)
        JobMail.objects.filter(pk__in=[each.pk for each in rows]).update(told_until=now)


def _tell_member(membership: Membership, asked: Iterable[JobMail]) -> None:
    if not membership.can_sign_in:
        return
    by_job = {each.job_id: each for each in asked}
    visible = Job.objects.visible_to(membership).filter(pk__in=by_job)
    told: list[dict[str, Any]] = []
    for job in visible.order_by("title", "id"):
        came = Submission.objects.filter(
            posting__job=job, state=Submission.State.TAKEN, taken_at__gt=by_job[job.pk].told_until
        )
        names = [each.name for each in came.order_by("-id")[: NEWEST + 1]]
        if names:
            url = f"{settings.PUBLIC_BASE_URL}{reverse('applications:job', args=[job.pk])}"
            told.append({"job": job.title, "names": names[:NEWEST], "has_more": len(names) > NEWEST, "url": url})
    if not told:
        return
    count = sum(len(each["names"]) for each in told)
    subject = f"New applicants: {formatting.plural(count, 'person', 'people')}"
    words = render_to_string("careers/mail/team.txt", {"told": told, "company": membership.company})
    mail.send(to=membership.email, subject=subject, text=words.strip() + "\n", company=membership.company)
