"""Linking jobs to Spark Hire and choosing their question sets.

Choosing an existing job only writes here; creating one there goes through the outbox (*Linking…*) and is not
idempotent: a lost answer is looked for before it is asked again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction

from integrations import credentials, installations, live, outbound
from integrations.models import Credential, Installation
from integrations.requests.flow import CLOCK_SKEW
from integrations.requests.tasks import NOT_CREATED
from integrations.spark_hire import SLUG, VENDOR, activity, schemas
from integrations.spark_hire.client import SparkHireClient, page_client, worker_client
from integrations.spark_hire.models import JobLink
from newsfeed import feed
from recruiting.companies.models import Membership
from recruiting.foundation import clock, text
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.foundation.vendor_errors import VendorNotFound
from recruiting.jobs import access
from recruiting.jobs.models import Job
from recruiting.outbox.tasks import Attempt, Hold

Answer = TypeVar("Answer")
State = JobLink.State
_MISSING = {
    "title": "Enter a title.",
    "city": "Enter a city.",
    "region": "Enter a state.",
    "country": "Enter a country.",
}
# What does not outlast another link.
_FRESH: Mapping[str, Any] = {
    "wanted": {},
    "create_attempted_at": None,
    "failure": "",
    "question_set_id": "",
    "question_set_name": "",
    "question_count": 0,
}


# ── What a person chooses from, as their own key sees it ─────────────────────────────────────────────────────────────
def jobs(credential: Credential, *, fresh: bool = False) -> list[schemas.VendorJob]:
    """Return the vendor's jobs, active ones first. Raises VendorError."""
    found = _read("jobs", credential, lambda client: client.jobs(), fresh=fresh)
    return sorted(found, key=lambda job: (not job.is_active, job.title.lower()))


def question_sets(credential: Credential, *, fresh: bool = False) -> list[schemas.QuestionSet]:
    """Return the vendor's question sets by name. Raises VendorError."""
    found = _read("question_sets", credential, lambda client: client.question_sets(), fresh=fresh)
    return sorted(found, key=lambda question_set: question_set.name.lower())


def _read(
    what: str, credential: Credential, question: Callable[[SparkHireClient], Answer], *, fresh: bool, of: str = ""
) -> Answer:
    """Ask while a person waits; `of`: about which one."""
    asked = ":".join(filter(None, (f"spark_hire.{what}", str(credential.pk), of)))
    client = page_client(credential)
    return live.cached_read(asked, lambda: question(client), vendor=VENDOR, credential=credential, fresh=fresh)


# ── What people do ───────────────────────────────────────────────────────────────────────────────────────────────────
def link_existing(*, job: Job, vendor_job: schemas.VendorJob, by: Membership) -> JobLink:
    """Link a job to one that Spark Hire has; the question set is chosen anew.

    Raises:
        NotAllowed: without the right to edit the job, or without an own linked key.
    """
    with transaction.atomic():
        locked, installation = _lock_job(job, by)
        there = {"vendor_job_id": vendor_job.id, **_columns(vendor_job)}
        linked = {"installation": installation, "state": State.LINKED, "linked_by": by, "company_id": by.company_id}
        link, _ = JobLink.objects.update_or_create(job=locked, defaults={**_FRESH, **linked, **there})
        _write_entry("job_linked", link, by, vendor_job=_named(vendor_job))
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
    missing = {name: _MISSING[name] for name, value in wanted.items() if not value}
    if missing:
        raise InvalidInput(fields=missing)
    with transaction.atomic():
        locked, installation = _lock_job(job, by)
        if _locked(job=locked, state=State.LINKING) is not None:
            raise Conflict("This job is being linked already; that takes a moment.", code="linking")
        nothing = {"vendor_job_id": "", "vendor_title": "", "vendor_place": "", "vendor_is_active": True}
        linking = {"installation": installation, "state": State.LINKING, "linked_by": by, "company_id": by.company_id}
        defaults = {**_FRESH, **nothing, **linking, "wanted": wanted}
        link, _ = JobLink.objects.update_or_create(job=locked, defaults=defaults)
        create_at_vendor.enqueue(link)
    return link


def unlink(*, job: Job, by: Membership) -> None:
    """Unlink a job. Open requests run on and their results still arrive."""
    with transaction.atomic():
        locked, _ = _lock_job(job, by)
        link = _locked(job=locked)
        if link is not None:
            _write_entry("job_unlinked", link, by)
            link.delete()


def choose_question_set(*, job: Job, question_set: schemas.QuestionSet, by: Membership) -> JobLink:
    """Choose the questions for new requests; requests already sent keep theirs."""
    with transaction.atomic():
        locked, _ = _lock_job(job, by)
        link = _locked(job=locked, state=State.LINKED)
        if link is None:
            raise Conflict("This job is not linked to Spark Hire. Link it first.", code="job_not_linked")
        if link.question_set_id != question_set.id:
            link.write(
                question_set_id=question_set.id,
                question_set_name=question_set.name[:200],
                question_count=question_set.question_count,
            )
            _write_entry("question_set_chosen", link, by, detail=link.question_set_name)
    return link


