"""Prospects: people who said in a survey that they are open to a job (crosschq.md §5). Their shape is invented."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from devtools.sandbox.crosschq.records.repository import Refused, Repository, new_id
from devtools.sandbox.host.store import instant_of, timestamp

FIRST_NAMES = ("Ada", "José", "Jose", "Zoë", "Zoe", "Nguyễn", "Liam", "O’Brien", "Mary Ann", "Łukasz", "mia", "NOAH")
LAST_NAMES = (
    "Lovelace",
    "García",
    "Garcia",
    "van der Berg",
    "Müller",
    "Mueller",
    "Smith-Jones",
    "Ng",
    "d'Arc",
    "Šimek",
)
TITLES = ("Buyer", "Software Engineer", "Account Executive", "Nurse", "Site Lead")
PLACES = ("Austin, TX", "Chicago, IL", "Remote", "Berlin, Germany")


class Prospects(Repository):
    """Prospects of an organization, oldest first."""

    def prospects(
        self, organization: str, *, after: str = "", cursor: tuple[str, int] = ("", 0), limit: int = -1
    ) -> list[sqlite3.Row]:
        """Prospects created behind `after`, behind the place of `cursor` (created_at, number)."""
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT * FROM crosschq_prospect WHERE organisation = ? AND created_at > ? "
                "AND (created_at, number) > (?, ?) ORDER BY created_at, number LIMIT ?",
                (organization, after, *cursor, limit),
            ).fetchall()

    def count_prospects(self, organization: str, *, after: str = "") -> int:
        with self.store.reading() as connection:
            found = connection.execute(
                "SELECT count(*) FROM crosschq_prospect WHERE organisation = ? AND created_at > ?",
                (organization, after),
            ).fetchone()
        return int(found[0])

    def newest_prospects(self, organization: str, *, limit: int) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT * FROM crosschq_prospect WHERE organisation = ? ORDER BY number DESC LIMIT ?",
                (organization, limit),
            ).fetchall()

    def add_prospects(self, organization: str, specs: Sequence[Mapping[str, Any]]) -> list[str]:
        """Adds prospects as they are described; returns their ids."""
        with self.changing() as connection:
            return self._add_prospects(connection, organization, specs)

    def add_many_prospects(
        self, organization: str, *, count: int, without_email: int, duplicates: int
    ) -> dict[str, int]:
        """Adds `count` prospects, of whom some have no email address and some the address of another, spelled anew."""
        if not 0 <= without_email + duplicates <= count or (duplicates and without_email + duplicates == count):
            raise Refused(400, "count must be larger than without_email and duplicates together.")
        with self.changing() as connection:
            start = int(connection.execute("SELECT coalesce(max(number), 0) FROM crosschq_prospect").fetchone()[0])
            own = count - without_email - duplicates
            specs = [_invented(start + number) for number in range(own)]
            specs += [_spelled_anew(specs[number % own], number) for number in range(duplicates)]
            specs += [{**_invented(start + own + number), "email": None} for number in range(without_email)]
            self._add_prospects(connection, organization, specs)
        return {"added": count, "emails": own, "duplicates": duplicates, "without_email": without_email}

    def remove_prospect(self, number: str) -> None:
        with self.changing() as connection:
            if not connection.execute("DELETE FROM crosschq_prospect WHERE id = ?", (number,)).rowcount:
                raise Refused(404, "There is no such prospect.")

    def _seed_prospect(self, connection: sqlite3.Connection, organization: str, spec: Mapping[str, Any]) -> None:
        known = connection.execute(
            "SELECT 1 FROM crosschq_prospect WHERE organisation = ? AND first_name = ? AND last_name = ? "
            "AND email IS ?",
            (organization, spec.get("first_name", ""), spec.get("last_name", ""), spec.get("email")),
        ).fetchone()
        if not known:
            self._add_prospects(connection, organization, [spec])

    def _add_prospects(
        self, connection: sqlite3.Connection, organization: str, specs: Sequence[Mapping[str, Any]]
    ) -> list[str]:
        now = self.now
        ids = [new_id() for _ in specs]
        rows = [
            (
                *(number, organization, str(spec.get("first_name", "")), str(spec.get("last_name", ""))),
                *(spec.get(name) for name in ("email", "phone", "title", "company", "location", "linkedin_url")),
                _instant(spec.get("created_at"), now),
                _instant(spec.get("consent_at") or spec.get("created_at"), now),
            )
            for number, spec in zip(ids, specs, strict=True)
        ]
        connection.executemany(
            "INSERT INTO crosschq_prospect (id, organisation, first_name, last_name, email, phone, title, company, "
            "location, linkedin_url, created_at, consent_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        return ids


def _instant(value: Any, default: str) -> str:
    if not value:
        return default
    instant = value if isinstance(value, datetime) else instant_of(str(value))
    return timestamp(instant if instant.tzinfo else instant.replace(tzinfo=UTC))


def _invented(number: int) -> dict[str, Any]:
    first, last = FIRST_NAMES[number % len(FIRST_NAMES)], LAST_NAMES[number // 3 % len(LAST_NAMES)]
    return {
        "first_name": first,
        "last_name": last,
        "email": f"prospect.{number}@people.example",
        "phone": f"+1512555{number % 10_000:04}" if number % 3 else None,
        "title": TITLES[number % len(TITLES)] if number % 4 else None,
        "company": f"Company {number % 97}" if number % 5 else None,
        "location": PLACES[number % len(PLACES)] if number % 6 else None,
        "linkedin_url": f"https://www.linkedin.com/in/prospect-{number}" if number % 7 == 0 else None,
    }


def _spelled_anew(spec: Mapping[str, Any], number: int) -> dict[str, Any]:
    """The same person as the vendor might hold twice: other capitals, spaces around, another spelling of the name."""
    address = str(spec["email"])
    spellings = (address.upper(), f" {address} ", address.title(), address)
    return {
        **spec,
        "email": spellings[number % len(spellings)],
        "first_name": str(spec["first_name"]).upper() if number % 2 else f"{spec['first_name']} ",
        "title": "Formerly " + (spec["title"] or "retired"),
    }
