"""Registering clients, letting them in, and taking that back.

What the protocol asks is in `validator`; the rules about people and companies are here. Revoking deletes the tokens of
a connection, so that nothing has to look twice.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from recruiting import events
from recruiting.api import scopes as registry
from recruiting.api import services as api
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership, MembershipQuerySet, User
from recruiting.connected_apps import tokens
from recruiting.connected_apps.models import (
    AccessToken,
    AuthorizationCode,
    Client,
    Connection,
    ConnectionQuerySet,
    ConnectPolicy,
    RefreshToken,
)
from recruiting.foundation import clock, text
from recruiting.foundation.compiled import compiled
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.foundation.http import HOST_NAME
from recruiting.foundation.permissions import CompanyRole
from recruiting.foundation.tokens import digest

ANSWER_KEPT = timedelta(seconds=10)
CODE_KEPT = timedelta(days=1)
UNVERIFIED_KEPT = timedelta(days=7)
MOST_CLIENTS = 50
MOST_SERVICE_TOKENS = 100
MOST_ADDRESSES = 10
_NOT_OFFERED = {"settings:read", "webhooks:read"}
LONGEST_ADDRESS = 1000
# Without [::1], which no Content-Security-Policy can name: browsers would not go there from the page of consent.
LOOPBACK = ("127.0.0.1", "localhost")


# ── Clients ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def register_client(
    *,
    company: Company | None,
    name: str,
    redirect_uris: str,
    is_confidential: bool,
    by: Membership | None,
    is_unverified: bool = False,
) -> tuple[Client, str]:
    """Register a program that may ask members to let it in.

    Args:
        company: whose members it may ask; None for everybody's (platform staff alone).
        name: what people read, up to 80 characters.
        redirect_uris: where it may be answered, one address a line.
        is_confidential: whether it can keep a secret: it runs on a server, not on people's devices.
        by: the Administrator, or None for platform staff.
        is_unverified: whether it registers itself, and nobody has looked who it is.

    Returns:
        The client and its secret, which is kept nowhere; "" for a public one.

    Raises:
        NotAllowed, NotFound: when `by` may not manage the company.
        InvalidInput: for an empty name, or addresses that cannot be used.
        Conflict: when the company has 50 already.
    """
    if by is not None:
        assert company is not None
        require_administrator(by, of=company.pk)
    fields = _checked(name, redirect_uris)
    secret = tokens.client_secret() if is_confidential else ""
    with transaction.atomic():
        if company is not None:
            Company.objects.select_for_update(no_key=True).get(pk=company.pk)
            if Client.objects.of_company(company).count() >= MOST_CLIENTS:
                raise Conflict(f"There are {MOST_CLIENTS} apps. Remove one that nobody needs.", code="too_many_clients")
        client = Client.objects.create(
            company=company,
            client_id=secrets.token_urlsafe(24),
            client_type=Client.CLIENT_CONFIDENTIAL if is_confidential else Client.CLIENT_PUBLIC,
            client_secret=digest(secret) if secret else "",
            registered_by=by,
            is_unverified=is_unverified,
            **fields,
        )
    return client, secret


def change_client(*, client: Client, name: str, redirect_uris: str, by: Membership | None) -> Client:
    """Change what a client is called and where it may be answered. Raises what `register_client` does."""
    fields = _checked(name, redirect_uris)
    with transaction.atomic():
        return _locked(client, by).write(**fields)


def rotate_secret(*, client: Client, by: Membership | None) -> tuple[Client, str]:
    """Give a confidential client another secret; the one before stops working now, as do tokens of a service account.

    Returns:
        The client and its secret, which is kept nowhere.

    Raises:
        NotAllowed, NotFound: when `by` may not manage the company.
        Conflict: for a public client, which has none.
    """
    with transaction.atomic():
        locked = _locked(client, by)
        if not locked.is_confidential:
            raise Conflict(f"{locked.name} is a public app, so it has no secret.", code="no_secret")
        secret = tokens.client_secret()
        locked.write(client_secret=digest(secret))
        # What the secret alone gave: whoever has stolen it has these. Who asks for one meanwhile holds the row.
        alone = Connection.objects.filter(client=locked, is_service=True).alive()
        ids = list(alone.select_for_update(of=("self",)).values_list("pk", flat=True))
        AccessToken.objects.filter(connection__in=ids).delete()
        return locked, secret


def remove_client(*, client: Client, by: Membership | None) -> Client:
    """Take a client out of use for good, and all that members let it do; doing it twice changes nothing."""
    with transaction.atomic():
        locked = _locked(client, by)
        if locked.removed_at is None:
            locked.write(removed_at=clock.now())
            _revoke(Connection.objects.filter(client=locked))
    return locked


def offered_scopes() -> list[str]:
    """Return what a client should ask for that was told nothing else, and what an unverified one may at most."""
    return [name for name in registry.names() if name.endswith(":read") and name not in _NOT_OFFERED]


def unused_clients() -> QuerySet[Client]:
    """Return the unverified clients that nobody ever let in."""
    connected = Exists(Connection.objects.filter(client=OuterRef("pk")))
    found: QuerySet[Client] = Client.objects.filter(~connected, is_unverified=True)
    return found


def forget_unused_clients() -> int:
    """Delete unverified clients that for a week nobody let in, or left in; return how many."""
    since = clock.now() - UNVERIFIED_KEPT
    in_use = Connection.objects.filter(Q(revoked_at__isnull=True) | Q(revoked_at__gt=since), client=OuterRef("pk"))
    with transaction.atomic():
        old = Client.objects.filter(~Exists(in_use), is_unverified=True, created_at__lte=since)
        ids = list(old.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)[:500])
        Client.objects.filter(pk__in=ids).delete()
    return len(ids)


# ── Who may let apps in ──────────────────────────────────────────────────────────────────────────────────────────────
def everyone_may_connect(company: Company) -> bool:
    """Return whether every member may let apps in, and not Administrators alone."""
    return ConnectPolicy.objects.filter(company=company, everyone=True).exists()


def set_policy(*, company: Company, everyone: bool, by: Membership) -> ConnectPolicy:
    """Say who may let apps in from now on; what was let in stays. Raises NotAllowed, NotFound as `register_client`."""
    require_administrator(by, of=company.pk)
    policy, _ = ConnectPolicy.objects.update_or_create(company=company, defaults={"everyone": everyone})
    return policy


def members_asked(*, user: User, client: Client) -> MembershipQuerySet:
    """Return a person's memberships of the companies that a client may ask, in the order of their names."""
    members = Membership.objects.active().filter(user=user).select_related("company", "user")
    if client.company_id is not None:
        members = members.filter(company=client.company_id)
    return members.order_by("company__name", "company")


