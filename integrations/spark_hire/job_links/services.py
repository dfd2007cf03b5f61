"""Linking jobs to Spark Hire and choosing their question sets.

Choosing an existing job only writes here; creating one there goes through the outbox (*Linking…*) and is not
idempotent: a lost answer is looked for before it is asked again.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from integrations import credentials, installations, keys, live, outbound
from integrations.models import Credential, Installation
from integrations.requests.flow import CLOCK_SKEW
from integrations.spark_hire import SLUG, VENDOR, activity, schemas
from integrations.spark_hire.client import client_for
from integrations.spark_hire.models import JobLink
from newsfeed import feed
from recruiting.companies.models import Membership
from recruiting.foundation import clock, text
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnreached,
)
from recruiting.jobs import access
from recruiting.jobs.models import Job
from recruiting.outbox.tasks import Attempt, Discard, Hold


def link_existing(*, job: Job, vendor_job: schemas.VendorJob, by: Membership) -> JobLink:
    """Link a job to one that Spark Hire has; the question set is chosen anew.

    Raises:
        NotAllowed: without the right to edit the job, or without an own linked key.
    """
    with transaction.atomic():
        locked, installation = _lock_job(job, by)
        link, _ = JobLink.objects.update_or_create(
            job=locked,
            defaults={
                "company_id": locked.company_id,
                "installation": installation,
                "state": JobLink.State.LINKED,
                "linked_by": by,
                "vendor_job_id": vendor_job.id,
                "vendor_title": vendor_job.title[:200],
                "vendor_place": vendor_job.place[:200],
                "vendor_is_active": vendor_job.is_active,
                "wanted": {},
                "create_attempted_at": None,
                "failure": "",
                "question_set_id": "",
                "question_set_name": "",
                "question_count": 0,
                "checked_at": clock.now(),
            },
        )
        _tell("job_linked", link, by, vendor_job=_named(vendor_job))
    return link


def link_new(*, job: Job, title: str, city: str, region: str, country: str, by: Membership) -> JobLink:
    """Ask Spark Hire to create the job and link it.

    Raises:
        InvalidInput: Spark Hire needs title, city, state and country.
        NotAllowed: without the right to edit the job, or without an own linked key.
        Conflict: while the job is being linked.
    """
    given = {"title": title, "city": city, "region": region, "country": country}
    wanted = {name: text.one_line(value) for name, value in given.items()}
    words = {
        "title": "Enter a title.",
        "city": "Enter a city.",
        "region": "Enter a state.",
        "country": "Enter a country.",
    }
    missing = {name: words[name] for name, value in wanted.items() if not value}
    if missing:
        raise InvalidInput(fields=missing)
    with transaction.atomic():
        locked, installation = _lock_job(job, by)
        link = JobLink.objects.select_for_update().filter(job=locked).first()
        if link is not None and link.state == JobLink.State.LINKING:
            raise Conflict("This job is being linked already; that takes a moment.", code="linking")
        link = link or JobLink(job=locked, company_id=locked.company_id)
        link.installation, link.state, link.linked_by = installation, JobLink.State.LINKING, by
        link.wanted, link.failure, link.create_attempted_at = wanted, "", None
        link.vendor_job_id = link.vendor_title = link.vendor_place = ""
        link.question_set_id, link.question_set_name, link.question_count = "", "", 0
        link.vendor_is_active = True
        link.save()
        create_at_vendor.enqueue(link)
    return link


def unlink(*, job: Job, by: Membership) -> None:
    """Unlink a job. Open requests run on and their results still arrive."""
    with transaction.atomic():
        locked, _ = _lock_job(job, by)
        link = JobLink.objects.select_for_update().filter(job=locked).first()
        if link is None:
            return
        _tell("job_unlinked", link, by)
        link.delete()


def choose_question_set(*, job: Job, question_set: schemas.QuestionSet, by: Membership) -> JobLink:
    """Choose the questions for new requests; requests already sent keep theirs."""
    with transaction.atomic():
        locked, _ = _lock_job(job, by)
        link = JobLink.objects.select_for_update().filter(job=locked, state=JobLink.State.LINKED).first()
        if link is None:
            raise Conflict("This job is not linked to Spark Hire. Link it first.", code="job_not_linked")
        if link.question_set_id != question_set.id:
            link.question_set_id = question_set.id
            link.question_set_name = question_set.name[:200]
            link.question_count = question_set.question_count
            link.save()
            _tell("question_set_chosen", link, by, detail=link.question_set_name)
    return link


# ── Worker ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def create_failed(attempt: Attempt, reason: str) -> None:
    """Note that the job could not be created there."""
    link = (
        JobLink.objects.select_for_update(of=("self",)).select_related("job").filter(pk=attempt.payload["link"]).first()
    )
    if link is None or link.state != JobLink.State.LINKING:
        return
    link.state, link.failure = JobLink.State.FAILED, reason[:300]
    link.save()
    _tell("job_link_broken", link, None, detail=f"The job could not be created in Spark Hire: {reason}")


@outbound.vendor_task("spark_hire.create_job", about="link", order_by="job-link", on_failure=create_failed)
def create_at_vendor(attempt: Attempt) -> None:
    """Create the job at the vendor with the linker's key, or adopt what an earlier attempt created."""
    link = _begin(attempt.payload["link"])
    if link is None:
        return
    first = link.create_attempted_at is None
    if first:
        JobLink.objects.filter(pk=link.pk).update(create_attempted_at=clock.now())
    credential = credentials.own(link.installation, link.linked_by) if link.linked_by else None
    if credential is None:
        raise Hold("The key of whoever linked the job does not work.")
    with outbound.handle_vendor_errors(link.installation, credential):
        client = client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
        if not first:
            outbound.wait_until_settled(attempt, "Spark Hire didn't confirm. We look before we ask again.")
            found = _look_for(client.jobs(), link)
            if found is not None:
                _linked(link.pk, found)
                return
        try:
            made = client.create_job(**link.wanted)
        except (VendorRateLimited, VendorAuthFailed, VendorRejected, VendorUnreached):
            JobLink.objects.filter(pk=link.pk).update(create_attempted_at=None)
            raise
        _linked(link.pk, made)


