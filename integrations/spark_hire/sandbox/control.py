"""The tester's pages and calls for Spark Hire: interviews and their acts, accounts, mails, cleaning up.

All of it lies under `/__sandbox__/spark-hire/`, off the API's prefix, so that nothing in a client can depend on it.
Each address answers a page to a browser and JSON to everything else. Faults, deliveries, the request log and settings
are the host's (`integrations.sandbox.levers`).
"""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from integrations.sandbox.base import VendorSandbox
from integrations.sandbox.http import BadRequest, Request, Response, html_response, json_response, redirect
from integrations.sandbox.levers import control_error
from integrations.sandbox.markup import Markup, badge, button, join, link, markup, page, table
from integrations.sandbox.router import Router
from integrations.sandbox.store import instant_of
from integrations.spark_hire.sandbox import intake, wire
from integrations.spark_hire.sandbox.records import OPEN, Records, Refused, deadline_text
from integrations.spark_hire.sandbox.web import BANNER, shown_time, status_badge

ROOT = "/__sandbox__/spark-hire"
TRAIL = [("/__sandbox__/", "Sandbox"), (f"{ROOT}/", "Spark Hire")]
SHOWN = 200


class Control:
    def __init__(self, vendor: VendorSandbox, records: Records) -> None:
        self.vendor = vendor
        self.records = records

    def register(self, router: Router) -> None:
        routes: tuple[tuple[str, str, Callable[[Request], Response]], ...] = (
            ("GET", "/", self.home),
            ("GET", "/interviews", self.interviews),
            ("GET", "/interviews/{uuid}", self.interview),
            ("POST", "/interviews/{uuid}/{act}", self.act_on_interview),
            ("GET", "/accounts", self.accounts),
            ("GET", "/jobs", self.jobs),
            ("POST", "/jobs/{uuid}/{act}", self.act_on_job),
            ("GET", "/users", self.users),
            ("POST", "/users/{uuid}/{act}", self.act_on_user),
            ("GET", "/webhooks", self.webhooks),
            ("GET", "/mails", self.mails),
            ("POST", "/seed", self.seed),
            ("POST", "/reset", self.reset),
        )
        for method, path, handler in routes:
            router.add(method, ROOT + path, self._guarded(handler))

    def _guarded(self, handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        def guarded(request: Request) -> Response:
            try:
                return handler(request)
            except Refused as refusal:
                return control_error(request, refusal.status, refusal.reason)

        return guarded

    # Interviews

    def home(self, request: Request) -> Response:
        self.records.expire_due(request.now)
        rows = self.records.interviews(None, deleted=True)[:SHOWN]
        links = (
            ("accounts", "Accounts: users, keys and jobs"),
            ("mails", "Mails that Spark Hire would have sent"),
            ("webhooks", "Webhook subscriptions"),
            ("webhooks/deliveries", "Webhook deliveries"),
            ("faults", "Faults"),
            ("requests", "Request log"),
            ("settings", "Settings"),
        )
        body = markup(
            '<p class="lead">Choose an interview and play the candidate, or a Spark Hire user who rates, extends, '
            "cancels or deletes it.</p>{rows}<section><h2>More</h2><ul>{links}<li>{sets}</li></ul></section>"
            "<section><h2>Start over</h2><p>Forgets interviews, mails, webhook subscriptions, deliveries, faults and "
            "the request log. Accounts, keys, jobs and question sets stay.</p>{reset}</section>",
            rows=table(
                ("Candidate", "Job", "State", "Deadline", "Invited by", "Play"),
                [
                    (
                        markup("<strong>{name}</strong><br>{email}", name=row["name"], email=row["email"]),
                        markup(
                            '{job}<br><span class="quiet">{company}</span>',
                            job=row["job_title"],
                            company=row["company_name"],
                        ),
                        _state(row),
                        deadline_text(row),
                        row["creator_email"],
                        join(
                            [
                                link(f"/spark-hire/invitation/{row['token']}", "The candidate"),
                                link(f"{ROOT}/interviews/{row['uuid']}", "Spark Hire's users"),
                            ],
                            separator=" · ",
                        ),
                    )
                    for row in rows
                ],
                empty="Nobody has been invited yet. Send a video interview request in Throughline.",
            ),
            links=[markup("<li>{link}</li>", link=link(f"{ROOT}/{path}", text)) for path, text in links],
            sets=link("/spark-hire/company/question_sets", "Question sets"),
            reset=button(f"{ROOT}/reset", "Start over", tone="danger"),
        )
        trail = [("/__sandbox__/", "Sandbox")]
        return html_response(page(title="Spark Hire: interviews", body=body, banner=BANNER, trail=trail))

    def interviews(self, request: Request) -> Response:
        """`email`, `job` and `deleted=1` narrow or widen the list; newest first."""
        if request.wants_html():
            return redirect(f"{ROOT}/")
        self.records.expire_due(request.now)
        rows = self.records.interviews(
            None,
            email=request.first("email"),
            jobs=[request.first("job")] if request.first("job") else [],
            deleted=bool(request.first("deleted")),
        )
        shapes = self.records.interview_shapes(rows)
        return json_response([self._full(row, shape) for row, shape in zip(rows, shapes, strict=True)])

    def interview(self, request: Request) -> Response:
        self.records.expire_due(request.now)
        row = self.records.any_interview(request.params["uuid"])
        if not request.wants_html():
            return json_response(self._full(row, self.records.interview_shape(row)))
        body = markup(
            "<section><dl><dt>Candidate</dt><dd>{name}, {email}</dd><dt>State</dt><dd>{state}</dd>"
            "<dt>Deadline</dt><dd>{deadline}</dd><dt>Invited by</dt><dd>{creator}</dd>"
            "<dt>Account</dt><dd>{company}</dd><dt>Completed</dt><dd>{completed}</dd><dt>Rating</dt><dd>{rating}</dd>"
            "<dt>Asked for more time</dt><dd>{extension}</dd><dt>Share link</dt><dd>{share}</dd></dl></section>"
            "<section><h2>Play the candidate</h2><p>{candidate}</p><div>{quick}</div></section>"
            "<section><h2>Play a Spark Hire user</h2>{acts}</section>",
            name=row["name"],
            email=row["email"],
            state=_state(row),
            deadline=deadline_text(row),
            creator=row["creator_email"],
            company=row["company_name"],
            completed=shown_time(row["completed_at"]) or "no",
            rating=row["rating"] or "none",
            extension=f"{shown_time(row['extension_requested_at'])} {row['extension_note']}".strip() or "no",
            share=link(f"/spark-hire/share/{row['share_token']}", "Open the share page")
            if row["share_uuid"]
            else "none",
            candidate=link(f"/spark-hire/invitation/{row['token']}", "Open the candidate's page"),
            quick=self._candidate_buttons(row),
            acts=self._user_forms(row),
        )
        title = f"{row['name']}: {row['job_title']}"
        return html_response(page(title=title, body=body, banner=BANNER, trail=TRAIL))

    def act_on_interview(self, request: Request) -> Response:
        number, act = request.params["uuid"], request.params["act"]
        data = request.data()
        self.records.expire_due(request.now)
        if act == "complete" and data.get("ahead"):
            # The page's button: as if submitted a minute ahead of the deadline, and told only now.
            data["at"] = (instant_of(self.records.interview(number)["scheduled_at"]) - timedelta(minutes=1)).isoformat(
                timespec="seconds"
            )
        row = self._act(number, act, data, request)
        if request.wants_html():
            return redirect(f"{ROOT}/interviews/{number}")
        if row is None:
            row = self.records.any_interview(number)
        return json_response(self._full(row, self.records.interview_shape(row)))

    def _act(self, number: str, act: str, data: Mapping[str, Any], request: Request) -> sqlite3.Row | None:
        records = self.records
        plain: dict[str, Callable[[str], sqlite3.Row]] = {
            "accept": records.accept,
            "start": records.begin,
            "finish": records.finish,
            "decline": records.decline,
            "cancel": records.cancel,
            "restore": records.restore,
            "expire": records.expire,
        }
        if act in plain:
            return plain[act](number)
        if act == "complete":
            return records.complete(number, at=_instant(data, "at"))
        if act == "extension":
            return records.ask_extension(number, str(data.get("note") or ""))
        if act == "identity":
            row = records.interview(number)
            return records.change_identity(
                number,
                name=intake.text({"name": row["name"], **data}, "name", required=True),
                email=intake.email(data.get("email") or row["email"]),
            )
        if act == "rate":
            return records.rate(number, _stars(data.get("rating")))
        if act == "reset":
            return records.reset(number, deadline=intake.later(data, now=request.now))
        if act in ("reschedule", "extend"):
            deadline = intake.later(data, now=request.now)
            if deadline is None:
                raise BadRequest("Give scheduled_at, days or hours.")
            return records.reschedule(number, deadline)
        if act == "delete":
            records.delete(number)
            return None
        if act == "share":
            row = records.interview(number)
            return records.share(number, records.user(row["created_by"]))[0]
        raise Refused(404, "There is no such act.")

    def _candidate_buttons(self, row: sqlite3.Row) -> list[Markup]:
        here = f"{ROOT}/interviews/{row['uuid']}"
        if row["deleted_at"]:
            return [markup('<p class="quiet">The interview is deleted.</p>')]
        buttons: list[Markup] = []
        if row["status"] in OPEN:
            buttons.append(button(f"{here}/complete", "Go through to the end", tone="primary"))
        if row["status"] in (*OPEN, "expired"):
            buttons.append(
                button(f"{here}/complete", "Was finished a minute ahead of the deadline", fields={"ahead": "1"})
            )
        return buttons or [markup('<p class="quiet">The candidate has nothing left to do.</p>')]

    def _user_forms(self, row: sqlite3.Row) -> list[Markup]:
        here = f"{ROOT}/interviews/{row['uuid']}"
        if row["deleted_at"]:
            return [button(f"{here}/restore", "Restore the interview")]
        forms: list[Markup] = []
        if row["status"] in (*OPEN, "expired"):
            forms.append(
                markup(
                    '<form method="post" action="{here}/extend" class="stack"><label>New deadline'
                    '<small>days from now</small><input name="days" value="7" inputmode="decimal" required></label>'
                    "<div><button>Reschedule</button></div></form>",
                    here=here,
                )
            )
        if row["status"] == "completed":
            forms.append(
                markup(
                    '<form method="post" action="{here}/rate" class="stack"><label>Rating<select name="rating">'
                    "{stars}</select></label><div><button>Rate</button></div></form>",
                    here=here,
                    stars=[markup("<option>{stars}</option>", stars=stars) for stars in (5, 4, 3, 2, 1)],
                )
            )
            forms.append(button(f"{here}/reset", "Reset: let the candidate record again"))
        if row["status"] in OPEN:
            forms.append(button(f"{here}/expire", "Let it expire now"))
            forms.append(button(f"{here}/cancel", "Cancel", tone="danger"))
        forms.append(button(f"{here}/delete", "Delete", tone="danger"))
        return forms

    # Accounts

    def accounts(self, request: Request) -> Response:
        users, jobs = self.records.users(), self.records.all_jobs()
        parts = []
        for company in self.records.companies():
            parts.append(
                markup(
                    "<section><h2>{name}</h2><p class='quiet'>{active} of {limit} job slots used</p>"
                    "{users}<br>{jobs}</section>",
                    name=company["name"],
                    active=company["active_jobs"],
                    limit=company["active_jobs_limit"],
                    users=table(
                        ("User", "Role", "User API Key", "Acts"),
                        [self._user_cells(user) for user in users if user["company"] == company["uuid"]],
                        empty="This account has no users.",
                    ),
                    jobs=table(
                        ("Job", "State", "Seen by", "Acts"),
                        [self._job_cells(job) for job in jobs if job["company"] == company["uuid"]],
                        empty="This account has no jobs yet.",
                    ),
                )
            )
        body = join(parts) or markup('<p class="empty">There is no account yet.</p>')
        return html_response(page(title="Spark Hire: accounts", body=body, banner=BANNER, trail=TRAIL))

    def _user_cells(self, user: sqlite3.Row) -> tuple[object, ...]:
        here = f"{ROOT}/users/{user['uuid']}"
        acts = [
            button(f"{here}/enable", "Enable") if user["disabled"] else button(f"{here}/disable", "Disable"),
            button(f"{here}/rotate_key", "New key"),
        ]
        if user["api_key"]:
            acts.append(button(f"{here}/revoke_key", "Revoke key", tone="danger"))
        return (
            markup(
                "<strong>{first} {last}</strong><br>{email}",
                first=user["first_name"],
                last=user["last_name"],
                email=user["email"],
            ),
            join([user["role"], badge("disabled", "danger") if user["disabled"] else ""], separator=" "),
            markup("<details><summary>Show</summary><code>{key}</code></details>", key=user["api_key"])
            if user["api_key"]
            else "none",
            join(acts),
        )

    def _job_cells(self, job: sqlite3.Row) -> tuple[object, ...]:
        here = f"{ROOT}/jobs/{job['uuid']}"
        if job["deleted_at"]:
            return job["title"], badge("deleted", "neutral"), "", ""
        active = job["status"] == "active"
        shared = job["visibility"] == "shared"
        acts = [
            button(f"{here}/deactivate", "Deactivate") if active else button(f"{here}/activate", "Activate"),
            button(f"{here}/restrict", "Restrict to the team") if shared else button(f"{here}/open", "Share with all"),
            button(f"{here}/delete", "Delete", tone="danger"),
        ]
        return (
            link(f"/spark-hire/company/jobs/{job['uuid']}", job["title"]),
            badge(job["status"], "success" if active else "danger"),
            "all recruiters" if shared else "admins and its team",
            join(acts),
        )

    def jobs(self, request: Request) -> Response:
        if request.wants_html():
            return redirect(f"{ROOT}/accounts")
        return json_response(
            [
                {
                    **self.records.job_shape(row),
                    "company_uuid": row["company"],
                    "visibility": row["visibility"],
                    "deleted": row["deleted_at"] is not None,
                }
                for row in self.records.all_jobs()
            ]
        )

    def act_on_job(self, request: Request) -> Response:
        number, act = request.params["uuid"], request.params["act"]
        changes = {
            "activate": {"status": "active"},
            "deactivate": {"status": "inactive"},
            "restrict": {"visibility": "restricted"},
            "open": {"visibility": "shared"},
        }
        if act in changes:
            self.records.update_job(number, changes[act])
        elif act == "rename":
            self.records.update_job(number, {"title": intake.text(request.data(), "title", required=True)})
        elif act == "delete":
            self.records.delete_job(number)
        else:
            raise Refused(404, "There is no such act.")
        if request.wants_html():
            return redirect(f"{ROOT}/accounts")
        return json_response({"uuid": number, "act": act})

    def users(self, request: Request) -> Response:
        """With their keys: this is the tester's side of the vendor."""
        if request.wants_html():
            return redirect(f"{ROOT}/accounts")
        return json_response(
            [
                {
                    "uuid": row["uuid"],
                    "company": row["company_name"],
                    "email": row["email"],
                    "name": f"{row['first_name']} {row['last_name']}",
                    "role": row["role"],
                    "disabled": bool(row["disabled"]),
                    "api_key": row["api_key"],
                }
                for row in self.records.users()
            ]
        )

    def act_on_user(self, request: Request) -> Response:
        number, act = request.params["uuid"], request.params["act"]
        answer: dict[str, Any] = {"uuid": number, "act": act}
        if act in ("disable", "enable"):
            self.records.set_disabled(number, act == "disable")
        elif act == "rotate_key":
            answer["api_key"] = self.records.rotate_key(number)
        elif act == "revoke_key":
            self.records.revoke_key(number)
        else:
            raise Refused(404, "There is no such act.")
        if request.wants_html():
            return redirect(f"{ROOT}/accounts")
        return json_response(answer)

    # Webhooks and mails

    def webhooks(self, request: Request) -> Response:
        rows = self.records.subscriptions()
        if not request.wants_html():
            return json_response(
                [{**wire.webhook(row), "user": row["user_email"], "company": row["company_name"]} for row in rows]
            )
        heads = ("Event", "To", "Under the key of", "Account")
        cells = [
            (
                row["event"],
                markup("<code>{url}</code>", url=row["url"]),
                row["user_email"],
                row["company_name"],
            )
            for row in rows
        ]
        body = join(
            [
                table(heads, cells, empty="Nobody has subscribed to anything yet."),
                markup("<p>{link}</p>", link=link(f"{ROOT}/webhooks/deliveries", "Deliveries")),
            ]
        )
        return html_response(page(title="Spark Hire: webhook subscriptions", body=body, banner=BANNER, trail=TRAIL))

    def mails(self, request: Request) -> Response:
        """`interview` (uuid) and `to` narrow the list; newest first."""
        rows = self.records.mails(interview=request.first("interview"), recipient=request.first("to"))
        if not request.wants_html():
            return json_response(
                [
                    {
                        "id": row["id"],
                        "kind": row["kind"],
                        "interview": row["interview"],
                        "company": row["company_name"],
                        "to": row["recipient"],
                        "reply_to": row["reply_to"],
                        "subject": row["subject"],
                        "body": row["body"],
                        "sent_at": wire.time(row["sent_at"]),
                    }
                    for row in rows
                ]
            )
        cells = [
            (
                shown_time(row["sent_at"]),
                row["recipient"],
                badge(row["kind"].replace("_", " "), "info"),
                markup(
                    "<details><summary>{subject}</summary><pre>{body}</pre></details>",
                    subject=row["subject"],
                    body=row["body"],
                ),
                link(f"{ROOT}/interviews/{row['interview']}", "Interview"),
            )
            for row in rows[:SHOWN]
        ]
        body = join(
            [
                markup(
                    "<p>What Spark Hire would have sent by e-mail, to candidates and to its own users. "
                    "Nothing leaves this machine.</p>"
                ),
                table(("Sent", "To", "Kind", "Mail", "About"), cells, empty="Spark Hire has sent no mail yet."),
            ]
        )
        return html_response(page(title="Mails that Spark Hire would have sent", body=body, banner=BANNER, trail=TRAIL))

    # Making and forgetting

    def seed(self, request: Request) -> Response:
        """The arguments of `SparkHireSandbox.seed` as JSON; answers the keys by e-mail."""
        try:
            return json_response(self.vendor.seed(**request.data()), status=201)
        except (TypeError, KeyError, ValueError, sqlite3.IntegrityError) as error:
            raise BadRequest("The seed cannot be read; docs/sandbox.md shows one.") from error

    def reset(self, request: Request) -> Response:
        """`{"everything": true}` forgets the accounts as well."""
        self.records.clear(everything=bool(request.data().get("everything")))
        self.vendor.faults.remove()
        self.vendor.requests.clear()
        self.vendor.webhooks.clear()
        return redirect(f"{ROOT}/") if request.wants_html() else json_response({"reset": True})

    # Helpers

    def _full(self, row: sqlite3.Row, shape: dict[str, Any]) -> dict[str, Any]:
        """An interview with what the API does not tell: the candidate's link, what was asked, whether it is deleted."""
        return {
            **shape,
            "account": row["company_name"],
            "timezone": row["timezone"],
            "email_message": row["email_message"],
            "accepted_at": wire.time(row["accepted_at"]),
            "started_at": wire.time(row["started_at"]),
            "extension_requested_at": wire.time(row["extension_requested_at"]),
            "extension_note": row["extension_note"],
            "deleted": row["deleted_at"] is not None,
            "invitation_url": f"{self.vendor.base_url}/spark-hire/invitation/{row['token']}",
        }


def _state(row: sqlite3.Row) -> Markup:
    if row["deleted_at"]:
        return badge("deleted", "neutral")
    asked = badge("asks for more time", "warning") if row["extension_requested_at"] else Markup("")
    return join([status_badge(row["status"]), asked], separator=" ")


def _instant(data: Mapping[str, Any], name: str) -> Any:
    if not data.get(name):
        return None
    instant = intake.instant_with_offset(str(data[name]))
    if instant is None:
        raise BadRequest(f"{name} must be a date and time with an offset.")
    return instant


def _stars(value: object) -> int:
    if str(value) not in ("1", "2", "3", "4", "5"):
        raise BadRequest("rating must be a whole number from 1 to 5.")
    return int(str(value))
