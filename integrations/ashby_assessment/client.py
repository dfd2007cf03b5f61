"""The partner's three calls (assessment-partners.md §2): POST, HTTP Basic, answers as {success, results or errors}."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from integrations.standard.flow import Product
from recruiting.foundation import text
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorRejected, VendorUnavailable


@dataclass
class PartnerClient:
    """What we ask of a partner. Every function raises `VendorError`s and nothing else."""

    session: VendorSession

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
        answer = text.vendor_data(self.session.request("POST", f"/{name}", body=dict(body)).json())
        if not isinstance(answer, dict) or not isinstance(answer.get("success"), bool):
            raise self._unreadable()
        if not answer["success"]:
            errors = answer.get("errors") or [f"{self.session.vendor} refused the request."]
            raise VendorRejected(" ".join(map(str, errors if isinstance(errors, list) else [errors]))[:300])
        return answer.get("results")

    def _text(self, data: Any, name: str, most: int = 200) -> str:
        value = data.get(name) if isinstance(data, dict) else None
        if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= most:
            return str(value)
        raise self._unreadable()

    def _unreadable(self) -> VendorUnavailable:
        return VendorUnavailable(f"{self.session.vendor}'s answer could not be read.")
