"""Error pages: each says what happened and what to do next, and none asks the database."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from recruiting.base.middleware import current_request_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say that the page was open for too long."""
    return render(request, "403.html", {"too_old": True}, status=403)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that this is not allowed, with the sentence of the refusal where there is one."""
    return render(request, "403.html", {"sentence": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    """Say that nothing is here, or nothing that this reader may see."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that something broke on our side, with the id that support can look up."""
    return render(request, "500.html", {"request_id": current_request_id()}, status=500)
