"""`@page`: who comes, then in which role, then by which method; the permission table asks it of every address."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.test import RequestFactory

from recruiting.companies.models import Membership
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page

pytestmark = pytest.mark.both_engines


@page("GET")
def for_members(request: MemberRequest, word: str = "") -> HttpResponse:
    return HttpResponse(f"{request.membership.role} {word}".strip())


@page("POST", role=ADMINISTRATOR, sensitive=True)
def for_administrators(request: MemberRequest) -> HttpResponse:
    return HttpResponse(str(request.sensitive_post_parameters))  # type: ignore[attr-defined]


def asked(method: str, membership: Membership | None) -> HttpRequest:
    request: HttpRequest = RequestFactory().generic(method, "/there/")
    request.user = membership.user if membership else AnonymousUser()
    request.membership = membership  # type: ignore[attr-defined]
    return request


def test_the_method_is_looked_at_last(dana: Membership, kim: Membership) -> None:
    for method, to in (("GET", "/accounts/login/?next=/there/"), ("POST", "/accounts/login/")):
        for view in (for_members, for_administrators):
            answer = view(asked(method, None))
            assert (answer.status_code, answer["Location"]) == (302, to), (method, view)
    for method in ("GET", "POST", "PUT"):
        with pytest.raises(Http404):
            for_administrators(asked(method, kim))
    refused = for_members(asked("POST", kim)), for_administrators(asked("GET", dana))
    assert [(answer.status_code, answer["Allow"]) for answer in refused] == [(405, "GET, HEAD"), (405, "POST")]


def test_whoever_may_comes_in(dana: Membership, kim: Membership) -> None:
    assert for_members(asked("GET", kim), word="here").content == b"standard here"
    assert for_members(asked("HEAD", dana)).content == b"administrator"
    assert for_administrators(asked("POST", dana)).content == b"__ALL__"
