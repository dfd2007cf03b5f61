"""Spark Hire as the sandbox's host sees it: its routes put together, its seed and its tick."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.store import Store
from devtools.sandbox.spark_hire import api, content_faults, control
from devtools.sandbox.spark_hire.records import EVENTS, Records
from devtools.sandbox.spark_hire.web import Web
from recruiting.foundation import clock


class SparkHireSandbox(VendorSandbox):
    slug = "spark-hire"
    name = "Spark Hire"
    summary = "One-way video interviews, API v1.0, as far as its public contract is known."
    fault_kinds = content_faults.KINDS
    events = EVENTS
    default_settings = {"rate_limit_per_minute": 400}

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        # Looked up at each call, so that a test which moves the clock moves this one too.
        self.records = Records(store, self.webhooks, clock=lambda: clock.now(), base_url=lambda: self.base_url)
        self.api = api.Api(
            self.records, limit=lambda: int(self.setting("rate_limit_per_minute")), base_url=lambda: self.base_url
        )
        self.api.register(self.routes)
        Web(self.records).register(self.routes)
        control.register(self.control, self.records)

    def seed(
        self,
        *,
        company: str,
        users: Sequence[Mapping[str, Any]],
        jobs: Sequence[Mapping[str, Any]] = (),
        question_sets: Sequence[Mapping[str, Any]] = (),
        active_jobs_limit: int = 25,
        users_limit: int = 50,
    ) -> dict[str, str]:
        """Makes a Spark Hire account with users, jobs and question sets; safe to repeat, with or without a server.

        Args:
            company: the account's name; accounts see nothing of each other.
            users: mappings with first_name, last_name, email and role (admin, standard, evaluator; or disabled).
            jobs: mappings with title, and optionally city, state, country, description, status, visibility
                (shared, restricted), manager (an email) and team (emails).
            question_sets: mappings with name and questions (texts, or mappings of text, time_limit, takes, think_time).

        Returns:
            The API key of each given user by email: random, and the same when asked again. What exists already is
            left as it is; a user whose key was revoked gets a new one.
        """
        return self.records.seed(
            company=company,
            users=users,
            jobs=jobs,
            question_sets=question_sets,
            active_jobs_limit=active_jobs_limit,
            users_limit=users_limit,
        )

    def tick(self, now: datetime) -> None:
        self.records.expire_due(now)

    def credential_of(self, request: Request) -> str:
        return request.basic_user()

    def error(self, status: int, reason: str) -> Response:
        return api.reason(status, reason)

    def rate_limited(self, seconds: int) -> Response:
        return api.rate_limited(seconds)

    def forget(self, *, everything: bool = False) -> None:
        self.records.clear(everything=everything)
        super().forget()

    def webhook_wanted(self, subscription: str) -> bool:
        return self.records.subscription_works(subscription)
