"""Crosschq's API as functions (crosschq.md §2). One client acts with one organization's partner key."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import quote

from integrations.crosschq import schemas
from integrations.crosschq.payload import Payload
from recruiting.foundation import text
from recruiting.foundation.http import VendorSession

# A page that the vendor repeats for ever must not hold a worker.
MOST_PAGES = 50


class CrosschqClient:
    """What we ask of Crosschq. Every function raises `VendorError`s and nothing else.

    Args:
        base_url: such as `https://partner.crosschq.com`.
        key: the partner key, sent as it is in the Authorization header (§1).
        version: which table of paths and which bodies: "v1" or "v2".
        deadline_seconds: the total of one call.
    """

    def __init__(self, *, base_url: str, key: str, version: str, deadline_seconds: float) -> None:
        self.version = version
        self._paths = schemas.PATHS[version]
        self._session = VendorSession(
            vendor="Crosschq", base_url=base_url, headers={schemas.KEY_HEADER: key}, deadline_seconds=deadline_seconds
        )

    def minimum_total(self) -> int:
        """Return how many references a request needs in all."""
        return schemas.minimum_total(self._get(schemas.CONFIG))

    def surveys(self) -> list[schemas.Survey]:
        """Return the surveys that the organization has switched on."""
        return schemas.surveys(self._get(schemas.SURVEYS))

    def create(self, payload: Payload) -> str:
        """Ask for a reference check; return its id. The vendor mails the candidate. Not idempotent."""
        body = schemas.create_body(payload, version=self.version)
        return schemas.created_id(self._session.request("POST", self._paths.create, body=body).json())

    def check(self, vendor_id: str) -> schemas.Check:
        """Return one request. Raises VendorNotFound when the organization has none of this id."""
        return schemas.check(self._get(_at(self._paths.read, vendor_id)))

    def checks_of(self, email: str, *, since: datetime) -> list[schemas.Check]:
        """Return the requests for a candidate's address that were made at or after `since`."""
        return [
            check
            for check in self._listed(email)
            if text.email_key(check.email) == text.email_key(email)
            and (check.created_at is None or check.created_at >= since)
        ]

    def cancel(self, vendor_id: str) -> None:
        """Cancel a request (v2). Raises VendorRejected once it is complete."""
        self._session.request("POST", _at(self._paths.cancel, vendor_id), body={})

    def remind(self, vendor_id: str) -> None:
        """Remind whoever has not answered (v2). Raises VendorRejected within 24 hours of the last time."""
        self._session.request("POST", _at(self._paths.remind, vendor_id), body={})

    def prospects(
        self, *, created_after: datetime | None = None, cursor: str = "", limit: int = schemas.PAGE_SIZE
    ) -> schemas.ProspectPage:
        """Return a page of prospects, oldest first: those made after an instant, from where `cursor` points."""
        query = schemas.prospects_query(created_after=created_after, cursor=cursor, limit=limit)
        return schemas.prospects(self._get(schemas.PROSPECTS, **query))

    def download(self, link: str, *, max_bytes: int) -> bytes:
        """Return the file behind a signed link. Raises VendorNotFound when the link has expired."""
        return self._session.download(link, max_bytes=max_bytes)

    def _get(self, path: str, **params: Any) -> Any:
        return self._session.request("GET", path, params=params).json()

    def _listed(self, email: str) -> Iterator[schemas.Check]:
        """Read the list page by page, each id once."""
        seen: set[str] = set()
        for page in range(MOST_PAGES):
            found, more = schemas.checks(
                self._get(schemas.LIST, email=email, limit=schemas.PAGE_SIZE, offset=page * schemas.PAGE_SIZE)
            )
            yield from (check for check in found if check.id not in seen)
            seen |= {check.id for check in found}
            if not more:
                return


def _at(path: str, vendor_id: str) -> str:
    return path.format(id=quote(vendor_id, safe=""))
