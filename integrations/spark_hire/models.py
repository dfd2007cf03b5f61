"""Spark Hire's tables: requests, links of jobs, subscriptions, and who watched what."""

from datetime import datetime, timedelta
from typing import ClassVar, Self
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from integrations.models import Credential, Installation
from integrations.requests.models import (
    VendorRequest,
    VendorRequestQuerySet,
    request_constraints,
    request_indexes,
)
from integrations.spark_hire.lifecycle import BLOCKING, LIFECYCLE, OPEN, State
from recruiting.companies.models import member_or_none
from recruiting.foundation import clock, formatting
from recruiting.foundation.models import ChoiceField, CompanyModel

# After our own midnight a new request waits this long, at most, for the vendor's last word.
LAST_WORD_WAIT = timedelta(minutes=10)


class InterviewRequestQuerySet(VendorRequestQuerySet["InterviewRequest"]):
    """Questions about requests."""

    def in_state(self, state: str, now: datetime) -> Self:
        """Return the requests of which `state_at(now)` says `state`."""
        if state == State.EXPIRED:
            return self.filter(Q(state=state) | Q(state__in=OPEN, expires_at__lte=now))
        found = self.filter(state=state)
        return found.filter(expires_at__gt=now) if state in OPEN else found

    def promised(self, now: datetime) -> Self:
        """Return the open requests whose deadline lies ahead and is a date, not an instant chosen at the vendor."""
        return self.filter(state__in=OPEN, expires_on__isnull=False, expires_at__gt=now)

    def due(self, now: datetime) -> Self:
        """Return open requests whose deadline has passed."""
        return self.filter(state__in=OPEN, expires_at__lte=now)


class InterviewRequest(VendorRequest):
    """One video interview asked for.

    `expires_on` is the promise in the calendar of `time_zone`, the company's when it was made, and `expires_at` the
    instant it meant (the first of that date). The instant never moves earlier, so it stays when the company moves to a
    zone, or its zone gets rules, in which the date begins sooner. A deadline that was changed at the vendor has only
    its instant.
    """

    lifecycle = LIFECYCLE

    state = ChoiceField(State, max_length=10, default=State.QUEUED)
    expires_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField()
    # The deadline that the vendor has, as far as we know: what differs from it was changed there.
    vendor_deadline = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64)
    vendor_job_id = models.CharField(max_length=80)
    question_set_id = models.CharField(max_length=80)
    question_set_name = models.CharField(max_length=200, blank=True, default="")
    share_url = models.URLField(max_length=500, blank=True, default="")

    objects: ClassVar = InterviewRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            *request_constraints("interviewrequest", LIFECYCLE),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=sorted(BLOCKING), is_superseded=False),
                name="interviewrequest_one_per_application",
            ),
            models.CheckConstraint(
                name="interviewrequest_superseded_is_not_queued",
                condition=Q(is_superseded=False) | ~Q(state=State.QUEUED),
            ),
        ]
        indexes = [
            *request_indexes("interviewrequest", LIFECYCLE),
            models.Index(name="interviewrequest_due", fields=["expires_at", "id"], condition=Q(state__in=sorted(OPEN))),
            models.Index(name="interviewrequest_company", fields=["company", "state", "expires_at"]),
        ]

    def __str__(self) -> str:
        return f"Video interview for {self.invited_name} ({self.get_state_display()})"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the deadline was promised; every sentence about it uses this one."""
        return ZoneInfo(self.time_zone)

    def deadline(self, *, reader_zone: ZoneInfo, now: datetime) -> formatting.Deadline:
        """Return the words for the deadline."""
        return formatting.deadline(
            expires_on=self.expires_on, expires_at=self.expires_at, zone=self.zone, reader_zone=reader_zone, now=now
        )

    def state_at(self, now: datetime) -> State:
        """Return the state as every page says it: past its deadline an open request is expired, swept or not."""
        if self.is_open and self.expires_at <= now:
            return State.EXPIRED
        return State(self.state)

    @property
    def ended_early(self) -> bool:
        """Whether it expired at the vendor before the deadline that we know of."""
        return self.state == State.EXPIRED and self.closed_at is not None and self.closed_at < self.expires_at

    def was_never_sent(self, now: datetime) -> bool:
        """Return whether its deadline passed before it left us; one that may have left is looked for first."""
        return self.state_at(now) == State.EXPIRED and not self.vendor_id and self.send_attempted_at is None

    def awaiting_final_status(self, now: datetime) -> bool:
        """Return whether it expired by our clock and the vendor may still report a last-minute answer."""
        if self.state_at(now) != State.EXPIRED or not self.vendor_id or self.ended_early:
            return False
        if not timedelta(0) <= now - self.expires_at < LAST_WORD_WAIT:
            return False
        return self.seen_at is None or self.seen_at < self.expires_at


class JobLink(CompanyModel):
    """A job's link to a job in Spark Hire, and the question set chosen for it."""

    class State(models.TextChoices):
        """LINKING: the vendor is asked to create the job. BROKEN: the linked job is no longer there."""

        LINKING = "linking"
        LINKED = "linked"
        FAILED = "failed"
        BROKEN = "broken"

    installation = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="+")
    job = models.OneToOneField("jobs.Job", on_delete=models.CASCADE, related_name="spark_hire_link")
    state = ChoiceField(State, max_length=8, default=State.LINKING)
    linked_by = member_or_none()
    vendor_job_id = models.CharField(max_length=80, blank=True, default="")
    vendor_title = models.CharField(max_length=200, blank=True, default="")
    vendor_place = models.CharField(max_length=200, blank=True, default="")
    vendor_is_active = models.BooleanField(default=True)
    # What the vendor is asked to create, while LINKING.
    wanted = models.JSONField(default=dict, blank=True)
    create_attempted_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=300, blank=True, default="")
    question_set_id = models.CharField(max_length=80, blank=True, default="")
    question_set_name = models.CharField(max_length=200, blank=True, default="")
    question_count = models.PositiveSmallIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="joblink_linked_has_id", condition=~Q(state__in=["linked", "broken"]) | ~Q(vendor_job_id="")
            ),
        ]
        indexes = [models.Index(name="joblink_vendor_job", fields=["installation", "vendor_job_id"])]

    def __str__(self) -> str:
        return f"{self.job} is {self.vendor_title or self.state} in Spark Hire"


class WebhookSubscription(CompanyModel):
    """One event that the vendor tells us of, subscribed under one key."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="+")
    credential = models.ForeignKey(Credential, on_delete=models.CASCADE, related_name="+")
    event = models.CharField(max_length=40)
    vendor_id = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["credential", "event"], name="webhooksubscription_once")]

    def __str__(self) -> str:
        return f"{self.event} under {self.credential}"


class InterviewViewing(CompanyModel):
    """A member watched a recording: it no longer needs them."""

    request = models.ForeignKey(InterviewRequest, on_delete=models.CASCADE, related_name="viewings")
    membership = models.ForeignKey("companies.Membership", on_delete=models.CASCADE, related_name="+")
    watched_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "membership"], name="interviewviewing_once")]

    def __str__(self) -> str:
        return f"{self.membership} watched {self.request_id}"
