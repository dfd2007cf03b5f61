"""`python -m devtools sandbox`: serves the vendors' doubles on this machine (`devtools.sandbox`)."""

import signal
import threading
from argparse import ArgumentParser
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.module_loading import import_string

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.server import SandboxServer


class Command(BaseCommand):
    """Serves until TERM; refuses outside sandbox mode."""

    help = "Serve stand-ins for the vendors over HTTP, for trying and testing. Refuses to start in production."
    # The sandbox shares nothing with the web pages: it starts also while they are broken, and faster.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.SANDBOX_PORT, help="0 takes a free port")
        parser.add_argument("--host", default="127.0.0.1", help="the control pages have no login: keep it loopback")
        parser.add_argument("--database", default=settings.SANDBOX_DATABASE, help="the sandbox's own SQLite file")
        parser.add_argument("--public-url", default="", help="how browsers reach the sandbox, if not by host and port")
        parser.add_argument(
            "--vendor",
            action="append",
            default=[],
            metavar="DOTTED.PATH",
            help="a VendorSandbox class; may be repeated; default: those of all registered integrations",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.SANDBOX_MODE:
            raise CommandError(
                "The vendor sandbox does not start here, because SANDBOX_MODE is off: this looks like production. "
                "Set SANDBOX_MODE=true on a machine made for trying."
            )
        stopped = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stopped.set())
        try:
            server = SandboxServer(
                database=options["database"],
                vendors=vendors(options["vendor"]),
                port=options["port"],
                host=options["host"],
                public_url=options["public_url"],
            )
        except OSError as error:
            raise CommandError(
                f"The vendor sandbox cannot listen on {options['host']}:{options['port']}: {error.strerror}."
            ) from error
        with server:
            self.stdout.write(f"Vendor sandbox: {server.url}/__sandbox__/")
            self.stdout.flush()
            stopped.wait()


def vendors(paths: list[str]) -> list[type[VendorSandbox]]:
    """The stand-ins at these dotted paths, or of every registered integration that has one."""
    if not paths:
        registered = import_module("integrations.registry").all_integrations()
        double_of = import_module("devtools.doubles").double_of
        return [double for integration in registered if (double := double_of(integration))]
    found = []
    for path in paths:
        try:
            vendor = import_string(path)
        except ImportError as error:
            raise CommandError(f"There is no vendor sandbox at {path}.") from error
        if not (isinstance(vendor, type) and issubclass(vendor, VendorSandbox)):
            raise CommandError(f"{path} is not a vendor sandbox.")
        found.append(vendor)
    return found
