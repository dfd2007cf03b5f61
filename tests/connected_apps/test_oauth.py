"""Two refreshes within 50 ms, hundreds of rounds (`make prove NAME=oauth`): one working pair each, never a fault."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client as Browser

from recruiting.connected_apps.models import Connection
from tests.connected_apps.conftest import Program, call
from tests.connected_apps.test_refresh import is_refused, pair, used_before

pytestmark = [pytest.mark.prove, pytest.mark.usefixtures("transactional_db")]
ROUNDS = {"postgresql": 500, "sqlite": 200}


def test_two_refreshes_within_50_ms_get_the_same_working_pair(program: Program, danas: Browser) -> None:
    draws, rounds = Random(20261130), ROUNDS[database.vendor]
    token = program.connect(danas)["refresh_token"]
    together = threading.Barrier(2)

    def refresh(token: str, after: float) -> Any:
        together.wait(timeout=60)
        time.sleep(after)
        try:
            return program.refresh(token)
        finally:
            database.close()

    same = 0
    with ThreadPoolExecutor(2) as pool:
        for _ in range(rounds):
            asked = [pool.submit(refresh, token, draws.uniform(0, 0.05)) for _ in "12"]
            answers = [one.result(timeout=120) for one in asked]
            assert [answer.status_code for answer in answers] == [200, 200]
            pairs = {pair(answer) for answer in answers}
            works = call(next(iter(pairs))[0]).status_code == 200
            same += len(pairs) == 1 and works
            before, token = token, next(iter(pairs))[1]
    used_before(seconds=60)

    assert same == rounds
    assert is_refused(program.refresh(before))
    assert Connection.objects.get().revoked_at is not None
    print(
        f"{same} of {rounds} rounds on {database.vendor}: the same working pair; a third a minute later ended it all."
    )
