"""Nothing that somebody saw while signed in comes back out of a cache: pages of every app, refusals and sign-out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from recruiting.companies.models import Membership
from tests.cases import undone
from tests.companies.conftest import SignIn

PAGES = [
    ("/profile/", 200),
    ("/accounts/password/change/", 200),
    ("/accounts/2fa/", 200),
    ("/accounts/reauthenticate/", 200),
    ("/accounts/logout/", 200),
    ("/accounts/login/", 302),
    ("/nothing-here/", 404),
    ("/admin/", 302),
]


def test_no_answer_to_somebody_signed_in_is_kept(dana: Membership, sign_in: SignIn) -> None:
    for address, status in PAGES:
        with undone(address, status):
            dana.user.set_password("correct-horse-battery")
            dana.user.save()

            response = sign_in(dana).get(address)

            assert (response.status_code, kept(response)) == (status, False)


def test_no_refusal_of_a_form_is_kept(kim: Membership, sign_in: SignIn) -> None:
    browser = sign_in(kim, enforce_csrf_checks=True, raise_request_exception=False)  # type: ignore[call-arg]

    response = browser.post("/profile/", {"first_name": "Kim"})

    assert (response.status_code, kept(response)) == (403, False)


def test_no_page_of_something_broken_is_kept(kim: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*args: Any, **kwargs: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("recruiting.web.responses.render", break_down)
    browser = sign_in(kim, raise_request_exception=False)  # type: ignore[call-arg]

    response = browser.get("/profile/")

    assert (response.status_code, kept(response)) == (500, False)


def test_the_answers_that_begin_and_end_a_session_are_not_kept(kim: Membership, client: Client) -> None:
    kim.user.set_password("correct-horse-battery")
    kim.user.save()
    begun = client.post(reverse("account_login"), {"login": kim.user.email, "password": "correct-horse-battery"})
    ended = client.post(reverse("account_logout"))

    assert (begun.status_code, kept(begun)) == (302, False)
    assert (ended.status_code, kept(ended)) == (302, False)


@pytest.mark.django_db
def test_a_visitor_without_a_session_is_not_bothered(client: Client) -> None:
    response = client.get("/nothing-here/")

    assert "Cache-Control" not in response.headers


def kept(response: Any) -> bool:
    """Return whether a cache may keep the answer."""
    return "no-store" not in response.headers.get("Cache-Control", "")
