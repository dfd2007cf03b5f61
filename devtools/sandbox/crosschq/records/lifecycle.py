"""What people do to a request (crosschq.md §3.1): the API's caller, the candidate, the references, Crosschq's users.

What follows from it is in `flow`.
"""

import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from devtools.sandbox.crosschq.records.creation import Creation
from devtools.sandbox.crosschq.records.flow import DAY
from devtools.sandbox.crosschq.records.prospects import Prospects
from devtools.sandbox.crosschq.records.repository import Refused, new_id
from devtools.sandbox.crosschq.records.requests import OPEN, OUTSTANDING, later, missing
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS


@dataclass(frozen=True, slots=True)
class NewReference:
    relationship: str
    first_name: str
    last_name: str
    email: str
    mobile_phone: str = ""


class Lifecycle(Creation, Prospects):
    """What the API, the people and the clock do to a request."""

    # By the API

    def remind(self, number: str) -> sqlite3.Row:
        """By hand, at most once in 24 hours (§3.1)."""
        with self.changing() as connection:
            row = self._open(connection, number)
            free = later(row["reminded_at"] or row["created_at"], DAY)
            if free > self.now:
                raise Refused(400, errors={"non_field_errors": ["A reminder can be sent once in 24 hours."]})
            self._set(connection, "request", number, {"reminded_at": self.now})
            self._remind(connection, row, candidate=True, references=self._references(connection, number))
            return self._request(connection, number)

    def cancel(self, number: str) -> sqlite3.Row:
        return self._end(number, "cancelled", ended_by="organisation")

    def archive(self, number: str) -> sqlite3.Row:
        """Hidden from the dashboard; whoever still had to answer no longer can."""
        with self.changing() as connection:
            row = self._request(connection, number)
            if row["status"] == "archived":
                raise Refused(409, "This request is archived already.")
            with self._moved(connection, number):
                self._set(connection, "request", number, {"status": "archived", "ended_by": "archive"})
                self._cancel_outstanding(connection, number, by="archive")
            return self._request(connection, number)

    # By the candidate

    def name_references(self, number: str, people: Sequence[NewReference]) -> sqlite3.Row:
        with self.changing() as connection, self._moved(connection, number):
            row = self._open(connection, number)
            known = self._references(connection, number)
            for person in people:
                if person.relationship not in RELATIONSHIPS:
                    raise Refused(400, f"relationship is one of {', '.join(RELATIONSHIPS)}.")
                if person.email.lower() in {each["email"].lower() for each in known}:
                    raise Refused(400, f"{person.email} is named already.")
                if person.email.lower() == row["email"].lower():
                    raise Refused(400, "Nobody is their own reference.")
                values = {
                    "id": new_id(),
                    "token": secrets.token_urlsafe(18),
                    "request": number,
                    "relationship": person.relationship,
                    "first_name": person.first_name,
                    "last_name": person.last_name,
                    "email": person.email,
                    "mobile_phone": person.mobile_phone,
                    "status": "sent",
                    "remind_at": later(self.now, DAY),
                    "created_at": self.now,
                }
                self._add(connection, "reference", values)
                known = self._references(connection, number)
                self._message_reference(connection, row, known[-1], "reference_request")
        return self.request(number)

    def name_missing_references(self, number: str) -> sqlite3.Row:
        """The tester's button: made-up people, as many of each kind as are still wanted."""
        row, known = self.request(number), self.references(number)
        people: list[NewReference] = []
        for key, count in missing(row, known).items():
            for _ in range(count):
                place = len(known) + len(people) + 1
                address = f"reference{place}.{number[:8]}@references.example"
                people.append(
                    NewReference(key, "Robin", f"Reference {place}", address, mobile_phone=f"+1512555{place:04}")
                )
        if not people:
            raise Refused(409, "All references are named already.")
        return self.name_references(number, people)

    def answer_self_reference(self, number: str) -> sqlite3.Row:
        with self.changing() as connection, self._moved(connection, number):
            if self._open(connection, number)["self_reference_at"]:
                raise Refused(409, "The self-reference is submitted already.")
            self._set(connection, "request", number, {"self_reference_at": self.now})
        return self.request(number)

    def decline(self, number: str) -> sqlite3.Row:
        """The candidate does not want to."""
        return self._end(number, "declined", ended_by="candidate")

    # By the references, and what is done about one of them

    def begin_answer(self, number: str, reference: str = "") -> sqlite3.Row:
        return self._of_reference(number, reference, {"status": "in_progress"})

    def answer(self, number: str, reference: str = "", *, open_to_jobs: bool = False) -> sqlite3.Row:
        """A reference submits the survey; who is open to jobs becomes a prospect (§5)."""
        changes = {"status": "completed", "answered_at": self.now, "remind_at": None}
        return self._of_reference(number, reference, changes, open_to_jobs=open_to_jobs)

    def decline_reference(self, number: str, reference: str = "") -> sqlite3.Row:
        return self._of_reference(number, reference, {"status": "declined", "ended_by": "reference", "remind_at": None})

    def cancel_reference(self, number: str, reference: str = "") -> sqlite3.Row:
        return self._of_reference(
            number, reference, {"status": "cancelled", "ended_by": "candidate", "remind_at": None}
        )

    def complete(self, number: str) -> sqlite3.Row:
        """The tester's button: everything that is left, in its order."""
        row = self.request(number)
        if row["status"] not in OPEN:
            raise Refused(409, f"A request that is {row['status']} cannot be completed.")
        if missing(row, self.references(number)):
            self.name_missing_references(number)
        if not row["self_reference_at"]:
            self.answer_self_reference(number)
        for each in self.references(number):
            if each["status"] in OUTSTANDING and self.request(number)["status"] in OPEN:
                self.answer(number, each["id"])
        return self.request(number)

    # By Crosschq's users and the clock

    def conclude(self, number: str, *, by: str = "user") -> sqlite3.Row:
        """The report is made of what is there: needs the self-reference and one answer (§3.1, 6b)."""
        with self.changing() as connection, self._moved(connection, number) as row:
            self._refuse_to_conclude(row, self._references(connection, number))
            self._cancel_outstanding(connection, number, by="conclusion")
            self._complete(connection, number, by=by)
        return self.request(number)

    def past_due(self, number: str) -> sqlite3.Row:
        with self.changing() as connection:
            row = self._open(connection, number)
            if row["status"] == "past_due":
                raise Refused(409, "This request is past due already.")
            self._past_due(connection, number)
        return self.request(number)

    def expire(self, number: str) -> sqlite3.Row:
        return self._end(number, "expired", ended_by="clock")

    def delete(self, number: str) -> None:
        """As if it had never been: the API answers 404."""
        with self.changing() as connection:
            self._request(connection, number)
            self._set(connection, "request", number, {"deleted_at": self.now, "remind_at": None, "due_at": None})
            connection.execute("UPDATE crosschq_reference SET remind_at = NULL WHERE request = ?", (number,))

    def restore(self, number: str) -> None:
        with self.changing() as connection:
            self._request(connection, number)
            self._set(connection, "request", number, {"deleted_at": None})

    # How

    def _of_reference(
        self,
        number: str,
        wanted: str,
        changes: Mapping[str, Any],
        *,
        open_to_jobs: bool = False,
    ) -> sqlite3.Row:
        """Changes one reference that has not finished; the first such when none is named."""
        with self.changing() as connection, self._moved(connection, number) as row:
            if row["status"] not in OPEN:
                raise Refused(409, f"This request is {row['status']}; nobody can answer any more.")
            if wanted:
                reference = self._reference(connection, number, wanted)
            else:
                waiting = [each for each in self._references(connection, number) if each["status"] in OUTSTANDING]
                if not waiting:
                    raise Refused(409, "No reference is waiting to answer.")
                reference = waiting[0]
            if reference["status"] not in OUTSTANDING:
                raise Refused(409, f"This reference is {reference['status']} already.")
            self._set(connection, "reference", reference["id"], changes)
            if open_to_jobs:
                person = {name: reference[name] for name in ("first_name", "last_name", "email")}
                phone = reference["mobile_phone"] or None
                self._add_prospects(connection, row["organisation"], [{**person, "phone": phone}])
        return self.request(number)

    def _refuse_to_conclude(self, row: sqlite3.Row, references: Sequence[sqlite3.Row]) -> None:
        if row["status"] not in OPEN:
            raise Refused(409, f"This request is {row['status']} already.")
        if not row["self_reference_at"] or not any(each["status"] == "completed" for each in references):
            raise Refused(409, "A request can be concluded once the self-reference and one reference are complete.")
