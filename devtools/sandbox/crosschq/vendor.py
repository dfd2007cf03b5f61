"""Crosschq as the sandbox's host sees it: its routes put together, its seed and its tick."""

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from devtools.sandbox.crosschq import api, content_faults, control, web
from devtools.sandbox.crosschq.records import EVENTS, Records
from devtools.sandbox.host.base import VendorSandbox
from devtools.sandbox.host.http import Request, Response
from devtools.sandbox.host.store import Store
from recruiting.foundation import clock


class CrosschqSandbox(VendorSandbox):
    slug = "crosschq"
    name = "Crosschq"
    summary = "Reference checks, Partner API v1 and v2, as far as its public contract is known; prospects are invented."
    fault_kinds = content_faults.KINDS
    events = EVENTS
    # Switches are 0 and 1.
    default_settings = {
        "list_requests": 1,
        "manage_requests": 1,
        "list_prospects": 1,
        "create_status": 201,
        "refuse_same_candidate": 0,
        "webhook_on_create": 0,
        "past_due_days": 14,
    }

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        # Looked up at each call, so that a test which moves the clock moves this one too.
        self.records = Records(
            store, self.webhooks, clock=lambda: clock.now(), base_url=lambda: self.base_url, setting=self.setting
        )
        api.Api(self.records).register(self.routes)
        web.register(self.routes, self.records)
        control.register(self.control, self.records)

    def seed(
        self,
        *,
        company: str,
        users: Sequence[Mapping[str, Any]],
        surveys: Sequence[Mapping[str, Any]] | None = None,
        prospects: Sequence[Mapping[str, Any]] = (),
        webhook: Mapping[str, str] | None = None,
        **settings: Any,
    ) -> dict[str, str]:
        """Makes a Crosschq organization; safe to repeat, with or without a server.

        Args:
            company: the organization's name; organizations see nothing of each other.
            users: mappings with first_name, last_name, email and optionally role; they may be requestors.
            surveys: mappings with codename, and optionally name, enabled and relationships (such as
                `{"managers": {"min": 1, "max": 3}}`); four usual ones when None.
            prospects: mappings with first_name, last_name, email, and optionally phone, title, company, location,
                linkedin_url, created_at and consent_at.
            webhook: url, and optionally method (POST, PUT), auth (none, basic, token) and token.
            settings: min_reference_count, pdf, conclude_count, conclude_relationship, conclude_days, key_prefix.

        Returns:
            The partner key as `key` (random, and the same when asked again) and the organization's id as
            `organisation`. People and surveys that exist are left as they are; webhook and settings are set.
        """
        return self.records.seed(
            company=company, users=users, surveys=surveys, prospects=prospects, webhook=webhook, settings=settings
        )

    def tick(self, now: datetime) -> None:
        self.records.do_what_is_due()

    def credential_of(self, request: Request) -> str:
        return (request.headers.get("Authorization") or "").strip().rpartition(" ")[2]

    def error(self, status: int, reason: str) -> Response:
        return api.error(status, reason)

    def rate_limited(self, seconds: int) -> Response:
        return api.rate_limited(seconds)

    def forget(self, *, everything: bool = False) -> None:
        self.records.clear(everything=everything)
        super().forget()

    def webhook_headers(self, event: str, subscription: str) -> Mapping[str, str]:
        """§7, 11: `Basic` with the token in base64, `Token` with it as it is."""
        headers = {"User-Agent": "crosschq-sandbox"}
        row = self.records.webhook_of(subscription)
        if row is not None and row["webhook_auth"] == "basic":
            headers["Authorization"] = "Basic " + base64.b64encode(row["webhook_token"].encode()).decode()
        elif row is not None and row["webhook_auth"] == "token":
            headers["Authorization"] = f"Token {row['webhook_token']}"
        return headers

    def webhook_method(self, subscription: str) -> str:
        row = self.records.webhook_of(subscription)
        return str(row["webhook_method"]) if row is not None else "POST"

    def webhook_wanted(self, subscription: str) -> bool:
        return self.records.webhook_of(subscription) is not None
