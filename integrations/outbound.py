"""From a vendor's error to what the outbox does next, and what a connection remembers about its health.

Every task that talks to a vendor runs inside `handle_vendor_errors`; that is the one place where error classes become
retries, pauses, held and dead messages.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models.functions import Coalesce

from integrations import installations, keys
from integrations.models import Credential, Installation
from recruiting.foundation import clock
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
    VendorUnreached,
)
from recruiting.outbox import messages
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Attempt, Discard, Hold, Retry, RetryAt, Task, task

logger = logging.getLogger(__name__)

# What a message waits for that passes by itself, as the outbox names it.
PASSING = (VendorUnavailable.__name__, VendorUnreached.__name__)


def channel_of(subject: Any) -> str:
    """Return what messages about something of an installation are paused and released with."""
    return f"installation:{subject.installation_id}"


def vendor_task(
    topic: str, *, channel: Callable[[Any], str] = channel_of, **how: Any
) -> Callable[[Callable[[Attempt], None]], Task]:
    """Make a function the task of `topic`, as `tasks.task` does; it is paused and released with its installation."""
    return task(topic, channel=channel, **how)


def is_link(url: str) -> bool:
    """Return whether an address that a vendor gave may be put on a page or fetched."""
    parts = urlsplit(url)
    allowed = {"https", "http"} if settings.SANDBOX_MODE else {"https"}
    return parts.scheme in allowed and bool(parts.hostname)


@contextmanager
def handle_vendor_errors(installation: Installation, credential: Credential | None = None) -> Iterator[None]:
    """Run vendor calls of the worker: note the connection's health, turn vendor errors into the outbox's.

    Args:
        installation: over which connection.
        credential: whose key, marked refused when the vendor says so.

    Raises:
        RetryAt: while the installation is paused, or when the vendor asks for a pause.
        Hold: when the key is refused.
        Retry: when the vendor is unavailable, or forbids this and does not say whether it still accepts the key.
        Discard: when it refuses the request for good.
    """
    now = clock.machine_now()
    paused_until = Installation.objects.values_list("paused_until", flat=True).get(pk=installation.pk)
    if paused_until is not None and paused_until > now:
        raise RetryAt(paused_until, "The connection is paused.")
    try:
        with keys.tell_apart(credential):
            yield
    except VendorRateLimited as error:
        until = clock.machine_now() + timedelta(seconds=error.retry_after)
        pause(installation, until=until)
        note_error(installation, str(error))
        raise RetryAt(until, str(error)) from error
    except VendorAuthFailed as error:
        if credential is not None:
            refuse(credential)
        raise Hold(str(error)) from error
    except VendorUnavailable as error:
        note_error(installation, str(error), unavailable_since=Coalesce("unavailable_since", clock.machine_now()))
        raise Retry(str(error)) from error
    except VendorRejected as error:
        note_error(installation, str(error))
        release(installation)
        raise Discard(str(error)) from error
    else:
        note_heard(installation)


def first_answer(
    installation: Installation,
    asked: Iterable[Credential],
    question: Callable[[Credential], Any],
    *,
    settles: Callable[[VendorNotFound], bool] = lambda absence: False,
) -> Any:
    """Ask with one key after the other until one sees the thing; return the answer, or the last VendorNotFound.

    Args:
        installation: over which connection.
        asked: with which keys.
        question: the call to the vendor.
        settles: whether one key's VendorNotFound says all, so that no other key is asked.

    Raises:
        Discard: with the vendor's sentence, where a key that is good may not ask this, and no other one may.
        Hold, Retry, RetryAt, Discard: as `handle_vendor_errors`.
    """
    forbidden: VendorForbidden | None = None
    absent: VendorNotFound | None = None
    for credential in asked:
        with handle_vendor_errors(installation, credential):
            try:
                with keys.tell_apart(credential):
                    return question(credential)
            except VendorNotFound as error:
                if settles(error):
                    return error
                absent = error
            except VendorForbidden as error:
                forbidden = error
    if forbidden is not None:
        note_error(installation, str(forbidden))
        raise Discard(str(forbidden)) from forbidden
    return absent


def wait_until_settled(attempt: Attempt, reason: str) -> None:
    """Before looking for what a lost attempt did: wait until the vendor must have settled it.

    Args:
        attempt: a later attempt at the message.
        reason: a sentence that people may read.

    Raises:
        RetryAt: while it is too early to look.
    """
    ended = attempt.previous_ended_at or attempt.written_at
    settled = ended + timedelta(seconds=settings.OUTBOX_SETTLE_SECONDS)
    if clock.machine_now() < settled:
        raise RetryAt(settled, reason)


def delay_reason(installation: Installation, *ordering_keys: str) -> str:
    """Say why the tasks under these keys wait although nobody needs to mend anything, or return ""."""
    waiting = OutboxMessage.objects.filter(ordering_key__in=ordering_keys, state__in=OutboxMessage.OPEN)
    passing = set(PASSING)
    if installation.is_paused(clock.machine_now()):
        passing.add(RetryAt.NAME)
    errors = waiting.filter(error_class__in=passing).order_by("id").values_list("error", flat=True)
    return errors.first() or ""


def pause(installation: Installation, *, until: object) -> None:
    """Stop sending over a connection until an instant (UTC), or with None go on."""
    Installation.objects.filter(pk=installation.pk).update(paused_until=until)


def note_heard(installation: Installation) -> None:
    """Remember that the vendor gave a good answer, at most one write a minute; what waited for that goes out."""
    now = clock.now()
    columns = ("last_heard_at", "last_error", "unavailable_since")
    # As others have left it by now: the outage may have begun, or ended, since this call began.
    heard, error, unavailable_since = Installation.objects.values_list(*columns).get(pk=installation.pk)
    if heard is None or now - heard > timedelta(minutes=1) or error:
        Installation.objects.filter(pk=installation.pk).update(last_heard_at=now, last_error="", last_error_at=None)
    if unavailable_since is not None:
        release(installation)


def release(installation: Installation) -> int:
    """After an outage: let what waits because of it go out now, in order; return how many messages.

    Of all who hear the vendor at once, in whatever cluster, one does it. The vendor's own pace holds: past it, it asks
    for a pause, and what is not out by then waits for its end.
    """
    waiting = Installation.objects.filter(pk=installation.pk)
    since = waiting.values_list("unavailable_since", flat=True).get()
    if since is None or not waiting.filter(unavailable_since=since).update(unavailable_since=None):
        return 0
    silence = clock.machine_now() - since
    released = messages.hasten(installation.channel, error_classes=PASSING, silence=silence)
    if released == messages.HASTENED_AT_ONCE:
        # There may be more: the next good answer goes on.
        waiting.filter(unavailable_since=None).update(unavailable_since=since)
    return released


def note_error(installation: Installation, sentence: str, **more: Any) -> None:
    """Remember what went wrong last, in words."""
    Installation.objects.filter(pk=installation.pk).update(last_error=sentence[:300], last_error_at=clock.now(), **more)


def refuse(credential: Credential) -> None:
    """Mark a key as refused by the vendor and the connection as needing attention. The vendor itself is well."""
    changed = Credential.objects.filter(pk=credential.pk, state=Credential.State.ACCEPTED).update(
        state=Credential.State.REFUSED, checked_at=clock.now()
    )
    if changed:
        installations.keys_changed(credential.installation)
