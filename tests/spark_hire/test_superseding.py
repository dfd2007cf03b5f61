"""An older request that comes alive after a newer one was sent: the vendor's facts win, and nothing is lost."""

from tests.spark_hire.house import House


def test_an_older_request_that_completes_makes_the_newer_one_give_way(house: House) -> None:
    older = house.sent()
    house.travel_past_midnight()
    newer = house.sent(by=house.sam, on=house.in_days(7))
    house.play(older, "complete", at="2025-11-27T20:00:00+00:00")
    house.refreshed(older)
    house.drain()

    older, newer = house.now(older), house.now(newer)
    assert (older.state, older.is_superseded) == ("completed", False)
    assert (newer.state, newer.is_superseded, newer.cancel_pending) == ("canceled", True, False)
    assert house.there(newer)["deleted"] is True
    assert house.titles() == ["Requested", "Expired", "Requested", "Completed", "Request Withdrawn"]
    assert house.feed()[4] == (
        "Request Withdrawn: Ada Lovelace's earlier video interview is the one that counts, "
        "so the newer request was withdrawn."
    )
    page = house.see()
    assert "Video Interview Complete" in page
    assert "(made way for an earlier one)" in page


def test_an_older_request_that_is_extended_makes_the_newer_one_give_way(house: House) -> None:
    older = house.sent()
    house.travel_past_midnight()
    newer = house.sent(by=house.sam, on=house.in_days(7))
    house.play(older, "extend", days=3)
    house.refreshed(older)

    older, newer = house.now(older), house.now(newer)
    assert (older.state, older.expires_on) == ("sent", None)
    assert (newer.state, newer.is_superseded) == ("canceled", True)
    assert [one["uuid"] for one in house.at_vendor()] == [older.vendor_id]
    assert house.titles()[-2:] == ["Rescheduled", "Request Withdrawn"]


def test_a_newer_request_that_never_left_makes_way_without_a_call(house: House) -> None:
    older = house.sent()
    house.travel_past_midnight()
    house.fault("create_interview", "status", status=503)
    newer = house.ask(by=house.sam, on=house.in_days(7))
    house.play(older, "complete", at="2025-11-27T20:00:00+00:00")
    house.hear()
    house.drain()
    house.later()

    assert house.now(older).state == "completed"
    newer = house.now(newer)
    assert (newer.state, newer.is_superseded, newer.cancel_pending) == ("canceled", True, False)
    assert [one["uuid"] for one in house.at_vendor()] == [older.vendor_id]


def test_when_both_are_completed_the_first_counts_and_both_recordings_can_be_watched(house: House) -> None:
    older = house.sent()
    house.travel_past_midnight()
    newer = house.sent(by=house.sam, on=house.in_days(7))
    house.play(older, "complete", at="2025-11-27T20:00:00+00:00")
    house.play(newer, "complete")
    house.refreshed(older)
    house.refreshed(newer)

    older, newer = house.now(older), house.now(newer)
    assert (older.state, older.is_superseded) == ("completed", False)
    assert (newer.state, newer.is_superseded) == ("completed", True)
    assert house.there(newer)["deleted"] is False
    assert house.titles().count("Completed") == 2
    page = house.see(house.ivy)
    for request in (older, newer):
        assert house.address("watch", request.pk) in page
        watched = house.browser(house.ivy).get(house.address("watch", request.pk))
        assert (watched.status_code, watched.headers["Location"]) == (302, request.share_url)


def test_a_newer_request_that_was_completed_first_keeps_counting(house: House) -> None:
    older = house.sent()
    house.travel_past_midnight()
    newer = house.completed(by=house.sam, on=house.in_days(7))
    house.play(older, "complete", at="2025-11-27T20:00:00+00:00")
    house.refreshed(older)

    assert (house.now(newer).state, house.now(newer).is_superseded) == ("completed", False)
    assert (house.now(older).state, house.now(older).is_superseded) == ("completed", True)
    page = house.see()
    assert house.address("watch", older.pk) in page
    assert house.address("watch", newer.pk) in page


def test_a_request_that_was_canceled_there_and_restored_lives_again(house: House) -> None:
    request = house.sent()
    house.play(request, "delete")
    assert house.refreshed(request).state == "canceled"
    house.play(request, "restore")

    assert house.refreshed(request).state == "sent"
    assert house.titles() == ["Requested", "Canceled", "Open Again"]
