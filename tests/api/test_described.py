"""The API answers as its schema says, and opens to nobody else (tests/api/drawing.py), to members of three roles."""

from typing import Any

import pytest

from tests.api.drawing import Draws

WHO = ("Administrator", "Recruiter", "Interviewer")
EACH = 5


@pytest.mark.long
def test_answers_are_as_described(db: None, settings: Any) -> None:
    settings.API_RATE = "100000/min"
    draws = Draws(random=1, systematic=4)

    draws.run(*WHO)

    assert draws.findings == [], "\n\n".join(draws.findings)
    assert [one for one, count in draws.sent.items() if count < EACH] == []
    assert set(draws.refused) == set(draws.outsiders)
