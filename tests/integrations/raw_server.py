"""A server on loopback that says exactly the bytes it is told, as badly as a test wants."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Answer = Callable[[socket.socket], None]


@dataclass
class RawServer:
    """Where it listens and what it heard, one entry per connection."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The base address of the fake vendor."""
        return f"http://127.0.0.1:{self.port}/v1"


@contextlib.contextmanager
def raw_server(answer: Answer, *, wait_for_request: bool = True) -> Iterator[RawServer]:
    """Answer each connection with `answer(socket)` after its request was read."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(port=listener.getsockname()[1])
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.settimeout(10)
            server.heard.append(read_request(connection) if wait_for_request else b"")
            answer(connection)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                thread = threading.Thread(target=serve, args=(connection,), daemon=True)
                threads.append(thread)
                thread.start()

    acceptor = threading.Thread(target=accept, daemon=True)
    acceptor.start()
    try:
        yield server
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # closing alone does not wake who waits in accept
        listener.close()
        for thread in [acceptor, *threads]:
            thread.join(timeout=10)


def read_request(connection: socket.socket) -> bytes:
    """Read up to the end of the headers and the announced body; b"" when the caller hung up."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        more = connection.recv(65536)
        if not more:
            return heard
        heard += more
    head, _, body = heard.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            while len(body) < int(line.partition(b":")[2]):
                body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def respond(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> Answer:
    """Return an answer with this status line, body and headers; `length` may lie about the body."""
    announced = len(body) if length is None else length
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {announced}", "Connection: close", *headers])

    def answer(connection: socket.socket) -> None:
        connection.sendall(head.encode("latin-1") + b"\r\n\r\n" + body)

    return answer


def drip(first: bytes, drop: bytes, *, pause: float, seconds: float) -> Answer:
    """Return an answer that sends `first` at once and then a drop after each pause, for so many seconds."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(first)
        ended_by = time.monotonic() + seconds
        while time.monotonic() < ended_by:
            connection.sendall(drop)
            time.sleep(pause)

    return answer
