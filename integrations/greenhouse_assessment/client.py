"""The partner's four calls (assessment-partners.md §1): HTTP Basic with the key as user name and an empty password."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from integrations.requests.lifecycle import Event
from integrations.standard.flow import Answer, Product
from recruiting.foundation import text
from recruiting.foundation.http import VendorSession
from recruiting.foundation.vendor_errors import VendorUnavailable

COMPLETE = "complete"
"""The one status with a meaning; any other is progress in the partner's words."""
Result = TypeVar("Result")


class Malformed(ValueError):
    """An answer is not what the contract says; the sentence is for the partner."""


@dataclass
class PartnerClient:
    """What we ask of a partner. Every function raises `VendorError`s and nothing else."""

    session: VendorSession
    report: Callable[[Mapping[str, Any]], object] = field(init=False)
    """Is given what `response_error` is to tell the partner, about an answer that is not what the contract says."""

    def list_tests(self) -> Sequence[Product]:
        """Return the tests that can be sent."""
        return self._read("list_tests", self.session.request("GET", "/list_tests").json(), _tests)

    def send_test(self, body: Mapping[str, Any]) -> str:
        """Let the partner invite a candidate; return its id of the assessment."""
        answer = self.session.request("POST", "/send_test", body=dict(body)).json()
        about = {"partner_test_id": body["partner_test_id"], "candidate_email": body["candidate"]["email"]}
        return self._read("send_test", answer, lambda data: _text(data, "partner_interview_id", 80), about)

    def test_status(self, interview_id: str) -> Answer:
        """Return how an assessment stands. Raises VendorNotFound."""
        query = {"partner_interview_id": interview_id}
        answer = self.session.request("GET", "/test_status", params=query).json()
        return self._read("test_status", answer, lambda data: _answer(interview_id, data), query)

    def response_error(self, report: Mapping[str, Any]) -> None:
        """Tell the partner what was wrong with an answer."""
        self.session.request("POST", "/response_error", body=dict(report))

    def _read(
        self, call: str, data: Any, parse: Callable[[Any], Result], about: Mapping[str, str] | None = None
    ) -> Result:
        """Read an answer; report one that is not what the contract says."""
        try:
            return parse(text.vendor_data(data))
        except Malformed as error:
            self.report({"api_call": call, "errors": [str(error)], **(about or {})})
            raise VendorUnavailable(f"{self.session.vendor}'s answer could not be read.") from error


def _tests(data: Any) -> list[Product]:
    if not isinstance(data, list):
        raise Malformed("list_tests must answer a list.")
    return [Product(_text(row, "partner_test_id"), _text(row, "partner_test_name")) for row in data]


def _answer(interview_id: str, data: Any) -> Answer:
    status = _text(data, "partner_status")
    url, score, metadata = data.get("partner_profile_url"), data.get("partner_score"), data.get("metadata") or {}
    is_complete = status.lower() == COMPLETE
    if is_complete and not url:
        raise Malformed("partner_profile_url is required when partner_status is complete.")
    if score is not None and (isinstance(score, bool) or not isinstance(score, (int, float))):
        raise Malformed("partner_score must be a number.")
    if not isinstance(metadata, dict) or any(isinstance(value, (dict, list)) for value in metadata.values()):
        raise Malformed("metadata must be a flat object.")
    return Answer(
        id=interview_id,
        event=Event.SEEN_COMPLETED if is_complete else Event.SEEN_PENDING,
        status="" if is_complete else status[:80],
        score="" if score is None else f"{score:.12g}" if isinstance(score, float) else str(score),
        result_url=str(url or ""),
        details=[(_label(name), _shown(value)) for name, value in metadata.items() if value is not None],
    )


def _text(data: Any, name: str, most: int = 200) -> str:
    value = data.get(name) if isinstance(data, dict) else None
    if isinstance(value, (str, int)) and not isinstance(value, bool) and 0 < len(str(value)) <= most:
        return str(value)
    raise Malformed(f"{name} must be a text of at most {most} characters.")


def _label(name: str) -> str:
    words = name.replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"[:80]


def _shown(value: Any) -> str:
    return ("Yes" if value else "No") if isinstance(value, bool) else str(value)[:300]
