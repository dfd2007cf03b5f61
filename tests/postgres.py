"""A PostgreSQL that lives as long as one `with` block, made from the server binaries installed on this machine.

Its folder lies outside the checkout, it listens on loopback only, wants a random password, and trades durability for
speed: never point anything but tests at it. As root it runs as an unprivileged user, which PostgreSQL insists on.
"""

import contextlib
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

OLDEST = 15
START_SECONDS = 30.0
WATCHDOG = Path(__file__).resolve().parent.parent / "devtools" / "launch" / "watchdog.py"
SPEED = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=120", "shared_buffers=128MB"]


class NoPostgres(Exception):
    """No usable server binaries; the text says what to install."""


def binaries() -> Path:
    """Return the folder of the newest installed PostgreSQL server, 15 or later; raise `NoPostgres` if there is none."""
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/opt/homebrew/opt").glob("postgresql@*/bin")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found: dict[int, Path] = {}
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            said = subprocess.run(
                [folder / "postgres", "--version"], capture_output=True, text=True, check=False
            ).stdout
            version = re.search(r"(\d+)", said)
            if version:
                found[int(version[1])] = folder
    if not found or max(found) < OLDEST:
        seen = f"only PostgreSQL {max(found)} is installed" if found else "no PostgreSQL server is installed"
        raise NoPostgres(f"{seen}; install version {OLDEST} or later (Debian: apt-get install postgresql)")
    return found[max(found)]


def unprivileged_user() -> pwd.struct_passwd | None:
    """Return the user that the server runs as, or None when we are not root and run it ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise NoPostgres("PostgreSQL refuses to run as root, and there is neither a user 'postgres' nor 'nobody'")


@dataclass
class Server:
    """A cluster of our own making, in a folder of its own, that can be stopped and started again."""

    binaries: Path
    user: pwd.struct_passwd | None
    home: Path
    port: int
    password: str
    options: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The DATABASE_URL of its one database."""
        return f"postgres://throughline:{self.password}@127.0.0.1:{self.port}/postgres"

    def start(self) -> None:
        """Start it, and return once it takes connections."""
        fixed = [f"port={self.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={self.home}"]
        command = [str(self.binaries / "postgres"), "-D", str(self.home / "data")]
        command += [part for option in [*fixed, *self.options] for part in ("-c", option)]
        if self.user:
            become = [f"--reuid={self.user.pw_uid}", f"--regid={self.user.pw_gid}", "--clear-groups"]
            command = ["setpriv", *become, *command]
        log = self.home / "log"
        with log.open("ab") as out:
            # Under a watchdog the server ends with us, even when we are killed. INT is PostgreSQL's fast shutdown.
            self.process = subprocess.Popen(
                [sys.executable, "-I", str(WATCHDOG), "--signal", "INT", "--", *command],
                cwd=self.home,
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_until_it_answers(self.url, self.process, log)

    def stop(self, *, immediately: bool = False) -> None:
        """Stop it the fast way: sessions are ended; or at once, as a crash would, so that it recovers at its start."""
        if self.process is None or self.process.stdin is None:
            return
        if immediately:
            main = int((self.home / "data" / "postmaster.pid").read_text().splitlines()[0])
            os.kill(main, signal.SIGQUIT)
        else:
            self.process.stdin.close()
        self.process.wait(timeout=20)
        self.process.stdin.close()
        self.process = None


@contextlib.contextmanager
def server(options: Sequence[str] = SPEED) -> Iterator[Server]:
    """Make and start a cluster, then stop it and remove its folder. Raises `NoPostgres`."""
    folder = binaries()
    user = unprivileged_user()
    home = Path(tempfile.mkdtemp(prefix="throughline-pg-"))
    password_file = home / "password"
    password = secrets.token_hex(16)
    password_file.write_text(password)
    if user:
        for path in (home, password_file):
            os.chown(path, user.pw_uid, user.pw_gid)
    rules = ["-U", "throughline", "-A", "password", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
    become: dict[str, int | list[int]] = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    made: Server | None = None
    try:
        done = subprocess.run(
            [folder / "initdb", "-D", home / "data", "--pwfile", password_file, *rules],
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
            **become,  # type: ignore[call-overload]
        )
        if done.returncode:
            raise NoPostgres(f"initdb failed: {done.stderr.strip()[-300:]}")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        made = Server(folder, user, home, port, password, options)
        made.start()
        yield made
    finally:
        if made is not None:
            made.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextlib.contextmanager
def throwaway() -> Iterator[str]:
    """Start a cluster, yield its DATABASE_URL, then stop it and remove its folder. Raises `NoPostgres`."""
    with server() as made:
        yield made.url


def wait_until_it_answers(url: str, server: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once our own server (it knows the password) takes connections."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(url, connect_timeout=2).close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")[-500:]
                raise NoPostgres(f"the server did not start: {error}\n{said}") from error
            time.sleep(0.05)
        else:
            return