@outbound.vendor_task("spark_hire.refresh_job", about="link", order_by="job-link")
def refresh(attempt: Attempt) -> None:
    """Ask the vendor for the linked job's title and status."""
    link = (
        JobLink.objects.select_related("installation__company", "linked_by").filter(pk=attempt.payload["link"]).first()
    )
    if link is None or link.state != JobLink.State.LINKED:
        return
    usable, forbidden = credentials.for_unattended(link.installation, sender=link.linked_by), None
    if not usable:
        raise Hold("No Spark Hire key works at the moment.")
    for credential in usable:
        with outbound.handle_vendor_errors(link.installation, credential):
            client = client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)
            try:
                with keys.tell_apart(credential):
                    seen(link, client.job(link.vendor_job_id))
                return
            except VendorNotFound:
                continue
            except VendorForbidden as error:
                forbidden = error
                continue
    if forbidden is not None:
        outbound.note_error(link.installation, str(forbidden))
        raise Discard(str(forbidden)) from forbidden
    _gone(link.pk)


def check_now(*, job: Job, by: Membership) -> JobLink | None:
    """Ask the vendor about the linked job while a person waits; the actor's right to edit the job comes first.

    Raises:
        NotFound, NotAllowed: without the right to edit the job, or without an own linked key.
        VendorNotFound: this key does not see it; the others are asked in the background, and decide.
        VendorError: it does not answer, or does not say.
    """
    _require_edit(job, by)
    link = JobLink.objects.select_related("installation").filter(job=job, state=JobLink.State.LINKED).first()
    if link is None:
        return None
    credential = credentials.own(link.installation, by)
    if credential is None:
        raise NotAllowed("Only users with their own linked Spark Hire key can check this.")
    client = client_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)
    asked = f"spark_hire.job:{credential.pk}:{link.vendor_job_id}"
    try:
        found: schemas.VendorJob = live.read(
            asked, lambda: client.job(link.vendor_job_id), vendor=VENDOR, credential=credential, fresh=True
        )
    except VendorNotFound:
        refresh.enqueue(link)
        raise
    return seen(link, found)


