"""Crosschq from outside, as far as the connector needs it (Partner API v1): ask for a check, look, fetch the report."""

from typing import Any

import requests

SECONDS = 30
OVER = ("completed", "cancelled", "declined", "expired")


class Vendor:
    """One organization at the vendor.

    Args:
        url: where its API is, such as http://localhost:8001/crosschq.
        key: its partner key.
        requestor: the email of the user there who asks.
    """

    def __init__(self, url: str, *, key: str, requestor: str) -> None:
        self._requests = f"{url}/partners/reference-request/"
        self._headers, self._requestor = {"Authorization": key}, requestor

    def ask(self, person: dict[str, Any], *, job: str, survey: str) -> str:
        """Ask for references of a person, one manager and two peers; return the request's id there."""
        body = {
            "candidate": {name: person[name] for name in ("first_name", "last_name", "email")},
            "job_position": job,
            "jobrole": survey,
            "requestor": self._requestor,
            "config_params": {"managers": 1, "peers": 2},
        }
        answer = requests.post(self._requests, json=body, headers=self._headers, timeout=SECONDS)
        answer.raise_for_status()
        return str(answer.json()["request_id"])

    def look(self, number: str) -> dict[str, Any]:
        """Return how a request stands."""
        answer = requests.get(f"{self._requests}{number}/", headers=self._headers, timeout=SECONDS)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found

    def report(self, found: dict[str, Any]) -> bytes:
        """Return the PDF of a complete request. Its address is signed and takes no key."""
        answer = requests.get(found["report_full_pdf"], timeout=SECONDS)
        answer.raise_for_status()
        return answer.content
