"""What an organization's admin does at Crosschq: key, webhook, rules, surveys, users, prospects.

One way in for the vendor's own pages and for the tester's calls; both send a JSON object or the fields of a form.
"""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from devtools.sandbox.crosschq import intake
from devtools.sandbox.crosschq.records import Records, Refused
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS
from devtools.sandbox.host.http import BadRequest

Data = Mapping[str, Any]
FALSE = ("", "0", "false", "off", "no", "none")


class Administration:
    """The actions of an admin, by name."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.actions: dict[str, Callable[[str, Data], dict[str, Any]]] = {
            "rotate_key": self._rotate_key,
            "revoke_key": self._revoke_key,
            "webhook": self._webhook,
            "settings": self._settings,
            "survey": self._survey,
            "user": self._user,
            "remove_user": self._remove_user,
            "prospects": self._prospects,
            "remove_prospect": self._remove_prospect,
        }

    def perform(self, organization: str, action: str, data: Data) -> dict[str, Any]:
        """Raises Refused and BadRequest."""
        number = str(self.records.organization(organization)["id"])
        if action not in self.actions:
            raise Refused(404, "There is no such act.")
        return self.actions[action](number, data)

    def shape(self, row: sqlite3.Row) -> dict[str, Any]:
        """All that the tester may see of an organization, its key among it."""
        hidden = ("file_secret", "relationships")
        return {
            **{name: row[name] for name in row.keys() if name not in hidden},  # noqa: SIM118
            "pdf": bool(row["pdf"]),
            "surveys": [
                {"codename": each["codename"], "name": each["name"], "enabled": bool(each["enabled"])}
                for each in self.records.surveys(row["id"], disabled=True)
            ],
            "users": [
                {"email": each["email"], "active": bool(each["active"])}
                for each in self.records.users(row["id"], inactive=True)
            ],
            "prospects": self.records.count_prospects(row["id"]),
        }

    def _rotate_key(self, number: str, data: Data) -> dict[str, Any]:
        return {"key": self.records.rotate_key(number)}

    def _revoke_key(self, number: str, data: Data) -> dict[str, Any]:
        self.records.revoke_key(number)
        return {"key": None}

    def _webhook(self, number: str, data: Data) -> dict[str, Any]:
        """`url` ("" switches it off), `method`, `auth` and `token`; a token is needed for basic and token (§2.3)."""
        row = self.records.organization(number)
        new = {name: str(data.get(name, row[f"webhook_{name}"])).strip() for name in ("url", "method", "auth", "token")}
        if new["url"] and urlsplit(new["url"]).scheme not in ("http", "https"):
            raise BadRequest("url must be a web address.")
        if new["auth"] != "none" and not new["token"]:
            raise BadRequest("Basic and Token need a token.")
        return self._changed(number, {f"webhook_{name}": value for name, value in new.items()})

    def _settings(self, number: str, data: Data) -> dict[str, Any]:
        """`pdf`, `min_reference_count`, `key_prefix`, and `conclude_count` (0 = never), `_relationship`, `_days`."""
        changes: dict[str, Any] = {
            name: whole(data, name)
            for name in ("min_reference_count", "conclude_count", "conclude_days")
            if name in data
        }
        changes |= {name: str(data[name] or "") for name in ("key_prefix", "conclude_relationship") if name in data}
        if changes.get("conclude_relationship", "") not in ("", *RELATIONSHIPS):
            raise BadRequest(f"conclude_relationship is one of {', '.join(RELATIONSHIPS)}, or empty.")
        if "pdf" in data:
            changes["pdf"] = int(truth(data["pdf"]))
        return self._changed(number, changes)

    def _survey(self, number: str, data: Data) -> dict[str, Any]:
        """`codename`; `enabled`; limits as `relationships`, or as `managers_min` … from a form; new with `name`."""
        codename = str(data.get("codename") or "").strip()
        if not codename:
            raise BadRequest("codename is required.")
        limits = data.get("relationships") or _limits_of_form(data)
        known = {row["codename"] for row in self.records.surveys(number, disabled=True)}
        if codename not in known and data.get("name"):
            self.records.add_survey(number, {"codename": codename, "name": str(data["name"]), "relationships": limits})
            return {"codename": codename}
        enabled = truth(data["enabled"]) if "enabled" in data else None
        self.records.change_survey(number, codename, enabled=enabled, limits=limits or None)
        return {"codename": codename}

    def _user(self, number: str, data: Data) -> dict[str, Any]:
        read = intake.Reader(data, known=("first_name", "last_name", "email", "role"))
        spec = {name: read.text(name, required=True) for name in ("first_name", "last_name")}
        spec |= {"email": read.email("email"), "role": read.text("role") or "team_member"}
        read.finish()
        self.records.add_user(number, spec)
        return {"email": spec["email"]}

    def _remove_user(self, number: str, data: Data) -> dict[str, Any]:
        self.records.remove_user(number, str(data.get("email") or ""))
        return {"email": data["email"]}

    def _prospects(self, number: str, data: Data) -> dict[str, Any]:
        """Made-up ones by `count` (with `without_email` and `duplicates`), or those of the list `prospects`."""
        if "prospects" in data:
            specs = data["prospects"]
            if not isinstance(specs, list) or not all(isinstance(each, dict) for each in specs):
                raise BadRequest("prospects must be a list of objects.")
            try:
                return {"ids": self.records.add_prospects(number, specs)}
            except ValueError as error:
                raise BadRequest("created_at and consent_at must be dates and times.") from error
        count = whole(data, "count", default=1)
        if not 1 <= count <= 100_000:
            raise BadRequest("count must be a whole number from 1 to 100000.")
        return self.records.add_many_prospects(
            number,
            count=count,
            without_email=whole(data, "without_email", default=count // 50),
            duplicates=whole(data, "duplicates", default=count // 20),
        )

    def _remove_prospect(self, number: str, data: Data) -> dict[str, Any]:
        self.records.remove_prospect(str(data.get("id") or ""))
        return {"id": data["id"]}

    def _changed(self, number: str, changes: Data) -> dict[str, Any]:
        return self.shape(
            self.records.change_organization(number, changes) if changes else self.records.organization(number)
        )


def truth(value: Any) -> bool:
    """A switch, from JSON or from a form."""
    return str(value).strip().lower() not in FALSE


def whole(data: Data, name: str, *, default: int = 0) -> int:
    value = data.get(name)
    if value in (None, ""):
        return default
    if isinstance(value, bool) or not str(value).isdigit():
        raise BadRequest(f"{name} must be a whole number.")
    return int(str(value))


def _limits_of_form(data: Data) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for key in RELATIONSHIPS:
        for edge in ("min", "max"):
            if f"{key}_{edge}" in data:
                found.setdefault(key, {})[edge] = whole(data, f"{key}_{edge}")
    return found
