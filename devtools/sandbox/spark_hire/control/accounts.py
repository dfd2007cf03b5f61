"""Accounts on the tester's side: users with their keys, and the page that shows them with the jobs."""

import sqlite3
from typing import Any

from devtools.sandbox.host.http import Request, Response, json_response, redirect
from devtools.sandbox.host.markup import badge, button, join, markup, table
from devtools.sandbox.spark_hire.control.frame import ROOT, Route, no_such_act, shown
from devtools.sandbox.spark_hire.control.jobs import job_cells
from devtools.sandbox.spark_hire.records import Records


class AccountPages:
    """Accounts and the acts on their users."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/accounts", self.accounts),
            ("GET", "/users", self.users),
            ("POST", "/users/{uuid}/{act}", self.act_on_user),
        )

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
                        [_user_cells(user) for user in users if user["company"] == company["uuid"]],
                        empty="This account has no users.",
                    ),
                    jobs=table(
                        ("Job", "State", "Seen by", "Acts"),
                        [job_cells(job) for job in jobs if job["company"] == company["uuid"]],
                        empty="This account has no jobs yet.",
                    ),
                )
            )
        body = join(parts) or markup('<p class="empty">There is no account yet.</p>')
        return shown("Spark Hire: accounts", body)

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
            raise no_such_act()
        if request.wants_html():
            return redirect(f"{ROOT}/accounts")
        return json_response(answer)


def _user_cells(user: sqlite3.Row) -> tuple[object, ...]:
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
