"""The partner's three calls (assessment-partners.md §2): POST, HTTP Basic, answers as {success, results or errors}."""

from collections.abc import Mapping, Sequence
from typing import Any

from integrations.standard.flow import Product
from recruiting.foundation import text
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorRejected, VendorUnavailable


class PartnerClient:
    """What we ask of a partner. Every function raises `VendorError`s and nothing else.

    Args:
        base_url: where assessment.list, assessment.start and assessment.cancel are.
        key: the company's key at the partner.
        deadline_seconds: the total of one call.
        vendor: the partner's name, for sentences.
    """

    def __init__(self, *, vendor: str, base_url: str, key: str, deadline_seconds: float) -> None:
        self._vendor = vendor
        self._session = VendorSession(
            vendor=vendor, base_url=base_url, auth=(key, ""), deadline_seconds=deadline_seconds
        )

    def list(self) -> Sequence[Product]:
        """Return the assessments that can be sent."""
        rows = self._call("assessment.list", {})
        if not isinstance(rows, list):
            raise self._unreadable()
        return [Product(self._text(row, "assessment_type_id"), self._text(row, "name")) for row in rows]

    def start(self, body: Mapping[str, Any]) -> str:
        """Let the partner invite a candidate; return its id of the assessment."""
        return self._text(self._call("assessment.start", body), "assessment_id", 80)

    def cancel(self, assessment_id: str) -> None:
        """Cancel an assessment, at partners that can."""
        self._call("assessment.cancel", {"assessment_id": assessment_id})

    def _call(self, name: str, body: Mapping[str, Any]) -> Any:
        answer = text.vendor_data(self._session.request("POST", f"/{name}", body=dict(body)).json())
        if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
            raise self._unreadable()
        if not answer["success"]:
            errors = answer.get("errors") or [f"{self._vendor} refused the request."]
            raise VendorRejected(" ".join(map(str, errors if isinstance(errors, list) else [errors]))[:300])
        return answer.get("results")

    def _text(self, data: Any, name: str, most: int = 200) -> str:
        value = data.get(name) if isinstance(data, dict) else None
        if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= most:
            return str(value)
        raise self._unreadable()

    def _unreadable(self) -> VendorUnavailable:
        return VendorUnavailable(f"{self._vendor}'s answer could not be read.")
