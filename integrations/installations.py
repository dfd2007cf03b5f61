"""A company's connections: finding or making them, switching them on and off, choosing the primary user."""

from collections.abc import Mapping
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import ProtectedError, QuerySet
from django.utils.crypto import salted_hmac

from integrations import registry
from integrations.base import Integration
from integrations.models import Credential, Installation
from recruiting import events
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import http, limits, memo, text
from recruiting.foundation.compiled import compiled
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed
from recruiting.outbox import messages

MOST = 20
"""How many connections of one kind a company can have."""
STAYS = "Requests were sent over it, so it stays. Turn it off instead."
"""Why a connection is not removed."""
require_manager = partial(require_administrator, rule="Only Administrators manage integrations", thing="connection")


def find(company: Company, integration: str) -> Installation | None:
    """Return the company's connection, or None before its first settings were saved; of several the first by label."""
    return next(iter(all_of(company, integration)), None)


def all_of(company: Company, integration: str) -> list[Installation]:
    """Return the company's connections of one integration by label."""
    all_there = memo.once(("installations", company.pk), partial(_by_label, company))
    found = [installation for installation in all_there if installation.integration == integration]
    for installation in found:
        installation.company = company  # one object, so that what it keeps is read once
    return found


@compiled
def _by_label(company: Company) -> QuerySet[Installation]:
    return Installation.objects.for_company(company).order_by("label_key", "id")


def is_enabled(company: Company, integration: str) -> bool:
    """Return whether platform staff switched the integration of this slug on for the company."""
    found = registry.get(integration)
    return found is not None and found.is_enabled_for(company)


def in_use(company: Company, integration: str) -> Installation | None:
    """Return the (first) connection that takes new requests: enabled for the company and switched on by it."""
    return next(iter(all_in_use(company, integration)), None)


def all_in_use(company: Company, integration: str) -> list[Installation]:
    """Return the connections that take new requests, by label."""
    found = all_of(company, integration) if is_enabled(company, integration) else []
    return [installation for installation in found if installation.is_on]


def ensure(company: Company, integration: Integration) -> Installation:
    """Return the company's connection, made when there is none. Raises NotAllowed when it is not enabled for it."""
    _require_enabled(company, integration)
    installation, _ = Installation.objects.get_or_create(company=company, integration=integration.slug, label="")
    return installation


def add(*, integration: Integration, label: str = "", by: Membership) -> Installation:
    """Add a connection; it is off and has no key yet.

    Args:
        integration: of which vendor, or of which kind of vendor.
        label: what the company calls it, where it may have several.
        by: an Administrator.

    Raises:
        NotAllowed: unless the actor is an Administrator, or where the integration is not enabled.
        InvalidInput: for a label that is empty, too long or taken.
        Conflict: when the vendor allows one connection, or there are as many as there can be.
    """
    require_manager(by)
    _require_enabled(by.company, integration)
    label = _clean_label(label, integration)
    count = Installation.objects.for_company(by.company).filter(integration=integration.slug).count()
    if count and not integration.allows_several:
        raise _only_one()
    if count >= MOST:
        raise Conflict(f"A company can have {MOST} connections of this kind; change one that is there instead.")
    with translate_integrity_errors({"installation_label_unique": _taken(label)}):
        return Installation.objects.create(company=by.company, integration=integration.slug, label=label)


def remove(*, installation: Installation, by: Membership) -> None:
    """Remove a connection with its keys.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        Conflict: when requests were sent over it, whose history needs it.
    """
    with transaction.atomic():
        locked = _lock(installation, by)
        try:
            locked.delete()
        except ProtectedError:
            raise Conflict(STAYS, code="was_used") from None


def webhook_url(installation: Installation, event: str = "") -> str:
    """Return where the vendor delivers; `event` tells apart what bodies do not."""
    path = f"{installation.integration}/{installation.webhook_token}/{f'{event}/' if event else ''}"
    return f"{settings.PUBLIC_BASE_URL}/webhooks/{path}"


def base_url(installation: Installation, default: str = "") -> str:
    """Return where the vendor's API is: as platform staff say, else as the company says, else `default`."""
    return installation.base_url_override or installation.settings.get("base_url") or default


def configure(
    *, installation: Installation, by: Membership, label: str | None = None, **choices: object
) -> Installation:
    """Set options of a connection (`Integration.options`, and `base_url` where the vendor needs one), and its name.

    Args:
        installation: which connection.
        by: an Administrator.
        label: what the company calls it from now on, where it may have several; None to leave it.
        choices: the options.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        InvalidInput: for an address that cannot be called, or a label that is empty, too long or taken.
        Conflict: for another address while there is a key, which would be sent there without its owner: see
            `credentials.save_company_key`.
    """
    with transaction.atomic():
        locked = _lock(installation, by)
        chosen = {**locked.settings, **clean_options(locked, choices)}
        is_moved = chosen.get("base_url") != locked.settings.get("base_url")
        if is_moved and Credential.objects.filter(installation=locked).exclude(secret_digest="").exists():
            raise Conflict("Paste the key again together with the new address.", code="needs_key")
        write_choices(locked, chosen, label=label)
    return locked


