"""Reference-check requests as they are found and shown. What happens to them is in `lifecycle`."""

import hashlib
import hmac
import json
import sqlite3
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from devtools.sandbox.crosschq import serializers
from devtools.sandbox.crosschq.records.organizations import Organizations
from devtools.sandbox.crosschq.records.repository import Refused
from devtools.sandbox.host.store import instant_of, timestamp

OPEN = ("pending", "in_progress", "past_due")
OUTSTANDING = ("sent", "in_progress")
PDF_LIFE = timedelta(minutes=60)
PDF_KINDS = ("summary", "full")

REQUESTS = """
SELECT request.*, survey.codename AS survey_codename, survey.name AS survey_name,
    organisation.name AS organisation_name, organisation.pdf AS pdf, organisation.file_secret AS file_secret,
    owner.email AS requestor_email, owner.first_name AS requestor_first_name, owner.last_name AS requestor_last_name
FROM crosschq_request request
JOIN crosschq_organisation organisation ON organisation.id = request.organisation
JOIN crosschq_survey survey ON survey.id = request.survey
JOIN crosschq_user owner ON owner.id = request.requestor
"""


class Requests(Organizations):
    """Requests and their references, read; and the shapes in which they are shown."""

    def requests(
        self,
        *,
        organization: str = "",
        email: str = "",
        status: str = "",
        deleted: bool = False,
        limit: int = -1,
        offset: int = 0,
    ) -> list[sqlite3.Row]:
        """Newest first."""
        where, values = _narrowed(organization, email, status, deleted)
        with self.store.reading() as connection:
            return connection.execute(
                f"{REQUESTS} WHERE {where} ORDER BY request.rowid DESC LIMIT :limit OFFSET :offset",
                {**values, "limit": limit, "offset": offset},
            ).fetchall()

    def count_requests(self, *, organization: str, email: str = "", status: str = "") -> int:
        where, values = _narrowed(organization, email, status, False)
        with self.store.reading() as connection:
            found = connection.execute(f"SELECT count(*) FROM crosschq_request request WHERE {where}", values)
            return int(found.fetchone()[0])

    def request(self, number: str, *, organization: str = "", deleted: bool = False) -> sqlite3.Row:
        """Raises Refused 404, also for another organization's."""
        with self.store.reading() as connection:
            row = self._request(connection, number)
        if (organization and row["organisation"] != organization) or (row["deleted_at"] and not deleted):
            raise Refused(404, "Not found.")
        return row

    def request_of_locker(self, token: str) -> sqlite3.Row:
        return self._request_where("locker", token)

    def request_of_report(self, token: str) -> sqlite3.Row:
        return self._request_where("report", token)

    def references(self, request: str) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return self._references(connection, request)

    def reference_of_token(self, token: str) -> sqlite3.Row:
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(
                "SELECT * FROM crosschq_reference WHERE token = ?", (token,)
            ).fetchone()
        if row is None:
            raise Refused(404, "This survey does not exist.")
        return row

    # Shapes

    def request_shape(self, row: sqlite3.Row, *, version: str) -> dict[str, Any]:
        return serializers.request(row, self.references(row["id"]), links=self.links(row), version=version)

    def request_shapes(self, rows: Iterable[sqlite3.Row], *, version: str) -> list[dict[str, Any]]:
        return [self.request_shape(row, version=version) for row in rows]

    def links(self, row: sqlite3.Row) -> dict[str, str | None]:
        """Where the report is, once there is one; the PDFs' addresses are signed anew each time (§7, 9 and 10)."""
        done = row["progress"] == 100
        return {
            "report_url": f"{self.base_url()}/crosschq/report/{row['report']}/" if done else None,
            **{f"report_{kind}_pdf": self.pdf_url(row, kind) if done and row["pdf"] else None for kind in PDF_KINDS},
        }

    def pdf_url(self, row: sqlite3.Row, kind: str) -> str:
        """An address that needs no key and works for an hour."""
        expires = round((self.clock() + PDF_LIFE).timestamp())
        signature = _signature(row, kind, str(expires))
        return f"{self.base_url()}/crosschq/files/{row['id']}/{kind}.pdf?expires={expires}&signature={signature}"

    def signed(self, row: sqlite3.Row, kind: str, *, expires: str, signature: str) -> bool:
        """Whether that is an address of ours which has not expired."""
        genuine = hmac.compare_digest(_signature(row, kind, expires).encode(), signature.encode())
        return genuine and float(expires) > self.clock().timestamp()

    # Within a transaction

    def _request(self, connection: sqlite3.Connection, number: str) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(f"{REQUESTS} WHERE request.id = ?", (number,)).fetchone()
        if row is None:
            raise Refused(404, "Not found.")
        return row

    def _request_where(self, column: str, token: str) -> sqlite3.Row:
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(
                f"{REQUESTS} WHERE request.{column} = ? AND request.deleted_at IS NULL", (token,)
            ).fetchone()
        if row is None:
            raise Refused(404, "This page does not exist.")
        return row

    def _references(self, connection: sqlite3.Connection, request: str) -> list[sqlite3.Row]:
        return connection.execute(
            "SELECT * FROM crosschq_reference WHERE request = ? ORDER BY rowid", (request,)
        ).fetchall()

    def _reference(self, connection: sqlite3.Connection, request: str, wanted: str) -> sqlite3.Row:
        """By id or email. Raises Refused 404."""
        for row in self._references(connection, request):
            if wanted in (row["id"], row["email"], row["token"]):
                return row
        raise Refused(404, "There is no such reference.")


def wanted(row: sqlite3.Row) -> dict[str, int]:
    """How many references of each kind a request asks for."""
    counts: dict[str, int] = json.loads(row["config_params"])
    return counts


def missing(row: sqlite3.Row, references: Iterable[sqlite3.Row]) -> dict[str, int]:
    """How many of each kind the candidate has still to name; who was canceled or declined counts no more."""
    left = dict(wanted(row))
    for each in references:
        if each["status"] not in ("cancelled", "declined"):
            left[each["relationship"]] = left.get(each["relationship"], 0) - 1
    return {key: number for key, number in left.items() if number > 0}


def progress(row: sqlite3.Row, references: Iterable[sqlite3.Row]) -> int:
    """0 before anything was done, then 1 to 99 (§3.2): a name is worth one point, answers are worth two."""
    points = 2 if row["self_reference_at"] else 0
    for each in references:
        points += {"completed": 3, "sent": 1, "in_progress": 1}.get(each["status"], 0)
    most = 2 + 3 * sum(wanted(row).values())
    return max(1, min(99, 100 * points // most)) if points else 0


def later(moment: str, by: timedelta) -> str:
    return timestamp(instant_of(moment) + by)


def _signature(row: sqlite3.Row, kind: str, expires: str) -> str:
    text = f"{row['id']}/{kind}/{expires}".encode()
    return hmac.new(row["file_secret"].encode(), text, hashlib.sha256).hexdigest()


def _narrowed(organization: str, email: str, status: str, deleted: bool) -> tuple[str, dict[str, Any]]:
    where = (
        "(:organisation = '' OR request.organisation = :organisation) AND (:email = '' OR request.email = :email) "
        "AND (:status = '' OR request.status = :status)"
    )
    values = {"organisation": organization, "email": email, "status": status}
    return where if deleted else f"{where} AND request.deleted_at IS NULL", values
