"""Who calls: a token in `Authorization: Bearer …`, a personal one or one of another kind that an app accepts.

Session cookies open nothing here.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from recruiting.api import services
from recruiting.api.errors import SEND_A_TOKEN
from recruiting.companies.models import Membership, User

RESOURCE_METADATA = "/.well-known/oauth-protected-resource"


class Token(Protocol):
    """What the API asks of a token, whatever its kind."""

    pk: UUID

    @property
    def name(self) -> str:
        """What it, or the program that has it, is called."""

    @property
    def membership(self) -> Membership:
        """Whom it acts for, read with user and company."""

    @property
    def connection_id(self) -> UUID | None:
        """The connection that it came of, None for a personal one."""

    @property
    def scopes(self) -> Collection[str]:
        """The names of what it may do."""

    @property
    def expires_at(self) -> datetime:
        """When its time is over."""

    @property
    def revoked_at(self) -> datetime | None:
        """When it was revoked."""

    @property
    def is_expired(self) -> bool:
        """Whether its time is over."""

    @property
    def counted_as(self) -> str:
        """Whose calls are counted together."""


Find = Callable[[str], Token | None]
NoteUse = Callable[[Any], None]


@dataclass(frozen=True)
class _Kind:
    """How tokens of a kind are looked up, and what is said of those that no longer open anything."""

    find: Find
    note_use: NoteUse
    unknown: str
    expired: str
    revoked: str


_personal = _Kind(
    services.find,
    services.note_use,
    unknown="This token is not known. Check that it was copied whole.",
    expired="This token has expired. Create another one.",
    revoked="This token was revoked, by somebody or by a new password. Create another one.",
)
_kinds: dict[str, _Kind] = {}


def accept(prefix: str, *, find: Find, note_use: NoteUse) -> None:
    """Let tokens of connected programs in, which are told to refresh an expired one and to connect again.

    Args:
        prefix: what they begin with, and no other kind does.
        find: returns the row of a token, None for one that is not known.
        note_use: remembers that it was used.
    """
    _kinds[prefix] = _Kind(
        find,
        note_use,
        unknown="This token is not known (any more). Refresh it, or connect again.",
        expired="This token has expired. Refresh it.",
        revoked="This connection was ended, by somebody or by a new password. Connect again.",
    )


class TokenAuthentication(BaseAuthentication):
    """Makes the token's membership the one that the request acts for (`request.membership`, `request.company`)."""

    def authenticate(self, request: Request) -> tuple[User | AnonymousUser, Token] | None:
        """Return the token's user, none for a service account, and the token; None without an Authorization header.

        Raises:
            AuthenticationFailed: for another scheme, an unknown, revoked or expired token, or a deactivated owner.
        """
        scheme, _, given = str(request.META.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not given.strip():
            raise AuthenticationFailed(SEND_A_TOKEN, code="invalid_token")
        kind = _kind_of(given.strip())
        token = _require_usable(kind.find(given.strip()), kind)
        kind.note_use(token)
        http_request = request._request
        http_request.membership = token.membership  # type: ignore[attr-defined]
        http_request.company = token.membership.company  # type: ignore[attr-defined]
        timezone.deactivate()  # a session beside the token must not turn the instants into its own zone's
        return token.membership.user or AnonymousUser(), token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes a missing token a 401, and says where one is to be had (RFC 9728)."""
        wrong = ', error="invalid_token"' if request.META.get("HTTP_AUTHORIZATION") else ""
        metadata = f"{settings.PUBLIC_BASE_URL}{RESOURCE_METADATA}"
        return f'Bearer realm="Throughline"{wrong}, resource_metadata="{metadata}"'


def _kind_of(given: str) -> _Kind:
    return next((kind for prefix, kind in _kinds.items() if given.startswith(prefix)), _personal)


def _require_usable(token: Token | None, kind: _Kind) -> Token:
    if token is None:
        raise AuthenticationFailed(kind.unknown, code="invalid_token")
    membership = token.membership
    if not membership.can_act:
        who = "person" if membership.is_person else "service account"
        raise AuthenticationFailed(f"The {who} this token acts for was deactivated.", code="owner_deactivated")
    if token.revoked_at is not None:
        raise AuthenticationFailed(kind.revoked, code="token_revoked")
    if token.is_expired:
        raise AuthenticationFailed(kind.expired, code="token_expired")
    return token
