"""Keys to vendors: adding members, pasting and checking keys, choosing whose key does what.

A key is stored encrypted, checked against the vendor on save and never shown again.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from django.conf import settings
from django.db import transaction

from integrations import installations, keys, outbound, registry
from integrations.base import Integration
from integrations.models import Credential, Installation
from integrations.outbound import vendor_task
from recruiting.companies.models import Membership
from recruiting.foundation import clock, memo, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorError, VendorForbidden, VendorUnreached
from recruiting.outbox.tasks import Attempt, Retry, RetryAt

CHECK_AGAIN = timedelta(minutes=10)

State = Credential.State


@dataclass(frozen=True)
class KeyResult:
    """How pasting one key went: the credential, one sentence, and whether it can be used now."""

    credential: Credential
    sentence: str
    accepted: bool


class ForeignKeyOwner(Conflict):
    """The key works, and belongs to another address than the member's; it may be saved anyway."""

    code = "key_of_somebody_else"


def add_members(*, installation: Installation, members: Sequence[Membership], by: Membership) -> list[Credential]:
    """List people who will get a key; listing somebody twice changes nothing. Raises NotFound for service accounts."""
    installations.require_manager(by, of=installation.company_id)
    if not all(member.works_at(installation.company_id) for member in members):
        raise NotFound("There is no such active member in your company.")
    added = []
    for member in members:
        credential, _ = Credential.objects.get_or_create(
            installation=installation, membership=member, defaults={"company_id": installation.company_id}
        )
        added.append(credential)
    return added


def remove_member(*, credential: Credential, by: Membership) -> None:
    """Forget a member's key. What they sent runs on. Raises Conflict for the primary one."""
    with transaction.atomic():
        installation = Installation.objects.select_for_update().get(pk=credential.installation_id)
        installations.require_manager(by, of=installation.company_id)
        if installation.primary_credential_id == credential.pk:
            whose = credential.membership.name if credential.membership else "The company"
            raise Conflict(f"{whose} is the Primary User. Choose another one first.", code="is_primary")
        Credential.objects.filter(pk=credential.pk).delete()
        installations.keys_changed(installation)


def save_key(
    *, installation: Installation, member: Membership, secret: str, by: Membership, accept_other_owner: bool = False
) -> KeyResult:
    """Save a member's key: an Administrator for anybody listed, a member for themselves.

    The vendor is asked whose key it is, outside any transaction. When it does not answer, the key is kept as *not
    checked yet* and asked again within ten minutes.

    Args:
        installation: over which connection.
        member: whose key it is.
        secret: the key as pasted; surrounding blanks are dropped.
        by: who pastes it.
        accept_other_owner: save it although the vendor knows its owner by another address.

    Raises:
        NotAllowed: when a member pastes somebody else's key, or is not listed.
        InvalidInput: when the key is empty, or the vendor does not accept it.
        Conflict: when another member has this very key.
        ForeignKeyOwner: when the vendor knows the owner by another address.
    """
    if member.pk != by.pk:
        installations.require_manager(by, of=installation.company_id)
    elif (
        not by.is_administrator and not Credential.objects.filter(installation=installation, membership=member).exists()
    ):
        raise NotAllowed("Ask an Administrator to add you to the users of this integration first.")
    return _save(installation, member, secret, accept_other_owner=accept_other_owner)


def save_company_key(
    *,
    installation: Installation,
    secret: str,
    by: Membership,
    beside: Mapping[str, object] | None = None,
    label: str | None = None,
) -> KeyResult:
    """Save the key of the company itself, for vendors whose keys are an organization's; the vendor is asked first.

    Args:
        installation: over which connection.
        secret: the key as pasted.
        by: who pastes it.
        beside: options (`installations.configure`) that are tried and kept together with the key, such as `base_url`.
        label: what the connection is called from then on, kept with the key as well; None to leave it.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        InvalidInput: when the key or the address is missing or cannot be, the vendor does not accept the key, or the
            label is refused.
        Conflict: when a member has this very key.
    """
    installations.require_manager(by, of=installation.company_id)
    chosen = dict(beside or {})
    integration = registry.get(installation.integration)
    if integration is not None and integration.needs_base_url and not installation.base_url_override:
        # Written anew, so that key and address stay those that were tried together.
        chosen.setdefault("base_url", installation.settings.get("base_url", ""))
    return _save(installation, None, secret, beside=installations.clean_options(installation, chosen), label=label)


