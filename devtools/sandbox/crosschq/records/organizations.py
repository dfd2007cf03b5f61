"""Crosschq's customers: organizations with their key, settings, users and surveys ("job roles")."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from typing import Any

from devtools.sandbox.crosschq.records.repository import Refused, Repository, new_id
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS

# §2.1 shows 0 to 10; which defaults an account has is its own affair.
LIMITS = {
    key: {"min": 0, "max": 10, "default": default} for key, default in zip(RELATIONSHIPS, (2, 0, 1, 0, 0), strict=True)
}
# What the admin of an organization may set; names as in the table.
SETTINGS = (
    "key_prefix",
    "min_reference_count",
    "pdf",
    "conclude_count",
    "conclude_relationship",
    "conclude_days",
    "webhook_url",
    "webhook_method",
    "webhook_auth",
    "webhook_token",
)


class Organizations(Repository):
    """Organizations, keys, users and surveys."""

    def organization_of_key(self, header: str) -> sqlite3.Row | None:
        """Whose partner key stands in an AUTHORIZATION header: the raw key, behind a prefix where one is set (§1)."""
        prefix, _, rest = header.rpartition(" ")
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(
                "SELECT * FROM crosschq_organisation WHERE api_key = ? AND key_prefix = ?", (rest, prefix)
            ).fetchone()
        return row if rest else None

    def organizations(self) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute("SELECT * FROM crosschq_organisation ORDER BY rowid").fetchall()

    def organization(self, number: str) -> sqlite3.Row:
        """By id or name. Raises Refused 404."""
        with self.store.reading() as connection:
            row: sqlite3.Row | None = connection.execute(
                "SELECT * FROM crosschq_organisation WHERE ? IN (id, name)", (number,)
            ).fetchone()
        if row is None:
            raise Refused(404, "There is no such organisation.")
        return row

    def only_organization(self, number: str) -> sqlite3.Row:
        """The one named, or with "" the only one there is. Raises Refused."""
        if number:
            return self.organization(number)
        rows = self.organizations()
        if len(rows) != 1:
            raise Refused(400, "Say which organisation: there is not exactly one.")
        return rows[0]

    def change_organization(self, number: str, changes: Mapping[str, Any]) -> sqlite3.Row:
        """Sets columns of SETTINGS. Raises Refused for what the admin's page would not take."""
        with self.changing() as connection:
            try:
                self._set(
                    connection, "organisation", number, {name: changes[name] for name in SETTINGS if name in changes}
                )
            except sqlite3.IntegrityError as error:
                raise Refused(400, "The webhook's method is POST or PUT; its auth is none, basic or token.") from error
        return self.organization(number)

    def rotate_key(self, number: str) -> str:
        """A new key; the old one stops working at once."""
        key = secrets.token_hex(20)
        with self.changing() as connection:
            self._set(connection, "organisation", number, {"api_key": key})
        return key

    def revoke_key(self, number: str) -> None:
        with self.changing() as connection:
            self._set(connection, "organisation", number, {"api_key": None})

    # Users

    def users(self, organization: str, *, inactive: bool = False) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT * FROM crosschq_user WHERE organisation = ? AND (active = 1 OR ?) ORDER BY rowid",
                (organization, inactive),
            ).fetchall()

    def add_user(self, organization: str, spec: Mapping[str, Any]) -> None:
        """A user; one who left is let in again."""
        with self.changing() as connection:
            self._add_user(connection, organization, spec)
            connection.execute(
                "UPDATE crosschq_user SET active = 1 WHERE organisation = ? AND email = ?",
                (organization, spec["email"]),
            )

    def remove_user(self, organization: str, email: str) -> None:
        with self.changing() as connection:
            changed = connection.execute(
                "UPDATE crosschq_user SET active = 0 WHERE organisation = ? AND email = ?", (organization, email)
            ).rowcount
        if not changed:
            raise Refused(404, "There is no such user.")

    def _add_user(self, connection: sqlite3.Connection, organization: str, spec: Mapping[str, Any]) -> None:
        values = {
            "id": new_id(),
            "organisation": organization,
            "first_name": spec["first_name"],
            "last_name": spec["last_name"],
            "email": spec["email"],
            "role": spec.get("role", "team_member"),
            "created_at": self.now,
        }
        self._add(connection, "user", values, or_ignore="OR IGNORE")

    def _requestor(self, connection: sqlite3.Connection, organization: str, email: str) -> str:
        row = connection.execute(
            "SELECT id FROM crosschq_user WHERE organisation = ? AND email = ? AND active = 1", (organization, email)
        ).fetchone()
        if row is None:
            raise Refused(400, errors={"requestor": [f"There is no user {email} in this organization."]})
        return str(row["id"])

    # Surveys

    def surveys(self, organization: str, *, disabled: bool = False) -> list[sqlite3.Row]:
        with self.store.reading() as connection:
            return connection.execute(
                "SELECT * FROM crosschq_survey WHERE organisation = ? AND (enabled = 1 OR ?) ORDER BY rowid",
                (organization, disabled),
            ).fetchall()

    def add_survey(self, organization: str, spec: Mapping[str, Any]) -> None:
        with self.changing() as connection:
            self._add_survey(connection, organization, spec)

    def change_survey(
        self, organization: str, codename: str, *, enabled: bool | None = None, limits: Mapping[str, Any] | None = None
    ) -> None:
        """Switches a survey on or off, and moves its limits; what `limits` leaves out stays."""
        with self.changing() as connection:
            row = self._survey(connection, organization, codename)
            changes: dict[str, Any] = {}
            if enabled is not None:
                changes["enabled"] = int(enabled)
            if limits is not None:
                changes["relationships"] = json.dumps(merged(limits, json.loads(row["relationships"])))
            if changes:
                self._set(connection, "survey", row["id"], changes)

    def _survey(self, connection: sqlite3.Connection, organization: str, codename: str) -> sqlite3.Row:
        row: sqlite3.Row | None = connection.execute(
            "SELECT * FROM crosschq_survey WHERE organisation = ? AND codename = ?", (organization, codename)
        ).fetchone()
        if row is None:
            raise Refused(404, "There is no such survey.")
        return row

    def _add_survey(self, connection: sqlite3.Connection, organization: str, spec: Mapping[str, Any]) -> None:
        values = {
            "id": new_id(),
            "organisation": organization,
            "codename": spec["codename"],
            "name": spec.get("name", spec["codename"]),
            "enabled": int(bool(spec.get("enabled", True))),
            "relationships": json.dumps(merged(spec.get("relationships", {}), LIMITS)),
        }
        self._add(connection, "survey", values, or_ignore="OR IGNORE")


def merged(changes: Mapping[str, Any], limits: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Limits with changes on top. Raises Refused unless 0 <= min <= default <= max."""
    found: dict[str, dict[str, int]] = {}
    if set(changes) - set(RELATIONSHIPS):
        raise Refused(400, f"relationships are {', '.join(RELATIONSHIPS)}.")
    for key in RELATIONSHIPS:
        try:
            both = {**limits[key], **changes.get(key, {})}
            low, high = int(both["min"]), int(both["max"])
            default = min(max(int(both["default"]), low), high)
        except (TypeError, ValueError) as error:
            raise Refused(400, f"{key} needs whole numbers for min, max and default.") from error
        if not 0 <= low <= high:
            raise Refused(400, f"{key}: min must not be above max.")
        found[key] = {"min": low, "max": high, "default": default}
    return found
