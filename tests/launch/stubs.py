"""What the tests of the supervisor start.

`serve` is a stand-in for one server, `supervise` runs some of them under the real supervisor, and `site` runs the
site's real servers, without the set-up and the preparation of the database that come first in `make run`.
"""

import os
import signal
import socket
import sys
import time
from pathlib import Path

from devtools.launch import environment, site
from devtools.launch.supervisor import Server, Supervisor

ROOT = Path(__file__).resolve().parents[2]


def serve(port: int, manner: str) -> None:
    """Listen on `port`, with a forked child that holds the port too, as gunicorn's workers do.

    `polite` main processes end on TERM and take the child along; `stubborn` ones ignore it, and so does the child.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    child = os.fork()
    if child == 0 or manner == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: (os.kill(child, signal.SIGKILL), os._exit(0)))
    if child:
        listener.listen()  # last, so that an open port means that all of this is done
    while True:
        try:
            listener.accept()[0].close()
        except OSError:
            time.sleep(0.05)


def supervise(grace: float, servers: list[str]) -> None:
    """Run servers given as NAME:PORT:MANNER under a supervisor, and say when they have started."""
    commands = []
    for server in servers:
        name, port, manner = server.split(":")
        command = [sys.executable, "-m", "tests.launch.stubs", "serve", port, manner]
        commands.append(Server(name, command, dict(os.environ)))
    with Supervisor(commands, cwd=ROOT, grace=grace) as supervisor:
        supervisor.supervise()


def serve_site() -> None:
    """Run the site's own servers, and say when they are ready."""
    here = environment.site()
    with site.ports_kept(here), Supervisor(site.servers(here), cwd=ROOT) as supervisor:
        if supervisor.wait_until(lambda: site.is_ready(here), seconds=site.READY_SECONDS):
            print("ready", flush=True)
            supervisor.supervise()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]), sys.argv[3])
    elif sys.argv[1] == "site":
        serve_site()
    else:
        supervise(float(sys.argv[2]), sys.argv[3:])