def of_company(installation: Installation) -> Credential | None:
    """Return the company's own key whatever the vendor said of it, or None; a page reads all of a company's once."""
    rows = Credential.objects.filter(company=installation.company_id, membership__isnull=True)
    keys = memo.once(("company keys", installation.company_id), lambda: {key.installation_id: key for key in rows})
    found = keys.get(installation.pk)
    if found is not None:
        found.installation = installation
    return found


def forget_company_key(*, installation: Installation) -> None:
    """Forget the company's own key; whoever may decide that is the integration's rule."""
    with transaction.atomic():
        locked = Installation.objects.select_for_update().get(pk=installation.pk)
        Credential.objects.filter(installation=locked, membership__isnull=True).delete()
        locked.refresh_from_db()
        installations.keys_changed(locked)


def store_issued(*, installation: Installation, member: Membership | None, secret: str) -> Credential:
    """Keep a key that the vendor's sandbox has just issued for the demo company (or one of it); nobody is asked."""
    issued = Credential(
        company_id=installation.company_id,
        installation=installation,
        membership=member,
        secret=secret,
        account_name=member.name if member else "",
        account_email=member.email if member else "",
    )
    return _store(issued, fingerprint=_fingerprint(installation, secret), state=State.ACCEPTED)


def own(installation: Installation, member: Membership) -> Credential | None:
    """Return the member's own usable key, or None. A person's acts use nothing else."""
    return Credential.objects.filter(installation=installation, membership=member).usable().first()


def for_unattended(installation: Installation, *, sender: Membership | None) -> list[Credential]:
    """Return the keys for unattended work about one request: the sender's, then the primary one, without doubles."""
    found: list[Credential] = []
    if sender is not None and (own_key := own(installation, sender)):
        found.append(own_key)
    if installation.primary_credential_id is not None:
        primary = Credential.objects.filter(pk=installation.primary_credential_id).usable().first()
        if primary is not None and primary not in found:
            found.append(primary)
    return found


def holders(installation: Installation) -> list[Membership]:
    """Return the members whose keys work: those who can help."""
    usable = Credential.objects.filter(installation=installation, membership__isnull=False).usable()
    return [c.membership for c in usable.select_related("membership__user").order_by("id")[:10] if c.membership]


@vendor_task("integrations.check_credential", about="credential", order_by="credential")
def check(attempt: Attempt) -> None:
    """Ask the vendor about a key that could not be checked when it was saved."""
    credential = (
        Credential.objects.select_related("installation", "membership__user")
        .filter(pk=attempt.payload["credential"], state=State.UNCHECKED)
        .first()
    )
    if credential is None:
        return
    if registry.get(credential.installation.integration) is None:
        return
    changes: Mapping[str, object]
    asked_at = installations.base_url(credential.installation)
    try:
        with outbound.handle_vendor_errors(credential.installation):
            try:
                keys.check(credential)
            except VendorAuthFailed:
                changes = {"state": State.REFUSED}
            else:
                changes = {
                    "state": State.ACCEPTED,
                    "account_id": credential.account_id,
                    "account_name": credential.account_name,
                    "account_email": credential.account_email,
                }
    except Retry as reason:
        named = type(reason.__cause__).__name__
        raise RetryAt(clock.machine_now() + CHECK_AGAIN, str(reason), error_class=named) from reason
    with transaction.atomic():
        locked = Installation.objects.select_for_update().get(pk=credential.installation_id)
        if installations.base_url(locked) != asked_at:
            raise RetryAt(clock.machine_now(), "The vendor's address was changed.")
        Credential.objects.filter(pk=credential.pk, secret_digest=credential.secret_digest).update(
            checked_at=clock.now(), **changes
        )
        if changes["state"] == State.ACCEPTED and locked.primary_credential_id is None:
            installations.choose_primary(installation=locked, credential=credential, by=None)
        installations.keys_changed(locked)


