"""`make prove NAME=fuzz`: some 20,000 requests drawn from the API's schema, by members of three roles and an app.

The gate of the suite (tests/api/test_described.py) with all that tries a rule of the schema, and more random ones.
"""

from typing import Any

import pytest

from tests.api.drawing import Draws

REQUESTS = 20_000


@pytest.mark.prove
def test_twenty_thousand_draws(db: None, settings: Any) -> None:
    settings.API_RATE = "1000000/min"
    draws = Draws(random=32, systematic=1_000)

    draws.run(*draws.callers)

    by_caller = {name: sum(n for (_, who), n in draws.sent.items() if who == name) for name in draws.callers}
    print(f"{draws.sent.total():,} requests: {by_caller}; accepted ones sent again: {dict(draws.refused)}")
    assert draws.findings == [], "\n\n".join(draws.findings)
    assert draws.sent.total() >= REQUESTS
