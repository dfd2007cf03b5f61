"""The story from end to end, in the newsfeed's own words (product rows S8 to S13)."""

from datetime import timedelta

import pytest

from newsfeed.models import NewsfeedEntry
from tests.spark_hire.scenario import EXPIRES, MIDNIGHT, Scenario

pytestmark = pytest.mark.both_engines


def test_the_newsfeed_tells_each_step_that_the_candidate_takes(scenario: Scenario) -> None:
    request = scenario.sent()
    for action in ("accept", "start", "finish"):
        scenario.perform(request, action)
        scenario.refreshed(request)

    assert scenario.feed() == [
        f"Requested: Kim Ito asked Ada Lovelace for a video interview. {EXPIRES}",
        "Accepted: Ada Lovelace accepted the invitation.",
        "Started: Ada Lovelace started recording.",
        "Completed: Ada Lovelace completed the video interview.",
    ]
    assert len(scenario.at_vendor()) == 1


@pytest.mark.parametrize(
    ("told", "actions", "titles"),
    [
        ((), ("accept", "start"), ["Requested", "Accepted", "Started"]),
        ((), ("accept", "start", "finish"), ["Requested", "Accepted", "Started", "Completed"]),
        (("accept",), ("start", "finish"), ["Requested", "Accepted", "Started", "Completed"]),
        (("accept", "start"), ("finish",), ["Requested", "Accepted", "Started", "Completed"]),
    ],
)
def test_steps_that_the_candidate_takes_between_two_looks_are_told_as_well(
    scenario: Scenario, told: tuple[str, ...], actions: tuple[str, ...], titles: list[str]
) -> None:
    request = scenario.sent()
    for action in told:
        scenario.perform(request, action)
        scenario.refreshed(request)
    scenario.perform(request, *actions)
    scenario.refreshed(request)
    scenario.refreshed(request)

    assert scenario.titles() == titles
    entries = NewsfeedEntry.objects.filter(subject_id=request.pk).order_by("id")[1:]
    assert {entry.actor_label for entry in entries} == {"Spark Hire"}


def test_steps_that_nobody_saw_are_not_made_up_after_a_cancel(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.cancel(request)
    scenario.perform(request, "complete")
    scenario.drain()

    assert scenario.titles() == ["Requested", "Canceled", "Completed"]


def test_the_newsfeed_tells_of_a_cancel_a_new_request_and_its_expiry(scenario: Scenario) -> None:
    scenario.cancel(scenario.sent())
    scenario.drain()
    scenario.sent(by=scenario.sam)
    scenario.travel(MIDNIGHT + timedelta(minutes=1))
    scenario.sweep()

    assert scenario.feed()[1:] == [
        "Canceled: Kim Ito canceled the request.",
        f"Requested: Sam Ortiz asked Ada Lovelace for a video interview. {EXPIRES}",
        "Expired: Ada Lovelace did not finish before midnight as Fri 28 Nov began.",
    ]


def test_the_newsfeed_tells_what_the_vendor_s_people_change(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "extend", scheduled_at="2025-12-01T17:30:00+00:00")
    scenario.refreshed(request)
    scenario.perform(request, "complete")
    scenario.refreshed(request)
    scenario.perform(request, "reset")
    scenario.refreshed(request)
    scenario.perform(request, "cancel")
    scenario.refreshed(request)

    assert scenario.feed()[1:] == [
        "Rescheduled: New deadline in Spark Hire: expires Mon 1 Dec, 12:30 (New York time).",
        "Accepted: Ada Lovelace accepted the invitation.",
        "Started: Ada Lovelace started recording.",
        "Completed: Ada Lovelace completed the video interview.",
        "Reset: Reset in Spark Hire; Ada Lovelace may record again.",
        "Canceled: Canceled in Spark Hire, or Ada Lovelace declined.",
    ]


def test_the_vendor_alone_mails_the_candidate(scenario: Scenario) -> None:
    request = scenario.sent()

    mails = scenario.driver.control("GET", f"/spark-hire/mails?interview={request.vendor_id}").json
    assert [(mail["to"], mail["kind"]) for mail in mails] == [("ada@example.com", "invitation")]
    assert scenario.messages("mail.send") == []


def test_the_vendor_is_told_the_instant_the_zone_and_the_last_day_in_words(scenario: Scenario) -> None:
    there = scenario.there(scenario.sent())

    assert there["scheduled_at"] == "2025-11-28T05:00:00+00:00"
    assert there["timezone"] == "America/New_York"
    assert there["email_message"] == (
        "Acme invites you to a video interview. The last day to answer is Thursday, 27 November 2025 (New York time)."
    )
    assert there["created_by"]["email"] == "kim@acme.example"
