"""One call of a vendor's API, and the faults that were ordered for it: ahead of the work, instead of it, behind it.

How the outcome goes over the wire belongs to `devtools.sandbox.host.server`.
"""

import select
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.faults import Fault
from devtools.sandbox.host.http import HTML, Request, Response

PROXY_ERROR = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    b"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)


@dataclass(slots=True)
class Outcome:
    """How an answer goes over the wire. Without a response the connection is closed, or reset, in silence."""

    response: Response | None = None
    reset: bool = False
    truncated: bool = False
    bytes_per_second: float = 0


class Operation:
    """One call of a vendor's API with the faults that were ordered for it."""

    def __init__(
        self,
        vendor: VendorSandbox,
        request: Request,
        handler: Callable[[Request], Response],
        *,
        client: socket.socket,
        stopping: threading.Event,
    ) -> None:
        self.vendor = vendor
        self.request = request
        self.handler = handler
        self.client = client
        self.stopping = stopping
        self.key = vendor.credential_of(request)
        self.committed_faults: list[str] = []
        aimed = {
            fault.kind for fault in vendor.faults.open() if fault.aims_at(operation=request.operation, key=self.key)
        }
        self.kinds = aimed
        request.take_fault = self.take
        request.wait = self.wait

    def take(self, kind: str) -> Fault | None:
        """Uses up an ordered fault of that kind; None when none is aimed at this call."""
        if kind not in self.kinds:
            return None
        fault = self.vendor.faults.take(kind, operation=self.request.operation, key=self.key)
        if fault:
            self.committed_faults.append(kind)
        return fault

    def wait(self, seconds: float) -> bool:
        """False when the server is stopped meanwhile."""
        return not self.stopping.wait(seconds)

    def run(self) -> Outcome:
        """Does the call, waits where a fault says so, and returns how the answer travels."""
        request = self.request
        started = time.monotonic()
        number = self.vendor.requests.received(
            method=request.method, path=request.path, operation=request.operation, key=self.key
        )
        outcome = self._before() or Outcome(self.handler(request))
        # The log says what was decided now; what follows only changes how it travels.
        tail = self._after(outcome) if outcome.response is not None else None
        self.vendor.requests.decided(
            number,
            status=outcome.response.status if outcome.response else None,
            outcome="+".join(self.committed_faults) or "answered",
            seconds=time.monotonic() - started,
        )
        if tail is not None:
            seconds, silent = tail
            self.wait(seconds)
            if silent:
                return Outcome()
        return outcome

    def _before(self) -> Outcome | None:
        """Faults ahead of the vendor's work; an Outcome when the work is not reached, or was done by the fault."""
        if self.take("reset_before"):
            return Outcome(reset=True)
        slow = self.take("slow_before")
        if slow and (not self.wait(slow.number("seconds")) or _has_gone(self.client)):
            self.committed_faults.append("client gone")
            return Outcome()
        key = (self.request.operation, self.request.body)
        held = None if self.vendor.held.let_go(key) else self.take("commit_held")
        if held and not self.vendor.held.hold(key, held.number("seconds"), stopping=self.stopping):
            return Outcome()
        late = self.take("commit_delay")
        if late and not self.wait(late.number("seconds")):
            return Outcome()
        if fault := self.take("rate_limit"):
            return Outcome(self.vendor.rate_limited(int(fault.number("seconds"))))
        if fault := self.take("forbidden"):
            return Outcome(self.vendor.error(403, fault.text("reason")))
        if fault := self.take("status"):
            if fault.parameters["committed"]:
                self.handler(self.request)
            response = self.vendor.error(int(fault.number("status")), fault.text("reason"))
            response.headers.update({str(name): str(value) for name, value in fault.parameters["headers"].items()})
            return Outcome(response)
        if fault := self.take("html"):
            if fault.parameters["committed"]:
                self.handler(self.request)
            return Outcome(Response(int(fault.number("status")), PROXY_ERROR, HTML))
        return None

    def _after(self, outcome: Outcome) -> tuple[float, bool] | None:
        """Faults behind the vendor's work; returns (seconds to wait, whether to stay silent after it)."""
        if self.take("truncated"):
            outcome.truncated = True
        if fault := self.take("drip"):
            outcome.bytes_per_second = fault.number("bytes_per_second")
        if self.take("reset_after"):
            outcome.reset = True
        if fault := self.take("hang_after"):
            return fault.number("seconds"), True
        if fault := self.take("slow_after"):
            return fault.number("seconds"), False
        return None


def _has_gone(client: socket.socket) -> bool:
    """True when the other side has closed its end and nothing is left to read."""
    with suppress(OSError):
        readable, _, _ = select.select([client], [], [], 0)
        return bool(readable) and client.recv(1, socket.MSG_PEEK) == b""
    return True
