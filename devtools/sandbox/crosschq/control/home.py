"""The tester's first page for Crosschq; making organizations, and starting over."""

import sqlite3

from devtools.sandbox.crosschq.control.frame import CHECKS, ROOT, SHOWN, TRAIL, Route, shown
from devtools.sandbox.crosschq.records import OPEN, Records
from devtools.sandbox.crosschq.web.frame import shown_time, status_badge
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import BadRequest, Request, Response, json_response, redirect
from devtools.sandbox.host.markup import button, join, link, markup, table


class HomePages:
    """Where a tester begins."""

    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.vendor = vendor
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/", self.home),
            ("POST", "/seed", self.seed),
            ("POST", "/reset", self.reset),
        )

    def home(self, request: Request) -> Response:
        self.records.do_what_is_due()
        rows = self.records.requests(limit=SHOWN)
        links = (
            (f"{ROOT}/organisations", "Organizations: keys, webhooks, prospects"),
            (f"{ROOT}/mails", "Mails and text messages that Crosschq would have sent"),
            (f"{ROOT}/webhooks", "Webhooks: send again, duplicate, reorder"),
            (f"{ROOT}/webhooks/deliveries", "Webhook deliveries"),
            (f"{ROOT}/faults", "Faults"),
            (f"{ROOT}/requests", "Request log"),
            (f"{ROOT}/settings", "Settings: vendor without list, same candidate twice, days until past due"),
            ("/crosschq/admin/", "Crosschq's own settings pages"),
        )
        body = markup(
            '<p class="lead">Choose a reference check and play the candidate, the references or a Crosschq user.</p>'
            "{rows}<section><h2>More</h2><ul>{links}</ul></section>"
            "<section><h2>Start over</h2><p>Forgets reference checks, messages, deliveries, faults and the request "
            "log. Organizations, keys, users, surveys and prospects stay.</p>{reset}</section>",
            rows=table(
                ("Candidate", "Position", "State", "Since", "Play"),
                [self._cells(row) for row in rows],
                empty="Nobody has been asked for references yet. Send a reference check in Throughline.",
            ),
            links=[markup("<li>{link}</li>", link=link(path, text)) for path, text in links],
            reset=button(f"{ROOT}/reset", "Start over", tone="danger"),
        )
        return shown("Crosschq: reference checks", body, trail=TRAIL[:1])

    def seed(self, request: Request) -> Response:
        """The arguments of `CrosschqSandbox.seed` as JSON; answers key and organization."""
        try:
            return json_response(self.vendor.seed(**request.data()), status=201)
        except (TypeError, KeyError, ValueError, sqlite3.IntegrityError) as error:
            raise BadRequest("The seed cannot be read; docs/sandbox.md shows one.") from error

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the organizations as well."""
        self.records.clear(everything=bool(request.data().get("everything")))
        self.vendor.faults.remove()
        self.vendor.requests.clear()
        self.vendor.webhooks.clear()
        return redirect(f"{ROOT}/") if request.wants_html() else json_response({"reset": True})

    def _cells(self, row: sqlite3.Row) -> tuple[object, ...]:
        here = f"{CHECKS}/{row['id']}"
        return (
            markup(
                "<strong>{first} {last}</strong><br>{email}",
                first=row["first_name"],
                last=row["last_name"],
                email=row["email"],
            ),
            markup(
                '{position}<br><span class="quiet">{organisation}</span>',
                position=row["job_position"],
                organisation=row["organisation_name"],
            ),
            markup("{badge} {progress} %", badge=status_badge(row["status"]), progress=row["progress"]),
            shown_time(row["created_at"]),
            join(
                [
                    markup(
                        "<p>{links}</p>",
                        links=join(
                            [link(f"/crosschq/locker/{row['locker']}/", "The candidate"), link(here, "Everybody")],
                            separator=" · ",
                        ),
                    ),
                    button(f"{here}/complete", "Play to the end") if row["status"] in OPEN else "",
                ]
            ),
        )