def members_who_may_connect(*, user: User, client: Client) -> list[Membership]:
    """Return as whom a person may let a client in: by company, in the order of their names."""
    by_everyone = ConnectPolicy.objects.filter(everyone=True).values("company")
    may = Q(role=CompanyRole.ADMINISTRATOR) | Q(company__in=by_everyone)
    return list(members_asked(user=user, client=client).filter(may))


# ── Connections ──────────────────────────────────────────────────────────────────────────────────────────────────────
def connections_of(*, company: Company, membership: Membership | None = None) -> QuerySet[Connection]:
    """Return what was let into a company and not taken back: all of it, or one member's."""
    rows = Connection.objects.for_company(company).alive()
    rows = rows.select_related("client", "membership__user", "allowed_by__user")
    return rows.filter(membership=membership) if membership else rows


def revoke(*, connection: Connection, by: Membership) -> None:
    """Take back what a member allowed: its tokens stop working now; doing it twice changes nothing.

    Raises:
        NotFound: when the connection is another company's, or a colleague's and `by` is no Administrator.
    """
    allowed = Connection.objects.for_company(by.company)
    if not by.is_administrator:
        allowed = allowed.filter(membership=by)
    if not allowed.filter(pk=connection.pk).exists():
        raise NotFound("There is no such app.")
    end(connection.pk)


