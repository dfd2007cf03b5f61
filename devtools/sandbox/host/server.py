"""The HTTP server of the sandbox: sockets, safety of the control surface, and how an answer travels.

Built on `http.server` because a fault has to hold the socket itself: cut a body short, drip it, reset the connection.
Which fault a call meets is in `operation`. It serves one machine's testers, never the Internet.
"""

import logging
import socket
import socketserver
import struct
import threading
from collections.abc import Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.controls import Controls, control_error
from devtools.sandbox.host.home import Home
from devtools.sandbox.host.http import Refusal, Request, Response
from devtools.sandbox.host.operation import Operation, Outcome
from devtools.sandbox.host.router import Router
from devtools.sandbox.host.store import Store
from devtools.sandbox.host.webhooks import Deliverer
from recruiting.foundation import clock

logger = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "::1")
MAX_BODY = 2 * 1024 * 1024
TICK_SECONDS = 0.5
# Nobody waits for this but stop(): calls are accepted at once.
ACCEPT_POLL_SECONDS = 0.02


class SandboxServer:
    """A running sandbox: `start()` it, speak to `url`, `stop()` it.

    Args:
        database: the sandbox's own SQLite file; made when missing.
        vendors: the classes of the vendors to play.
        port: 0 takes a free one.
        host: loopback unless one knows what one does: the control surface has no login.
        public_url: how browsers and clients reach the server, when that is not `http://host:port`.
    """

    def __init__(
        self,
        *,
        database: Path | str,
        vendors: Sequence[type[VendorSandbox]],
        port: int = 0,
        host: str = "127.0.0.1",
        public_url: str = "",
    ) -> None:
        self.store = Store(database)
        self.vendors = [vendor(self.store) for vendor in vendors]
        self.stopping = threading.Event()
        self.control = Router()
        Home(self.vendors).register(self.control)
        for vendor in self.vendors:
            Controls(vendor).register(vendor.control)
        self._httpd = _HttpServer((host, port), self)
        self.port = int(self._httpd.server_address[1])
        self.url = (public_url or f"http://{host}:{self.port}").rstrip("/")
        self.allowed_hosts = {*LOOPBACK, host, urlsplit(self.url).hostname or host}
        for vendor in self.vendors:
            vendor.base_url = self.url
        self._deliverers = [
            Deliverer(
                vendor.webhooks,
                headers=vendor.webhook_headers,
                method=vendor.webhook_method,
                still_wanted=vendor.webhook_wanted,
            )
            for vendor in self.vendors
        ]
        self._threads = [
            threading.Thread(
                target=self._httpd.serve_forever, args=(ACCEPT_POLL_SECONDS,), name="sandbox-http", daemon=True
            ),
            threading.Thread(target=self._tick, name="sandbox-ticker", daemon=True),
        ]

    def start(self) -> Self:
        for deliverer in self._deliverers:
            deliverer.start()
        for thread in self._threads:
            thread.start()
        return self

    def stop(self) -> None:
        """Closes the port and every connection; work that was waiting (a commit delay, say) is not done."""
        self.stopping.set()
        self._httpd.shutdown()
        self._httpd.server_close()
        self._httpd.close_connections()
        for deliverer in self._deliverers:
            deliverer.stop()
        for thread in self._threads:
            thread.join(timeout=2)
        self.store.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *details: object) -> None:
        self.stop()

    def vendor(self, slug: str) -> VendorSandbox:
        """The running stand-in of that name; raises KeyError."""
        for vendor in self.vendors:
            if vendor.slug == slug:
                return vendor
        raise KeyError(slug)

    def refusal(self, request: Request) -> str:
        """Why a request must not be served, '' when it may.

        A page on the Internet can make a browser call this port. It cannot choose the Host header that its own name
        leads to (DNS rebinding), nor hide where a POST comes from.
        """
        host = urlsplit(f"//{request.headers.get('Host') or ''}")
        try:
            name = host.hostname
        except ValueError:
            name = None
        if name not in self.allowed_hosts:
            return "The sandbox is reached by its own name only."
        if request.method in ("GET", "HEAD"):
            return ""
        if (request.headers.get("Sec-Fetch-Site") or "none") not in ("same-origin", "none"):
            return "Another site may not post to the sandbox."
        origin = request.headers.get("Origin")
        if origin and urlsplit(origin).netloc != host.netloc:
            return "Another site may not post to the sandbox."
        return ""

    def answer(self, request: Request, *, client: socket.socket) -> Outcome:
        """Routes a request, and commits the faults ordered for it."""
        reason = self.refusal(request)
        if reason:
            return Outcome(control_error(request, 403, reason))
        vendor, router = self._router_of(request)
        found = router.find(request.path)
        match = found.get("GET" if request.method == "HEAD" else request.method)
        if match is None:
            return Outcome(self._unrouted(request, vendor, allowed=list(found)))
        request.params = {name: unquote(value) for name, value in match.kwargs.items()}
        request.operation = match.url_name or ""
        if vendor is not None and request.operation:
            return Operation(vendor, request, match.func, client=client, stopping=self.stopping).run()
        return Outcome(match.func(request))

    def _router_of(self, request: Request) -> tuple[VendorSandbox | None, Router]:
        """The routes that a path belongs to, and the vendor whose API and pages they are, if any."""
        segments = request.path.split("/")
        for vendor in self.vendors:
            if segments[1:3] == ["__sandbox__", vendor.slug]:
                return None, vendor.control
            if segments[1] == vendor.slug:
                return vendor, vendor.routes
        return None, self.control

    def _unrouted(self, request: Request, vendor: VendorSandbox | None, *, allowed: list[str]) -> Response:
        status, reason = (405, "This method is not allowed here.") if allowed else (404, "There is nothing here.")
        if vendor is not None and not request.wants_html():
            response = vendor.error(status, reason)
        else:
            response = control_error(request, status, reason)
        if allowed:
            response.headers["Allow"] = ", ".join(allowed)
        return response

    def _tick(self) -> None:
        while not self.stopping.wait(TICK_SECONDS):
            for vendor in self.vendors:
                try:
                    vendor.tick(clock.now())
                except Exception:
                    if not self.stopping.is_set():
                        logger.exception("%s could not do what is due; trying again.", vendor.name)


