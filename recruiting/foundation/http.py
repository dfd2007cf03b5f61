"""`VendorSession`: the only way out to a vendor, and the only module that imports `requests`.

Adds what `requests` lacks: a deadline for the whole call (its own timeout is per read, so a slow drip holds it for
ever), a cap on bytes, no redirects, and outside sandbox mode https to public addresses only, connected to the very
address that was checked. Errors come out as `VendorError`s, decided here once. Retrying is the outbox's business.
"""

import contextlib
import ipaddress
import json
import logging
import re
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.db import connection
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from recruiting.foundation import text
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
    VendorUnreached,
)

logger = logging.getLogger(__name__)

# Ranges that `ipaddress.is_global` calls global although they lead elsewhere: multicast, 6to4 and its relays.
_NOT_PUBLIC = [ipaddress.ip_network(net) for net in ("224.0.0.0/4", "192.88.99.0/24", "2002::/16")]
# All that is handed out of IPv6; NAT64, site-local and IPv4-compatible addresses lie outside and would pass as global.
_GLOBAL_UNICAST = ipaddress.ip_network("2000::/3")

# A name with a dot whose last part is no number, in any of the forms in which numbers are addresses.
HOST_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_ADDRESS = re.compile(r"[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]{1,300}\Z")

# 408 and 425 are about the moment, not about the request.
_TRY_AGAIN = (408, 425)


