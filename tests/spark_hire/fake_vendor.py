"""Spark Hire in memory, behind the client's functions: quick and deterministic, for the model test.

Plays what the model test orders: answers that are lost, commits that come late, workers that die in the middle of a
call, people who act during one. The sandbox plays the vendor over HTTP; this one never leaves the process.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import time_machine
from django.conf import settings
from django.db import connection

from integrations.requests.lifecycle import Event
from integrations.spark_hire import schemas
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
)

OPEN = ("Requested", "Accepted", "In Progress")
MEANS = {
    "Requested": Event.SEEN_PENDING,
    "Accepted": Event.SEEN_ACCEPTED,
    "In Progress": Event.SEEN_STARTED,
    "Completed": Event.SEEN_COMPLETED,
    "Expired": Event.SEEN_EXPIRED,
    "Canceled": Event.SEEN_CANCELED,
}


class Killed(BaseException):
    """The worker died; nothing of it may catch this."""


@dataclass
class Made:
    """An interview at the vendor."""

    id: str
    creator: str
    job_id: str
    name: str
    email: str
    deadline: datetime
    created_at: datetime
    asked_for_by: str
    """The request that was being sent."""
    status: str = "Requested"
    deleted: bool = False
    completed_at: datetime | None = None
    unheard: bool = False
    """Something of it was told by a webhook that got lost."""
    stirred: bool = False
    """Somebody at the vendor gave it a second life (extended or reset)."""

    @property
    def is_alive(self) -> bool:
        return not self.deleted and self.status in OPEN


@dataclass
class Vendor:
    """All of Spark Hire: users by key, interviews by id, webhooks that have not arrived."""

    time: time_machine.Traveller
    users: dict[str, str] = field(default_factory=dict)
    admins: set[str] = field(default_factory=set)
    interviews: dict[str, Made] = field(default_factory=dict)
    hints: list[tuple[str, str]] = field(default_factory=list)
    late: list[tuple[datetime, Callable[[], Any]]] = field(default_factory=list)
    committed_late: set[str] = field(default_factory=set)
    """The interviews that came into being after the client had given up."""
    answers: dict[str, Event] = field(default_factory=dict)
    """What was answered last about an interview."""
    faults: list[tuple[str, str]] = field(default_factory=list)
    """(operation or "*", kind): each happens once."""
    happened: Counter[str] = field(default_factory=Counter)
    """The faults that did happen."""
    meanwhile: Callable[[], None] | None = None
    """Happens once, during the next call."""
    sending: str = ""
    webhooks: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Who has subscribed to which address, by number."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def now(self) -> datetime:
        return datetime.now(UTC)

    def tick(self) -> None:
        """Do what is due: late commits, deadlines."""
        now = self.now()
        for due in [entry for entry in self.late if entry[0] <= now]:
            self.late.remove(due)
            due[1]()
        for made in self.interviews.values():
            if made.is_alive and made.deadline <= now:
                made.status = "Expired"
                self.hint("InterviewExpired", made)

    def postpone(self, commit: Callable[[], Any]) -> None:
        """Commit when nobody waits any more, just before the time is over that one has to wait before looking."""

        def action() -> None:
            before = set(self.interviews)
            with contextlib.suppress(VendorNotFound, VendorRejected):
                commit()
            self.committed_late |= set(self.interviews) - before

        self.late.append((self.now() + timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS - 10), action))

    def hint(self, event: str, made: Made) -> None:
        self.hints.append((event, made.id))

    def take(self, operation: str, kind: str) -> bool:
        for fault in [(operation, kind), ("*", kind)]:
            if fault in self.faults:
                self.faults.remove(fault)
                self.happened[f"{operation}: {kind}"] += 1
                return True
        return False


class Client:
    """The client's interface with one key."""

    def __init__(self, vendor: Vendor, key: str) -> None:
        self.vendor = vendor
        self.key = key

    def me(self) -> schemas.Account:
        return self._call("me", lambda user: schemas.Account(id=user, name=user, email=user))

    def job(self, job_id: str) -> schemas.VendorJob:
        return self._call("job", lambda _: schemas.VendorJob(id=job_id, title="Job", place="", is_active=True))

    def create_interview(
        self, *, job_id: str, name: str, email: str, deadline: datetime, **_: Any
    ) -> schemas.Interview:
        asked_for_by = self.vendor.sending

        def make(user: str) -> schemas.Interview:
            made = Made(
                id=f"i{next(self.vendor.numbers)}",
                creator=user,
                job_id=job_id,
                name=name,
                email=email,
                deadline=deadline,
                created_at=self.vendor.now(),
                asked_for_by=asked_for_by,
            )
            self.vendor.interviews[made.id] = made
            return self._shape(made)

        return self._call("create", make)

    def interview(self, interview_id: str) -> schemas.Interview:
        def look(user: str) -> schemas.Interview:
            try:
                shape = self._shape(self._seen(user, interview_id))
            except VendorNotFound:
                self.vendor.answers[interview_id] = Event.SEEN_GONE
                raise
            self.vendor.answers[interview_id] = shape.event
            return shape

        return self._call("get", look)

    def interviews_of_job(self, job_id: str, *, since: datetime) -> list[schemas.Interview]:
        return self._call(
            "list",
            lambda user: [
                self._shape(made)
                for made in self.vendor.interviews.values()
                if made.job_id == job_id and made.created_at >= since and not made.deleted and self._sees(user, made)
            ],
        )

    def reschedule(self, interview_id: str, *, deadline: datetime, time_zone: str) -> None:
        def move(user: str) -> None:
            made = self._seen(user, interview_id)
            if made.status not in (*OPEN, "Expired"):
                raise VendorRejected("It cannot be rescheduled.")
            made.deadline = deadline
            if made.status == "Expired":
                made.status, made.stirred = "Requested", True
            self.vendor.hint("InterviewRescheduled", made)

        self._call("put", move)

    def delete_interview(self, interview_id: str) -> None:
        def delete(user: str) -> None:
            made = self._seen(user, interview_id)
            made.deleted = True
            self.vendor.hint("InterviewDeleted", made)

        self._call("delete", delete)

    def share_link(self, interview_id: str) -> str:
        def share(user: str) -> str:
            if self._seen(user, interview_id).status != "Completed":
                raise VendorRejected("Only a completed interview can be shared.")
            return f"https://vendor.example/share/{interview_id}"

        return self._call("share", share)

    def webhooks(self) -> list[schemas.Webhook]:
        def webhooks(user: str) -> list[schemas.Webhook]:
            mine = {number: url for number, (owner, url) in self.vendor.webhooks.items() if owner == user}
            return [schemas.Webhook(id=number, url=url) for number, url in mine.items()]

        return self._call("webhooks", webhooks)

    def subscribe(self, *, url: str, event: str) -> str:
        def subscribe(user: str) -> str:
            number = f"w{next(self.vendor.numbers)}"
            self.vendor.webhooks[number] = (user, url)
            return number

        return self._call("subscribe", subscribe)

    def unsubscribe(self, webhook_id: str) -> None:
        def unsubscribe(user: str) -> None:
            if self.vendor.webhooks.get(webhook_id, ("", ""))[0] != user:
                raise VendorNotFound("Webhook not found.")
            del self.vendor.webhooks[webhook_id]

        self._call("unsubscribe", unsubscribe)

    def _call(self, operation: str, work: Callable[[str], Any]) -> Any:
        """One call with the faults that were ordered for it; it takes a second."""
        vendor = self.vendor
        assert not connection.in_atomic_block, "a vendor was called inside a transaction"
        vendor.time.shift(0.5)
        vendor.tick()
        if vendor.take(operation, "kill before"):
            raise Killed
        action, vendor.meanwhile = vendor.meanwhile, None
        if action is not None and operation != "create":
            action()
        user = vendor.users.get(self.key)
        if user is None:
            raise VendorAuthFailed("Spark Hire does not accept the key.")
        if vendor.take(operation, "unavailable"):
            raise VendorUnavailable("Spark Hire isn't answering.")
        if vendor.take(operation, "rate limited"):
            raise VendorRateLimited("Spark Hire asks us to slow down.", retry_after=30)
        if vendor.take(operation, "rejected"):
            raise VendorRejected("Spark Hire refused the request.")
        for kind in ("late, kill", "late, no answer"):
            if vendor.take(operation, kind):
                vendor.postpone(lambda: work(user))
                if kind == "late, kill":
                    raise Killed
                raise VendorUnavailable("Spark Hire isn't answering.")
        answer = work(user)
        if action is not None and operation == "create":
            action()
        vendor.time.shift(0.5)
        if vendor.take(operation, "kill after"):
            raise Killed
        if vendor.take(operation, "no answer"):
            raise VendorUnavailable("Spark Hire isn't answering.")
        return answer

    def _sees(self, user: str, made: Made) -> bool:
        return made.creator == user or user in self.vendor.admins

    def _seen(self, user: str, interview_id: str) -> Made:
        made = self.vendor.interviews[interview_id]
        if made.deleted or not self._sees(user, made):
            raise VendorNotFound("Interview not found.")
        return made

    def _shape(self, made: Made) -> schemas.Interview:
        return schemas.Interview(
            id=made.id,
            status=made.status,
            event=MEANS[made.status],
            job_id=made.job_id,
            name=made.name,
            email=made.email,
            deadline=made.deadline,
            completed_at=made.completed_at,
            created_at=made.created_at,
        )