class _HttpServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    # A restarted sandbox takes its port back; a burst of clients is not refused.
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], sandbox: SandboxServer) -> None:
        self.sandbox = sandbox
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look up the host's name here, which can take seconds without a network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def opened(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.discard(connection)

    def close_connections(self) -> None:
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not self.sandbox.stopping.is_set():
            logger.exception("The sandbox failed while serving %s.", client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    sys_version = ""
    timeout = 120
    disable_nagle_algorithm = True
    server: _HttpServer

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        with suppress(OSError):
            super().finish()

    def handle(self) -> None:
        # The client may leave at any moment, and a fault may make it; neither is an error of the sandbox.
        with suppress(ConnectionError, TimeoutError):
            super().handle()

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        logger.debug(format, *args)

    def _serve(self) -> None:
        sandbox = self.server.sandbox
        split = urlsplit(self.path)
        request = Request(
            method=self.command,
            path=split.path,
            query=parse_qs(split.query, keep_blank_values=True),
            headers=self.headers,
            body=b"",
            now=clock.now(),
        )
        refused = self._read_body(request)
        if refused:
            self.close_connection = True
            self._send(Outcome(control_error(request, *refused)))
            return
        try:
            outcome = sandbox.answer(request, client=self.connection)
        except Refusal as refusal:
            outcome = Outcome(control_error(request, refusal.status, refusal.reason))
        except Exception:
            if sandbox.stopping.is_set():
                outcome = Outcome()
            else:
                logger.exception("The sandbox itself failed at %s %s.", self.command, split.path)
                outcome = Outcome(control_error(request, 500, "The sandbox itself failed; its log says why."))
        self._send(outcome)

    def _read_body(self, request: Request) -> tuple[int, str] | None:
        length = self.headers.get("Content-Length") or "0"
        if self.headers.get("Transfer-Encoding"):
            return 411, "Send a Content-Length."
        if not length.isdigit():
            return 400, "Content-Length is not a number."
        if int(length) > MAX_BODY:
            return 413, "The body is too large."
        request.body = self.rfile.read(int(length))
        return None

    def _send(self, outcome: Outcome) -> None:
        response = outcome.response
        if outcome.reset:
            self._reset()
            return
        if response is None:
            self.close_connection = True
            return
        broken = outcome.truncated or outcome.bytes_per_second
        if broken:
            self.close_connection = True
        head = [f"{self.protocol_version} {response.status} {self.responses.get(response.status, ('',))[0]}"]
        if response.content_type:
            head.append(f"Content-Type: {response.content_type}")
        if response.status != 204:
            head.append(f"Content-Length: {len(response.body)}")
        head += [f"{name}: {value}" for name, value in response.headers.items()]
        head.append(f"Connection: {'close' if self.close_connection else 'keep-alive'}")
        if any("\r" in line or "\n" in line for line in head):
            raise ValueError("A header may not contain a line break.")
        top = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1", "replace")
        body = b"" if self.command == "HEAD" else response.body
        if outcome.truncated:
            body = body[: len(body) // 2]
        with suppress(OSError):
            if outcome.bytes_per_second:
                self.connection.sendall(top)
                self._drip(body, outcome.bytes_per_second)
            else:
                self.connection.sendall(top + body)

    def _drip(self, body: bytes, bytes_per_second: float) -> None:
        for start in range(len(body)):
            if self.server.sandbox.stopping.wait(1 / bytes_per_second):
                return
            self.connection.sendall(body[start : start + 1])

    def _reset(self) -> None:
        """Closes with RST instead of FIN, so that the client sees `connection reset`."""
        self.close_connection = True
        with suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.server.closed(self.connection)
        socket.close(self.connection.detach())
