"""Organizations made from a description, for testers and tests; what exists already is left as it is."""

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from devtools.sandbox.crosschq.records.organizations import LIMITS, SETTINGS, Organizations
from devtools.sandbox.crosschq.records.prospects import Prospects
from devtools.sandbox.crosschq.records.repository import Refused, new_id

SURVEYS = (
    {"codename": "brand-marketer-manager", "name": "Brand Marketer - Manager"},
    {"codename": "software-engineer", "name": "Software Engineer - Individual Contributor"},
    {"codename": "sales-representative", "name": "Sales Representative"},
    {"codename": "general-individual-contributor", "name": "General - Individual Contributor"},
)


class Seeds(Organizations, Prospects):
    """Seeds that may be sown again."""

    def seed(
        self,
        *,
        company: str,
        users: Sequence[Mapping[str, Any]],
        surveys: Sequence[Mapping[str, Any]] | None,
        prospects: Sequence[Mapping[str, Any]],
        webhook: Mapping[str, str] | None,
        settings: Mapping[str, Any],
    ) -> dict[str, str]:
        """See `CrosschqSandbox.seed`."""
        given = {**settings, **{f"webhook_{name}": value for name, value in (webhook or {}).items()}}
        unknown = set(given) - set(SETTINGS)
        if unknown:
            raise Refused(400, f"Unknown setting {sorted(unknown)[0]}. Known: {', '.join(SETTINGS)}.")
        with self.changing() as connection:
            values = {
                "id": new_id(),
                "name": company,
                "api_key": secrets.token_hex(20),
                "file_secret": secrets.token_hex(20),
                "relationships": json.dumps(LIMITS),
                "created_at": self.now,
            }
            self._add(connection, "organisation", values, or_ignore="OR IGNORE")
            account = connection.execute(
                "SELECT id, api_key FROM crosschq_organisation WHERE name = ?", (company,)
            ).fetchone()
            number = str(account["id"])
            # A revoked key is replaced, so that a seed always hands out one that works.
            key = account["api_key"] or secrets.token_hex(20)
            self._set(connection, "organisation", number, {"api_key": key, **given})
            for user in users:
                self._add_user(connection, number, user)
            for survey in SURVEYS if surveys is None else surveys:
                self._add_survey(connection, number, survey)
            for prospect in prospects:
                self._seed_prospect(connection, number, prospect)
        return {"key": key, "organisation": number}
