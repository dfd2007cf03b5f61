"""What every request gets: an id in the log, a permissions policy, no copy of private pages, an error page."""

import codecs
from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from recruiting.foundation import ids, logs
from recruiting.foundation.errors import NotFound, RecruitingError

GetResponse = Callable[[HttpRequest], HttpResponse]

NUL = "\0"
MOST_IN_A_QUERY = 4000
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

COMPRESSED = ("text/html", "application/json")
SECRET = b" data-copy"

# Pages that a person sees when an action was refused; anything else is shown as a conflict page with its sentence.
_TEMPLATES = {403: "403.html", 409: "409.html", 422: "409.html"}


class RequestIdMiddleware:
    """Gives each request an id, in the log and in the `X-Request-ID` header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the id in a header."""
        token = logs.request_id.set(ids.uuid7().hex)
        try:
            response = self.get_response(request)
            response["X-Request-ID"] = logs.request_id.get()
            return response
        finally:
            logs.request_id.reset(token)


class ReadableRequestMiddleware:
    """Lets nothing in that no view could read, or no database look for.

    No text of ours holds NUL, so what carries it in its address or a cookie names nothing, and in a query or a form it
    is space. Queries and forms are UTF-8 whatever charset a header claims. No page of ours links to a value as long as
    what is cut from a query (the web server takes no longer address either).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on. Raises Http404 for an address with NUL."""
        if NUL in request.path_info:
            raise Http404
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if NUL not in value}
        if not request.path_info.startswith("/api/"):  # the API says which of its filters is wrong
            request.GET = _without_nul(request.GET, most=MOST_IN_A_QUERY)  # type: ignore[assignment]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Clean the form. Raises BadRequest for one in another charset.

        A view without protection against forgery reads its body itself.
        """
        if request.method != "POST" or getattr(view, "csrf_exempt", False):
            return
        charset = str((request.content_params or {}).get("charset", "")) or "utf-8"
        if request.content_type in FORMS and not _is_utf_8(charset):
            raise BadRequest("The form was not sent in UTF-8. Send it again in UTF-8.")
        request.POST = _without_nul(request.POST)  # type: ignore[assignment]


class PermissionsPolicyMiddleware:
    """Switches off browser powers that no page of ours uses."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the policy in a header."""
        response = self.get_response(request)
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-write=(self)"
        )
        return response


class PrivateResponseMiddleware:
    """Forbids every cache, the browser's included, to keep an answer within a session: error pages and sign-out too.

    Stands outside the session's own middleware, so that an answer which begins a session is seen. Goes by the cookie
    alone: whether somebody is signed in may not be known when the database is away.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with `Cache-Control: no-store` where a session is involved."""
        response = self.get_response(request)
        cookie = settings.SESSION_COOKIE_NAME
        in_session = cookie in request.COOKIES or cookie in response.cookies
        if in_session and "no-store" not in response.get("Cache-Control", ""):
            add_never_cache_headers(response)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Compresses pages and JSON. Nothing that is streamed (files), and no page with a secret.

    How long a compressed answer is says how much of it repeats what somebody else had put into it, so pages of sign-in
    and pages with something to copy go out as they are.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the response, compressed where the client takes it."""
        kind = response.get("Content-Type", "").partition(";")[0]
        if response.streaming or kind not in COMPRESSED or request.path_info.startswith("/accounts/"):
            return response
        if SECRET in cast(HttpResponse, response).content:
            return response
        etag = response.get("ETag")
        compressed = super().process_response(request, response)
        if etag and request.path_info.startswith("/api/"):
            # It is of the object, not of these bytes, and If-Match takes no weak one.
            compressed["ETag"] = etag
        return compressed


class RecruitingErrorMiddleware:
    """Turns a refusal that no view caught into its page, with its sentence."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render a `RecruitingError`; leave everything else to Django."""
        if isinstance(exception, NotFound):
            raise Http404(str(exception)) from exception
        if isinstance(exception, RecruitingError):
            template = _TEMPLATES.get(exception.status, "409.html")
            return render(request, template, {"sentence": exception.message}, status=exception.status)
        return None


def _is_utf_8(charset: str) -> bool:
    try:
        return codecs.lookup(charset).name in ("utf-8", "ascii")
    except (LookupError, ValueError):
        return False


def _without_nul(query: QueryDict, *, most: int | None = None) -> QueryDict:
    """Return a query or a form with spaces instead of NUL, its values cut to `most` characters."""
    texts = [text for name, values in query.lists() for text in (name, *map(str, values))]
    if not any(NUL in text or (most is not None and len(text) > most) for text in texts):
        return query
    clean = query.copy()
    clean.clear()
    for name, values in query.lists():
        clean.setlist(name.replace(NUL, " "), [str(value)[:most].replace(NUL, " ") for value in values])
    clean._mutable = False
    return clean
