"""How a key becomes a client, and what a company says about its account: addresses, version, switches.

The switch *Make Candidate Requests* is the framework's (`installations.switch`), the key too
(`credentials.save_company_key`).
"""

from typing import TypedDict, Unpack

from django.conf import settings
from django.db import models, transaction

from integrations import credentials, installations, registry
from integrations.crosschq import BASE_URL, SLUG
from integrations.crosschq.client import CrosschqClient
from integrations.crosschq.models import Connection, KeptReference, ProspectExport, ReferenceCheck, ReportFile
from integrations.models import Credential, Installation, new_webhook_token
from integrations.requests import disconnecting
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import InvalidInput
from recruiting.jobs.models import JobField
from recruiting.outbox.tasks import Hold


class Choices(TypedDict, total=False):
    """What an Administrator may change about a connection."""

    api_version: str
    can_list: bool
    webhook_auth: str
    default_requestor: Membership | None
    tag_field: JobField | None
    vendor_tells_owner: bool
    keeps_references: bool


# ── Finding ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def find(company: Company) -> Connection | None:
    """Return the company's connection, or None before its first settings were saved."""
    return _connections().filter(company=company).first()


def connection_of(company: Company) -> Connection:
    """Return the company's connection, made when there is none. Raises NotAllowed when it is not enabled for it."""
    integration = registry.get(SLUG)
    assert integration is not None
    return find(company) or of(installations.ensure(company, integration))


def of(installation: Installation) -> Connection:
    """Return the connection beside a framework's installation, made when there is none."""
    Connection.objects.get_or_create(installation=installation, defaults={"company_id": installation.company_id})
    return _connections().get(installation=installation)


# ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def configure(*, connection: Connection, by: Membership, **choices: Unpack[Choices]) -> Connection:
    """Change what is given. No longer keeping references forgets those that were kept.

    Raises:
        NotAllowed: unless the actor is an Administrator.
        InvalidInput: for a version, method, requestor or field that cannot be.
    """
    with transaction.atomic():
        locked = _lock(connection, by)
        _require_possible(locked, choices)
        locked.write(**choices)
        if not locked.keeps_references:
            KeptReference.objects.for_company(locked.company).delete()
    return locked


def renew_webhook_secret(*, connection: Connection, by: Membership) -> Connection:
    """Make a new secret for the vendor's webhook settings; the old one stops being accepted."""
    with transaction.atomic():
        locked = _lock(connection, by)
        return locked.write(webhook_secret=new_webhook_token())


def disconnect(*, connection: Connection, by: Membership) -> None:
    """Switch off requests and exports and forget the key; while checks are open, when the last one is over."""
    with transaction.atomic():
        locked = _lock(connection, by)
        ProspectExport.objects.filter(installation=locked.installation).update(is_on=False, follows=False)
        forget_key_if_over(disconnecting.disconnect(installation=locked.installation, by=by))


def forget_key_if_over(installation: Installation) -> None:
    """Forget the key of a company that disconnected, unless a check or a report still needs it."""
    if disconnecting.forgets_key(installation):
        copying = ReportFile.objects.filter(reference_check__installation=installation, state=ReportFile.State.COPYING)
        disconnecting.forget_key_if_over(installation, ReferenceCheck, is_needed=copying.exists())


# ── Asking ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def working_key(installation: Installation) -> Credential:
    """Return the partner key for a message of the outbox. Raises Hold while there is none that works."""
    if usable := credentials.for_unattended(installation, sender=None):
        return usable[0]
    raise Hold("Crosschq no longer accepts the partner key, or there is none.")


def client_for(credential: Credential, *, deadline_seconds: float) -> CrosschqClient:
    """Return a client that acts with this key, in the version that the company chose."""
    installation = credential.installation
    version = Connection.objects.filter(installation=installation).values_list("api_version", flat=True).first()
    return CrosschqClient(
        base_url=installations.base_url(installation, BASE_URL.value),
        key=credential.secret,
        version=version or Connection.ApiVersion.V1,
        deadline_seconds=deadline_seconds,
    )


def worker_client(credential: Credential) -> CrosschqClient:
    """Return the worker's client."""
    return client_for(credential, deadline_seconds=settings.VENDOR_WORKER_DEADLINE_SECONDS)


def page_client(credential: Credential) -> CrosschqClient:
    """Return the client for a person who waits."""
    return client_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)


def check(credential: Credential) -> None:
    """Ask the vendor whether it accepts the key and note it on the (unsaved) credential. Raises VendorError."""
    page_client(credential).minimum_total()
    credential.checked_at = clock.now()


def _connections() -> models.QuerySet[Connection]:
    return Connection.objects.select_related("company", "installation__company", "default_requestor__user", "tag_field")


def _lock(connection: Connection, by: Membership) -> Connection:
    installations.require_manager(by, of=connection.company_id)
    return _connections().select_for_update(of=("self",)).get(pk=connection.pk)


def _require_possible(connection: Connection, choices: Choices) -> None:
    wrong = {}
    if choices.get("api_version", Connection.ApiVersion.V1) not in Connection.ApiVersion.values:
        wrong["api_version"] = "Choose a version."
    if choices.get("webhook_auth", Connection.WebhookAuth.NONE) not in Connection.WebhookAuth.values:
        wrong["webhook_auth"] = "Choose a method."
    requestor = choices.get("default_requestor")
    if requestor is not None and not requestor.works_at(connection.company_id):
        wrong["default_requestor"] = "Choose somebody who works here."
    field = choices.get("tag_field")
    if field is not None and (
        field.company_id != connection.company_id or field.kind not in (JobField.Kind.TEXT, JobField.Kind.SELECT)
    ):
        wrong["tag_field"] = "Choose a field of free text or single select."
    if wrong:
        raise InvalidInput(fields=wrong)