def _save(
    installation: Installation,
    member: Membership | None,
    pasted: str,
    *,
    accept_other_owner: bool = False,
    beside: Mapping[str, object] = MappingProxyType({}),
    label: str | None = None,
) -> KeyResult:
    """Ask the vendor about a pasted key, outside any transaction, and write it unless it is refused."""
    secret = text.one_line(pasted)
    _require_pasted_whole(secret)
    fingerprint = _fingerprint(installation, secret)
    _require_own(installation, member, fingerprint)
    integration = registry.get(installation.integration)
    assert integration is not None
    tried = copy(installation)
    tried.settings, tried.label = {**installation.settings, **beside}, label or installation.label
    candidate = Credential(company_id=installation.company_id, installation=tried, membership=member, secret=secret)
    state = _asked(integration, candidate)
    owner = candidate.account_email
    vendor = tried.name
    if state == State.UNCHECKED:
        stuck = f"{member.short_name} cannot send" if member else "nothing is sent"
        where, what = "", "The key is"
        if "base_url" in beside:
            where, what = f" at {installations.base_url(tried)}", "Address and key are"
        sentence = (
            f"{vendor} didn't answer{where}. {what} saved and checked again within 10 minutes; until then {stuck}."
        )
    elif member is None:
        sentence = f"{vendor} accepts this key."
    elif owner and text.email_key(owner) != text.email_key(member.email) and not accept_other_owner:
        raise ForeignKeyOwner(f"This key belongs to {owner}, not {member.email}.")
    else:
        sentence = f"Accepted: {candidate.account_name or owner or member.name} in {vendor}."
    credential = _store(candidate, fingerprint=fingerprint, state=state, beside=beside, label=label)
    installation.settings = tried.settings
    if state == State.ACCEPTED:
        outbound.note_heard(installation)
    return KeyResult(credential=credential, sentence=sentence, accepted=state == State.ACCEPTED)


def _store(
    candidate: Credential,
    *,
    fingerprint: str,
    state: Credential.State,
    beside: Mapping[str, object] = MappingProxyType({}),
    label: str | None = None,
) -> Credential:
    """Write a key with what is kept beside it; the first accepted key of a connection becomes the primary one."""
    with transaction.atomic():
        locked = Installation.objects.select_for_update().get(pk=candidate.installation_id)
        installations.write_choices(locked, {**locked.settings, **beside}, label=label)
        credential, _ = Credential.objects.select_for_update().get_or_create(
            installation=locked, membership=candidate.membership, defaults={"company_id": locked.company_id}
        )
        owner_before = credential.account_email
        credential.secret, credential.secret_digest = candidate.secret, fingerprint
        credential.last4, credential.state = candidate.secret[-4:], state
        credential.checked_at = clock.now() if state == State.ACCEPTED else None
        credential.account_id = candidate.account_id
        credential.account_name = candidate.account_name
        credential.account_email = candidate.account_email
        with translate_integrity_errors({"credential_key_once": _of_somebody_else()}):
            credential.save()
        if state == State.UNCHECKED:
            check.enqueue(credential)
        elif locked.primary_credential_id is None:
            installations.choose_primary(installation=locked, credential=credential, by=None)
        elif locked.primary_credential_id == credential.pk and owner_before not in ("", credential.account_email):
            # The same member with another of the vendor's accounts: what hung on the old one has to move as well.
            integration = registry.get(locked.integration)
            if integration is not None:
                integration.primary_changed(locked, before=credential)
        installations.keys_changed(locked)
    return credential


def _asked(integration: Integration, candidate: Credential) -> Credential.State:
    """Ask the vendor about a pasted key. Raises InvalidInput when it does not accept it."""
    try:
        keys.check(candidate)
    except VendorAuthFailed as error:
        refused = f"{candidate.installation.name} does not accept this key."
        if isinstance(error.__cause__, VendorForbidden):
            refused = f"{refused} It says: {error}"
        elif candidate.membership_id:
            refused = f"{refused} Copy it again, without spaces."
        raise InvalidInput(fields={"secret": refused}) from None
    except VendorUnreached as error:
        if error.is_refused_address and integration.needs_base_url:
            raise InvalidInput(fields={"base_url": "That address is not on the public internet."}) from None
        return State.UNCHECKED
    except VendorError:
        return State.UNCHECKED
    return State.ACCEPTED


def _require_pasted_whole(secret: str) -> None:
    if not secret or any(character.isspace() for character in secret) or len(secret) > 200:
        raise InvalidInput(fields={"secret": "Copy the key again, without spaces."})
    odd = next((character for character in secret if not "!" <= character <= "~"), "")
    if odd:
        # No HTTP header carries it, so that the vendor would never be asked.
        raise InvalidInput(fields={"secret": f"No key holds “{odd}”. Copy the key again, from where it is shown."})


def _require_own(installation: Installation, member: Membership | None, fingerprint: str) -> None:
    same = Credential.objects.filter(installation=installation, secret_digest=fingerprint)
    other = same.select_related("membership__user").first()
    if other is not None and other.membership != member:
        whose = other.membership.short_name if other.membership else "the company"
        raise Conflict(f"This is {whose}'s key. Each user needs their own.", code="key_of_somebody_else")


def _of_somebody_else() -> Conflict:
    return Conflict("Another user has this key. Each user needs their own.", code="key_of_somebody_else")


def _fingerprint(installation: Installation, secret: str) -> str:
    key = f"{settings.SECRET_KEY}:{installation.pk}".encode()
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()
