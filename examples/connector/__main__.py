"""A connector: a program outside Throughline that does what people let it do. README.md says how to run it.

connect    ask an Administrator to let it in
look       say what there is: job fields, steps, sources, tags, open jobs
run        start a reference check for whoever is moved to a step, and bring back note and report
prospects  add the people of a file as leads
"""

import argparse
import csv
import json
import os
import signal
import sqlite3
import sys
import threading
import webbrowser
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests
from standardwebhooks import Webhook, WebhookVerificationError

from memory import Memory
from throughline import Disconnected, Throughline
from vendor import OVER, Vendor

SCOPES = (
    "jobs:read settings:read candidates:read candidates:write applications:read notes:write files:write"
    " webhooks:read webhooks:write"
)
FOR_GOOD = (400, 404, 413, 422)
"""Refusals that do not change by waiting."""
LARGEST = 100_000
"""Bytes of a delivery; theirs are a few hundred."""


def connect(api: Throughline, options: argparse.Namespace) -> None:
    """Send the person to the page where they let us in."""

    def show(address: str) -> None:
        print(f"Open this address to let the connector in:\n{address}", flush=True)
        webbrowser.open(address)

    api.connect(options.site.rstrip("/"), client_id=options.client_id, scopes=SCOPES, show=show)
    print("Connected.")


def look(api: Throughline, options: argparse.Namespace) -> None:
    """Print what the other commands ask for."""
    for field in api.every("job-fields/"):
        print(f"job field  {field['id']}  {field['name']} ({field['kind']})")
    for process in api.every("hiring-processes/"):
        for step in process["stages"]:
            print(f"step       {step['id']}  {process['name']}: {step['name']}")
    for source in api.every("sources/", is_active="true"):
        print(f"source     {source['id']}  {source['type']['name']}: {source['name']}")
    for tag in api.every("tags/"):
        print(f"tag        {tag['id']}  {tag['name']}")
    for job in api.every("jobs/", state="open"):
        said = ", ".join(f"{field['name']}: {field['value']}" for field in job["job_fields"] if field["value"])
        print(f"job        {job['id']}  {job['title']}  {said}".rstrip())


def prospects(api: Throughline, options: argparse.Namespace) -> None:
    """Add the people of a CSV file (first_name, last_name, email) as leads; whoever is here stays as they are."""
    with options.file.open(newline="", encoding="utf-8") as file:
        for person in csv.DictReader(file):
            given = {name: person[name] for name in ("first_name", "last_name", "email")}
            body = {**given, "job": options.job, "source": options.source, "tags": options.tag}
            found = api.call("POST", "prospects/", json=body)
            print(f"{found['id']}  {person['email']}")