def end(connection_id: UUID) -> None:
    """Make all tokens of a connection stop working now."""
    with transaction.atomic():
        _revoke(Connection.objects.filter(pk=connection_id))


def member_deactivated(event: events.MembershipDeactivated) -> None:
    """End what the member let in, codes on their way included: it stays ended when the member is let in again."""
    # One that is exchanged now is held by whoever waits for the member, and then refuses it.
    codes = AuthorizationCode.objects.filter(membership=event.membership_id)
    waiting = codes.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)
    AuthorizationCode.objects.filter(pk__in=list(waiting)).delete()
    _revoke(Connection.objects.filter(membership=event.membership_id))


def account_secured(event: events.PasswordChanged | events.AccountDeactivated) -> None:
    """End what the person let in, codes on their way included: whoever knew the old password may have done it."""
    AuthorizationCode.objects.filter(membership__user=event.user_id).delete()
    _revoke(Connection.objects.filter(membership__user=event.user_id))


# ── Clients that work by themselves ──────────────────────────────────────────────────────────────────────────────────
def connectable_clients(company: Company) -> QuerySet[Client]:
    """Return the company's own clients that may be connected to a service account, by name."""
    taken = Connection.objects.for_company(company).alive().filter(is_service=True).values("client")
    own = Client.objects.of_company(company).filter(client_type=Client.CLIENT_CONFIDENTIAL)
    found: QuerySet[Client] = own.exclude(pk__in=taken).order_by("name", "id")
    return found


def connect_account(*, client: Client, account: Membership, scopes: Collection[str], by: Membership) -> Connection:
    """Let a client work by itself, with its own credentials, as a service account and as nobody else.

    Args:
        client: a confidential one that the company registered.
        account: the service account.
        scopes: what it may ask for at most.
        by: the Administrator.

    Raises:
        NotAllowed, NotFound: when `by` may not manage the company, or it has no such app or active service account.
        InvalidInput: for no or unknown permissions.
        Conflict: for a public client, or one that is connected to a service account already.
    """
    require_administrator(by, of=account.company_id)
    wrong = set(scopes) - set(registry.names())
    if wrong or not scopes:
        raise InvalidInput(fields={"scopes": "Choose at least one permission of the list."})
    taken = Conflict(f"{client.name} works as a service account already. Revoke that first.", code="client_taken")
    with transaction.atomic():
        locked = _locked(client, by)
        if not locked.is_confidential:
            raise Conflict(f"{locked.name} is a public app: it cannot prove who it is.", code="public_client")
        accounts = Membership.objects.for_company(by.company).service_accounts().filter(is_active=True)
        # Whoever deactivates it meanwhile waits for us and then ends the connection, or we see it here.
        if accounts.select_for_update(of=("self",), no_key=True).filter(pk=account.pk).first() is None:
            raise NotFound("There is no such active service account in your company.")
        with translate_integrity_errors({"connection_one_account_of_client": taken}):
            return Connection.objects.create(
                company_id=by.company_id,
                membership=account,
                client=locked,
                scope=" ".join(name for name in registry.names() if name in scopes),
                is_service=True,
                allowed_by=by,
            )


def lock_account_of(client: Client) -> Connection | None:
    """Return what lets a client that has just proved who it is work by itself, locked; None when nothing does (now).

    Whoever revokes it, deactivates the account or changes the secret waits for the row, or we see it here.
    """
    rows = Connection.objects.filter(client=client, is_service=True).alive().select_for_update(of=("self",))
    found: Connection | None = rows.first()
    if found is None or not Membership.objects.acting().service_accounts().filter(pk=found.membership_id).exists():
        return None
    proved = Client.objects.filter(pk=client.pk, client_secret=client.client_secret, removed_at__isnull=True)
    return found if client.is_confidential and proved.exists() else None


