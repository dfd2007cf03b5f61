"""`make run`: which servers make up the site, when they are ready, and what the person is told then."""

import contextlib
import os
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from devtools.launch.console import LaunchError, say
from devtools.launch.environment import ROOT, VENV_PYTHON, Site
from devtools.launch.setup import set_up
from devtools.launch.steps import run_step
from devtools.launch.supervisor import Server, Supervisor

READY_SECONDS = 180.0
DATABASE_CHECK = Path(__file__).with_name("database.py")


def refuse_taken_ports(site: Site) -> None:
    """Raise `LaunchError` when another process listens where one of our servers would."""
    wanted = {"PORT": (site.port, "the web server")}
    if site.has_sandbox:
        wanted["SANDBOX_PORT"] = (site.sandbox_port, "the vendor sandbox")
    for name, (port, server) in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                why = (error.strerror or str(error)).lower()
                raise LaunchError(
                    f"{server.capitalize()} cannot listen on port {port} ({why}), so nothing was started. "
                    f"Stop what uses it, or choose another port, for example: {name}={port + 10} make run"
                ) from error


def servers(site: Site) -> list[Server]:
    """Return the site's servers in the order in which they start."""
    python, manage = str(VENV_PYTHON), str(ROOT / "manage.py")
    environment = dict(site.environment)
    web = [python, "-m", "gunicorn", "recruiting.wsgi:application", "--bind", f"127.0.0.1:{site.port}"]
    web += ["--worker-class", "gthread", "--workers", environment.get("WEB_CONCURRENCY") or "2", "--threads", "4"]
    web += ["--graceful-timeout", "5", "--no-control-socket", "--log-level", "warning"]
    # The database pool belongs to the web process alone: inherited through the cluster's fork it loses results.
    found = [
        Server("the web server", web, {"DATABASE_POOL": "true", **environment}),
        Server("the background worker", [python, manage, "worker"], environment),
    ]
    if site.has_sandbox:
        sandbox = [python, manage, "sandbox", "--port", str(site.sandbox_port)]
        found.append(Server("the vendor sandbox", sandbox, environment))
    return found


def answers(url: str) -> bool:
    """Tell whether `url` answers 200."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=3) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def is_ready(site: Site) -> bool:
    """Tell whether the site can be used: pages, background work, and the fake vendors."""
    urls = [f"http://127.0.0.1:{site.port}/readyz", f"http://127.0.0.1:{site.port}/healthz/worker"]
    if site.has_sandbox:
        urls.append(f"http://127.0.0.1:{site.sandbox_port}/__sandbox__/")
    return all(answers(url) for url in urls)


def welcome(site: Site) -> None:
    """Tell the person where everything is."""
    say(f"\n  Throughline    {site.public_url}")
    if site.has_sandbox:
        say(f"  Vendor sandbox {site.sandbox_url}")
    users = site.var / "demo-users.txt"
    if users.is_file():
        say("\n" + "\n".join(f"  {line}".rstrip() for line in users.read_text().strip().splitlines()))
    say("\n  Ctrl-C stops everything.\n")


@contextlib.contextmanager
def ports_kept(site: Site) -> Iterator[None]:
    """Let commands that somebody runs beside the site (`manage.py create_company`) find its ports in the settings."""
    kept = site.var / "ports.env"
    kept.write_text(f"PORT={site.port}\nSANDBOX_PORT={site.sandbox_port}\n")
    try:
        yield
    finally:
        kept.unlink(missing_ok=True)


def run(site: Site) -> None:
    """Set up, prepare the database, and serve until told to stop. Raises `LaunchError`."""
    parent = os.getppid()
    refuse_taken_ports(site)
    set_up(site.var, site.environment, development=False)
    if site.database_url.startswith(("postgres://", "postgresql://")):
        run_step([VENV_PYTHON, "-I", DATABASE_CHECK], environment=site.environment)
    say("Preparing the database, the demo company and the static files (manage.py prepare).")
    run_step(
        [VENV_PYTHON, ROOT / "manage.py", "prepare"],
        environment=site.environment,
        message="The database could not be prepared (the reason stands above), so nothing was started. "
        "Mend that, then run the command again.",
    )
    everything = servers(site)
    say(f"Starting {', '.join(server.name for server in everything)}.")
    with ports_kept(site), Supervisor(everything, cwd=ROOT, parent=parent) as supervisor:
        if supervisor.wait_until(lambda: is_ready(site), seconds=READY_SECONDS):
            welcome(site)
            supervisor.supervise()
