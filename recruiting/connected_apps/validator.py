"""What oauthlib asks of us while a client gets, refreshes and revokes tokens.

Client authentication, scopes and the comparison of redirect URIs come from django-oauth-toolkit; codes and tokens are
ours: digests at rest, one connection for all that came of one consent, and one locked read where two may come at once.
Every request runs in a transaction that ends with the answer, refusals included, since a refusal may revoke.
"""

import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.crypto import constant_time_compare
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauthlib.common import Request

from recruiting.api import scopes
from recruiting.companies.models import Membership
from recruiting.connected_apps import services, tokens
from recruiting.connected_apps.models import AccessToken, AuthorizationCode, Client, Connection, RefreshToken
from recruiting.foundation import clock
from recruiting.foundation.tokens import digest

CLIENT_CREDENTIALS = "client_credentials"
_CLIENT_ID = re.compile(r"[\w-]{1,64}\Z", re.ASCII)


def client_called(client_id: object) -> Client | None:
    """Return the client of an ID; None for one that is not there or was removed."""
    if not isinstance(client_id, str) or not _CLIENT_ID.match(client_id):
        return None
    return Client.objects.filter(client_id=client_id, removed_at__isnull=True).first()


class Validator(OAuth2Validator):  # type: ignore[misc]  # the toolkit has no types
    """Our rules, and our rows."""

    # ── Clients and scopes ───────────────────────────────────────────────────────────────────────────────────────────
    def _load_application(self, client_id: str, request: Request) -> Client | None:
        """Return the client and keep it on the request; None for one that is not there or was removed."""
        if not isinstance(request.client, Client) or request.client.client_id != client_id:
            request.client = client_called(client_id)
        found: Client | None = request.client
        return found

    def _check_secret(self, provided_secret: str, stored_secret: str) -> bool:
        """Return whether this is the secret; a public client has none, so none is right."""
        return bool(stored_secret) and constant_time_compare(digest(provided_secret), stored_secret)

    def validate_scopes(self, client_id: str, wanted: list[str], client: Client, request: Request, **more: Any) -> bool:
        """Return whether the client may ask for these permissions, at least one."""
        if request.grant_type == CLIENT_CREDENTIALS:
            may: list[str] = request.granted.scopes
        else:
            may = services.offered_scopes() if client.is_unverified else scopes.names()
        return bool(wanted) and set(wanted) <= set(may)

    def get_default_scopes(self, client_id: str, request: Request, **more: Any) -> list[str]:
        """Return all that a service account was given; a person who is asked for no permission is not asked."""
        given: list[str] = request.granted.scopes if request.grant_type == CLIENT_CREDENTIALS else []
        return given

    def validate_grant_type(
        self, client_id: str, grant_type: str, client: Client, request: Request, **more: Any
    ) -> bool:
        """Return whether the client may ask like this: by itself only while it is connected to a service account."""
        if grant_type != CLIENT_CREDENTIALS:
            return bool(super().validate_grant_type(client_id, grant_type, client, request, **more))
        request.granted = services.lock_account_of(client)
        return request.granted is not None

    # ── Codes ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def save_authorization_code(self, client_id: str, code: dict[str, str], request: Request, **more: Any) -> None:
        """Keep a code for the membership that the person chose."""
        AuthorizationCode.objects.create(
            code=digest(code["code"]),
            application=request.client,
            membership=request.membership,
            redirect_uri=request.redirect_uri,
            scope=" ".join(request.scopes),
            code_challenge=request.code_challenge,
            expires=clock.now() + timedelta(seconds=settings.OAUTH_CODE_SECONDS),
        )

    def validate_code(self, client_id: str, code: str, client: Client, request: Request, **more: Any) -> bool:
        """Return whether the client may have tokens for a code; a second use ends what the first one gave."""
        # Whoever removes the client meanwhile waits for us and then ends the connection, or we see it here.
        clients = Client.objects.select_for_update(of=("self",), no_key=True)
        if not clients.filter(pk=client.pk, removed_at__isnull=True).exists():
            return False
        rows = AuthorizationCode.objects.select_for_update(of=("self",))
        found = rows.filter(code=digest(code), application=client).first()
        if found is None:
            return False
        if found.connection_id is not None:
            services.end(found.connection_id)
            return False
        if found.expires <= clock.now():
            return False
        # The same of whoever deactivates the member.
        # Read whole: `exists` would lock the user as well, and a new password holds that while it waits for the code.
        members = Membership.objects.select_for_update(of=("self",), no_key=True)
        if members.active().filter(pk=found.membership_id).first() is None:
            return False
        request.granted, request.scopes, request.user = found, found.scope.split(), found.membership_id
        return True

    def get_code_challenge(self, code: str, request: Request) -> str:
        """Return what the verifier is compared with; no code is without."""
        return str(request.granted.code_challenge)

    def get_code_challenge_method(self, code: str, request: Request) -> str:
        """Return the one method that there is."""
        return "S256"

    def confirm_redirect_uri(
        self, client_id: str, code: str, redirect_uri: str, client: Client, request: Request, **more: Any
    ) -> bool:
        """Return whether the code was sent to this very address."""
        return bool(request.granted.redirect_uri == redirect_uri)

    def invalidate_authorization_code(self, client_id: str, code: str, request: Request, **more: Any) -> None:
        """Do nothing: the code was marked when its tokens were saved."""

    # ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def save_bearer_token(self, token: dict[str, Any], request: Request, **more: Any) -> None:
        """Keep what a code or a refresh token gave; a refresh that came twice is answered as it was the first time."""
        if request.grant_type == "authorization_code":
            code: AuthorizationCode = request.granted
            code.connection = Connection.objects.create(
                company_id=code.membership.company_id,
                membership_id=code.membership_id,
                client_id=code.application_id,
                scope=code.scope,
            )
            code.save(update_fields=["connection"])
            self._save_pair(token, code.connection)
            return
        if request.grant_type == CLIENT_CREDENTIALS:
            self._save_access(token, request.granted)
            services.drop_oldest_tokens(request.granted)
            return
        used: RefreshToken = request.presented
        if used.used_at is not None:
            token.update(request.answered)
            return
        AccessToken.objects.filter(connection=used.connection_id).delete()
        self._save_pair(token, used.connection)
        sealed = tokens.seal(token, token=request.refresh_token, row_id=used.pk)
        used.write(used_at=clock.now(), answer=sealed)

    def validate_refresh_token(self, refresh_token: str, client: Client, request: Request, **more: Any) -> bool:
        """Return whether the client may have new tokens for a refresh token.

        For ten seconds after its use it gets the same tokens again, if it asks for the same: two of its threads may
        have asked at once. Any other second use, even of a token whose successor was used, ends the connection.
        """
        checksum = digest(refresh_token)
        # All who make or end tokens of the connection wait for its row here; what is read after that stays true.
        rows = Connection.objects.select_for_update(of=("self",)).filter(client=client, revoked_at__isnull=True)
        connection = rows.filter(refresh_tokens__token_checksum=checksum).first()
        if connection is None:
            return False
        found = RefreshToken.objects.filter(token_checksum=checksum, connection=connection).first()
        if found is None or not Membership.objects.active().filter(pk=connection.membership_id).exists():
            return False
        now = clock.now()
        found.connection, request.presented, request.user = connection, found, connection.membership_id
        if found.used_at is None:
            return bool(found.expires > now)
        answered = self._same_answer(found, refresh_token) if found.used_at > now - services.ANSWER_KEPT else None
        if answered is None:
            services.end(connection.pk)
            return False
        request.answered = answered
        return set((request.scope or connection.scope).split()) == set(answered["scope"].split())

    def get_original_scopes(self, refresh_token: str, request: Request, **more: Any) -> list[str]:
        """Return what the member allowed, however little the last refresh asked for."""
        allowed: list[str] = request.presented.connection.scopes
        return allowed

    def revoke_token(self, token: str, token_type_hint: str, request: Request, **more: Any) -> None:
        """End the connection of one of the client's own tokens, whichever of its tokens it is.

        Of a service account only the token ends: the client may have another one at any time.
        """
        for model in (AccessToken, RefreshToken):
            rows = model.objects.filter(token_checksum=digest(token), connection__client=request.client)
            found = rows.select_related("connection").first()
            if found is not None and found.connection.is_service:
                found.delete()
            elif found is not None:
                services.end(found.connection_id)

    def introspect_token(
        self, token: str, token_type_hint: str, request: Request, **more: Any
    ) -> dict[str, Any] | None:
        """Return what one of the client's own access tokens may do until when; None for any other."""
        found = services.find(token)
        if found is None or found.connection.client_id != request.client.pk or found.is_expired:
            return None
        if not found.membership.can_act:
            return None
        return {
            "scope": found.scope,
            "client_id": request.client.client_id,
            "token_type": "Bearer",
            "exp": int(found.expires.timestamp()),
            "iat": int(found.created_at.timestamp()),
            "sub": str(found.membership.pk),
            "iss": settings.PUBLIC_BASE_URL,
        }

    def _save_access(self, token: dict[str, Any], connection: Connection) -> None:
        AccessToken.objects.create(
            connection=connection,
            token_checksum=digest(token["access_token"]),
            scope=token["scope"],
            expires=clock.now() + timedelta(seconds=token["expires_in"]),
        )

    def _save_pair(self, token: dict[str, Any], connection: Connection) -> None:
        self._save_access(token, connection)
        RefreshToken.objects.create(
            connection=connection,
            token_checksum=digest(token["refresh_token"]),
            expires=clock.now() + timedelta(days=settings.OAUTH_REFRESH_DAYS),
        )

    def _same_answer(self, used: RefreshToken, refresh_token: str) -> dict[str, Any] | None:
        """Return what the first use was answered; None when that is over, or its tokens were used in their turn."""
        if not used.answer:
            return None
        answer = tokens.unseal(used.answer, token=refresh_token, row_id=used.pk)
        successor = RefreshToken.objects.filter(
            token_checksum=digest(answer["refresh_token"]), connection=used.connection_id, used_at__isnull=True
        )
        return answer if successor.exists() else None
