"""The shapes that the fake Crosschq puts on the wire (crosschq.md §2), from its rows.

The names differ from place to place, as they do at the vendor: `jobrole` goes in, `job_position` comes out of a GET,
`job_role` stands in a webhook; `created_at` but `updated_on`; numbers are text in v1's configuration and not in v2's.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from zlib import crc32

from devtools.sandbox.host.store import instant_of

# §2.1: the kinds of reference, with the names of v1 and v2.
RELATIONSHIPS = {
    "managers": ("Manager", "Managers"),
    "employees": ("Direct Report", "Direct Reports"),
    "peers": ("Coworker/Peer", "Coworkers/Peers"),
    "business": ("Customer/Supplier", "Customers/Suppliers"),
    "social": ("Mentor", "Mentors"),
}


def time(text: str | None) -> str | None:
    """As Django REST Framework writes an instant in UTC."""
    if text is None:
        return None
    return instant_of(text).astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def dumps(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False)


def loads(text: str) -> Any:
    return json.loads(text)


def config(organization: sqlite3.Row) -> dict[str, Any]:
    """v1's configuration of an account: its numbers are text, all but the last."""
    limits = json.loads(organization["relationships"])
    return {
        "relationships": [
            {"id": key, "name": names[0], **{name: str(limits[key][name]) for name in ("min", "max", "default")}}
            for key, names in RELATIONSHIPS.items()
        ],
        "min_reference_count": organization["min_reference_count"],
    }


def job_role_v1(survey: sqlite3.Row) -> dict[str, Any]:
    return {"id": survey["codename"], "name": survey["name"]}


def job_role(survey: sqlite3.Row) -> dict[str, Any]:
    """v2's survey: its own limits, as numbers."""
    limits = json.loads(survey["relationships"])
    return {
        "codename": survey["codename"],
        "name": survey["name"],
        "relationships": {
            key: {
                "default": limits[key]["default"],
                "label": RELATIONSHIPS[key][1],
                "max": limits[key]["max"],
                "min": limits[key]["min"],
                "skip_reference_optin": False,
                "whv_mode": "default",
            }
            for key in sorted(RELATIONSHIPS)
        },
    }


def user(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "email": row["email"],
        "role": row["role"],
    }


def person(row: sqlite3.Row) -> dict[str, Any]:
    """Whoever has no mobile phone has no such name (§2.1: left out when null)."""
    shape = {"first_name": row["first_name"], "last_name": row["last_name"], "email": row["email"]}
    return {**shape, "mobile_phone": row["mobile_phone"]} if row["mobile_phone"] else shape


def reference(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "email": row["email"],
        "mobile_phone": row["mobile_phone"] or None,
        "status": row["status"],
    }


def score(row: sqlite3.Row) -> int | None:
    """v2 only, and only of a report; the same for the same request."""
    return 60 + crc32(str(row["id"]).encode()) % 40 if row["progress"] == 100 else None


def request(
    row: sqlite3.Row, references: Sequence[sqlite3.Row], *, links: dict[str, str | None], version: str
) -> dict[str, Any]:
    """What a GET answers. `references` is null until the candidate has begun."""
    shape: dict[str, Any] = {
        "id": row["id"],
        "candidate": person(row),
        "job_position": row["job_position"],
        "status": row["status"],
        "status_updated_on": time(row["status_updated_on"]),
        "progress": row["progress"],
        "references": [reference(each) for each in references] if row["started_at"] else None,
        **links,
        "created_at": time(row["created_at"]),
        "updated_on": time(row["updated_on"]),
    }
    if version == "v2":
        shape |= {"job_role": row["survey_codename"], "score": score(row)}
    return shape


def webhook(row: sqlite3.Row, references: Sequence[sqlite3.Row], *, links: dict[str, str | None]) -> dict[str, Any]:
    """The body of a webhook is the request itself, with `job_role` where a GET has `job_position` (§2.3)."""
    return {
        "id": row["id"],
        "candidate": person(row),
        "job_role": row["survey_codename"],
        "status": row["status"],
        "progress": row["progress"],
        "references": [reference(each) for each in references],
        **links,
        "created_at": time(row["created_at"]),
        "updated_on": time(row["updated_on"]),
        "status_updated_on": time(row["status_updated_on"]),
    }


def prospect(row: sqlite3.Row) -> dict[str, Any]:
    """Invented (§7, 22): nothing is published about prospects."""
    return {
        **{
            name: row[name]
            for name in (
                *("id", "first_name", "last_name", "email", "phone"),
                *("title", "company", "location", "linkedin_url"),
            )
        },
        "created_at": time(row["created_at"]),
        "consent_at": time(row["consent_at"]),
    }
