"""Answers to the public, kept in this process for a minute: a page that many read is drawn once.

A page lives for `CAREERS_CACHE_SECONDS` from when it was drawn, and `Cache-Control` says what is left of that, so that
nobody sees one that is older. What is kept is bounded in bytes; the least recently read goes first. Nothing in here
depends on a cookie: the public has none.
"""

import gzip
import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from recruiting.careers.public import addresses
from recruiting.foundation import clock

MOST_BYTES = 24 * 1024 * 1024
MOST_SEEN = 20_000
LEAST_COMPRESSED = 400
COMPRESSION_LEVEL = 1
"""A list of jobs is a twelfth larger than at 4, and drawn anew a thirtieth quicker."""
FOREVER = "public, max-age=31536000, immutable"
KEPT = (200, 410)
_COMPRESSED_TAG = "-gz"


@dataclass
class Answer:
    """One answer as it goes out.

    Args:
        content: its bytes, uncompressed.
        content_type: of the content.
        status: 200 or 410 for what may be kept.
        headers: what stands beside.
        is_compressible: whether it is text.
        lasts: whether its address changes with its content, so that it may be kept for ever.
    """

    content: bytes
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_compressible: bool = True
    lasts: bool = False
    changed_at: int = 0
    expires: float = 0.0
    _compressed: bytes | None = None

    @property
    def etag(self) -> str:
        """What tells this content from any other, without quotes."""
        return hashlib.sha1(self.content, usedforsecurity=False).hexdigest()

    def compressed(self) -> bytes:
        """Return the content as gzip, made when it is first asked for."""
        if self._compressed is None:
            self._compressed = gzip.compress(self.content, COMPRESSION_LEVEL, mtime=0)
        return self._compressed


class AnswerCache:
    """Keeps answers up to a number of bytes, and when the content of each address was first seen as it is."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, tuple[Answer, str]] = OrderedDict()
        self._seen: OrderedDict[Hashable, tuple[str, int]] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> tuple[Answer, str] | None:
        """Return an answer that still lives with its tag, or None."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            if found[0].expires <= time.monotonic():
                self._drop(key)
                return None
            self._kept.move_to_end(key)
            return found

    def put(self, key: Hashable, answer: Answer, *, seconds: float) -> tuple[Answer, str]:
        """Keep an answer for some seconds, and say in it since when its content is what it is."""
        etag = answer.etag
        with self._lock:
            answer.changed_at = self._changed_at(key, etag)
            answer.expires = time.monotonic() + seconds
            self._drop(key)
            size = self._size(answer)
            if seconds > 0 and answer.status in KEPT and size <= self.most_bytes // 4:
                self._kept[key] = (answer, etag)
                self._bytes += size
                while self._bytes > self.most_bytes:
                    self._drop(next(iter(self._kept)))
        return answer, etag

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()
            self._seen.clear()
            self._bytes = 0

    def _drop(self, key: Hashable) -> None:
        if (gone := self._kept.pop(key, None)) is not None:
            self._bytes -= self._size(gone[0])

    @staticmethod
    def _size(answer: Answer) -> int:
        # Compressed it is kept beside, which is less than half of it.
        return len(answer.content) * 3 // 2 + 1_000

    def _changed_at(self, key: Hashable, etag: str) -> int:
        """Return since when (seconds) this content stands at its address: always later than when another one did."""
        before, now = self._seen.pop(key, None), int(clock.machine_now().timestamp())
        changed = now if before is None else before[1] if before[0] == etag else max(now, before[1] + 1)
        self._seen[key] = (etag, changed)
        if len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        return changed


answers = AnswerCache()
View = Callable[..., HttpResponse | Answer]


def cached(*names: str) -> Callable[[View], Callable[..., HttpResponse]]:
    """Return a decorator of a view that may return an `Answer`, which is kept by its address.

    Args:
        names: of what in the query makes another page of it; everything else in a query changes nothing. The code
            that says where somebody comes from is always one of them.
    """

    def decorate(view: View) -> Callable[..., HttpResponse]:
        @wraps(view)
        def answered(request: HttpRequest, **parts: Any) -> HttpResponse:
            query = tuple(request.GET.get(name, "") for name in names)
            key = (request.path_info, addresses.source_in(request), query)
            found = answers.get(key)
            if found is None:
                made = view(request, **parts)
                if not isinstance(made, Answer):
                    return made
                found = answers.put(key, made, seconds=float(settings.CAREERS_CACHE_SECONDS))
            return respond(request, *found)

        return answered

    return decorate


def respond(request: HttpRequest, answer: Answer, etag: str) -> HttpResponse:
    """Return an answer as this client takes it: compressed, or only that it has not changed."""
    content = answer.content
    headers = {**answer.headers}
    if answer.is_compressible and len(content) >= LEAST_COMPRESSED:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            content = answer.compressed()
            headers["Content-Encoding"] = "gzip"
    tag = f'"{etag}{_COMPRESSED_TAG if "Content-Encoding" in headers else ""}"'
    changed = answer.changed_at
    if answer.lasts:
        headers["Cache-Control"] = FOREVER
    else:
        left = max(0, int(answer.expires - time.monotonic()))
        headers["Cache-Control"] = f"public, max-age={left}"
    headers["ETag"] = tag
    if answer.status == 200:
        headers["Last-Modified"] = http_date(changed)
        if _is_unchanged(request, etag, changed):
            headers.pop("Content-Encoding", None)
            return HttpResponse(status=304, headers=headers, content_type=answer.content_type)
    headers["Content-Length"] = str(len(content))
    return HttpResponse(content, status=answer.status, content_type=answer.content_type, headers=headers)


def _is_unchanged(request: HttpRequest, etag: str, changed: int) -> bool:
    if known := request.headers.get("If-None-Match"):
        tags = {tag.removeprefix("W/").strip('"').removesuffix(_COMPRESSED_TAG) for tag in parse_etags(known)}
        return etag in tags or "*" in tags
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and changed <= since