def write_choices(locked: Installation, settings: Mapping[str, object], *, label: str | None) -> None:
    """Write the settings of a locked connection and its label, as `configure` takes it. Raises InvalidInput."""
    label = locked.label if label is None else _clean_label(label, registry.get(locked.integration))
    with translate_integrity_errors({"installation_label_unique": _taken(label)}):
        locked.change(settings=dict(settings), label=label)


def clean_options(installation: Installation, choices: Mapping[str, object]) -> dict[str, object]:
    """Return options as they are stored. Raises InvalidInput for an address that cannot be called."""
    integration = registry.get(installation.integration)
    assert integration is not None
    allowed = {*integration.options, *(["base_url"] if integration.needs_base_url else [])}
    if unknown := sorted(set(choices) - allowed):
        raise TypeError(f"{integration.slug} has no such options: {unknown}.")
    chosen = dict(choices)
    if "base_url" in chosen:
        try:
            chosen["base_url"] = http.clean_base_url(str(chosen["base_url"]))
        except ValueError as error:
            raise InvalidInput(fields={"base_url": str(error)}) from None
    return chosen


def webhook_key(installation: Installation) -> str:
    """Return the key that a vendor shows with its deliveries, where it sends one.

    It follows from the address and from SECRET_KEY, so that whoever reads the address, as in a log, does not know it.
    """
    return salted_hmac("webhook key", installation.webhook_token, algorithm="sha256").hexdigest()[:40]


def public_url(path: str) -> str:
    """Return one of our addresses as the world reaches it."""
    return f"{settings.PUBLIC_BASE_URL}{path}"


def switch(*, installation: Installation, on: bool, by: Membership) -> Installation:
    """Switch a connection on or off. Off: no new requests; what is open runs on and keys are kept."""
    with transaction.atomic():
        locked = _lock(installation, by)
        locked.change(is_on=on)
    return locked


def choose_primary(*, installation: Installation, credential: Credential, by: Membership | None) -> Installation:
    """Choose whose key does company-level work. What hangs on it is the integration's business (`primary_changed`).

    Args:
        installation: which connection.
        credential: an accepted key of it.
        by: the Administrator, or None when the first accepted key becomes primary by itself.

    Raises:
        InvalidInput: when the key is not an accepted one of this connection.
    """
    with transaction.atomic():
        locked = _lock(installation, by)
        chosen = Credential.objects.filter(pk=credential.pk, installation=locked).usable().first()
        if chosen is None:
            raise InvalidInput(fields={"primary": "Choose a Primary User whose key was accepted."})
        if locked.primary_credential_id != chosen.pk:
            before = locked.primary_credential
            locked.write(primary_credential=chosen)
            integration = registry.get(locked.integration)
            if integration is not None:
                integration.primary_changed(locked, before=before)
            keys_changed(locked)
    return locked


def keys_changed(installation: Installation) -> None:
    """After anything about keys changed: say what needs attention, and release what waited for a key."""
    installation.needs_attention = _attention(installation)
    Installation.objects.filter(pk=installation.pk).update(needs_attention=installation.needs_attention)
    messages.release(installation.channel)


def member_deactivated(event: events.MembershipDeactivated) -> None:
    """Say it where the primary user was deactivated; their key is no longer used anyway."""
    concerned = Installation.objects.filter(
        company_id=event.company_id, primary_credential__membership_id=event.membership_id
    )
    for installation in concerned:
        keys_changed(installation)


def member_reactivated(event: events.MembershipReactivated) -> None:
    """Release what waited for the member's keys."""
    for installation in Installation.objects.filter(
        company_id=event.company_id, credentials__membership_id=event.membership_id
    ):
        keys_changed(installation)


def _require_enabled(company: Company, integration: Integration) -> None:
    if not integration.is_enabled_for(company):
        raise NotAllowed(f"{integration.name} is available on request. Reach out to the Recruiting Support Team.")


def _only_one() -> Conflict:
    return Conflict("There is one connection of this kind.", code="only_one")


def _clean_label(label: str, integration: Integration | None) -> str:
    label = text.one_line(label)
    if integration is None or not integration.allows_several:
        if label:
            raise _only_one()
        return ""
    if not label:
        raise InvalidInput(fields={"label": "Enter a name."})
    limits.require_fits(Installation, {"label": label})
    return label


def _taken(label: str) -> InvalidInput:
    return InvalidInput(fields={"label": f"Another connection is called {label}."})


def _attention(installation: Installation) -> str:
    primary = installation.primary_credential
    if primary is not None and not Credential.objects.filter(pk=primary.pk).usable().exists():
        if primary.membership is None:
            return f"{primary.company}'s key is no longer accepted. Replace it."
        whose = primary.membership.name if primary.membership else str(primary.company)
        if primary.state == Credential.State.ACCEPTED:
            return f"The Primary User {whose} was deactivated. Choose another one."
        return f"The key of the Primary User {whose} is no longer accepted. Replace it, or choose another one."
    refused = (
        Credential.objects.filter(installation=installation, state=Credential.State.REFUSED)
        .exclude(membership__is_active=False)
        .select_related("membership__user")
        .first()
    )
    if refused is None:
        return ""
    whose = refused.membership.name if refused.membership else str(refused.company)
    return f"{whose}'s key is no longer accepted. Replace it."


def _lock(installation: Installation, by: Membership | None) -> Installation:
    locked = Installation.objects.select_for_update().get(pk=installation.pk)
    if by is not None:
        require_manager(by, of=locked.company_id)
    return locked
