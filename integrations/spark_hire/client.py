"""Spark Hire's API v1.0 as functions (spark-hire.md §2). One client acts with one user's key."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar

from integrations.spark_hire import wire
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorNotFound

Row = TypeVar("Row")


class SparkHireClient:
    """What we ask of Spark Hire. Every function raises `VendorError`s and nothing else.

    Args:
        base_url: such as `https://api.sparkhire.com/v1.0`.
        key: the user's API key; the name part of HTTP Basic, the password is ignored (§1).
        deadline_seconds: the total of one call.
    """

    def __init__(self, *, base_url: str, key: str, deadline_seconds: float) -> None:
        self._session = VendorSession(
            vendor="Spark Hire",
            base_url=base_url,
            auth=(key, "x"),
            deadline_seconds=deadline_seconds,
            rate_limit_header=wire.RATE_LIMIT_HEADER,
        )

    def me(self) -> wire.Account:
        """Return the user of the key."""
        return wire.account(self._get(wire.ME))

    def jobs(self) -> list[wire.VendorJob]:
        """Return the jobs that the key sees, newest first."""
        return list(self._pages(wire.JOBS, wire.job, orderby="updated_desc"))

    def job(self, job_id: str) -> wire.VendorJob:
        """Return one job. Raises VendorNotFound when the key does not see it."""
        return wire.job(self._get(f"{wire.JOBS}/{job_id}"))

    def create_job(self, *, title: str, city: str, region: str, country: str) -> wire.VendorJob:
        """Create a job; it takes a job slot."""
        body = wire.job_body(title=title, city=city, region=region, country=country)
        return wire.job(self._session.request("POST", wire.JOBS, body=body).json())

    def question_sets(self) -> list[wire.QuestionSet]:
        """Return the question sets that the key sees."""
        return list(self._pages(wire.QUESTION_SETS, wire.question_set))

    def create_interview(
        self,
        *,
        job_id: str,
        name: str,
        email: str,
        deadline: datetime,
        time_zone: str,
        question_set_id: str,
        message: str,
    ) -> wire.Interview:
        """Invite one candidate; the vendor mails them. Not idempotent: look before you ask again (§7 row 12).

        Args:
            job_id: the vendor's id of the job.
            name, email: the candidate.
            deadline: the instant (aware) at which the interview expires.
            time_zone: the IANA zone in which the invitation writes the deadline.
            question_set_id: the vendor's id of the question set.
            message: put into the invitation.
        """
        body = wire.interview_body(
            job_id=job_id,
            name=name,
            email=email,
            deadline=deadline,
            time_zone=time_zone,
            question_set_id=question_set_id,
            message=message,
        )
        return wire.interview(self._session.request("POST", wire.INTERVIEWS, body=body).json())

    def interview(self, interview_id: str) -> wire.Interview:
        """Return one interview. Raises VendorNotFound when the key does not see it, `gone` when it expired."""
        return wire.interview(self._get(f"{wire.INTERVIEWS}/{interview_id}"))

    def interviews_of_job(self, job_id: str, *, since: datetime) -> list[wire.Interview]:
        """Return the interviews on a job that were made at or after `since`, as far as the key sees them."""
        found = self._pages(wire.INTERVIEWS, wire.interview, orderby="created_desc", **{"job[uuid]": job_id})
        return [interview for interview in found if interview.created_at is None or interview.created_at >= since]

    def reschedule(self, interview_id: str, *, deadline: datetime, time_zone: str) -> None:
        """Move an interview's deadline."""
        body = wire.reschedule_body(deadline=deadline, time_zone=time_zone)
        self._session.request("PUT", f"{wire.INTERVIEWS}/{interview_id}", body=body)

    def delete_interview(self, interview_id: str) -> None:
        """Withdraw an interview; the vendor mails the candidate."""
        self._session.request("DELETE", f"{wire.INTERVIEWS}/{interview_id}")

    def share_link(self, interview_id: str) -> str:
        """Return the address at which anybody may watch, made when there is none; "" while it is prepared."""
        path = f"{wire.INTERVIEWS}/{interview_id}/share_link"
        try:
            found = wire.share_url(self._get(path))
        except VendorNotFound:
            found = ""
        return found or wire.share_url(self._session.request("POST", path, body={}).json())

    def webhooks(self) -> list[wire.Webhook]:
        """Return the subscriptions of the key."""
        return list(self._pages(wire.WEBHOOKS, wire.webhook))

    def subscribe(self, *, url: str, event: str) -> str:
        """Subscribe to an event; return the subscription's id."""
        body = wire.webhook_body(url=url, event=event)
        return wire.webhook_id(self._session.request("POST", wire.WEBHOOKS, body=body).json())

    def unsubscribe(self, webhook_id: str) -> None:
        """End a subscription."""
        self._session.request("DELETE", f"{wire.WEBHOOKS}/{webhook_id}")

    def _get(self, path: str, **params: Any) -> Any:
        return self._session.request("GET", path, params=params).json()

    def _pages(self, path: str, parse: Callable[[Any], Row], **params: Any) -> Iterator[Row]:
        """Read a list page by page until a short one, or one without anything new, each id once (§7 row 7)."""
        seen: set[str] = set()
        first = 1
        while True:
            page = wire.rows(self._get(path, range=f"{first}-{first + wire.PAGE_SIZE - 1}", **params))
            before = len(seen)
            for data in page:
                row = parse(data)
                identity = row.id  # type: ignore[attr-defined]
                if identity not in seen:
                    seen.add(identity)
                    yield row
            if len(page) < wire.PAGE_SIZE or len(seen) == before:
                return
            first += wire.PAGE_SIZE
