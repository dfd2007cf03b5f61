"""Public addresses are answered before anybody asks who is signed in: no session, no cookie, no company of a member's.

Where careers pages have a host of their own (`CAREERS_BASE_URL`), nothing else answers there, and public addresses of
the staff's host lead there.
"""

from collections.abc import Callable
from typing import cast

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.handlers.exception import convert_exception_to_response
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import Resolver404, get_resolver

from recruiting.careers.public import addresses, rendering
from recruiting.web.middleware import ReadableRequestMiddleware

URLS = "recruiting.careers.public.urls"
ON_EVERY_HOST = ("/healthz", "/readyz")
"""Whoever looks after the site asks by any name."""
_SELF = "'self'"
POLICY = {
    "default-src": "'none'",
    "script-src": _SELF,
    "style-src": _SELF,
    "img-src": f"{_SELF} data:",
    "form-action": _SELF,
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
POLICY_HEADER = "Content-Security-Policy"
_DEFAULT_POLICY = "; ".join(f"{name} {value}" for name, value in POLICY.items())
GetResponse = Callable[[HttpRequest], HttpResponse]


def policy(*, framed_by: str = "") -> str:
    """Return the content policy of public pages, or that of one that other sites may frame."""
    changed = {**POLICY, "frame-ancestors": framed_by} if framed_by else POLICY
    return "; ".join(f"{name} {value}" for name, value in changed.items())


class PublicMiddleware:
    """Answers public addresses; stands before every middleware that looks at a session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.readable = ReadableRequestMiddleware(self._view)
        self.answer = cast(GetResponse, convert_exception_to_response(self._answer))

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, with the content policy of public pages."""
        path = request.path_info
        if addresses.is_public(path):
            if addresses.has_own_host() and not addresses.is_careers_host(request):
                return _Moved(addresses.absolute(request.get_full_path()))
        elif not addresses.is_careers_host(request) or path.startswith(ON_EVERY_HOST):
            return self.get_response(request)
        response = self.answer(request)
        response.headers.setdefault(POLICY_HEADER, _DEFAULT_POLICY)
        if "frame-ancestors 'none'" in response.headers[POLICY_HEADER]:
            response.headers.setdefault("X-Frame-Options", "DENY")
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = {}
        try:
            return self.readable(request)
        except Http404:
            return HttpResponse(rendering.error_page(404), status=404)
        except (BadRequest, SuspiciousOperation):
            return HttpResponse(rendering.error_page(400), status=400)

    def _view(self, request: HttpRequest) -> HttpResponse:
        resolver = get_resolver(URLS)
        try:
            match = resolver.resolve(request.path_info)
        except Resolver404:
            if not request.path_info.endswith("/") and request.method in ("GET", "HEAD"):
                resolver.resolve(f"{request.path_info}/")
                return HttpResponsePermanentRedirect(request.get_full_path(force_append_slash=True))
            raise
        request.resolver_match = match
        self.readable.process_view(request, match.func, match.args, match.kwargs)
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response


class _Moved(HttpResponsePermanentRedirect):
    """A redirect that keeps the method: a form that was open is sent again where it belongs."""

    status_code = 308
