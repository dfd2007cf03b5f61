"""From a vendor's error to what the outbox does next, and what a connection remembers about its health.

Every handler that talks to a vendor runs inside `conversation`; that is the one place where error classes become
retries, pauses, parked and dead messages.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings

from integrations import installations, keys
from integrations.exceptions import (
    VendorAuthFailed,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
    VendorUnreached,
)
from integrations.models import Credential, Installation
from recruiting.base import clock
from recruiting.base.background.models import OutboxMessage
from recruiting.base.background.outbox import Delivery, GiveUp, Park, Postpone, Retry

logger = logging.getLogger(__name__)


@contextmanager
def conversation(installation: Installation, credential: Credential | None = None) -> Iterator[None]:
    """Run vendor calls of the worker: note the connection's health, turn vendor errors into the outbox's wishes.

    Args:
        installation: over which connection.
        credential: whose key, marked refused when the vendor says so.

    Raises:
        Postpone: while the installation is paused, or when the vendor asks for a pause.
        Park: when the key is refused.
        Retry: when the vendor is unavailable, or forbids this and does not say whether it still accepts the key.
        GiveUp: when it refuses the request for good.
    """
    now = clock.machine_now()
    paused_until = Installation.objects.values_list("paused_until", flat=True).get(pk=installation.pk)
    if paused_until is not None and paused_until > now:
        raise Postpone(paused_until, "The connection is paused.")
    try:
        with keys.tell_apart(credential):
            yield
    except VendorRateLimited as error:
        until = clock.machine_now() + timedelta(seconds=error.retry_after)
        pause(installation, until=until)
        note_error(installation, str(error))
        raise Postpone(until, str(error)) from error
    except VendorAuthFailed as error:
        if credential is not None:
            refuse(credential)
        raise Park(str(error)) from error
    except VendorUnavailable as error:
        note_error(installation, str(error))
        raise Retry(str(error)) from error
    except VendorRejected as error:
        note_error(installation, str(error))
        raise GiveUp(str(error)) from error
    else:
        note_heard(installation)


def wait_until_settled(delivery: Delivery, reason: str) -> None:
    """Before looking for what a lost attempt did: wait until the vendor must have settled it.

    Args:
        delivery: a later attempt at the message.
        reason: a sentence that people may read.

    Raises:
        Postpone: while it is too early to look.
    """
    ended = delivery.previous_ended_at or delivery.written_at
    settled = ended + timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS)
    if clock.machine_now() < settled:
        raise Postpone(settled, reason)


def trouble(installation: Installation, *ordering_keys: str) -> str:
    """Say why what is promised under these keys waits although nobody needs to mend anything, or return ""."""
    waiting = OutboxMessage.objects.filter(ordering_key__in=ordering_keys, state__in=OutboxMessage.OPEN)
    passing = {VendorUnavailable.__name__, VendorUnreached.__name__}
    if installation.is_paused(clock.machine_now()):
        passing.add(Postpone.__name__)
    errors = waiting.filter(error_class__in=passing).order_by("id").values_list("error", flat=True)
    return errors.first() or ""


def pause(installation: Installation, *, until: object) -> None:
    """Stop sending over a connection until an instant (UTC), or with None go on."""
    Installation.objects.filter(pk=installation.pk).update(paused_until=until)


def note_heard(installation: Installation) -> None:
    """Remember that the vendor answered; at most one write a minute."""
    now = clock.now()
    heard = installation.last_heard_at
    if heard is None or now - heard > timedelta(minutes=1) or installation.last_error:
        Installation.objects.filter(pk=installation.pk).update(last_heard_at=now, last_error="", last_error_at=None)
        installation.last_heard_at, installation.last_error = now, ""


def note_error(installation: Installation, sentence: str) -> None:
    """Remember what went wrong last, in words."""
    Installation.objects.filter(pk=installation.pk).update(last_error=sentence[:300], last_error_at=clock.now())


def refuse(credential: Credential) -> None:
    """Mark a key as refused by the vendor and the connection as needing attention. The vendor itself is well."""
    changed = Credential.objects.filter(pk=credential.pk, state=Credential.State.ACCEPTED).update(
        state=Credential.State.REFUSED, checked_at=clock.now()
    )
    if changed:
        installations.keys_changed(credential.installation)
