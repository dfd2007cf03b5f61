"""Accounts on the tester's side: their users with their keys, and their jobs, on one page."""

from typing import Any

from devtools.sandbox.host.http import Request, Response, done
from devtools.sandbox.spark_hire import intake
from devtools.sandbox.spark_hire.control.frame import ROOT, Route, no_such_act, shown
from devtools.sandbox.spark_hire.records import Records


class AccountPages:
    """Accounts and the actions on their users and jobs."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/accounts", self.accounts),
            ("GET", "/users", self.users),
            ("POST", "/users/{uuid}/{action}", self.user_action),
            ("GET", "/jobs", self.jobs),
            ("POST", "/jobs/{uuid}/{action}", self.job_action),
        )

    def accounts(self, request: Request) -> Response:
        users, jobs = self.records.users(), self.records.all_jobs()
        accounts = [
            (
                company,
                [user for user in users if user["company"] == company["uuid"]],
                [job for job in jobs if job["company"] == company["uuid"]],
            )
            for company in self.records.companies()
        ]
        return shown("Spark Hire: accounts", "spark_hire/accounts.html", accounts=accounts)

    def users(self, request: Request) -> Response:
        """With their keys: this is the tester's side of the vendor."""
        shapes = [
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
        return done(request, shapes, back=f"{ROOT}/accounts")

    def user_action(self, request: Request) -> Response:
        number, action = request.params["uuid"], request.params["action"]
        answer: dict[str, Any] = {"uuid": number, "act": action}
        if action in ("disable", "enable"):
            self.records.set_disabled(number, action == "disable")
        elif action == "rotate_key":
            answer["api_key"] = self.records.rotate_key(number)
        elif action == "revoke_key":
            self.records.revoke_key(number)
        else:
            raise no_such_act()
        return done(request, answer, back=f"{ROOT}/accounts")

    def jobs(self, request: Request) -> Response:
        shapes = [
            {
                **self.records.job_shape(row),
                "company_uuid": row["company"],
                "visibility": row["visibility"],
                "deleted": row["deleted_at"] is not None,
            }
            for row in self.records.all_jobs()
        ]
        return done(request, shapes, back=f"{ROOT}/accounts")

    def job_action(self, request: Request) -> Response:
        number, action = request.params["uuid"], request.params["action"]
        changes = {
            "activate": {"status": "active"},
            "deactivate": {"status": "inactive"},
            "restrict": {"visibility": "restricted"},
            "open": {"visibility": "shared"},
        }
        if action in changes:
            self.records.update_job(number, changes[action])
        elif action == "rename":
            self.records.update_job(number, {"title": intake.text(request.data(), "title", required=True)})
        elif action == "delete":
            self.records.delete_job(number)
        else:
            raise no_such_act()
        return done(request, {"uuid": number, "act": action}, back=f"{ROOT}/accounts")
