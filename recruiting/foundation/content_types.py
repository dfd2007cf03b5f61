"""Requests whose `Content-Type` names a charset that is none, or none for text.

Django reads the header, and the query with it in that charset, while it makes the request: before any middleware, so
that an odd one is an error of the server. Every query and form of ours is UTF-8; what a form claims is checked later
(`middleware.ReadableRequestMiddleware`).
"""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters


def set_content_type_params(request: WSGIRequest, meta: dict[str, Any]) -> None:
    """Read the header without letting it choose how the query is read."""
    try:
        request.content_type, request.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
    except ValueError:
        request.content_type, request.content_params = "", {}


def install() -> None:
    """Let every request be made so: gunicorn's, runserver's and the test client's."""
    WSGIRequest._set_content_type_params = set_content_type_params  # type: ignore[attr-defined]
