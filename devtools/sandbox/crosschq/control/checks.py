"""Reference checks on the tester's side: every step of candidate, references, Crosschq's users and the clock."""

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from devtools.sandbox.crosschq import intake, wire
from devtools.sandbox.crosschq.control.frame import CHECKS, Route, no_such_act, shown
from devtools.sandbox.crosschq.records import OPEN, OUTSTANDING, Records, missing, wanted
from devtools.sandbox.crosschq.web.frame import shown_time, status_badge
from devtools.sandbox.crosschq.wire import RELATIONSHIPS
from devtools.sandbox.host.http import Request, Response, json_response, redirect
from devtools.sandbox.host.markup import Markup, button, join, link, markup, table


class CheckPages:
    """Requests and the acts on them."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/reference-requests", self.checks),
            ("GET", "/reference-requests/{id}", self.check),
            ("POST", "/reference-requests/{id}/{act}", self.act),
        )

    def checks(self, request: Request) -> Response:
        """`email`, `status`, `organisation` (id or name) and `deleted=1` narrow or widen the list; newest first."""
        if request.wants_html():
            return redirect(CHECKS.removesuffix("reference-requests"))
        self.records.do_what_is_due()
        organisation = request.first("organisation")
        rows = self.records.requests(
            organisation=str(self.records.organisation(organisation)["id"]) if organisation else "",
            email=request.first("email"),
            status=request.first("status"),
            deleted=bool(request.first("deleted")),
        )
        return json_response([self._full(row) for row in rows])

    def check(self, request: Request) -> Response:
        self.records.do_what_is_due()
        row = self.records.request(request.params["id"], deleted=True)
        return self._page(row) if request.wants_html() else json_response(self._full(row))

    def act(self, request: Request) -> Response:
        number = request.params["id"]
        self.records.do_what_is_due()
        self._act(number, request.params["act"], request.data())
        if request.wants_html():
            return redirect(f"{CHECKS}/{number}")
        return json_response(self._full(self.records.request(number, deleted=True)))

    def _act(self, number: str, act: str, data: Mapping[str, Any]) -> None:
        records, reference = self.records, str(data.get("reference") or "")
        whole: dict[str, Callable[[str], object]] = {
            "self_reference": records.answer_self_reference,
            "complete": records.complete,
            "decline": records.decline,
            "conclude": records.conclude,
            "past_due": records.past_due,
            "expire": records.expire,
            "cancel": records.cancel,
            "archive": records.archive,
            "remind": records.remind,
            "delete": records.delete,
            "restore": records.restore,
        }
        of_reference: dict[str, Callable[[str, str], object]] = {
            "start": records.begin_answer,
            "decline_reference": records.decline_reference,
            "cancel_reference": records.cancel_reference,
        }
        if act in whole:
            whole[act](number)
        elif act in of_reference:
            of_reference[act](number, reference)
        elif act == "answer":
            records.answer(number, reference, open_to_jobs=bool(data.get("open_to_jobs")))
        elif act == "references" and "references" in data:
            records.name_references(number, intake.new_references(data["references"]))
        elif act == "references":
            records.name_missing_references(number)
        else:
            raise no_such_act()

    # What is shown

    def _page(self, row: sqlite3.Row) -> Response:
        references = self.records.references(row["id"])
        here = f"{CHECKS}/{row['id']}"
        facts = (
            ("Candidate", f"{row['first_name']} {row['last_name']}, {row['email']} {row['mobile_phone']}"),
            ("State", markup("{badge} {progress} %", badge=status_badge(row["status"]), progress=row["progress"])),
            ("Ended by", row["ended_by"] or "not ended"),
            ("Survey", row["survey_name"]),
            ("Asked for", ", ".join(f"{count} {key}" for key, count in wanted(row).items() if count)),
            ("Requestor", row["requestor_email"]),
            ("Text messages", "yes" if row["use_sms"] else "no"),
            ("Organization", row["organisation_name"]),
            ("Self-reference", shown_time(row["self_reference_at"]) or "no"),
            ("Past due at", shown_time(row["due_at"]) or "never"),
        )
        body = markup(
            "<section><dl>{facts}</dl><p>{links}</p></section>"
            "<section><h2>Play the candidate</h2>{candidate}</section>"
            "<section><h2>Play the references</h2>{references}</section>"
            "<section><h2>Play a Crosschq user, or the clock</h2>{users}</section>",
            facts=[markup("<dt>{name}</dt><dd>{value}</dd>", name=name, value=value) for name, value in facts],
            links=join(self._links(row), separator=" · "),
            candidate=self._candidate(row, references, here),
            references=self._references(row, references, here),
            users=self._users(row, here),
        )
        return shown(f"{row['first_name']} {row['last_name']}: {row['job_position']}", body)

    def _links(self, row: sqlite3.Row) -> list[Markup]:
        links = [] if row["deleted_at"] else [link(f"/crosschq/locker/{row['locker']}/", "The candidate's locker")]
        if row["progress"] == 100 and not row["deleted_at"]:
            links.append(link(f"/crosschq/report/{row['report']}/", "The report"))
        return [*links, link(f"/__sandbox__/crosschq/mails?request={row['id']}", "Its mails and text messages")]

    def _candidate(self, row: sqlite3.Row, references: list[sqlite3.Row], here: str) -> list[Markup]:
        if row["status"] not in OPEN or row["deleted_at"]:
            return [markup('<p class="quiet">The candidate has nothing left to do.</p>')]
        buttons = [button(f"{here}/complete", "Play everything to the end", tone="primary")]
        if missing(row, references):
            buttons.append(button(f"{here}/references", "Name all references"))
        if not row["self_reference_at"]:
            buttons.append(button(f"{here}/self_reference", "Submit the self-reference"))
        return [*buttons, button(f"{here}/decline", "Decline", tone="danger")]

    def _references(self, row: sqlite3.Row, references: list[sqlite3.Row], here: str) -> Markup:
        def acts(each: sqlite3.Row) -> Markup:
            if row["status"] not in OPEN or each["status"] not in OUTSTANDING:
                return Markup("")
            one = {"reference": each["id"]}
            return join(
                [
                    button(f"{here}/start", "Start", fields=one) if each["status"] == "sent" else "",
                    button(f"{here}/answer", "Answer", fields=one, tone="primary"),
                    button(f"{here}/answer", "Answer, open to jobs", fields={**one, "open_to_jobs": "1"}),
                    button(f"{here}/decline_reference", "Decline", fields=one),
                    button(f"{here}/cancel_reference", "Canceled by the candidate", fields=one, tone="danger"),
                ]
            )

        rows = [
            (
                markup(
                    "{link}<br>{email}",
                    link=link(f"/crosschq/survey/{each['token']}/", f"{each['first_name']} {each['last_name']}"),
                    email=each["email"],
                ),
                RELATIONSHIPS[each["relationship"]][0],
                status_badge(each["status"]),
                acts(each),
            )
            for each in references
        ]
        return table(("Reference", "Relationship", "State", "Acts"), rows, empty="The candidate has named nobody yet.")

    def _users(self, row: sqlite3.Row, here: str) -> list[Markup]:
        if row["deleted_at"]:
            return [button(f"{here}/restore", "Bring it back")]
        buttons: list[Markup] = []
        if row["status"] in OPEN:
            buttons += [
                button(f"{here}/conclude", "Conclude with what is there", tone="primary"),
                button(f"{here}/past_due", "Let it be past due"),
                button(f"{here}/remind", "Send a reminder"),
                button(f"{here}/expire", "Let it expire"),
                button(f"{here}/cancel", "Cancel", tone="danger"),
            ]
        if row["status"] != "archived":
            buttons.append(button(f"{here}/archive", "Archive"))
        return [*buttons, button(f"{here}/delete", "Delete: the API then answers 404", tone="danger")]

    def _full(self, row: sqlite3.Row) -> dict[str, Any]:
        """A request as the API shows it, with all that was sent and everybody's links."""
        base = f"{self.records.base_url()}/crosschq"
        references = self.records.references(row["id"])
        return {
            **self.records.request_shape(row, version="v2"),
            **{
                name: row[name]
                for name in ("candidate_message", "email_message", "sms_message", "external_id", "version", "ended_by")
            },
            **{
                name: bool(row[name])
                for name in ("use_sms", "send_past_due_notification", "send_completed_notification")
            },
            "organisation": row["organisation_name"],
            "requestor": row["requestor_email"],
            "config_params": wanted(row),
            "hiring_managers": wire.loads(row["hiring_managers"]),
            "self_reference_at": wire.time(row["self_reference_at"]),
            "due_at": wire.time(row["due_at"]),
            "deleted": row["deleted_at"] is not None,
            "locker_url": f"{base}/locker/{row['locker']}/",
            "references": [
                {
                    **wire.reference(each),
                    "id": each["id"],
                    "relationship": each["relationship"],
                    "ended_by": each["ended_by"],
                    "survey_url": f"{base}/survey/{each['token']}/",
                }
                for each in references
            ],
        }