def drop_oldest_tokens(connection: Connection) -> None:
    """Keep the newest tokens of a client that works by itself: one that asks for each call may not fill the table."""
    newest = AccessToken.objects.filter(connection=connection).order_by("-id").values_list("pk", flat=True)
    AccessToken.objects.filter(pk__in=list(newest[MOST_SERVICE_TOKENS:])).delete()


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def find(token: str) -> AccessToken | None:
    """Return the row of an access token with its member and company; None when it is none of ours."""
    return next(iter(_with_checksum(digest(token))), None)


@compiled
def _with_checksum(given: str) -> QuerySet[AccessToken]:
    joined = ("connection__client", "connection__membership__user", "connection__membership__company")
    found = AccessToken.objects.filter(token_checksum=given, connection__client__removed_at__isnull=True)
    return found.select_related(*joined)


def note_use(token: AccessToken) -> None:
    """Remember that a connection was used, as the API does of its own tokens."""
    api.note_use(token.connection)


def forget() -> None:
    """Drop what is over: answers to refreshes, codes and tokens, and connections and clients that nobody uses."""
    now = clock.now()
    RefreshToken.objects.filter(used_at__lte=now - ANSWER_KEPT).exclude(answer="").update(answer="")
    AuthorizationCode.objects.filter(expires__lte=now - CODE_KEPT).delete()
    AccessToken.objects.filter(expires__lte=now).delete()
    RefreshToken.objects.filter(expires__lte=now, used_at__isnull=False).delete()
    with transaction.atomic():
        usable = RefreshToken.objects.filter(expires__gt=now, used_at__isnull=True).values("connection")
        _revoke(Connection.objects.filter(is_service=False).exclude(pk__in=usable))
    forget_unused_clients()


def _revoke(connections: ConnectionQuerySet) -> None:
    """Revoke connections that still work, in the open transaction.

    Whoever makes tokens of a connection holds its row: they wait for us, or we for them and then see their tokens.
    """
    # In one order: who ends those of a client and who ends those of a member must not wait for each other.
    rows = connections.alive().order_by("pk").select_for_update(of=("self",))
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        Connection.objects.filter(pk__in=ids).update(revoked_at=clock.now())
        AccessToken.objects.filter(connection__in=ids).delete()
        RefreshToken.objects.filter(connection__in=ids).delete()


def _locked(client: Client, by: Membership | None) -> Client:
    rows = Client.objects.select_for_update(of=("self",))
    if by is not None:
        require_administrator(by)
        rows = rows.of_company(by.company)
    found = rows.filter(pk=client.pk).first()
    if found is None:
        raise NotFound("There is no such app in your company.")
    return found


def _checked(name: str, redirect_uris: str) -> dict[str, str]:
    name, addresses = text.one_line(name), redirect_uris.split()
    fields = {}
    if not name:
        fields["name"] = "Enter a name."
    elif len(name) > 80:
        fields["name"] = "A name holds up to 80 characters."
    if wrong := wrong_addresses(addresses):
        fields["redirect_uris"] = wrong
    if fields:
        raise InvalidInput(fields=fields)
    return {"name": name, "redirect_uris": "\n".join(addresses)}


def wrong_addresses(addresses: Sequence[str]) -> str:
    """Return what is wrong with addresses to return to, "" when all can be used."""
    if not addresses:
        return "Enter at least one address."
    if len(addresses) > MOST_ADDRESSES:
        return f"An app has up to {MOST_ADDRESSES} addresses."
    wrong = next((address for address in addresses if not is_return_address(address)), None)
    if wrong is None:
        return ""
    return f"{wrong[:80]} cannot be used. Enter https:// addresses, or http:// ones of 127.0.0.1 or localhost."


def is_return_address(address: str) -> bool:
    """Return whether a browser may be sent there with a code: over TLS, or to the person's own machine (RFC 8252)."""
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if len(address) > LONGEST_ADDRESS or not address.isascii() or not address.isprintable() or "\\" in address:
        return False
    if "#" in address or "@" in parts.netloc or parts.netloc.endswith(":") or host is None:
        return False
    if parts.scheme == "http":
        return host in LOOPBACK
    return parts.scheme == "https" and (host in LOOPBACK or bool(HOST_NAME.match(host)))
