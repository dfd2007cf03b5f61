"""Jobs on the tester's side; the page of accounts shows them."""

import sqlite3

from devtools.sandbox.host.http import Request, Response, json_response, redirect
from devtools.sandbox.host.markup import badge, button, join, link
from devtools.sandbox.spark_hire import intake
from devtools.sandbox.spark_hire.control.frame import ROOT, Route, no_such_act
from devtools.sandbox.spark_hire.records import Records


class JobPages:
    """Jobs and the acts on them."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def routes(self) -> tuple[Route, ...]:
        """Method, path under ROOT and handler of each."""
        return (
            ("GET", "/jobs", self.jobs),
            ("POST", "/jobs/{uuid}/{act}", self.act_on_job),
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
            raise no_such_act()
        if request.wants_html():
            return redirect(f"{ROOT}/accounts")
        return json_response({"uuid": number, "act": act})


def job_cells(job: sqlite3.Row) -> tuple[object, ...]:
    """A job as a row of the page of accounts."""
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
