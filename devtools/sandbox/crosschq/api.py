"""The fake Crosschq's Partner API: who may call, and what is answered.

What a body must look like is in `intake`, an answer in `serializers`, what happens in `records`, and how an
answer is corrupted in `content_faults`. §2.1 is v1 and best known, §2.2 is v2 and mostly guessed; prospects are
invented.
"""

import sqlite3
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from devtools.sandbox.crosschq import content_faults, intake, report, serializers
from devtools.sandbox.crosschq.records import PDF_KINDS, Records, Refused
from devtools.sandbox.host.http import HTML, Request, Response, json_response
from devtools.sandbox.host.router import Router

ROOT = "/crosschq"
V1, V2 = f"{ROOT}/partners", f"{ROOT}/api/v2"

Handler = Callable[[Request, sqlite3.Row], Response]


def error(status: int, text: str) -> Response:
    """§1: `errors` for what was wrong with a body, `detail` for everything else."""
    if status == 400:
        return json_response({"errors": {"non_field_errors": [text]}}, status=status)
    return json_response({"detail": "Not found." if status == 404 else text}, status=status)


def rate_limited(seconds: int) -> Response:
    body = {"detail": f"Request was throttled. Expected available in {seconds} seconds."}
    return json_response(body, status=429, headers={"Retry-After": str(seconds)})


