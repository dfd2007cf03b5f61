"""Error pages: each says what happened and what to do next, and none asks the database.

Under /api/ they are problems (RFC 9457): whatever refuses a request before a view of the API has it, comes here.
"""

from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from recruiting.foundation.logs import current_request_id

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open for too long."""
    return render(request, "403.html", {"too_old": True}, status=403)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that the request cannot be read, and why where that helps."""
    sentence = "What was sent cannot be read."
    if isinstance(exception, _TOO_MUCH):
        sentence = "More was sent than we take at once."
    elif isinstance(exception, BadRequest) and str(exception):
        sentence = str(exception)
    return _refuse(request, 400, "refused", sentence)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that this is not allowed, with the sentence of the refusal where there is one."""
    return _refuse(request, 403, "not_allowed", str(exception or ""), default="You may not do this.")


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that nothing is here, or nothing that this reader may see."""
    return _refuse(request, 404, "not_found", "", default="There is nothing at this address that you can see.")


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side, with the id that support can look up."""
    sentence = "Something went wrong here, and we were told. Nothing may have been done; look before you retry."
    return _refuse(request, 500, "internal_error", "", default=sentence)


def _refuse(request: HttpRequest, status: int, code: str, sentence: str, *, default: str = "") -> HttpResponse:
    """Answer with the page of a status, or with a problem; `default` is what the page says by itself."""
    request_id = current_request_id()
    if not request.path_info.startswith("/api/"):
        return render(request, f"{status}.html", {"sentence": sentence, "request_id": request_id}, status=status)
    problem = {
        "type": f"/problems/{code.replace('_', '-')}",
        "title": HTTPStatus(status).phrase.capitalize(),
        "status": status,
        "detail": sentence or default,
        "code": code,
        "request_id": request_id,
    }
    return JsonResponse(problem, status=status, content_type="application/problem+json")
