"""Refreshing twice with one token: at once, a little later, and much later."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client as Browser

from recruiting.companies.models import Membership, User
from recruiting.connected_apps import services
from recruiting.connected_apps.models import AccessToken, Connection, RefreshToken
from recruiting.foundation import clock
from tests.connected_apps.conftest import Program, Register, call
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines


def pair(response: Any) -> tuple[str, str]:
    """Return the tokens of an answer."""
    assert response.status_code == 200, response.content
    answered = response.json()
    return answered["access_token"], answered["refresh_token"]


def is_refused(response: Any) -> bool:
    """Return whether a refresh token was refused."""
    return bool((response.status_code, response.json()["error"]) == (400, "invalid_grant"))


def used_before(seconds: float) -> None:
    """Let all refresh tokens that were used have been used so long ago."""
    RefreshToken.objects.filter(used_at__isnull=False).update(used_at=clock.now() - timedelta(seconds=seconds))


def test_a_second_refresh_within_ten_seconds_gets_the_same_pair(program: Program, danas: Browser) -> None:
    first = program.connect(danas)

    once = program.refresh(first["refresh_token"])
    twice = program.refresh(first["refresh_token"])

    assert pair(once) == pair(twice)
    assert call(pair(twice)[0]).status_code == 200
    assert call(first["access_token"]).status_code == 401
    assert (AccessToken.objects.count(), RefreshToken.objects.count()) == (1, 2)
    assert pair(program.refresh(pair(twice)[1]))


def test_later_a_second_refresh_ends_everything(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()
    used_before(seconds=11)

    again = program.refresh(first["refresh_token"])

    assert is_refused(again)
    assert call(second["access_token"]).status_code == 401
    assert is_refused(program.refresh(second["refresh_token"]))
    assert Connection.objects.get().revoked_at is not None


def test_once_its_successor_was_used_a_second_refresh_ends_everything(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()
    third = program.refresh(second["refresh_token"]).json()

    assert is_refused(program.refresh(first["refresh_token"]))
    assert call(third["access_token"]).status_code == 401


def test_with_other_scopes_a_second_refresh_gets_nothing_and_ends_nothing(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()

    assert is_refused(program.refresh(first["refresh_token"], scope="jobs:read"))
    assert call(second["access_token"]).status_code == 200


def test_after_revocation_nobody_gets_the_pair_again(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()

    program.post("revoke", token=second["refresh_token"])

    assert is_refused(program.refresh(first["refresh_token"]))
    assert is_refused(program.refresh(second["refresh_token"]))
    assert not RefreshToken.objects.exists()


def test_another_client_gets_nothing_and_ends_nothing(program: Program, danas: Browser, register: Register) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()

    for token in (first["refresh_token"], second["refresh_token"]):
        assert is_refused(register().refresh(token))
    assert program.refresh(first["refresh_token"], client_secret="wrong").status_code == 401
    assert call(second["access_token"]).status_code == 200


def test_the_answer_is_kept_for_seconds_and_only_the_token_opens_it(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()
    used = RefreshToken.objects.get(used_at__isnull=False)
    assert used.answer and second["access_token"] not in used.answer
    services.forget()
    assert RefreshToken.objects.get(pk=used.pk).answer == used.answer

    used_before(seconds=10)
    services.forget()

    assert RefreshToken.objects.get(pk=used.pk).answer == ""
    assert call(second["access_token"]).status_code == 200


def test_a_refresh_token_that_nobody_uses_ends_with_its_connection(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    past = clock.now() - timedelta(seconds=1)
    RefreshToken.objects.update(created_at=past - timedelta(days=90), expires=past)

    assert is_refused(program.refresh(first["refresh_token"]))
    services.forget()

    assert Connection.objects.get().revoked_at is not None
    assert not RefreshToken.objects.exists()


def test_used_refresh_tokens_go_when_their_time_is_over(program: Program, danas: Browser) -> None:
    first = program.connect(danas)
    second = program.refresh(first["refresh_token"]).json()
    past = clock.now() - timedelta(seconds=1)
    RefreshToken.objects.filter(used_at__isnull=False).update(created_at=past - timedelta(days=90), expires=past)

    services.forget()

    assert RefreshToken.objects.get().used_at is None
    assert call(second["access_token"]).status_code == 200
    assert pair(program.refresh(second["refresh_token"]))


def at_once(acts: list[Any]) -> list[Any]:
    """Run functions in threads that begin together, and return what each returned."""
    together = threading.Barrier(len(acts))

    def run(act: Any) -> Any:
        try:
            together.wait(timeout=30)
            return act()
        finally:
            database.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(run, act) for act in acts]]


@pytest.mark.usefixtures("transactional_db")
def test_threads_that_refresh_at_once_get_one_working_pair(program: Program, danas: Browser) -> None:
    for _ in range(10):
        token = program.connect(danas)["refresh_token"]

        answers = at_once([lambda token=token: program.refresh(token)] * 3)

        assert len({pair(answer) for answer in answers}) == 1
        assert call(pair(answers[0])[0]).status_code == 200


@pytest.mark.usefixtures("transactional_db")
def test_a_refresh_beside_a_revocation_leaves_nothing_that_works(program: Program, danas: Browser) -> None:
    for _ in range(10):
        tokens = program.connect(danas)
        token = tokens["refresh_token"]

        refreshed, revoked = at_once(
            [lambda token=token: program.refresh(token), lambda token=token: program.post("revoke", token=token)]
        )

        assert revoked.status_code == 200
        assert refreshed.status_code in (200, 400)
        if refreshed.status_code == 200:
            assert call(pair(refreshed)[0]).status_code == 401
            assert is_refused(program.refresh(pair(refreshed)[1]))


@pytest.mark.usefixtures("transactional_db")
def test_a_code_that_is_exchanged_twice_at_once_gives_nothing_that_works(program: Program, danas: Browser) -> None:
    for _ in range(5):
        code = program.code(danas)

        answers = at_once([lambda code=code: program.exchange(code)] * 2)

        assert sorted(answer.status_code for answer in answers) == [200, 400]
        given = next(answer for answer in answers if answer.status_code == 200)
        assert call(pair(given)[0]).status_code == 401


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("which", ["client", "password"])
def test_an_exchange_beside_what_ends_it_leaves_nothing_that_works(
    register: Register, dana: Membership, which: str
) -> None:
    def end(program: Program) -> None:
        if which == "client":
            services.remove_client(client=program.client, by=None)
        else:
            user = User.objects.get(pk=dana.user_id)
            user.set_password("a new password of mine")
            user.save()

    for _ in range(5):
        program = register()
        code = program.code(signed_in(Membership.objects.get(pk=dana.pk)))

        exchanged, _ = at_once(
            [lambda program=program, code=code: program.exchange(code), lambda program=program: end(program)]
        )

        assert exchanged.status_code in (200, 400, 401)
        assert not AccessToken.objects.exists()
        if exchanged.status_code == 200:
            assert call(pair(exchanged)[0]).status_code == 401