class Connector:
    """Hears of moves, and does what follows from them."""

    def __init__(self, api: Throughline, options: argparse.Namespace) -> None:
        self.api, self.memory, self.options = api, api.memory, options
        self.vendor = Vendor(options.vendor, key=os.environ["VENDOR_KEY"], requestor=options.requestor)
        self.stopping = threading.Event()

    def run(self) -> None:
        """Listen and work until told to stop."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *told: self.stopping.set())
        server = ThreadingHTTPServer(("127.0.0.1", self.options.port), self._handler())
        hook = self.options.hook or f"http://127.0.0.1:{server.server_port}/hook"
        self._subscribe(hook)  # its ping waits until somebody answers
        threading.Thread(target=server.serve_forever, daemon=True).start()
        named = (step for process in self.api.every("hiring-processes/") for step in process["stages"])
        steps = {step["id"] for step in named if step["name"] == self.options.step}
        print(f"Listening at {hook} for moves to {self.options.step}.", flush=True)
        while not self.stopping.wait(self.options.every):
            for row in self.memory.run("SELECT * FROM delivery WHERE state = 'waiting' ORDER BY rowid"):
                if self._tried(self._start, json.loads(row["fact"])["data"], steps):
                    self.memory.run("UPDATE delivery SET state = 'done' WHERE webhook_id = ?", row["webhook_id"])
            for row in self.memory.run("SELECT * FROM reference_check WHERE state = 'open' ORDER BY rowid"):
                if self._tried(self._follow, row):
                    self.memory.run("UPDATE reference_check SET state = 'done' WHERE move = ?", row["move"])
        server.shutdown()

    # ── Hearing ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _subscribe(self, hook: str) -> None:
        """Have one webhook, at this address, whose secret we know."""
        known, wanted = self.memory.secrets.get("webhook"), {"url": hook, "facts": ["application.moved"]}
        if known in [webhook["id"] for webhook in self.api.every("webhooks/")]:
            self.api.call("PATCH", f"webhooks/{known}/", json={**wanted, "state": "on"})
        else:
            made = self.api.call("POST", "webhooks/", json=wanted)
            self.memory.keep(webhook=made["id"], webhook_secret=made["secret"])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        memory = self.memory

        class Handler(BaseHTTPRequestHandler):
            """Checks the signature, remembers the delivery, and answers; the work is done later."""

            def do_POST(self) -> None:
                body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), LARGEST))
                try:
                    fact = Webhook(memory.secrets["webhook_secret"]).verify(body, dict(self.headers))
                except WebhookVerificationError:
                    self.send_response(400)
                else:
                    # What comes twice stays one; a ping is nothing to do.
                    state = "waiting" if fact["type"] == "application.moved" else "done"
                    said = (self.headers["webhook-id"], json.dumps(fact), state)
                    memory.run("INSERT OR IGNORE INTO delivery VALUES (?, ?, ?)", *said)
                    self.send_response(204)
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler

    # ── Working ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _tried(self, work: Callable[..., bool], *about: Any) -> bool:
        """Do a piece of work; return whether it is over, done or refused for good. Anything else is tried again."""
        try:
            return work(*about)
        except requests.RequestException as error:
            print(error, file=sys.stderr, flush=True)
            return error.response is not None and error.response.status_code in FOR_GOOD

    def _start(self, move: dict[str, Any], steps: set[str]) -> bool:
        """Ask the vendor for whoever was moved to the step and stands there still, once for each move."""
        if move["to_stage"] not in steps:
            return True
        application = self.api.call("GET", f"applications/{move['application']}/")
        if application["state"] != "active" or application["stage"]["id"] != move["to_stage"]:
            return True
        job = self.api.call("GET", f"jobs/{move['job']}/")
        survey = next((one["value"] for one in job["job_fields"] if one["name"] == self.options.field), None)
        if not survey:
            print(f"{job['title']} says nothing in {self.options.field}: nobody was asked.", flush=True)
            return True
        person = self.api.call("GET", f"candidates/{move['candidate']}/")
        if not person["email"]:
            print(f"{person['name']} has no email: nobody was asked.", flush=True)
            return True
        # Written first: the vendor knows no idempotency keys, so what broke off while it was asked is not repeated.
        asked = (move["transition"], move["application"], "", "asking")
        try:
            self.memory.run("INSERT INTO reference_check VALUES (?, ?, ?, ?)", *asked)
        except sqlite3.IntegrityError:
            print(f"Look at the vendor whether it was asked about {person['name']}.", file=sys.stderr, flush=True)
            return True
        try:
            number = self.vendor.ask(person, job=job["title"], survey=survey)
        except requests.HTTPError as error:
            if error.response.status_code < 500:  # it said no, so it has nothing
                self.memory.run("DELETE FROM reference_check WHERE move = ?", move["transition"])
            raise
        change = "UPDATE reference_check SET number = ?, state = 'open' WHERE move = ?"
        self.memory.run(change, number, move["transition"])
        print(f"Asked for references of {person['name']}: {number}.", flush=True)
        return True

    def _follow(self, check: sqlite3.Row) -> bool:
        """Bring back what the vendor has. A key lets each thing happen once, also when we were stopped in between."""
        found = self.vendor.look(check["number"])
        if found["status"] == "completed":
            about = f"applications/{check['application']}"
            pdf = ("Reference report.pdf", self.vendor.report(found), "application/pdf")
            self.api.call("POST", f"{about}/files/", files={"file": pdf}, key=check["move"])
            note = {"body": f"The references are complete: {found['report_url']}"}
            self.api.call("POST", f"{about}/notes/", json=note, key=check["move"])
        if found["status"] in OVER:
            print(f"{check['number']} is {found['status']}.", flush=True)
        return found["status"] in OVER


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(
        prog="connector", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--folder", type=Path, default=Path("var/connector"), help="where it keeps tokens and work")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("connect")
    one.add_argument("site", help="where Throughline is, such as http://localhost:8000")
    one.add_argument("client_id", help="as Company Settings › Connected apps shows it")
    commands.add_parser("look")
    one = commands.add_parser("run")
    one.add_argument("--step", default="Crosschq", help="the name of the step that starts checks")
    one.add_argument("--field", default="Crosschq tag", help="the job field that names the vendor's survey")
    one.add_argument("--vendor", default="http://localhost:8001/crosschq", help="its API; VENDOR_KEY holds the key")
    one.add_argument("--requestor", required=True, help="the email of the vendor's user who asks")
    one.add_argument("--port", type=int, default=8765)
    one.add_argument(
        "--hook", default="", help="how Throughline reaches us, when that is not http://127.0.0.1:PORT/hook"
    )
    one.add_argument("--every", type=float, default=10, help="seconds between two looks at the vendor")
    one = commands.add_parser("prospects")
    one.add_argument("file", type=Path, help="CSV with first_name, last_name and email")
    one.add_argument("--job", required=True)
    one.add_argument("--source")
    one.add_argument("--tag", action="append", default=[])
    options = parser.parse_args(arguments)
    if options.command == "run" and not os.environ.get("VENDOR_KEY"):
        parser.error("VENDOR_KEY is not set")
    return options


def main() -> int:
    """Run a command; return the exit code."""
    options = options_of()
    api = Throughline(Memory(options.folder))
    try:
        if options.command == "run":
            Connector(api, options).run()
        else:
            {"connect": connect, "look": look, "prospects": prospects}[options.command](api, options)
    except (Disconnected, requests.RequestException) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
