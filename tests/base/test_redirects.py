"""Where a form may lead back to: a page of this site, whatever its `next`, the Referer or a service's address says."""

from urllib.parse import urljoin, urlsplit

import pytest
from allauth.account.adapter import get_adapter
from allauth.core import context
from django.http import HttpResponseRedirect
from django.test import RequestFactory, override_settings
from django.urls import reverse

from recruiting.web import responses
from tests import factories
from tests.cases import case
from tests.signing_in import signed_in

OURS = "http://testserver"
ELSEWHERE = [
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example/",
    "/\t/evil.example/",
    "/\n/evil.example/",
    "\x01//evil.example/",
    " //evil.example/",
    "/jobs/\r\nSet-Cookie: a=b",
    "/jobs/\x7f",
    "/jobs/\x85",
    "/jobs/\ud800",
    "https://evil.example/jobs/",
    "http://testserver@evil.example/jobs/",
    "http://testserver.evil.example/jobs/",
    "http:evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "jobs/",
    "?page=2",
    f"{OURS}//evil.example/",
    f"{OURS}/\\evil.example/",
    f"{OURS}/\t/evil.example/",
    f"{OURS}/.//evil.example/",
    f"{OURS}/%2e//evil.example/",
    f"{OURS}/jobs/..//evil.example/",
    f"{OURS}/jobs\\..\\..\\/evil.example/",
    "http://[::1/jobs/",
]
HERE = {
    "/jobs/": "/jobs/",
    f"{OURS}/jobs/?q=a%20b&next=//evil.example": "/jobs/?q=a%20b&next=//evil.example",
    f"{OURS}/jobs/#top": "/jobs/",
    "/candidates/?q=\\": "/candidates/?q=\\",
    "/candidates/?q=élodie": "/candidates/?q=élodie",
    f"{OURS}": "/",
}


def test_nothing_leads_off_the_site() -> None:
    for address in ELSEWHERE:
        with case(ascii(address)):
            request = RequestFactory().post("/some/form/", headers={"Referer": address})
            request.POST = {"next": address}

            assert responses.own_address(request, address) == ""
            assert responses.came_from(request, "/default/") == "/default/"
            if "/" not in address:
                continue  # no service of ours makes one of it
            for answer in (responses.see_other(request, address), dialog_answer(address)):
                location = answer.headers.get("Location") or answer.headers["X-Location"]
                assert location == reverse("applications:home")


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_signing_in_and_out_leads_nowhere_else_either() -> None:
    for address in ELSEWHERE:
        with case(ascii(address)):
            request = RequestFactory().get("/accounts/login/")

            with context.request_context(request):
                assert get_adapter().is_safe_url(address) is False


def test_pages_of_ours_are_found_again() -> None:
    for address, path in HERE.items():
        with case(ascii(address)):
            request = RequestFactory().post("/some/form/", headers={"Referer": address})

            assert responses.own_address(request, address) == path
            assert responses.came_from(request, "/default/") == path
            with context.request_context(request):
                assert get_adapter().is_safe_url(address) is True


def test_an_open_window_goes_to_an_address_that_a_header_can_carry() -> None:
    answer = dialog_answer("/candidates/?q=élodie#tab")

    assert answer.headers["X-Location"] == "/candidates/?q=%C3%A9lodie#tab"


def test_a_form_never_leads_back_to_itself() -> None:
    referer = {"Referer": f"{OURS}/some/form/?a=b"}
    request = RequestFactory().post("/some/form/", {"next": "/some/form/"}, headers=referer)

    assert responses.came_from(request, "/default/") == "/default/"


@pytest.mark.django_db
@pytest.mark.parametrize("from_where", ["next", "Referer"])
@pytest.mark.parametrize("window", [True, False])
def test_a_job_is_closed_without_leaving(from_where: str, window: bool) -> None:
    job = factories.JobFactory(company=factories.CompanyFactory())
    client = signed_in(factories.administrator(job.company))
    bad = f"{OURS}//evil.example/x"
    headers = {"X-Requested-With": "dialog"} if window else {}

    answer = client.post(
        reverse("jobs:close", args=[job.pk]),
        {"next": bad} if from_where == "next" else {},
        headers={**headers, **({"Referer": bad} if from_where == "Referer" else {})},
    )

    location = answer.headers["X-Location" if window else "Location"]
    assert urlsplit(urljoin(f"{OURS}/jobs/", location)).netloc == "testserver"
    assert location == reverse("applications:job", args=[job.pk])


def dialog_answer(address: str) -> HttpResponseRedirect:
    request = RequestFactory().post("/some/form/", headers={"X-Requested-With": "dialog"})
    return responses.see_other(request, address)
