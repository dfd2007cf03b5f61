"""Spark Hire's API v1.0 as functions (spark-hire.md §2). One client acts with one user's key."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar, Unpack
from urllib.parse import quote

from django.conf import settings

from integrations import installations
from integrations.models import Credential
from integrations.outbound import is_link
from integrations.spark_hire import BASE_URL, VENDOR, WEB_URL, schemas
from recruiting.foundation import clock
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorNotFound, VendorRejected, VendorUnavailable

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
            vendor=VENDOR,
            base_url=base_url,
            auth=(key, "x"),
            deadline_seconds=deadline_seconds,
            rate_limit_header=schemas.RATE_LIMIT_HEADER,
        )

    def me(self) -> schemas.Account:
        """Return the user of the key."""
        return schemas.account(self._get(schemas.ME))

    def jobs(self) -> list[schemas.VendorJob]:
        """Return the jobs that the key sees, newest first."""
        return list(self._pages(schemas.JOBS, schemas.job, orderby="updated_desc"))

    def job(self, job_id: str) -> schemas.VendorJob:
        """Return one job. Raises VendorNotFound when the key does not see it."""
        return schemas.job(self._get(f"{schemas.JOBS}/{job_id}"))

    def create_job(self, *, title: str, city: str, region: str, country: str) -> schemas.VendorJob:
        """Create a job; it takes a job slot."""
        body = schemas.job_body(title=title, city=city, region=region, country=country)
        return schemas.job(self._session.request("POST", schemas.JOBS, body=body).json())

    def question_sets(self) -> list[schemas.QuestionSet]:
        """Return the question sets that the key sees."""
        return list(self._pages(schemas.QUESTION_SETS, schemas.question_set))

    def create_interview(self, **asked: Unpack[schemas.NewInterview]) -> schemas.Interview:
        """Invite one candidate; the vendor mails them. Not idempotent: look before you ask again (§7 row 12)."""
        body = schemas.interview_body(**asked)
        return schemas.interview(self._session.request("POST", schemas.INTERVIEWS, body=body).json())

    def interview(self, interview_id: str) -> schemas.Interview:
        """Return one interview. Raises VendorNotFound when the key does not see it, `gone` when it expired."""
        return schemas.interview(self._get(f"{schemas.INTERVIEWS}/{interview_id}"))

    def interviews_of_job(self, job_id: str, *, since: datetime) -> list[schemas.Interview]:
        """Return the interviews on a job that were made at or after `since`, as far as the key sees them."""
        found = self._pages(schemas.INTERVIEWS, schemas.interview, orderby="created_desc", **{"job[uuid]": job_id})
        return [interview for interview in found if interview.created_at is None or interview.created_at >= since]

    def reschedule(self, interview_id: str, *, deadline: datetime, time_zone: str) -> None:
        """Move an interview's deadline."""
        body = schemas.reschedule_body(deadline=deadline, time_zone=time_zone)
        self._session.request("PUT", f"{schemas.INTERVIEWS}/{interview_id}", body=body)

    def delete_interview(self, interview_id: str) -> None:
        """Withdraw an interview; the vendor mails the candidate."""
        self._session.request("DELETE", f"{schemas.INTERVIEWS}/{interview_id}")

    def share_link(self, interview_id: str) -> str:
        """Return the address at which anybody may watch, made when there is none; "" while it is prepared."""
        path = f"{schemas.INTERVIEWS}/{interview_id}/share_link"
        try:
            found = schemas.share_url(self._get(path))
        except VendorNotFound:
            found = ""
        return found or schemas.share_url(self._session.request("POST", path, body={}).json())

    def webhooks(self) -> list[schemas.Webhook]:
        """Return the subscriptions of the key."""
        return list(self._pages(schemas.WEBHOOKS, schemas.webhook))

    def subscribe(self, *, url: str, event: str) -> str:
        """Subscribe to an event; return the subscription's id."""
        body = schemas.webhook_body(url=url, event=event)
        return schemas.webhook_id(self._session.request("POST", schemas.WEBHOOKS, body=body).json())

    def unsubscribe(self, webhook_id: str) -> None:
        """End a subscription."""
        self._session.request("DELETE", f"{schemas.WEBHOOKS}/{webhook_id}")

    def _get(self, path: str, **params: Any) -> Any:
        return self._session.request("GET", path, params=params).json()

    def _pages(self, path: str, parse: Callable[[Any], Row], **params: Any) -> Iterator[Row]:
        """Read a list page by page until a short one, or one without anything new, each id once (§7 row 7)."""
        seen: set[str] = set()
        first = 1
        while True:
            page = schemas.rows(self._get(path, range=f"{first}-{first + schemas.PAGE_SIZE - 1}", **params))
            before = len(seen)
            for data in page:
                row = parse(data)
                identity = row.id  # type: ignore[attr-defined]
                if identity not in seen:
                    seen.add(identity)
                    yield row
            if len(page) < schemas.PAGE_SIZE or len(seen) == before:
                return
            first += schemas.PAGE_SIZE


# ── From a key to a client, and addresses ────────────────────────────────────────────────────────────────────────────
def client_for(credential: Credential, *, deadline_seconds: float) -> SparkHireClient:
    """Return a client that acts with this key."""
    base_url = installations.base_url(credential.installation, BASE_URL.value)
    return SparkHireClient(base_url=base_url, key=credential.secret, deadline_seconds=deadline_seconds)


def worker_client(credential: Credential) -> SparkHireClient:
    """Return the worker's client."""
    return client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)


def page_client(credential: Credential) -> SparkHireClient:
    """Return the client for a person who waits."""
    return client_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)


def check(credential: Credential) -> None:
    """Ask the vendor whose key this is and note it on the (unsaved) credential. Raises VendorError."""
    try:
        owner = page_client(credential).me()
    except VendorRejected as error:
        if type(error) is VendorRejected:
            # A 400, where nothing but a key was sent (§7 row 4).
            raise VendorAuthFailed(str(error)) from error
        raise
    credential.account_id, credential.account_name, credential.account_email = owner.id, owner.name[:160], owner.email
    credential.checked_at = clock.now()


def job_page(vendor_job_id: str) -> str:
    """Return the vendor's own page of a job; the reader signs in there."""
    return f"{WEB_URL.value}/company/jobs/{quote(vendor_job_id)}"


def question_sets_page() -> str:
    """Return the vendor's own page of question sets."""
    return f"{WEB_URL.value}/company/question_sets"


def require_link(url: str) -> str:
    """Return a link that may be put on a page. Raises VendorUnavailable unless it is a web address."""
    if not is_link(url) or len(url) > 500:
        raise VendorUnavailable(f"{VENDOR}'s link could not be read.")
    return url
