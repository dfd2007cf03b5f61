"""A new request: what the API takes, and what it is checked against (crosschq.md §2.1 and §7, 6 to 8)."""

import json
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from devtools.sandbox.crosschq.records.flow import DAY, Flow
from devtools.sandbox.crosschq.records.repository import Refused, new_id
from devtools.sandbox.crosschq.records.requests import later
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as the API takes it; who and which survey are still names."""

    first_name: str
    last_name: str
    email: str
    mobile_phone: str
    jobrole: str
    requestor: str
    config_params: Mapping[str, int]
    job_position: str
    use_sms: bool = False
    send_past_due_notification: bool = False
    send_completed_notification: bool = False
    candidate_message: str = ""
    email_message: str = ""
    sms_message: str = ""
    hiring_managers: Sequence[Mapping[str, str]] = field(default_factory=tuple)
    external_id: str = ""
    due_at: str | None = None


class Creation(Flow):
    """Requests made, and their candidates invited."""

    def create(self, organization: sqlite3.Row, new: NewRequest, *, version: str) -> str:
        """Makes a request and invites the candidate; returns its id. Raises Refused."""
        number, now = new_id(), self.now
        days = float(self.setting("past_due_days"))
        with self.changing() as connection:
            survey = self._asked_survey(connection, organization, new)
            owner = self._requestor(connection, organization["id"], new.requestor)
            if self.setting("refuse_same_candidate"):
                self._refuse_same_candidate(connection, organization["id"], new.email)
            values = {
                "id": number,
                "locker": secrets.token_urlsafe(18),
                "report": secrets.token_urlsafe(18),
                "organisation": organization["id"],
                "version": version,
                "survey": survey["id"],
                "requestor": owner,
                "first_name": new.first_name,
                "last_name": new.last_name,
                "email": new.email,
                "mobile_phone": new.mobile_phone,
                "job_position": new.job_position,
                "use_sms": int(new.use_sms),
                "config_params": json.dumps(dict(new.config_params)),
                "send_past_due_notification": int(new.send_past_due_notification),
                "send_completed_notification": int(new.send_completed_notification),
                "candidate_message": new.candidate_message,
                "email_message": new.email_message,
                "sms_message": new.sms_message,
                "hiring_managers": json.dumps(list(new.hiring_managers)),
                "external_id": new.external_id,
                "status": "pending",
                "due_at": new.due_at or (later(now, timedelta(days=days)) if days else None),
                "remind_at": later(now, DAY),
                "created_at": now,
            }
            self._add(connection, "request", values)
            row = self._request(connection, number)
            self._message_candidate(connection, row, "invitation", "Please name your references")
            if self.setting("webhook_on_create"):
                self._emit(connection, "created", row)
        return number

    def _refuse_same_candidate(self, connection: sqlite3.Connection, organization: str, email: str) -> None:
        """A switch (§7, 6): by default a second request for somebody is taken."""
        if connection.execute(
            "SELECT 1 FROM crosschq_request WHERE organisation = ? AND email = ? AND deleted_at IS NULL "
            "AND status IN ('pending', 'in_progress', 'past_due')",
            (organization, email),
        ).fetchone():
            raise Refused(400, errors="This candidate has an open request already.")

    def _asked_survey(self, connection: sqlite3.Connection, organization: sqlite3.Row, new: NewRequest) -> sqlite3.Row:
        """The survey, when it is on and the numbers of references fit it (§7, 7 and 8)."""
        survey: sqlite3.Row | None = connection.execute(
            "SELECT * FROM crosschq_survey WHERE organisation = ? AND codename = ? AND enabled = 1",
            (organization["id"], new.jobrole),
        ).fetchone()
        if survey is None:
            raise Refused(400, errors={"jobrole": [f"There is no job role {new.jobrole}."]})
        limits = json.loads(survey["relationships"])
        wrong: dict[str, list[str]] = {}
        for key in RELATIONSHIPS:
            low, high = limits[key]["min"], limits[key]["max"]
            if not low <= new.config_params.get(key, 0) <= high:
                wrong[key] = [f"Ensure this value is between {low} and {high}."]
        if wrong:
            raise Refused(400, errors={"config_params": wrong})
        least = organization["min_reference_count"]
        if sum(new.config_params.values()) < least:
            text = f"The total of references must be at least {least} (min_reference_count)."
            raise Refused(400, errors={"config_params": [text]})
        return survey
