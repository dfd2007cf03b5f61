"""The shapes that the fake Spark Hire puts on the wire (spark-hire.md §2), from its rows.

Instants are shown in whole seconds with an offset, as the vendor's samples show them: a client cannot order two
changes within one second by `updated_at`.
"""

import sqlite3
from collections.abc import Sequence
from datetime import UTC
from typing import Any

from devtools.sandbox.host.store import instant_of


def time(text: str | None) -> str | None:
    if text is None:
        return None
    return instant_of(text).astimezone(UTC).isoformat(timespec="seconds")


def person(*, uuid: str, name: str, email: str, base_url: str) -> dict[str, Any]:
    return {"uuid": uuid, "name": name, "email": email, "avatar": f"{base_url}/spark-hire/avatar.svg"}


def location(*, city: str, state: str, country: str) -> dict[str, Any]:
    return {"formatted_address": f"{city}, {state}, {country}"}


def company(*, uuid: str, name: str, base_url: str) -> dict[str, Any]:
    return {"uuid": uuid, "name": name, "avatar": f"{base_url}/spark-hire/avatar.svg"}


def user(row: Any, *, base_url: str) -> dict[str, Any]:
    """`row` is a users row or anything else with its attributes as items."""
    return {
        **person(
            uuid=row["uuid"], name=f"{row['first_name']} {row['last_name']}", email=row["email"], base_url=base_url
        ),
        "first_name": row["first_name"],
        "last_name": row["last_name"],
        "permission_level": row["role"],
        "company": company(uuid=row["company"], name=row["company_name"], base_url=base_url),
        "created_at": time(row["created_at"]),
    }


def job(row: sqlite3.Row, *, base_url: str) -> dict[str, Any]:
    return {
        "uuid": row["uuid"],
        "title": row["title"],
        "description": row["description"],
        "status": row["status"],
        "location": location(city=row["city"], state=row["state"], country=row["country"]),
        "created_by": _creator(row, base_url=base_url),
        "created_at": time(row["created_at"]),
        "updated_at": time(row["updated_at"]),
        "status_updated_at": time(row["status_updated_at"]),
    }


def question(row: sqlite3.Row) -> dict[str, Any]:
    """`think_time` is a string in the one client DTO that is known (§2.3)."""
    return {
        "uuid": row["uuid"],
        "text": row["text"],
        "time_limit": row["time_limit"],
        "takes": row["takes"],
        "think_time": row["think_time"],
    }


def question_set(row: sqlite3.Row, questions: Sequence[sqlite3.Row]) -> dict[str, Any]:
    return {
        "uuid": row["uuid"],
        "name": row["name"],
        "created_at": time(row["created_at"]),
        "updated_at": time(row["updated_at"]),
        "questions": [question(each) for each in questions],
    }


def share_link(row: sqlite3.Row, *, base_url: str) -> dict[str, Any] | None:
    """From an interview's row; None when it was never shared."""
    if not row["share_uuid"]:
        return None
    return {
        "uuid": row["share_uuid"],
        "url": f"{base_url}/spark-hire/share/{row['share_token']}",
        "status": row["share_status"],
        "created_at": time(row["share_created_at"]),
        "updated_at": time(row["share_updated_at"]),
        "updated_by": person(
            uuid=row["share_updated_by"],
            name=f"{row['sharer_first_name']} {row['sharer_last_name']}",
            email=row["sharer_email"],
            base_url=base_url,
        ),
    }


def interview(row: sqlite3.Row, questions: Sequence[sqlite3.Row], *, base_url: str) -> dict[str, Any]:
    return {
        "uuid": row["uuid"],
        "type": row["type"],
        "status": row["status"],
        "job_post": {
            "uuid": row["job"],
            "title": row["job_title"],
            "location": location(city=row["job_city"], state=row["job_state"], country=row["job_country"]),
        },
        "company": company(uuid=row["company"], name=row["company_name"], base_url=base_url),
        "assigned_to": person(uuid=row["candidate"], name=row["name"], email=row["email"], base_url=base_url),
        "created_by": _creator(row, base_url=base_url),
        "scheduled_at": time(row["scheduled_at"]),
        "completed_at": time(row["completed_at"]),
        "created_at": time(row["created_at"]),
        "updated_at": time(row["updated_at"]),
        "questions": [question(each) for each in questions],
        # Its shape is unknown (§2.4); ours is a guess that a client must not depend on.
        "rating": None if row["rating"] is None else {"average": row["rating"], "count": 1},
        "rejection": None,
        "share_link": share_link(row, base_url=base_url),
    }


def webhook(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "uuid": row["uuid"],
        "event": row["event"],
        "url": row["url"],
        "created_at": time(row["created_at"]),
    }


def _creator(row: sqlite3.Row, *, base_url: str) -> dict[str, Any]:
    return person(
        uuid=row["created_by"],
        name=f"{row['creator_first_name']} {row['creator_last_name']}",
        email=row["creator_email"],
        base_url=base_url,
    )
