"""Refusals as problem details (RFC 9457), with codes that stay the same.

Every refusal of the API has this one shape:

    {"type": "/problems/stale-move", "title": …, "status": 409, "detail": one sentence for people,
     "code": "stale_move", "errors": {field: [sentences]}, "request_id": …}

`errors` is there for 422 alone. A problem may carry further members of its own, such as `stage` of a stale move. To a
token that may not read what it is about it says no more than the code (`without_data`). Clients decide by `code`, never
by a sentence.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from types import MappingProxyType
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import models
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from recruiting.api.scopes import AnyScope
from recruiting.foundation import text
from recruiting.foundation.errors import InvalidInput, NotAllowed, RecruitingError
from recruiting.foundation.logs import current_request_id

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
SEND_A_TOKEN = "Send a token as: Authorization: Bearer …, a personal one or that of a connected app."
NOTHING_HERE = "There is nothing at this address that you can see."

# Titles of the codes that the core answers with; integrations' own codes fall back to the title of their status.
TITLES: Mapping[str, str] = {
    "not_authenticated": "A token is needed",
    "invalid_token": "The token is not accepted",
    "token_expired": "The token has expired",
    "token_revoked": "The token was revoked",
    "owner_deactivated": "The token's owner was deactivated",
    "missing_scope": "The token lacks a permission",
    "not_allowed": "You may not do this",
    "not_found": "Not found",
    "method_not_allowed": "This address does not know the method",
    "not_acceptable": "Only JSON is served",
    "unsupported_media_type": "This kind of body is not understood",
    "malformed_form": "The form cannot be read",
    "malformed_json": "The body is not JSON",
    "body_too_large": "The body is too large",
    "invalid_input": "Some fields cannot be accepted",
    "throttled": "Too many requests",
    "conflict": "The state has changed",
    "changed": "Changed meanwhile",
    "if_match_unknown": "This address knows no If-Match",
    "key_reused": "The idempotency key was used before",
    "key_running": "A call with the idempotency key is under way",
    "stale_move": "Moved meanwhile",
    "step_removed": "The step was removed",
    "is_a_lead": "A lead has not applied",
    "not_active": "The application is closed",
    "job_closed": "The job is closed",
    "already_on_job": "On this job already",
    "duplicate_candidate": "This person is here already",
    "refused": "Refused",
    "internal_error": "Something went wrong here",
}

# What Django REST framework calls its errors, in our codes.
_CODES = {
    "authentication_failed": "invalid_token",
    "permission_denied": "not_allowed",
    "parse_error": "malformed_json",
    "invalid": "invalid_input",
}


class MissingScope(NotAllowed):
    """The token is good, and does not carry the scope."""

    code = "missing_scope"

    def __init__(self, scope: AnyScope) -> None:
        super().__init__(
            f"This token lacks the permission {scope.value}. "
            "Create one that has it under Profile, API tokens, or connect the app again with it."
        )
        self.scope = scope


class BodyTooLarge(RecruitingError):
    """More bytes than any request of ours needs."""

    code = "body_too_large"
    status = 413


def etag(version: int) -> str:
    """Return the ETag of an object's version."""
    return f'"v{version}"'


class IfMatchUnknown(RecruitingError):
    """A condition that nobody would look at."""

    code = "if_match_unknown"
    status = 400

    def __init__(self) -> None:
        super().__init__("This address does not look at If-Match, so nothing was done. Send it again without.")


class MalformedForm(RecruitingError):
    """A form that is none."""

    code = "malformed_form"
    status = 400


class WithFacts(RecruitingError):
    """A refusal with members of its own in the problem: what the caller needs to decide what to do next."""

    def __init__(self, error: RecruitingError, **facts: Any) -> None:
        super().__init__(error.message, code=error.code)
        self.status = error.status
        self.facts = facts


class Changed(WithFacts):
    """An object no longer has the version that `If-Match` named."""

    def __init__(self, row: models.Model, version: int | None) -> None:
        asked = f"This {row._meta.verbose_name} is not at the version that If-Match names"
        now = f"it is at {etag(version)}" if version else "it is gone"
        refusal = RecruitingError(f"{asked}; {now}. Look again, then decide.", code="changed")
        refusal.status = 412
        super().__init__(refusal, **{"version": version} if version else {})


