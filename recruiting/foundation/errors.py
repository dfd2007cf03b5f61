"""What a user may read when something is refused.

One family: each error carries a sentence (what happened, why, what to do next), a stable code for the API and an HTTP
status for pages and API alike. Vendors' errors are another family (`recruiting.foundation.vendor_errors`).
"""

from collections.abc import Mapping


class RecruitingError(Exception):
    """A refusal that a person may read. `str()` is the sentence."""

    code = "refused"
    status = 422

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code


class InvalidInput(RecruitingError):
    """One or more fields cannot be accepted; `fields` maps a field's name to its sentence."""

    code = "invalid_input"

    def __init__(self, message: str = "", *, fields: Mapping[str, str] | None = None, code: str = "") -> None:
        self.fields = dict(fields or {})
        super().__init__(message or next(iter(self.fields.values()), "Some fields need your attention."), code=code)


class NotAllowed(RecruitingError):
    """The person may see the thing but not do this to it; the sentence names who can help."""

    code = "not_allowed"
    status = 403


class NotFound(RecruitingError):
    """The thing is not there for this person (another company's object included)."""

    code = "not_found"
    status = 404


class Conflict(RecruitingError):
    """The world changed since the person looked; nothing was done."""

    code = "conflict"
    status = 409
