"""Making, recognizing and revoking personal tokens."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from recruiting.api import scopes as registry
from recruiting.api.models import ApiToken, ApiTokenQuerySet
from recruiting.companies.models import Membership
from recruiting.foundation import clock, text
from recruiting.foundation.compiled import compiled
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import Action
from recruiting.foundation.tokens import digest

PREFIX = "tl_"
LIFETIMES = (30, 90, 365)
MAX_USABLE = 50
USE_NOTED_EVERY = timedelta(minutes=1)


def create_token(*, membership: Membership, name: str, scopes: Collection[str], days: int) -> tuple[ApiToken, str]:
    """Make a token that acts as `membership` within `scopes`.

    Args:
        membership: whose eyes and hands it has.
        name: what its owner calls it, up to 80 characters.
        scopes: names out of `scopes.names`.
        days: how long it works; one of `LIFETIMES`.

    Returns:
        The row and the token itself, which is kept nowhere.

    Raises:
        NotAllowed: for a member who was deactivated, and for a service account.
        InvalidInput: for an empty name, no or unknown scopes, another lifetime.
        Conflict: when the member has 50 usable tokens already.
    """
    if not membership.is_person:
        raise NotAllowed(f"{membership.name} is a service account: apps get tokens for it with their own secret.")
    if not membership.can_sign_in:
        raise NotAllowed(f"{membership.name} is deactivated, so no token can act for them.")
    name = text.one_line(name)
    _require_fields(name, scopes, days)
    now = clock.now()
    token = f"{PREFIX}{secrets.token_urlsafe(32)}"
    with transaction.atomic():
        Membership.objects.select_for_update().get(pk=membership.pk)
        if ApiToken.objects.filter(membership=membership).usable(now=now).count() >= MAX_USABLE:
            raise Conflict(f"You have {MAX_USABLE} tokens. Revoke one that you no longer need.", code="too_many_tokens")
        made = ApiToken.objects.create(
            company_id=membership.company_id,
            membership=membership,
            name=name,
            scopes=[name for name in registry.names() if name in scopes],
            digest=digest(token),
            last4=token[-4:],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    return made, token


def revoke(*, token: ApiToken, by: Membership) -> ApiToken:
    """Make a token stop working now; one that is revoked already stays as it is.

    Raises:
        NotFound: when the token is another company's, or a colleague's and `by` may not manage the company.
    """
    allowed = ApiToken.objects.for_company(by.company)
    if not by.can(Action.MANAGE_COMPANY):
        allowed = allowed.filter(membership=by)
    with transaction.atomic():
        locked = allowed.select_for_update().filter(pk=token.pk).first()
        if locked is None:
            raise NotFound("There is no such token.")
        return _revoke(locked)


def revoke_as_staff(*, token: ApiToken) -> ApiToken:
    """Make any company's token stop working now (platform staff)."""
    with transaction.atomic():
        return _revoke(ApiToken.objects.select_for_update().get(pk=token.pk))


def revoke_of_member(*, membership_id: UUID) -> int:
    """Make all tokens of a membership stop working for good; return how many."""
    return _revoke_all(ApiToken.objects.filter(membership_id=membership_id))


def revoke_of_user(*, user_id: UUID) -> int:
    """Make all tokens of a person, in every company, stop working for good; return how many."""
    return _revoke_all(ApiToken.objects.filter(membership__user_id=user_id))


def find(token: str) -> ApiToken | None:
    """Return the row of a token with its membership, user and company; None when it is not one of ours.

    Expired, revoked and deactivated ones are returned too: whoever holds the token may be told which of them it is.
    """
    return next(iter(_with_digest(digest(token))), None)


@compiled
def _with_digest(given: str) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(digest=given).select_related("membership__user", "membership__company")


def note_use(row: Any) -> None:
    """Remember in `last_used_at` of a token, or of what stands for several, that it was used; once a minute at most."""
    now = clock.now()
    if row.last_used_at is not None and row.last_used_at > now - USE_NOTED_EVERY:
        return
    due = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - USE_NOTED_EVERY)
    type(row).objects.filter(due, pk=row.pk).update(last_used_at=now)


def _revoke(token: ApiToken) -> ApiToken:
    return token if token.revoked_at else token.write(revoked_at=clock.now())


def _revoke_all(tokens: ApiTokenQuerySet) -> int:
    return tokens.filter(revoked_at__isnull=True).update(revoked_at=clock.now())


def _require_fields(name: str, scopes: Collection[str], days: int) -> None:
    fields = {}
    if not name:
        fields["name"] = "Enter a name."
    elif len(name) > 80:
        fields["name"] = "A name holds up to 80 characters."
    unknown = sorted(set(scopes) - set(registry.names()))
    if unknown:
        fields["scopes"] = f"{unknown[0]} is not a permission. There are {', '.join(registry.names())}."
    elif not scopes:
        fields["scopes"] = "Choose at least one permission."
    if days not in LIFETIMES:
        fields["days"] = "Choose 30, 90 or 365 days."
    if fields:
        raise InvalidInput(fields=fields)