def seen(link: JobLink, found: schemas.VendorJob) -> JobLink:
    """Keep what the vendor says of a linked job."""
    link.vendor_title, link.vendor_place = found.title[:200], found.place[:200]
    link.vendor_is_active, link.checked_at = found.is_active, clock.now()
    JobLink.objects.filter(pk=link.pk, vendor_job_id=found.id).update(
        vendor_title=link.vendor_title,
        vendor_place=link.vendor_place,
        vendor_is_active=link.vendor_is_active,
        checked_at=link.checked_at,
    )
    return link


def require_own_key(member: Membership) -> Credential:
    """Return the member's own working key. Raises NotAllowed, naming who can help."""
    installation = _installation(member)
    credential = credentials.own(installation, member)
    if credential is None:
        holders = [holder.name for holder in credentials.holders(installation)]
        who = f" {' or '.join(holders[:3])} can." if holders else " Ask an Administrator to add users."
        raise NotAllowed(f"Only users with their own linked Spark Hire key can link this job.{who}")
    return credential


def _installation(member: Membership) -> Installation:
    installation = installations.in_use(member.company, SLUG)
    if installation is None:
        raise Conflict("Video Interviewing is off. An Administrator can turn it on.", code="integration_off")
    return installation


def _lock_job(job: Job, by: Membership) -> tuple[Job, Installation]:
    try:
        locked = Job.objects.select_for_update().get(pk=job.pk, company_id=by.company_id)
    except Job.DoesNotExist:
        raise NotFound("There is no such job in your company.") from None
    _require_edit(locked, by)
    return locked, require_own_key(by).installation


def _require_edit(job: Job, by: Membership) -> None:
    if job.company_id != by.company_id:
        raise NotFound("There is no such job in your company.")
    access.require(by, Action.EDIT_JOB, job)


def _begin(link_id: UUID) -> JobLink | None:
    link = (
        JobLink.objects.select_related("installation__company", "linked_by__user", "job")
        .filter(pk=link_id, state=JobLink.State.LINKING)
        .first()
    )
    return link


def _look_for(jobs: list[schemas.VendorJob], link: JobLink) -> schemas.VendorJob | None:
    assert link.create_attempted_at is not None
    since: datetime = link.create_attempted_at - CLOCK_SKEW
    taken = set(JobLink.objects.filter(installation=link.installation).values_list("vendor_job_id", flat=True))
    fitting = [
        job
        for job in jobs
        if job.title == link.wanted["title"]
        and job.id not in taken
        and (job.created_at is None or job.created_at >= since)
    ]
    return fitting[0] if fitting else None


def _linked(link_id: UUID, made: schemas.VendorJob) -> None:
    with transaction.atomic():
        locked = JobLink.objects.select_for_update(of=("self",)).select_related("job", "linked_by__user")
        link = locked.filter(pk=link_id, state=JobLink.State.LINKING).first()
        if link is None:
            return  # unlinked, or linked to another one, while the vendor was at it
        link.state, link.failure, link.wanted = JobLink.State.LINKED, "", {}
        link.vendor_job_id, link.vendor_title = made.id, made.title[:200]
        link.vendor_place, link.vendor_is_active, link.checked_at = made.place[:200], made.is_active, clock.now()
        link.save()
        _tell("job_linked", link, link.linked_by, vendor_job=_named(made))


def _gone(link_id: UUID) -> None:
    with transaction.atomic():
        locked = JobLink.objects.select_for_update(of=("self",)).select_related("job")
        link = locked.filter(pk=link_id, state=JobLink.State.LINKED).first()
        if link is not None:
            link.state = JobLink.State.BROKEN
            link.save()
            _tell("job_link_broken", link, None)


def _tell(verb: str, link: JobLink, by: Membership | None, *, vendor_job: str = "", detail: str = "") -> None:
    feed.publish(
        activity.LINK_TYPES[verb],
        activity.LinkPayload(job=link.job.title, vendor_job=vendor_job, detail=detail),
        company_id=link.company_id,
        actor=by,
        actor_label="" if by else VENDOR,
        job=link.job,
    )


def _named(vendor_job: schemas.VendorJob) -> str:
    return f"{vendor_job.title}, {vendor_job.place}" if vendor_job.place else vendor_job.title