@dataclass(frozen=True)
class VendorResponse:
    """What a vendor answered: its status, headers and body, all of it read within the deadline."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the parsed body. Raises VendorUnavailable when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise VendorUnavailable("The answer could not be read.") from error


class VendorSession:
    """One session with one vendor on behalf of one key.

    Args:
        vendor: the vendor's name for messages.
        base_url: where its API lives.
        auth: user name and password for HTTP Basic, or None.
        headers: sent with every call.
        deadline_seconds: the total of one call, from the name look-up to the last byte.
        rate_limit_header: which header says how many seconds to wait after 429.
        max_bytes: the most that is read of an answer, `VENDOR_MAX_BYTES` by default.
        networks: inner networks (CIDR) that may be reached nevertheless, also without TLS.
    """

    def __init__(
        self,
        *,
        vendor: str,
        base_url: str,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        deadline_seconds: float,
        rate_limit_header: str = "Retry-After",
        max_bytes: int | None = None,
        networks: Sequence[str] = (),
    ) -> None:
        self.vendor = vendor
        self.base_url = base_url.rstrip("/")
        self.deadline_seconds = deadline_seconds
        self.rate_limit_header = rate_limit_header
        self.max_bytes = settings.VENDOR_MAX_BYTES if max_bytes is None else max_bytes
        self.networks = networks
        self._session = _session()
        self._session.auth = auth
        self._session.headers.update({"Accept": "application/json", **(headers or {})})

    def request(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, body: Any = None
    ) -> VendorResponse:
        """Call the vendor and return a 2xx answer.

        Args:
            method: GET, POST, PUT or DELETE.
            path: appended to the base address; starts with "/".
            params: the query.
            body: sent as JSON when not None.

        Raises:
            VendorUnreached: no connection could be made, so the vendor surely did not act.
            VendorUnavailable: time-out (also 408), broken connection, 5xx, a redirect, or an answer that is too large.
            VendorRateLimited: 429.
            VendorAuthFailed: 401.
            VendorForbidden: 403.
            VendorNotFound: 404 or 410.
            VendorRejected: any other 4xx.
        """
        url = self.base_url + path
        try:
            answer = self._call(self._session, method, url, named=path, cap=self.max_bytes, params=params, json=body)
        except _TooLarge as error:
            raise VendorUnavailable(f"{self.vendor} isn't answering.") from error
        if 200 <= answer.status < 300:
            return answer
        raise self._error(answer)

    def post_bytes(self, url: str, body: bytes, headers: Mapping[str, str]) -> VendorResponse:
        """Post a signed body to an address of its own, and return the answer whatever its status.

        Raises:
            VendorUnreached, VendorUnavailable: as `request`.
        """
        named = "(a webhook)"  # its address may hold a secret
        try:
            return self._call(self._session, "POST", url, named=named, cap=self.max_bytes, data=body, headers=headers)
        except _TooLarge as error:
            raise VendorUnavailable(f"{self.vendor} sent an answer that is too large.") from error

    def download(self, url: str, *, max_bytes: int) -> bytes:
        """Return a file from a signed link, wherever it leads: without our key, under the same checks and deadline.

        Args:
            url: as the vendor gave it; what it signs for stands in it, so it is not logged.
            max_bytes: the most that is read.

        Raises:
            VendorNotFound: the link no longer works (401, 403, 404 or 410).
            VendorRejected: the file is larger, or any other 4xx.
            VendorRateLimited, VendorUnreached, VendorUnavailable: as `request`.
        """
        with _session() as anonymous:
            try:
                answer = self._call(anonymous, "GET", url, named="(a signed link)", cap=max_bytes)
            except _TooLarge as error:
                raise VendorRejected(f"{self.vendor}'s file is over {max_bytes // 2**20} MB.") from error
        if 200 <= answer.status < 300:
            return answer.body
        if answer.status in (401, 403, 404, 410):
            raise VendorNotFound(f"{self.vendor}'s link to the file no longer works.", gone=answer.status == 410)
        raise self._error(answer)

    def _call(
        self, session: requests.Session, method: str, url: str, *, named: str, cap: int, **more: Any
    ) -> VendorResponse:
        """Send one request and read its answer, whatever its status. Raises _TooLarge past the cap."""
        _require_no_transaction()
        started = time.monotonic()
        status = 0
        deadline = _Deadline(self.deadline_seconds, self.networks)
        try:
            with (
                deadline,
                session.request(
                    method, url, timeout=self.deadline_seconds, allow_redirects=False, stream=True, **more
                ) as response,
            ):
                status = response.status_code
                content = _read(response, cap)
                if deadline.passed:
                    raise requests.Timeout
        except requests.RequestException as error:
            raise self._silence(f"{self.vendor} isn't answering.", deadline) from error
        except (OSError, ValueError) as error:  # a refused address, or urllib3 below requests
            silence = self._silence(f"{self.vendor} could not be reached.", deadline)
            if isinstance(silence, VendorUnreached):
                silence.is_refused_address = isinstance(error, _RefusedAddress)
            raise silence from error
        finally:
            logger.info("%s %s %s -> %s in %.2f s", self.vendor, method, named, status, time.monotonic() - started)
        return VendorResponse(status=status, headers=response.headers, body=content)

    @staticmethod
    def _silence(sentence: str, deadline: "_Deadline") -> VendorUnavailable:
        return VendorUnavailable(sentence) if deadline.has_sent else VendorUnreached(sentence)

    def _error(self, answer: VendorResponse) -> Exception:
        reason, field_errors = _explained(answer)
        if answer.status == 429:
            header = answer.headers.get(self.rate_limit_header) or answer.headers.get("Retry-After") or ""
            seconds = float(header) if header.replace(".", "", 1).isdecimal() else 60.0
            return VendorRateLimited(f"{self.vendor} asks us to slow down.", retry_after=min(max(seconds, 1.0), 3600.0))
        if answer.status == 401:
            return VendorAuthFailed(reason or f"{self.vendor} does not accept the key.")
        if answer.status == 403:
            sentence = reason or f"{self.vendor} does not allow this with this key."
            return VendorForbidden(sentence, field_errors=field_errors)
        if answer.status in (404, 410):
            return VendorNotFound(reason or f"{self.vendor} does not have this.", gone=answer.status == 410)
        if 400 <= answer.status < 500 and answer.status not in _TRY_AGAIN:
            return VendorRejected(reason or f"{self.vendor} refused the request.", field_errors=field_errors)
        return VendorUnavailable(f"{self.vendor} has a problem on its side.")


def _session() -> requests.Session:
    """Return a session without a key that connects to checked addresses only."""
    session = requests.Session()
    session.trust_env = False
    session.headers["User-Agent"] = "Throughline"
    session.mount("http://", _CheckedAdapter())
    session.mount("https://", _CheckedAdapter())
    return session


def _explained(answer: VendorResponse) -> tuple[str, dict[str, str]]:
    """Return the vendor's own sentence, at most 200 characters, or "", and what it says of single fields.

    Vendors on Django REST Framework say `detail`, or nest lists of sentences under `errors`; a field inside another is
    called by both: `candidate.email`. Others say it one level down: `{"error": {"message": …}}`.
    """
    try:
        body = json.loads(answer.body)
    except (ValueError, RecursionError):
        return "", {}
    if not isinstance(body, dict):
        return "", {}
    fields = dict(_flat(body.get("errors"), ()))
    inner = body.get("error")
    for said in (body, inner if isinstance(inner, dict) else {}):
        for member in ("reason", "message", "error", "detail", "errors"):
            if isinstance(said.get(member), str):
                return text.one_line(said[member])[:200], fields
    return " ".join(_said_of(name, sentence) for name, sentence in fields.items())[:200], fields


def _flat(errors: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Give each field's sentence, by the field's path; a sentence about nothing in particular has the path ""."""
    if isinstance(errors, dict) and len(path) < 5:
        for name, inner in errors.items():
            yield from _flat(inner, (*path, text.one_line(str(name))))
    elif isinstance(errors, list):
        if all(isinstance(sentence, str) for sentence in errors):
            yield ".".join(path), text.one_line(" ".join(errors))[:200]
        for inner in errors:
            if isinstance(inner, dict):
                yield from _flat(inner, path)
    elif isinstance(errors, str):
        yield ".".join(path), text.one_line(errors)[:200]


def _said_of(name: str, sentence: str) -> str:
    return f"{name}: {sentence}" if name and name != "non_field_errors" else sentence


def _read(response: requests.Response, cap: int) -> bytes:
    """Read the body up to the cap; a body shorter than announced is an error."""
    chunks: list[bytes] = []
    size = 0
    try:
        for chunk in response.raw.stream(65536, decode_content=True):
            size += len(chunk)
            if size > cap:
                raise _TooLarge
            chunks.append(chunk)
    except HTTPError as error:
        raise requests.ConnectionError from error
    return b"".join(chunks)


