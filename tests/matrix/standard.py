"""A vendor on `integrations.standard` in the permission table: its addresses are the kit's, under its own namespace."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db.models import Model

from integrations.requests import changes
from integrations.requests.lifecycle import Entry, Event, State
from integrations.standard.flow import Answer, Product, StandardFlow
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.jobs.models import Job
from tests import standard
from tests.matrix.vendor import VendorRights
from tests.matrix.world import about
from tests.standard import PRODUCT, THERE

MEMBERS = """
applications:candidate-tab#{tab} | sent {v}      | 200              |
{v}:choose                       | connection {v}  | SEND_REQUEST 200 | SEND_REQUEST 303
{v}:try-again                    | failed {v}      |                  | SEND_REQUEST 303
{v}:check-again                  | sent {v}        |                  | SEND_REQUEST 303
{v}:cancel                       | sent {v}        | SEND_REQUEST 200 | SEND_REQUEST {canceled}
{v}:stop                         | sent {v}        | SEND_REQUEST 200 | SEND_REQUEST 303
{v}:not-there                    | uncertain {v}   | SEND_REQUEST 200 | SEND_REQUEST 303
{v}:follow                       | uncertain {v}   | 303              | SEND_REQUEST 303
{v}:result                       | completed {v}   | WATCH_RESULT 302 |
{v}:worklist#failed              |                 | 200              |
{v}:worklist#uncertain           |                 | 200              |
"""
SETTINGS = """
{v}:settings |                  | 200 |
{v}:add      |                  |     | 303
{v}:save     | installation {v} |     | 303
{v}:switch   | installation {v} |     | 303
{v}:remove   | installation {v} | 200 | 409
{v}:test     | installation {v} |     | 303
"""
API = """
{v}_api:{hyphened}-requests       | (choice {v}) | GET  | requests:read  |              | 200
{v}_api:{hyphened}-requests       | (choice {v}) | POST | requests:write | SEND_REQUEST | 201
{v}_api:{hyphened}-request        | sent {v}     | GET  | requests:read  |              | 200
{v}_api:{hyphened}-request-cancel | sent {v}     | POST | requests:write | SEND_REQUEST | {canceled_by_call}
"""
LIFE = (State.SENT, State.FAILED, State.COMPLETED, State.UNCERTAIN)


class StandardRights(VendorRights):
    """A vendor's own says its namespace."""

    namespace: str

    def __init__(self) -> None:
        self.one = one = next(one for one in standard.integrations() if one.flow.namespace == self.namespace)
        name = self.namespace
        self.slug, self.under_way = one.slug, f"sent {name}"  # type: ignore[misc]
        filled = {
            "v": name,
            "tab": one.flow.tab_slug,
            "hyphened": name.replace("_", "-"),
            "canceled": 303 if one.flow.cancels else 409,
            "canceled_by_call": 200 if one.flow.cancels else 409,
        }
        self.members, self.settings, self.api = (part.format(**filled) for part in (MEMBERS, SETTINGS, API))  # type: ignore[misc]
        self.admin = f"{name}.{one.flow.model._meta.model_name} |"  # type: ignore[misc]
        self.words = {f"{name}:worklist": "listed"}  # type: ignore[misc]
        self.company_wide, self.shared = (f"installation {name}",), (f"connection {name}",)  # type: ignore[misc]
        self.forms, self.bodies = self._forms(), self._bodies()  # type: ignore[misc]

    def in_company(self, company: Company, clerk: Membership, rows: Mapping[str, Any]) -> dict[str, Any]:
        """Connect it."""
        installation = standard.connected(self.one, company)
        return {f"installation {self.namespace}": {"installation_id": installation.pk}}

    def about(self, job: Job, rows: Mapping[str, Any], apply: Callable[..., Application]) -> dict[str, Any]:
        """Return a request in each state, and an application that nothing was asked of."""
        connection, plain = rows[f"installation {self.namespace}"], apply()
        found = {
            f"connection {self.namespace}": about(plain, **connection),
            f"choice {self.namespace}": about(plain),
        }
        for state in (State.SENT, State.FAILED, State.UNCERTAIN, State.COMPLETED):
            made = standard.requested(self.one, apply(), connection["installation_id"], state, rows["clerk"])
            made.save()
            found[f"{state} {self.namespace}"] = about(made.application, request_id=made.pk)
        return found

    def life(self, number: int, application: Application, rows: Mapping[str, Any], clerk: Membership) -> None:
        """Send something."""
        connection, state = rows[f"installation {self.namespace}"], LIFE[number % len(LIFE)]
        made = standard.requested(self.one, application, connection["installation_id"], state, clerk)
        made.save()
        changes.write_entry(made, Entry.REQUESTED, actor=clerk)
        if state == State.COMPLETED:
            changes.write_entry(made, Entry.COMPLETED, vendor=True)

    def rows(self) -> Mapping[str, Callable[[], Model]]:
        """Nothing: there are requests."""
        return {}

    def answers(self) -> Mapping[type, Mapping[str, Any]]:
        """Return one product, and how the one stands that is followed, where that is asked."""
        flow, there = self.one.flow, Answer(THERE, Event.SEEN_PENDING)
        asked = {} if flow.lists or not flow.reads else {type(flow): {"read": there}}
        return {StandardFlow: {"offered": [Product(PRODUCT, "Coding basics")]}, **asked}

    def visited(self) -> Iterator[str]:
        """Return the lists, the windows, and the requests."""
        tab, hyphened = self.one.flow.tab_slug, self.namespace.replace("_", "-")
        yield from (f"/{tab}s/{listed}/" for listed in ("failed", "uncertain"))
        yield f"/api/v1/{hyphened}-requests/?page_size=200"
        for asked in self.one.flow.standard_model._default_manager.select_related("application"):
            where = f"/candidates/{asked.application.candidate_id}/applications/{asked.application_id}/{tab}"
            yield f"{where}/{asked.pk}/stop/"
            yield f"/api/v1/{hyphened}-requests/{asked.pk}/"

    def _forms(self) -> Mapping[str, Callable[..., dict[str, Any]]]:
        name = self.namespace
        given = {"base_url": "https://partner.example", "label": "Another", "secret": "a-key-of-ours-0123456789"}

        def prefixed(prefix: object) -> dict[str, Any]:
            return {f"{prefix}-{key}": value for key, value in given.items()}

        return {
            f"{name}:choose": lambda w, r, at, home: {"product": PRODUCT},
            f"{name}:follow": lambda w, r, at, home: {"vendor_id": THERE},
            f"{name}:add": lambda w, r, at, home: prefixed("new"),
            f"{name}:save": lambda w, r, at, home: prefixed(at.rows[f"installation {name}"]["installation_id"]),
            f"{name}:switch": lambda w, r, at, home: {"on": "on"},
        }

    def _bodies(self) -> Mapping[tuple[str, str], Callable[..., dict[str, Any]]]:
        name = self.namespace

        def asked(role: Any, at: Any) -> dict[str, Any]:
            return {
                "application": at.rows[f"choice {name}"]["application_id"],
                "connection": at.rows[f"installation {name}"]["installation_id"],
                "product": PRODUCT,
            }

        return {(f"{name}_api:{name.replace('_', '-')}-requests", "POST"): asked}
