"""An older request that comes alive after a newer one was sent: the vendor's facts win, and nothing is lost."""

from tests.spark_hire.scenario import Scenario


def test_an_older_request_that_completes_makes_the_newer_one_give_way(scenario: Scenario) -> None:
    older = scenario.sent()
    scenario.travel_past_midnight()
    newer = scenario.sent(by=scenario.sam, on=scenario.in_days(7))
    scenario.perform(older, "complete", at="2025-11-27T20:00:00+00:00")
    scenario.refreshed(older)
    scenario.drain()

    older, newer = scenario.now(older), scenario.now(newer)
    assert (older.state, older.is_superseded) == ("completed", False)
    assert (newer.state, newer.is_superseded, newer.cancel_pending) == ("canceled", True, False)
    assert scenario.there(newer)["deleted"] is True
    assert scenario.titles() == ["Requested", "Expired", "Requested", "Completed", "Request Withdrawn"]
    assert scenario.feed()[4] == (
        "Request Withdrawn: Ada Lovelace's earlier video interview is the one that counts, "
        "so the newer request was withdrawn."
    )
    page = scenario.see()
    assert "Video Interview Complete" in page
    assert "(made way for an earlier one)" in page


def test_an_older_request_that_is_extended_makes_the_newer_one_give_way(scenario: Scenario) -> None:
    older = scenario.sent()
    scenario.travel_past_midnight()
    newer = scenario.sent(by=scenario.sam, on=scenario.in_days(7))
    scenario.perform(older, "extend", days=3)
    scenario.refreshed(older)

    older, newer = scenario.now(older), scenario.now(newer)
    assert (older.state, older.expires_on) == ("sent", None)
    assert (newer.state, newer.is_superseded) == ("canceled", True)
    assert [one["uuid"] for one in scenario.at_vendor()] == [older.vendor_id]
    assert scenario.titles()[-2:] == ["Rescheduled", "Request Withdrawn"]


def test_a_newer_request_that_never_left_makes_way_without_a_call(scenario: Scenario) -> None:
    older = scenario.sent()
    scenario.travel_past_midnight()
    scenario.fault("create_interview", "status", status=503)
    newer = scenario.ask(by=scenario.sam, on=scenario.in_days(7))
    scenario.perform(older, "complete", at="2025-11-27T20:00:00+00:00")
    scenario.hear()
    scenario.drain()
    scenario.later()

    assert scenario.now(older).state == "completed"
    newer = scenario.now(newer)
    assert (newer.state, newer.is_superseded, newer.cancel_pending) == ("canceled", True, False)
    assert [one["uuid"] for one in scenario.at_vendor()] == [older.vendor_id]


def test_when_both_are_completed_the_first_counts_and_both_recordings_can_be_watched(scenario: Scenario) -> None:
    older = scenario.sent()
    scenario.travel_past_midnight()
    newer = scenario.sent(by=scenario.sam, on=scenario.in_days(7))
    scenario.perform(older, "complete", at="2025-11-27T20:00:00+00:00")
    scenario.perform(newer, "complete")
    scenario.refreshed(older)
    scenario.refreshed(newer)

    older, newer = scenario.now(older), scenario.now(newer)
    assert (older.state, older.is_superseded) == ("completed", False)
    assert (newer.state, newer.is_superseded) == ("completed", True)
    assert scenario.there(newer)["deleted"] is False
    assert scenario.titles().count("Completed") == 2
    page = scenario.see(scenario.ivy)
    for request in (older, newer):
        assert scenario.address("watch", request.pk) in page
        watched = scenario.browser(scenario.ivy).get(scenario.address("watch", request.pk))
        assert (watched.status_code, watched.headers["Location"]) == (302, request.share_url)


def test_a_newer_request_that_was_completed_first_keeps_counting(scenario: Scenario) -> None:
    older = scenario.sent()
    scenario.travel_past_midnight()
    newer = scenario.completed(by=scenario.sam, on=scenario.in_days(7))
    scenario.perform(older, "complete", at="2025-11-27T20:00:00+00:00")
    scenario.refreshed(older)

    assert (scenario.now(newer).state, scenario.now(newer).is_superseded) == ("completed", False)
    assert (scenario.now(older).state, scenario.now(older).is_superseded) == ("completed", True)
    page = scenario.see()
    assert scenario.address("watch", older.pk) in page
    assert scenario.address("watch", newer.pk) in page


def test_a_request_that_was_canceled_there_and_restored_lives_again(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "delete")
    assert scenario.refreshed(request).state == "canceled"
    scenario.perform(request, "restore")

    assert scenario.refreshed(request).state == "sent"
    assert scenario.titles() == ["Requested", "Canceled", "Open Again"]
