"""The candidate's locker (crosschq.md §3.1, 3): naming references, the self-reference, saying no."""

import sqlite3

from devtools.sandbox.crosschq import intake
from devtools.sandbox.crosschq.records import OPEN, OUTSTANDING, Records, missing
from devtools.sandbox.crosschq.web.frame import answered, guarded, relationship_options, status_badge
from devtools.sandbox.crosschq.wire import RELATIONSHIPS
from devtools.sandbox.host.http import Request, Response, redirect
from devtools.sandbox.host.markup import Markup, button, join, link, markup, table
from devtools.sandbox.host.router import Router

LOCKER = "/crosschq/locker/{token}/"


class Locker:
    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        router.add("GET", LOCKER, guarded(self.locker))
        router.add("POST", f"{LOCKER}references", guarded(self.name_reference))
        router.add("POST", f"{LOCKER}cancel_reference", guarded(self.cancel_reference))
        router.add("POST", f"{LOCKER}self_reference", guarded(self.self_reference))
        router.add("POST", f"{LOCKER}decline", guarded(self.decline))

    def locker(self, request: Request) -> Response:
        row = self.records.request_of_locker(request.params["token"])
        references = self.records.references(row["id"])
        note = row["email_message"] or row["candidate_message"]
        body = markup(
            '<p class="lead">{organisation} asks for your references for {position}.</p>'
            "<section><dl><dt>For</dt><dd>{name}, {email}</dd><dt>State</dt><dd>{status}</dd>"
            "<dt>Progress</dt><dd>{progress} %</dd></dl>{note}</section>"
            "<section><h2>References</h2>{references}{form}</section>{more}"
            '<p class="quiet">{control}</p>',
            organisation=row["organisation_name"],
            position=row["job_position"],
            name=f"{row['first_name']} {row['last_name']}",
            email=row["email"],
            status=status_badge(row["status"]),
            progress=row["progress"],
            note=markup('<p class="notice">{text}</p>', text=note) if note else "",
            references=self._references(row, references),
            form=self._form(row, references),
            more=self._more(row),
            control=link(f"/__sandbox__/crosschq/reference-requests/{row['id']}", "Tester: play everybody else"),
        )
        return answered(f"Your references: {row['job_position']}", body)

    def name_reference(self, request: Request) -> Response:
        row = self._row(request)
        self.records.name_references(row["id"], [intake.new_reference(request.form())])
        return self._back(row)

    def cancel_reference(self, request: Request) -> Response:
        row = self._row(request)
        self.records.cancel_reference(row["id"], request.form().get("reference", ""))
        return self._back(row)

    def self_reference(self, request: Request) -> Response:
        row = self._row(request)
        self.records.answer_self_reference(row["id"])
        return self._back(row)

    def decline(self, request: Request) -> Response:
        row = self._row(request)
        self.records.decline(row["id"])
        return self._back(row)

    def _row(self, request: Request) -> sqlite3.Row:
        return self.records.request_of_locker(request.params["token"])

    def _back(self, row: sqlite3.Row) -> Response:
        return redirect(LOCKER.format(token=row["locker"]))

    def _references(self, row: sqlite3.Row, references: list[sqlite3.Row]) -> Markup:
        here = LOCKER.format(token=row["locker"])
        rows = [
            (
                markup("<strong>{name}</strong><br>{email}", name=full_name(each), email=each["email"]),
                RELATIONSHIPS[each["relationship"]][0],
                status_badge(each["status"]),
                button(f"{here}cancel_reference", "Cancel", fields={"reference": each["id"]})
                if each["status"] in OUTSTANDING and row["status"] in OPEN
                else "",
            )
            for each in references
        ]
        return table(("Reference", "Relationship", "State", ""), rows, empty="You have named nobody yet.")

    def _form(self, row: sqlite3.Row, references: list[sqlite3.Row]) -> Markup:
        left = missing(row, references)
        if row["status"] not in OPEN:
            return markup('<p class="notice">This request has ended. There is nothing left to do.</p>')
        if not left:
            return markup('<p class="quiet">Everybody who was asked for is named.</p>')
        return markup(
            "<p>Still wanted: {left}.</p>"
            '<form method="post" action="{here}references" class="stack">'
            '<label>Relationship<select name="relationship">{kinds}</select></label>'
            '<label>First name<input name="first_name" required></label>'
            '<label>Last name<input name="last_name" required></label>'
            '<label>Email<input name="email" type="email" required></label>'
            "<label>Mobile phone <small>optional, such as +15125550123</small>"
            '<input name="mobile_phone" type="tel"></label>'
            '<div><button class="primary">Add this reference</button></div></form>',
            left=", ".join(f"{count} {RELATIONSHIPS[key][0]}" for key, count in left.items()),
            here=LOCKER.format(token=row["locker"]),
            kinds=relationship_options(next(iter(left))),
        )

    def _more(self, row: sqlite3.Row) -> Markup:
        here = LOCKER.format(token=row["locker"])
        if row["status"] not in OPEN:
            return Markup("")
        own = (
            markup('<p class="notice">Thank you. Your self-reference is submitted.</p>')
            if row["self_reference_at"]
            else markup(
                "<p>The same survey that your references get; it takes five to ten minutes.</p>"
                '<div class="big">{button}</div>',
                button=button(f"{here}self_reference", "Submit my self-reference", tone="primary"),
            )
        )
        return join(
            [
                markup("<section><h2>Self-reference</h2>{own}</section>", own=own),
                markup(
                    "<section><h2>Not interested?</h2>{button}</section>",
                    button=button(f"{here}decline", "Decline the request", tone="danger"),
                ),
            ]
        )


def full_name(row: sqlite3.Row) -> str:
    return f"{row['first_name']} {row['last_name']}"