def check_now(*, job: Job, by: Membership) -> JobLink | None:
    """Ask the vendor about the linked job while a person waits; the actor's right to edit the job comes first.

    Raises:
        NotFound, NotAllowed: without the right to edit the job, or without an own linked key.
        VendorNotFound: this key does not see it; the others are asked in the background, and decide.
        VendorError: it does not answer, or does not say.
    """
    if job.company_id != by.company_id:
        raise NotFound("There is no such job in your company.")
    access.require(by, Action.EDIT_JOB, job)
    link = JobLink.objects.select_related("installation").filter(job=job, state=State.LINKED).first()
    if link is None:
        return None
    credential = credentials.own(link.installation, by)
    if credential is None:
        raise NotAllowed("Only users with their own linked Spark Hire key can check this.")
    vendor_id = link.vendor_job_id
    try:
        found = _read("job", credential, lambda client: client.job(vendor_id), fresh=True, of=vendor_id)
    except VendorNotFound:
        refresh.enqueue(link)
        raise
    return seen(link, found)


# ── The worker ───────────────────────────────────────────────────────────────────────────────────────────────────────
def create_failed(attempt: Attempt, reason: str) -> None:
    """Note that the job could not be created there."""
    link = _locked(pk=attempt.payload["link"], state=State.LINKING)
    if link is not None:
        link.write(state=State.FAILED, failure=reason[:300])
        _write_entry("job_link_broken", link, None, detail=f"The job could not be created in Spark Hire: {reason}")


@outbound.vendor_task("spark_hire.create_job", about="link", order_by="job-link", on_failure=create_failed)
def create_at_vendor(attempt: Attempt) -> None:
    """Create the job at the vendor with the linker's key, or adopt what an earlier attempt created."""
    rows = JobLink.objects.select_related("installation__company", "linked_by__user", "job")
    link = rows.filter(pk=attempt.payload["link"], state=State.LINKING).first()
    if link is None:
        return
    first = link.create_attempted_at is None
    if first:
        JobLink.objects.filter(pk=link.pk).update(create_attempted_at=clock.now())
    credential = credentials.own(link.installation, link.linked_by) if link.linked_by else None
    if credential is None:
        raise Hold("The key of whoever linked the job does not work.")
    with outbound.handle_vendor_errors(link.installation, credential):
        client = worker_client(credential)
        if not first:
            outbound.wait_until_settled(attempt, "Spark Hire didn't confirm. We look before we ask again.")
            found = _look_for(client.jobs(), link)
            if found is not None:
                _linked(link.pk, found)
                return
        try:
            made = client.create_job(**link.wanted)
        except NOT_CREATED:
            JobLink.objects.filter(pk=link.pk).update(create_attempted_at=None)
            raise
        _linked(link.pk, made)


@outbound.vendor_task("spark_hire.refresh_job", about="link", order_by="job-link")
def refresh(attempt: Attempt) -> None:
    """Ask the vendor for the linked job's title and status; it is gone when every key that works says so."""
    rows = JobLink.objects.select_related("installation__company", "linked_by")
    link = rows.filter(pk=attempt.payload["link"], state=State.LINKED).first()
    if link is None:
        return
    usable, vendor_id = credentials.for_unattended(link.installation, sender=link.linked_by), link.vendor_job_id
    if not usable:
        raise Hold("No Spark Hire key works at the moment.")
    found = outbound.first_answer(link.installation, usable, lambda key: worker_client(key).job(vendor_id))
    if isinstance(found, VendorNotFound):
        _gone(link.pk)
    else:
        seen(link, found)


def seen(link: JobLink, found: schemas.VendorJob) -> JobLink:
    """Keep what the vendor says of a linked job."""
    columns = _columns(found)
    JobLink.objects.filter(pk=link.pk, vendor_job_id=found.id).update(**columns)
    vars(link).update(columns)
    return link


# ── Pieces ───────────────────────────────────────────────────────────────────────────────────────────────────────────
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
    locked = Job.objects.locked(job, by, no_key=True)
    access.require(by, Action.EDIT_JOB, locked)
    return locked, require_own_key(by).installation


def _locked(**which: Any) -> JobLink | None:
    rows = JobLink.objects.select_for_update(of=("self",)).select_related("job", "linked_by__user")
    return rows.filter(**which).first()


def _columns(found: schemas.VendorJob) -> dict[str, Any]:
    """Return what is kept of a job of the vendor's."""
    return {
        "vendor_title": found.title[:200],
        "vendor_place": found.place[:200],
        "vendor_is_active": found.is_active,
        "checked_at": clock.now(),
    }


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
        link = _locked(pk=link_id, state=State.LINKING)
        if link is None:
            return  # unlinked, or linked to another one, while the vendor was at it
        link.write(state=State.LINKED, failure="", wanted={}, vendor_job_id=made.id, **_columns(made))
        _write_entry("job_linked", link, link.linked_by, vendor_job=_named(made))


def _gone(link_id: UUID) -> None:
    with transaction.atomic():
        link = _locked(pk=link_id, state=State.LINKED)
        if link is not None:
            link.write(state=State.BROKEN)
            _write_entry("job_link_broken", link, None)


def _write_entry(verb: str, link: JobLink, by: Membership | None, *, vendor_job: str = "", detail: str = "") -> None:
    feed.publish(
        activity.LINK_TYPES[verb],
        activity.LinkPayload(job=link.job.title, vendor_job=vendor_job, detail=detail),
        actor=by,
        actor_label="" if by else VENDOR,
        job=link.job,
    )


def _named(vendor_job: schemas.VendorJob) -> str:
    return f"{vendor_job.title}, {vendor_job.place}" if vendor_job.place else vendor_job.title
