"""Who calls: a personal token in `Authorization: Bearer …`. Session cookies open nothing here."""

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from recruiting.api import services
from recruiting.api.models import ApiToken
from recruiting.companies.models import User

REALM = 'Bearer realm="Throughline"'
REVOKED = "This token was revoked, by somebody or by a new password. Create another one."


class TokenAuthentication(BaseAuthentication):
    """Makes the token's membership the one that the request acts for (`request.membership`, `request.company`)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's user and the token; None without an Authorization header.

        Raises:
            AuthenticationFailed: for another scheme, an unknown, revoked or expired token, or a deactivated owner.
        """
        scheme, _, given = str(request.META.get("HTTP_AUTHORIZATION", "")).strip().partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer" or not given.strip():
            raise AuthenticationFailed("Send your token as: Authorization: Bearer tl_…", code="invalid_token")
        token = services.find(given.strip())
        _require_usable(token)
        assert token is not None
        services.note_use(token)
        http_request = request._request
        http_request.membership = token.membership  # type: ignore[attr-defined]
        http_request.company = token.membership.company  # type: ignore[attr-defined]
        timezone.deactivate()  # a session beside the token must not turn the instants into its own zone's
        return token.membership.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return the challenge that makes a missing token a 401."""
        return REALM


def _require_usable(token: ApiToken | None) -> None:
    if token is None:
        raise AuthenticationFailed("This token is not known. Check that it was copied whole.", code="invalid_token")
    membership = token.membership
    if not membership.is_active or not membership.user.is_active:
        raise AuthenticationFailed("The person this token acts for was deactivated.", code="owner_deactivated")
    if token.revoked_at is not None:
        raise AuthenticationFailed(REVOKED, code="token_revoked")
    if token.is_expired:
        raise AuthenticationFailed("This token has expired. Create another one.", code="token_expired")
