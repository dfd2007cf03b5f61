"""Faults that concern what the fake Crosschq's answers and files hold; those that concern the wire are the host's."""

from typing import Any

from devtools.sandbox.host.faults import FaultKind
from devtools.sandbox.host.http import Request, Response

KINDS = (
    FaultKind("unknown_status", "Show requests with a status nobody has heard of.", {"status": "awaiting_moderation"}),
    FaultKind("extra_fields", "Put fields nobody has heard of into every object."),
    FaultKind("id_only", "Answer a create with id instead of request_id."),
    FaultKind("no_id", "Answer a create without any id."),
    FaultKind("progress_text", "Show progress as text."),
    FaultKind("pdf_late", "Show a complete request without its PDFs, as if they were still being made."),
    FaultKind("pdf_expired", "Answer 403 to a PDF's address, as if it had expired."),
    FaultKind("pdf_huge", "Send a PDF of this size.", {"megabytes": 50}),
    FaultKind("pdf_wrong", "Send something that is not a PDF, as application/pdf."),
)
PDF = "application/pdf"


def corrupt(request: Request, value: Any) -> Any:
    """Corrupt an answer as ordered; a fault is used up once per answer, however many objects it holds."""
    objects = [each for each in _objects(value) if isinstance(each, dict)]
    checks = [each for each in objects if "progress" in each]
    if checks and (fault := request.take_fault("unknown_status")):
        for each in checks:
            each["status"] = fault.text("status")
    if checks and request.take_fault("progress_text"):
        for each in checks:
            each["progress"] = str(each["progress"])
    if checks and request.take_fault("pdf_late"):
        for each in checks:
            each["report_summary_pdf"] = each["report_full_pdf"] = None
    if objects and request.take_fault("extra_fields"):
        for each in objects:
            each["moderation"] = {"state": "none", "scores": [1, 2, 3]}
            each["x_internal_flags"] = ["alpha", None, 7]
    return value


def corrupt_created(request: Request, value: dict[str, Any]) -> dict[str, Any]:
    """The answer to a create has faults of its own."""
    if request.take_fault("no_id"):
        return {"status": "pending"}
    if request.take_fault("id_only"):
        return {"id": value["request_id"]}
    return corrupt(request, value) if value else value


def corrupt_file(request: Request, response: Response) -> Response:
    if fault := request.take_fault("pdf_huge"):
        size = int(fault.number("megabytes") * 1024 * 1024)
        # Still a PDF to whoever looks at its head: the padding stands behind its end.
        return Response(200, response.body.ljust(size, b"\n"), PDF)
    if request.take_fault("pdf_wrong"):
        return Response(200, b"<!doctype html><title>Sign in</title><p>Please sign in.", PDF)
    return response


def _objects(value: Any) -> list[Any]:
    if isinstance(value, dict):
        inner = value.get("results", value.get("data"))
        return inner if isinstance(inner, list) else [value]
    return value if isinstance(value, list) else []
