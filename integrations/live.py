"""Cached reads from a vendor that a person waits for: lists to choose from, a connection test.

They run in the web request, outside any transaction, are kept for a minute, and at most two run at once in a process,
so that a slow vendor never takes the web workers with it.
"""

import threading
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from integrations import keys, outbound
from integrations.models import Credential
from recruiting.foundation.vendor_errors import VendorUnavailable

Result = TypeVar("Result")

KEEP_SECONDS = 60
_at_once = threading.BoundedSemaphore(2)


def cached_read(
    key: str,
    question: Callable[[], Result],
    *,
    vendor: str,
    credential: Credential | None,
    fresh: bool = False,
) -> Result:
    """Return the answer to `question`, from the cache when it was asked within the last minute.

    Args:
        key: names the answer in the cache; it holds the credential's id, never the key itself.
        question: the call to the vendor.
        vendor: its name, for the sentence.
        credential: with which key it asks; after a 403 the vendor is asked whether that is a key. None: it checks one.
        fresh: ask again although an answer is kept.

    Raises:
        VendorError: what `question` raises; VendorUnavailable also when two such reads are under way already.
    """
    kept: Result | None = None if fresh else cache.get(key)
    if kept is not None:
        return kept
    if not _at_once.acquire(blocking=False):
        raise VendorUnavailable(f"{vendor} is slow at the moment. Try again in a few seconds.")
    try:
        with keys.tell_apart(credential):
            answer = question()
    finally:
        _at_once.release()
    cache.set(key, answer, KEEP_SECONDS)
    if credential is not None:
        outbound.note_heard(credential.installation)
    return answer
