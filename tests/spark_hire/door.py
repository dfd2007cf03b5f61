"""Speaks to a running fake Spark Hire over plain sockets. Uses nothing of our client."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from devtools.sandbox.spark_hire import SparkHireSandbox
from tests.sandbox.door import Answer, Caller, basic

USERS = (
    {"first_name": "Ann", "last_name": "Admin", "email": "ann@acme.example", "role": "admin"},
    {"first_name": "Sam", "last_name": "Standard", "email": "sam@acme.example", "role": "standard"},
    {"first_name": "Eve", "last_name": "Evaluator", "email": "eve@acme.example", "role": "evaluator"},
    {"first_name": "Dan", "last_name": "Disabled", "email": "dan@acme.example", "role": "disabled"},
)
JOBS = (
    {"title": "Senior Buyer"},
    {"title": "Secret Chief", "visibility": "restricted", "team": ["eve@acme.example"]},
    {"title": "Closed Post", "status": "inactive"},
)
QUESTION_SETS = (
    {
        "name": "First look",
        "questions": [{"text": "Why this job?", "time_limit": 90, "takes": 3, "think_time": "20"}, "Why you?"],
    },
)


@dataclass
class Door(Caller):
    """A sandbox with the account Acme; `keys` by email."""

    slug = "spark-hire"

    @property
    def vendor(self) -> SparkHireSandbox:
        vendor = self.server.vendor("spark-hire")
        assert isinstance(vendor, SparkHireSandbox)
        return vendor

    def api(self, method: str, path: str, body: Any = None, *, by: str = "ann@acme.example", key: str = "") -> Answer:
        return self.send(
            method,
            f"/spark-hire/v1.0{path}",
            body=b"" if body is None else json.dumps(body).encode(),
            headers={**basic(key or self.keys[by]), "Content-Type": "application/json"},
        )

    def job(self, title: str = "Senior Buyer") -> str:
        rows = self.control("GET", "/spark-hire/jobs").json
        return str(next(row["uuid"] for row in rows if row["title"] == title))

    def question_set(self) -> str:
        return str(self.api("GET", "/question_sets").json[0]["uuid"])

    def invitation(self, **changes: Any) -> dict[str, Any]:
        """A valid body for POST /interviews."""
        return {
            "type": "one_way",
            "job_post": {"uuid": self.job()},
            "assigned_to": [{"name": "Jane Doe", "email": "jane@example.com"}],
            "scheduled_at": "7 days from now",
            "interview_question_set": self.question_set(),
            **changes,
        }

    def invite(self, *, by: str = "ann@acme.example", **changes: Any) -> dict[str, Any]:
        answer = self.api("POST", "/interviews", self.invitation(**changes), by=by)
        assert answer.status == 201, answer.text
        shape: dict[str, Any] = answer.json
        return shape

    def perform(self, number: str, action: str, **data: Any) -> Answer:
        return self.control("POST", f"/spark-hire/interviews/{number}/{action}", data)

    def interviews(self, **query: str) -> list[dict[str, Any]]:
        shapes: list[dict[str, Any]] = self.control("GET", f"/spark-hire/interviews?{urlencode(query)}").json
        return shapes


def seed(database: Path) -> dict[str, str]:
    """Makes the account Acme; returns its keys by email. The file is whole afterwards, without a log beside it."""
    vendor = SparkHireSandbox.at(database)
    keys = vendor.seed(company="Acme", users=USERS, jobs=JOBS, question_sets=QUESTION_SETS)
    vendor.store.close()
    return keys