class Api:
    """The handlers."""

    def __init__(self, records: Records) -> None:
        self.records = records

    def register(self, router: Router) -> None:
        routes: Sequence[tuple[str, str, Handler, str]] = (
            ("GET", f"{V1}/config/", self.config, "config"),
            ("GET", f"{V1}/jobroles/", self.job_roles_v1, "list_jobroles"),
            ("POST", f"{V1}/reference-request/", self._create("v1"), "create_request"),
            ("GET", f"{V1}/reference-request/{{id}}/", self._get("v1"), "get_request"),
            ("GET", f"{V2}/settings/jobrole/", self.job_roles, "list_jobroles_v2"),
            ("GET", f"{V2}/settings/users/", self.users, "list_users"),
            ("POST", f"{V2}/reference-request/", self._create("v2"), "create_request_v2"),
            ("GET", f"{V2}/reference-request/", self.list_requests, "list_requests"),
            ("GET", f"{V2}/reference-request/{{id}}/", self._get("v2"), "get_request_v2"),
            ("POST", f"{V2}/reference-request/{{id}}/cancel/", self._change(self.records.cancel), "cancel_request"),
            ("POST", f"{V2}/reference-request/{{id}}/archive/", self._change(self.records.archive), "archive_request"),
            ("POST", f"{V2}/reference-request/{{id}}/remind/", self._change(self.records.remind), "remind_request"),
            ("GET", f"{V2}/reference-request/{{id}}/report/", self.report, "get_report"),
            ("GET", f"{V2}/prospects/", self.prospects, "list_prospects"),
        )
        for method, path, handler, operation in routes:
            router.add(method, path, self._guarded(handler), operation=operation)
        for path in dict.fromkeys(path for _, path, _, _ in routes):
            # §1: as the vendor's framework does it, also for a POST, whose body is lost that way.
            for method in ("GET", "POST"):
                router.add(method, path.removesuffix("/"), self.to_slash, operation="missing_slash")
        router.add("GET", f"{ROOT}/files/{{id}}/{{name}}", self.file, operation="download_pdf")
        for path in (f"{ROOT}/swagger-ui/", f"{ROOT}/swagger-ui"):
            router.add("GET", path, self.swagger)
        self.documented = [(method, path.removeprefix(ROOT), operation) for method, path, _, operation in routes]

    def _guarded(self, handler: Handler) -> Callable[[Request], Response]:
        def guarded(request: Request) -> Response:
            header = (request.headers.get("Authorization") or "").strip()
            if not header:
                return error(401, "Authentication credentials were not provided.")
            organization = self.records.organization_of_key(header)
            if organization is None:
                return error(401, "Invalid token.")
            try:
                return handler(request, organization)
            except Refused as refusal:
                return json_response(refusal.body, status=refusal.status)

        return guarded

    def to_slash(self, request: Request) -> Response:
        query = f"?{urlencode(request.query, doseq=True)}" if request.query else ""
        return Response(301, b"", HTML, {"Location": f"{request.path}/{query}"})

    # Settings

    def config(self, request: Request, organization: sqlite3.Row) -> Response:
        return json_response(content_faults.corrupt(request, serializers.config(organization)))

    def job_roles_v1(self, request: Request, organization: sqlite3.Row) -> Response:
        rows = self.records.surveys(organization["id"])
        return json_response(content_faults.corrupt(request, [serializers.job_role_v1(row) for row in rows]))

    def job_roles(self, request: Request, organization: sqlite3.Row) -> Response:
        rows = self.records.surveys(organization["id"])
        return json_response(content_faults.corrupt(request, [serializers.job_role(row) for row in rows]))

    def users(self, request: Request, organization: sqlite3.Row) -> Response:
        rows = self.records.users(organization["id"])
        return json_response(content_faults.corrupt(request, [serializers.user(row) for row in rows]))

    # Requests

    def _create(self, version: str) -> Handler:
        def create(request: Request, organization: sqlite3.Row) -> Response:
            new = intake.new_request(request, version=version)
            number = self.records.create(organization, new, version=version)
            answer = content_faults.corrupt_created(request, {"request_id": number})
            return json_response(answer, status=int(self.records.setting("create_status")))

        return create

    def _get(self, version: str) -> Handler:
        def get(request: Request, organization: sqlite3.Row) -> Response:
            row = self._own(request, organization)
            return json_response(content_faults.corrupt(request, self.records.request_shape(row, version=version)))

        return get

    def list_requests(self, request: Request, organization: sqlite3.Row) -> Response:
        """Django REST Framework's envelope; a vendor without a list is a setting."""
        if not self.records.setting("list_requests"):
            raise Refused(404, "Not found.")
        limit, offset = intake.place(request)
        number = organization["id"]
        email, status = request.first("email").strip(), request.first("status").strip()
        count = self.records.count_requests(organization=number, email=email, status=status)
        rows = self.records.requests(organization=number, email=email, status=status, limit=limit, offset=offset)

        def page(start: int) -> str | None:
            if start < 0 or start >= count:
                return None
            query = {"email": email, "status": status, "limit": limit, "offset": start}
            given = {name: value for name, value in query.items() if value != ""}
            return f"{self.records.base_url()}{request.path}?{urlencode(given)}"

        body = {
            "count": count,
            "next": page(offset + limit),
            "previous": page(max(offset - limit, 0)) if offset else None,
            "results": self.records.request_shapes(rows, version="v2"),
        }
        return json_response(content_faults.corrupt(request, body))

    def _change(self, change: Callable[[str], sqlite3.Row]) -> Handler:
        def handler(request: Request, organization: sqlite3.Row) -> Response:
            if not self.records.setting("manage_requests"):
                raise Refused(404, "Not found.")
            row = change(self._own(request, organization)["id"])
            return json_response(content_faults.corrupt(request, self.records.request_shape(row, version="v2")))

        return handler

    def report(self, request: Request, organization: sqlite3.Row) -> Response:
        row = self._own(request, organization)
        kind = request.first("type", "full")
        if kind not in PDF_KINDS:
            raise Refused(400, errors={"type": [f'"{kind}" is not a valid choice.']})
        if not row["pdf"]:
            raise Refused(403, "PDF reports are disabled for this organization.")
        if row["progress"] < 100:
            raise Refused(409, "The report is not ready.")
        return content_faults.corrupt_file(request, self._pdf(row, kind))

    def file(self, request: Request) -> Response:
        """What a signed address leads to. A storage like this refuses a caller who authorizes twice."""
        if request.headers.get("Authorization"):
            return Response(400, b"Only one way to authorise a request is allowed.\n", "text/plain")
        kind = request.params["name"].removesuffix(".pdf")
        try:
            row = self.records.request(request.params["id"])
        except Refused:
            return Response(404, b"There is no such file.\n", "text/plain")
        genuine = kind in PDF_KINDS and self.records.signed(
            row, kind, expires=request.first("expires"), signature=request.first("signature")
        )
        if not genuine or request.take_fault("pdf_expired"):
            return Response(403, b"The signature does not match, or the request has expired.\n", "text/plain")
        if row["progress"] < 100 or not row["pdf"]:
            return Response(404, b"There is no such file.\n", "text/plain")
        return content_faults.corrupt_file(request, self._pdf(row, kind))

    def _pdf(self, row: sqlite3.Row, kind: str) -> Response:
        body = report.file(report.written(row, self.records.references(row["id"])), kind)
        name = f'attachment; filename="crosschq-{kind}-report.pdf"'
        return Response(200, body, content_faults.PDF, {"Content-Disposition": name})

    # Prospects (§7, 22: invented)

    def prospects(self, request: Request, organization: sqlite3.Row) -> Response:
        if not self.records.setting("list_prospects"):
            raise Refused(404, "Not found.")
        after, start = intake.created_after(request), intake.cursor(request)
        limit, _ = intake.place(request)
        rows = self.records.prospects(organization["id"], after=after, cursor=start, limit=limit + 1)
        shown = rows[:limit]
        body: dict[str, Any] = {
            "data": [serializers.prospect(row) for row in shown],
            "next_cursor": intake.cursor_of(shown[-1]["created_at"], shown[-1]["number"])
            if len(rows) > limit
            else None,
            "total": self.records.count_prospects(organization["id"], after=after),
        }
        return json_response(content_faults.corrupt(request, body))

    # Swagger

    def swagger(self, request: Request) -> Response:
        """A stub: the real one is what the vendor gives its partners."""
        lines = "".join(f"{method:<5} {path}\n" for method, path, _ in self.documented)
        text = f"<!doctype html><title>Crosschq Partner API (sandbox)</title><pre>{lines}</pre>"
        return Response(200, text.encode(), HTML)

    def _own(self, request: Request, organization: sqlite3.Row) -> sqlite3.Row:
        return self.records.request(request.params["id"], organization=organization["id"])
