"""The client's address behind proxies of ours, and the warning where everybody would share one."""

from typing import Any

import pytest
from django.core import checks
from django.test import Client, RequestFactory
from rest_framework.settings import api_settings

from recruiting.foundation import proxies
from recruiting.web.companies.adapters import AccountAdapter

CASES = [
    (0, "203.0.113.7", "10.0.0.1", "10.0.0.1"),
    (1, "203.0.113.7", "10.0.0.1", "203.0.113.7"),
    (1, "6.6.6.6, 203.0.113.7", "10.0.0.1", "203.0.113.7"),
    (2, "6.6.6.6, 203.0.113.7, 10.0.0.2", "10.0.0.1", "203.0.113.7"),
    (2, "203.0.113.7", "10.0.0.1", "10.0.0.1"),
    (1, "203.0.113.7:4711", "10.0.0.1", "203.0.113.7"),
    (1, "[2001:db8::1]:4711", "10.0.0.1", "2001:db8::1"),
    (1, "2001:DB8::1", "10.0.0.1", "2001:db8::1"),
    (1, "somebody", "10.0.0.1", "10.0.0.1"),
    (1, "", "10.0.0.1", "10.0.0.1"),
    (1, None, "10.0.0.1", "10.0.0.1"),
    (0, None, "", "unknown"),
]


@pytest.mark.parametrize(("count", "forwarded", "peer", "address"), CASES)
def test_the_address_is_what_our_own_proxies_saw(
    settings: Any, count: int, forwarded: str | None, peer: str, address: str
) -> None:
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = count
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)

    assert proxies.client_address(request) == address
    assert AccountAdapter(request).get_client_ip(request) == address


def test_allauth_and_the_api_count_the_same_proxies(settings: Any) -> None:
    assert settings.ALLAUTH_TRUSTED_PROXY_COUNT == settings.TRUSTED_PROXY_COUNT == api_settings.NUM_PROXIES


@pytest.mark.django_db
@pytest.mark.parametrize("forwarded", [None, "203.0.113.7", "nonsense"])
@pytest.mark.parametrize("address", ["/healthz", "/readyz", "/accounts/login/"])
def test_what_comes_by_fewer_proxies_is_answered(
    client: Client, settings: Any, address: str, forwarded: str | None
) -> None:
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}

    assert client.get(address, headers=headers).status_code == 200


@pytest.mark.django_db
def test_wrong_passwords_of_one_do_not_lock_others_out(settings: Any) -> None:
    settings.TRUSTED_PROXY_COUNT = settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def tries(address: str, number: int) -> str:
        data = {"login": f"person{number}@x.example", "password": "wrong-wrong-wrong"}
        headers = {"X-Forwarded-For": address}
        return Client(REMOTE_ADDR="10.0.0.1").post("/accounts/login/", data, headers=headers).content.decode()

    answers = [tries("203.0.113.7", number) for number in range(11)]

    assert "Too many tries" in answers[-1]
    assert "Too many tries" not in tries("203.0.113.8", 20)


@pytest.mark.parametrize(("behind", "count", "found"), [(True, 0, ["recruiting.W001"]), (True, 1, []), (False, 0, [])])
def test_a_deployment_behind_a_proxy_that_is_not_counted_is_warned(
    settings: Any, behind: bool, count: int, found: list[str]
) -> None:
    settings.BEHIND_TLS_PROXY, settings.TRUSTED_PROXY_COUNT = behind, count

    told = checks.run_checks(tags=[checks.Tags.security], include_deployment_checks=True)

    assert [each.id for each in told if str(each.id).startswith("recruiting.")] == found
