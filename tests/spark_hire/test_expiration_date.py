"""The Expiration Date: which days may be chosen, and the words in which a form, the API and a page say so."""

from datetime import date, timedelta
from typing import Any

import pytest

from recruiting.foundation import clock
from recruiting.foundation.errors import InvalidInput
from tests.spark_hire.scenario import Scenario, assert_nothing_was_asked, text

pytestmark = pytest.mark.both_engines

PAST = "Fri 14 Nov has passed."
TODAY = "A request expires as its date begins, so today would expire at once. Choose Sat 22 Nov or later."
FAR = "Choose a date up to Sun 21 Dec, 30 days at most."
MALFORMED = "That isn't a date. Pick one or write 2026-11-28."
REQUIRED = "An Expiration Date is required for all video interview requests."


@pytest.mark.parametrize(
    ("day", "sentence"),
    [(date(2025, 11, 14), PAST), (date(2025, 11, 21), TODAY), (date(2025, 12, 22), FAR), (date(9999, 12, 31), FAR)],
)
def test_a_date_that_may_not_be_chosen_is_refused_by_the_service(scenario: Scenario, day: date, sentence: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        scenario.ask(on=day)

    assert refusal.value.fields == {"expires_on": sentence}
    assert_nothing_was_asked(scenario)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("2025-11-14", PAST),
        ("2025-11-21", TODAY),
        ("2025-12-22", FAR),
        ("next week", MALFORMED),
        ("2025-02-30", MALFORMED),
        ("", REQUIRED),
        ("   ", REQUIRED),
    ],
)
def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(scenario: Scenario, typed: str, sentence: str) -> None:
    response = scenario.browser().post(scenario.address("request"), {"expires_on": typed})

    assert response.status_code == 422
    assert sentence in text(response)
    if typed.strip():
        assert f'value="{typed}"' in text(response)
    assert_nothing_was_asked(scenario)


@pytest.mark.parametrize(
    ("given", "sentence"), [("2025-11-14", PAST), ("2025-11-21", TODAY), ("2025-12-22", FAR), ("9999-12-31", FAR)]
)
def test_the_api_refuses_the_same_dates_in_the_same_words(scenario: Scenario, given: str, sentence: str) -> None:
    body = {"application": str(scenario.application.pk), "expires_on": given}
    response = scenario.call(scenario.kim).post("interview-requests/", body)

    assert response.status_code == 422
    assert response.json()["code"] == "expiration_date"
    assert sentence in str(response.json())
    assert_nothing_was_asked(scenario)


@pytest.mark.parametrize("given", ["next week", "", None, "2025-02-30", 7])
def test_the_api_refuses_what_is_no_date(scenario: Scenario, given: Any) -> None:
    body = {"application": str(scenario.application.pk), "expires_on": given}
    response = scenario.call(scenario.kim).post("interview-requests/", body)

    assert response.status_code == 422
    assert "expires_on" in str(response.json())
    assert_nothing_was_asked(scenario)


@pytest.mark.parametrize("days", [1, 30])
def test_tomorrow_and_thirty_days_are_taken_by_us_and_by_the_vendor(scenario: Scenario, days: int) -> None:
    day = date(2025, 11, 21) + timedelta(days=days)

    request = scenario.sent(on=day)

    assert request.expires_on == day
    assert len(scenario.at_vendor()) == 1


def test_the_form_offers_one_week_from_today_in_the_company_s_zone(scenario: Scenario) -> None:
    clock.travel(to=clock.now() + timedelta(hours=13, minutes=59))  # 23:59 in New York, tomorrow in UTC
    page = text(scenario.browser().get(scenario.address("request")))

    assert 'value="2025-11-28"' in page
    assert 'min="2025-11-22"' in page
    assert 'max="2025-12-21"' in page
    assert "Expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)." in page


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2025-11-28", "Expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (New York time)."),
        ("2025-11-21", TODAY),
        ("nonsense", MALFORMED),
        ("", REQUIRED),
    ],
)
def test_the_line_below_the_field_says_the_deadline_in_words(scenario: Scenario, typed: str, words: str) -> None:
    response = scenario.browser().get("/video-interviews/deadline/", {"expires_on": typed})

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.content.decode() == words