@contextmanager
def fields_named(name: Callable[[str], str]) -> Iterator[None]:
    """Call the fields that a service refuses what the body calls them: `name` takes the one and returns the other."""
    try:
        yield
    except InvalidInput as refused:
        fields = {name(field): sentence for field, sentence in refused.fields.items()}
        raise InvalidInput(refused.message, fields=fields, code=refused.code) from refused


def without_data(
    error: RecruitingError, *, needed: str, facts: Mapping[str, Any] = MappingProxyType({})
) -> RecruitingError:
    """Return a refusal as a token is told that may not read what its sentence holds: its code, in words.

    Args:
        error: the refusal.
        needed: the scope that the token lacks, or scopes in words.
        facts: those members of the problem that the token may read.
    """
    sentence = f"{in_words(error.code)}. A token with {needed} is told more."
    told = WithFacts(RecruitingError(sentence, code=error.code), **facts)
    told.status = error.status
    return told


def in_words(code: str) -> str:
    """Return what a code means without saying anything of the thing or person that it is about."""
    return TITLES.get(code) or code.replace("_", " ").capitalize()


def handle(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Turn whatever a view raised into a problem; what nobody expected is logged and answered 500, without details."""
    if isinstance(error, RecruitingError):
        return _refusal(error)
    if isinstance(error, exceptions.APIException):
        return _rest_error(error)
    if isinstance(error, Http404):
        return problem(404, "not_found", NOTHING_HERE)
    if isinstance(error, PermissionDenied):
        return problem(403, "not_allowed", "You may not do this.")
    if isinstance(error, SuspiciousOperation):
        return problem(400, "refused", "This request cannot be read.")
    if settings.DEBUG:
        return None
    logger.exception("An API view failed", exc_info=error)
    return problem(
        500,
        "internal_error",
        "Something went wrong here, and we were told. Nothing may have been done; look before you retry.",
    )


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Mapping[str, list[str]] | None = None,
    facts: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem as a response.

    Args:
        status: the HTTP status.
        code: stable, in snake case; the type is made of it.
        detail: one sentence that a person may read.
        errors: sentences by field, for invalid input.
        facts: further members.
        headers: further headers.
    """
    body: dict[str, Any] = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": TITLES.get(code) or HTTPStatus(status).phrase.capitalize(),
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": current_request_id(),
    }
    if errors is not None:
        body["errors"] = errors
    body.update(facts or {})
    # A refusal may repeat what was sent, half characters included, which no answer in UTF-8 can hold.
    return Response(text.vendor_data(body), status=status, headers=dict(headers or {}), content_type=CONTENT_TYPE)


def _refusal(error: RecruitingError) -> Response:
    if isinstance(error, InvalidInput):
        errors = {name: [sentence] for name, sentence in error.fields.items()}
        return problem(error.status, error.code, error.message, errors=errors)
    if isinstance(error, MissingScope):
        return problem(error.status, error.code, error.message, facts={"required_scope": error.scope.value})
    facts = error.facts if isinstance(error, WithFacts) else None
    return problem(error.status, error.code, error.message, facts=facts)


def _rest_error(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        errors = _by_field(error.detail)
        first = next((sentences[0] for sentences in errors.values()), "Some fields cannot be accepted.")
        return problem(422, "invalid_input", first, errors=errors)
    headers: dict[str, str] = {}
    if getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = error.auth_header  # type: ignore[attr-defined]
    if getattr(error, "wait", None):
        headers["Retry-After"] = str(int(error.wait) + 1)  # type: ignore[attr-defined]
    detail = error.detail
    code = str(getattr(detail, "code", "") or error.default_code)
    code = _CODES.get(code, code)
    sentence = {
        "not_authenticated": SEND_A_TOKEN,
        "not_found": NOTHING_HERE,
        "not_allowed": "You may not do this.",
    }.get(code, str(detail))
    return problem(error.status_code, code, sentence, headers=headers)


def _by_field(detail: Any, path: str = "") -> dict[str, list[str]]:
    """Flatten nested errors to `outer.inner` names; what is wrong with the body as a whole is called `body`."""
    if isinstance(detail, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in detail.items():
            label = "" if name == "non_field_errors" else str(name)
            found.update(_by_field(inner, ".".join(filter(None, (path, label)))))
        return found
    if isinstance(detail, list | tuple):
        if any(isinstance(item, Mapping | list) for item in detail):
            found = {}
            for index, item in enumerate(detail):
                found.update(_by_field(item, f"{path}.{index}".lstrip(".")))
            return found
        return {path or "body": [str(item) for item in detail]}
    return {path or "body": [str(detail)]}