class _TooLarge(Exception):
    """The answer goes on past the cap."""


class _RefusedAddress(ValueError):
    """We do not connect there."""


class _Deadline:
    """Ends a call as a whole: when the time is up, the socket is shut and whoever reads it wakes with an error."""

    _calls = threading.local()

    def __init__(self, seconds: float, networks: Sequence[str] = ()) -> None:
        self.passed = False
        self.networks = networks
        """Inner networks that this call may reach."""
        self.has_sent = False
        """Whether a byte of the request may have left us."""
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._calls.current = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._calls.current = None

    @classmethod
    def watch(cls, watched: socket.socket | None) -> None:
        """Let the call of this thread end by shutting `watched`."""
        current = getattr(cls._calls, "current", None)
        if current is not None:
            current._socket = watched
            if current.passed:
                current._pass()

    @classmethod
    def networks_of_call(cls) -> Sequence[str]:
        """Return the inner networks that this thread's call may reach."""
        current = getattr(cls._calls, "current", None)
        return () if current is None else current.networks

    @classmethod
    def note_sent(cls) -> None:
        """Remember of this thread's call that its request leaves us now."""
        current = getattr(cls._calls, "current", None)
        if current is not None:
            current.has_sent = True

    def _pass(self) -> None:
        self.passed = True
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # The plain socket's shutdown: an SSL socket's would drop its state under the reader's feet.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _Connection(HTTPConnection):
    """Connects to public addresses only, except in sandbox mode, and hands its socket to the deadline."""

    def _new_conn(self) -> socket.socket:
        if settings.SANDBOX_MODE:
            return super()._new_conn()
        is_secure = isinstance(self, HTTPSConnection)
        if not is_secure and not _Deadline.networks_of_call():
            raise _RefusedAddress("Vendors are reached over https only.")
        connected = super()._new_conn()
        address = connected.getpeername()[0]
        if not (is_secure and is_public(address)) and not is_within(address, _Deadline.networks_of_call()):
            connected.close()
            raise _RefusedAddress("The address is not on the public internet.")
        return connected

    def send(self, data: Any) -> None:
        """Connect first, so that what fails before it is known to have left nothing with the vendor."""
        if self.sock is None and self.auto_open:
            self.connect()
        _Deadline.note_sent()
        super().send(data)

    def getresponse(self) -> Any:
        """Answer under the call's deadline."""
        _Deadline.watch(self.sock)
        return super().getresponse()


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class _CheckedAdapter(HTTPAdapter):
    """Opens connections that check where they lead, after the name was looked up and before a byte is sent."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Use our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def clean_base_url(typed: str) -> str:
    """Return the address of a vendor's API as a company gave it, without a slash at its end; as `clean_url`.

    Raises:
        ValueError: also for a query.
    """
    if "?" in typed or "#" in typed:
        raise ValueError("Leave out what follows ? or # in the address.")
    return clean_url(typed).rstrip("/")


def clean_url(typed: str, *, networks: Sequence[str] = ()) -> str:
    """Return an address outside as a company gave it.

    A name is not looked up here: every call checks where it leads.

    Args:
        typed: the address.
        networks: inner networks (CIDR) that may be reached nevertheless, also without TLS.

    Raises:
        ValueError: with a sentence, unless it is https and not certainly inside a network (in sandbox mode http too).
    """
    address = text.one_line(typed)
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError("That isn't an address.") from None
    is_inner = _is_number(host) and is_within(host, networks)
    if parts.scheme != "https" and not (parts.scheme == "http" and (settings.SANDBOX_MODE or is_inner)):
        raise ValueError("Enter an address that begins with https://.")
    if not host or port == 0 or not _ADDRESS.match(address):
        raise ValueError("That isn't an address.")
    if "@" in parts.netloc:
        raise ValueError("Leave the part before @ out of the address. A key has a field of its own.")
    if "#" in address:
        raise ValueError("Leave out what follows # in the address.")
    is_public_number = _is_number(host) and is_public(host)
    if not (settings.SANDBOX_MODE or HOST_NAME.match(host) or is_public_number or is_inner):
        raise ValueError("That address is not on the public internet.")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path}{'?' if parts.query else ''}{parts.query}"


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def is_within(address: str, networks: Sequence[str]) -> bool:
    """Return whether an IP address lies in one of the networks (CIDR)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    found = getattr(found, "ipv4_mapped", None) or found
    return any(found in ipaddress.ip_network(network) for network in networks)


def is_public(address: str) -> bool:
    """Return whether an IP address is on the public internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped is not None:
        found = mapped
    if any(found in network for network in _NOT_PUBLIC if network.version == found.version):
        return False
    if found.version == 6 and found not in _GLOBAL_UNICAST:
        return False
    return found.is_global


def _require_no_transaction() -> None:
    """Refuse HTTP inside a transaction: it would hold rows for as long as a vendor likes."""
    blocks = connection.atomic_blocks
    if any(not getattr(block, "_from_testcase", False) for block in blocks):
        raise RuntimeError("A vendor was called inside a database transaction.")
