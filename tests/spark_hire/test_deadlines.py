"""Midnight, late news, days without a worker, time zones and deadlines that the vendor moves (product row S10)."""

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils.module_loading import import_string

from integrations.spark_hire import deadlines, services
from integrations.spark_hire.deadlines import expiry, rezoning
from integrations.spark_hire.models import InterviewRequest
from recruiting.companies import services as companies
from recruiting.foundation import clock
from recruiting.outbox import schedules
from tests.spark_hire.scenario import EXPIRES, MIDNIGHT, NOW, WEEK, Scenario, text

JUST_BEFORE = MIDNIGHT - timedelta(minutes=1)
AFTER = MIDNIGHT + timedelta(minutes=10)


def change_zone(scenario: Scenario, zone: str) -> None:
    companies.change_details(company=scenario.company, name="Acme", time_zone=zone, by=scenario.dana)
    scenario.company.refresh_from_db()


# ── Midnight ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_runs_to_the_last_second_and_expires_with_the_first(scenario: Scenario) -> None:
    request = scenario.sent()
    assert expiry.expire_due(MIDNIGHT - timedelta(seconds=1)) == 0
    assert scenario.now(request).state == "sent"
    assert expiry.expire_due(MIDNIGHT) == 1

    assert scenario.now(request).state == "expired"
    assert scenario.feed()[-1] == "Expired: Ada Lovelace did not finish before midnight as Fri 28 Nov began."
    assert expiry.expire_due(MIDNIGHT) == 0


def test_past_midnight_and_not_swept_yet_reads_expired_and_waits_for_the_last_word(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(minutes=2))

    page = scenario.see()
    assert "Expired at midnight as Fri 28 Nov began." in page
    assert "We are asking Spark Hire for a last-minute answer; if Ada Lovelace finished in time, this turns" in page
    assert "Request Video Interview" not in page
    posted = scenario.browser(scenario.sam).post(scenario.address("request"), {"expires_on": "2025-12-05"})
    assert posted.status_code == 409
    assert "We are asking Spark Hire whether Ada Lovelace finished at the last minute." in text(posted)
    assert scenario.now(request).state == "sent"


def test_after_ten_minutes_without_a_word_a_new_request_settles_the_old_one(scenario: Scenario) -> None:
    old = scenario.sent()
    scenario.travel(AFTER + timedelta(seconds=1))
    new = scenario.ask(by=scenario.sam, on=date(2025, 12, 5))

    assert (scenario.now(old).state, new.state) == ("expired", "queued")
    assert scenario.titles() == ["Requested", "Expired", "Requested"]


def test_after_the_last_word_a_new_request_can_be_sent_at_once(scenario: Scenario) -> None:
    scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(minutes=1))
    scenario.sweep()

    page = scenario.see()
    assert "Ada Lovelace did not finish before midnight as Fri 28 Nov began." in page
    assert "Request Video Interview" in page
    assert scenario.sent(by=scenario.sam, on=date(2025, 12, 5)).state == "sent"


@pytest.mark.parametrize("swept", [True, False])
def test_an_interview_finished_at_2359_and_heard_of_at_0010_counts(scenario: Scenario, swept: bool) -> None:
    request = scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(minutes=1))
    if swept:
        scenario.sweep()
        assert scenario.now(request).state == "expired"
    scenario.travel(AFTER)
    scenario.perform(request, "complete", at=JUST_BEFORE.isoformat())
    scenario.hear()
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.completed_at) == ("completed", JUST_BEFORE)
    assert scenario.feed()[-1] == (
        "Completed: Ada Lovelace completed the video interview in time; we heard of it at 00:10."
    )
    page = scenario.see()
    assert "Video Interview Complete" in page
    assert "Finished in time; we heard of it at 00:10." in page
    assert "Request Video Interview" not in page


def test_late_news_of_another_day_names_the_day(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(days=3, hours=10))
    scenario.sweep()
    scenario.perform(request, "complete", at=JUST_BEFORE.isoformat())
    scenario.refreshed(request)

    assert scenario.feed()[-1] == (
        "Completed: Ada Lovelace completed the video interview in time; we heard of it on Mon 1 Dec, 10:00."
    )


def test_after_a_day_without_a_worker_all_is_caught_up_in_one_sweep(scenario: Scenario) -> None:
    due, running = scenario.ask(), scenario.ask(application=scenario.another(), on=date(2025, 12, 5))
    finished = scenario.ask(application=scenario.another())
    scenario.drain()
    scenario.perform(scenario.now(finished), "complete")
    scenario.perform(scenario.now(running), "accept")
    scenario.hear()  # the web process took them; nobody worked
    scenario.travel(MIDNIGHT + timedelta(days=1))

    scenario.sweep()

    assert [scenario.now(one).state for one in (due, running, finished)] == ["expired", "accepted", "completed"]


def test_a_request_that_expired_here_and_not_there_reads_the_same_in_lists_and_api(scenario: Scenario) -> None:
    scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(minutes=2))
    call = scenario.call(scenario.kim)

    assert [one["state"] for one in call.get("interview-requests/").json()["results"]] == ["expired"]
    assert len(call.get("interview-requests/", state="expired").json()["results"]) == 1
    assert call.get("interview-requests/", state="sent").json()["results"] == []


# ── Zones ────────────────────────────────────────────────────────────────────────────────────────────────────────────
ZONES = [
    # Clocks skip midnight: Cairo on Fri 24 Apr 2026; the date begins at 01:00.
    (
        "Africa/Cairo",
        datetime(2026, 4, 17, 12, tzinfo=UTC),
        date(2026, 4, 24),
        datetime(2026, 4, 23, 22, tzinfo=UTC),
        "Expires at 01:00 as Fri 24 Apr begins (clocks skip midnight that night); "
        "last day to answer is Thu 23 Apr (Cairo time).",
    ),
    # Two midnights: Havana on Sun 2 Nov 2025 goes from 01:00 back to 00:00; the first counts.
    (
        "America/Havana",
        datetime(2025, 10, 26, 12, tzinfo=UTC),
        date(2025, 11, 2),
        datetime(2025, 11, 2, 4, tzinfo=UTC),
        "Expires at midnight as Sun 2 Nov begins; last day to answer is Sat 1 Nov (Havana time).",
    ),
    # Quarter hours, and a day ahead of UTC.
    (
        "Pacific/Chatham",
        datetime(2025, 11, 21, 12, tzinfo=UTC),
        date(2025, 11, 29),
        datetime(2025, 11, 28, 10, 15, tzinfo=UTC),
        "Expires at midnight as Sat 29 Nov begins; last day to answer is Fri 28 Nov (Chatham time).",
    ),
    (
        "Pacific/Pago_Pago",
        datetime(2025, 11, 21, 12, tzinfo=UTC),
        date(2025, 11, 28),
        datetime(2025, 11, 28, 11, tzinfo=UTC),
        "Expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (Pago Pago time).",
    ),
]


@pytest.mark.parametrize(("zone", "now", "day", "instant", "words"), ZONES, ids=[zone[0] for zone in ZONES])
def test_a_date_is_the_first_instant_of_that_date_in_the_company_s_zone(
    scenario: Scenario, zone: str, now: datetime, day: date, instant: datetime, words: str
) -> None:
    scenario.travel(now)
    change_zone(scenario, zone)
    scenario.application.refresh_from_db()
    request = scenario.sent(on=day)

    assert request.expires_at == instant
    assert scenario.there(request)["scheduled_at"] == instant.isoformat()
    assert scenario.there(request)["timezone"] == zone
    assert words in scenario.see()
    assert words in scenario.feed()[0]
    assert expiry.expire_due(instant - timedelta(seconds=1)) == 0
    assert expiry.expire_due(instant) == 1


LOS_ANGELES = datetime(2025, 11, 28, 8, 0, tzinfo=UTC)


def test_a_new_time_zone_moves_open_deadlines_later_and_tells_the_vendor(scenario: Scenario) -> None:
    sent, queued = scenario.sent(), scenario.ask(application=scenario.another())
    over = scenario.sent(application=scenario.another())
    scenario.cancel(over)
    scenario.later()
    InterviewRequest.objects.filter(pk=queued.pk).update(state="queued", vendor_id="", sent_at=None)
    queued = scenario.ask(application=scenario.another())
    change_zone(scenario, "America/Los_Angeles")

    for request in (scenario.now(sent), scenario.now(queued)):
        assert (request.expires_on, request.expires_at, request.time_zone) == (WEEK, LOS_ANGELES, "America/Los_Angeles")
    assert scenario.now(over).expires_at == MIDNIGHT
    words = "expires at midnight as Fri 28 Nov begins; last day to answer is Thu 27 Nov (Los Angeles time)."
    assert scenario.feed()[-1] == f"Rescheduled: Acme's time zone changed; the deadline is now: {words}"
    assert scenario.feed(application=queued.application)[-1].endswith(words)

    scenario.drain()
    for request in (scenario.now(sent), scenario.now(queued)):
        assert scenario.there(request)["scheduled_at"] == LOS_ANGELES.isoformat()
        assert scenario.there(request)["timezone"] == "America/Los_Angeles"
        assert request.vendor_deadline == LOS_ANGELES
    assert scenario.refreshed(sent).expires_on == WEEK
    assert scenario.titles() == ["Requested", "Rescheduled"]


def test_a_new_time_zone_never_moves_a_deadline_earlier_and_all_words_keep_the_old_one(scenario: Scenario) -> None:
    sent, queued = scenario.sent(), scenario.ask(application=scenario.another())
    change_zone(scenario, "Asia/Tokyo")

    for request in (scenario.now(sent), scenario.now(queued)):
        assert (request.expires_on, request.expires_at, request.time_zone) == (WEEK, MIDNIGHT, "America/New_York")
    assert scenario.titles() == ["Requested"]
    scenario.drain()
    assert scenario.calls("update_interview") == 0
    assert scenario.there(sent)["scheduled_at"] == MIDNIGHT.isoformat()
    invited = scenario.there(scenario.now(queued))
    assert (invited["scheduled_at"], invited["timezone"]) == (MIDNIGHT.isoformat(), "America/New_York")
    assert "Thursday, 27 November 2025 (New York time)" in invited["email_message"]
    scenario.application.refresh_from_db()
    scenario.dana.refresh_from_db()
    assert EXPIRES in scenario.see(scenario.dana)
    assert "That is Fri 28 Nov, 14:00 your time." in scenario.see(scenario.dana)
    scenario.travel(MIDNIGHT - timedelta(hours=1))
    page = scenario.browser(scenario.dana).get("/video-interviews/expiring/").content.decode()
    assert EXPIRES in page
    assert scenario.now(sent).state_at(clock.now()) == "sent"
    expiry.expire_due(MIDNIGHT)
    assert scenario.feed()[-1] == "Expired: Ada Lovelace did not finish before midnight as Fri 28 Nov began."


def test_a_deadline_that_passed_and_is_not_swept_yet_is_not_moved(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(seconds=20))
    change_zone(scenario, "America/Los_Angeles")

    assert scenario.now(request).expires_at == MIDNIGHT
    assert scenario.titles() == ["Requested"]


def test_the_vendor_s_old_deadline_is_not_taken_for_its_own_change(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.fault("update_interview", "status", status=503)
    change_zone(scenario, "America/Los_Angeles")
    scenario.drain()
    request = scenario.refreshed(request)

    assert request.expires_on == WEEK
    assert request.expires_at == LOS_ANGELES
    scenario.later()
    assert scenario.there(request)["scheduled_at"] == LOS_ANGELES.isoformat()


def test_a_zone_in_which_the_date_has_begun_leaves_the_request_open(scenario: Scenario) -> None:
    request = scenario.sent(on=date(2025, 11, 22))
    scenario.travel(datetime(2025, 11, 21, 23, 30, tzinfo=UTC))
    change_zone(scenario, "Europe/Berlin")
    scenario.sweep()

    assert scenario.now(request).state == "sent"


def test_a_failed_request_tried_again_keeps_its_instant_in_the_company_s_new_zone(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=422)
    request = scenario.ask()
    scenario.drain()
    assert scenario.now(request).state == "failed"
    change_zone(scenario, "Asia/Tokyo")

    again = services.try_again(request=scenario.now(request), by=scenario.kim)

    assert (again.expires_on, again.expires_at, again.time_zone) == (WEEK, MIDNIGHT, "America/New_York")


# ── New rules of the same zone ───────────────────────────────────────────────────────────────────────────────────────
def promised_by_old_rules(scenario: Scenario, zone: str, old: datetime) -> InterviewRequest:
    """Return a request for 1 December 2026 that was sent while the zone's rules were those of release 2025b."""
    scenario.travel(datetime(2026, 11, 20, 15, tzinfo=UTC))
    change_zone(scenario, zone)
    scenario.application.refresh_from_db()
    with patch.object(clock, "start_of_day", lambda day, zone: old):
        request = scenario.sent(on=date(2026, 12, 1))
    assert scenario.now(request).expires_at == old
    return request


def test_new_rules_of_a_zone_move_a_deadline_that_they_make_later(scenario: Scenario) -> None:
    request = promised_by_old_rules(scenario, "Africa/Casablanca", datetime(2026, 11, 30, 23, tzinfo=UTC))
    begins = datetime(2026, 12, 1, tzinfo=UTC)

    assert [rezoning.zone_rules_changed(), rezoning.zone_rules_changed()] == [1, 0]
    assert (scenario.now(request).expires_on, scenario.now(request).expires_at) == (date(2026, 12, 1), begins)
    assert scenario.feed()[-1] == (
        "Rescheduled: The rules of Casablanca time changed; the deadline is now: expires at midnight as Tue 1 Dec "
        "begins; last day to answer is Mon 30 Nov (Casablanca time)."
    )
    scenario.drain()
    assert scenario.there(request)["scheduled_at"] == begins.isoformat()


def test_a_deadline_that_new_rules_make_earlier_stays_and_names_its_hour(scenario: Scenario) -> None:
    old = datetime(2026, 12, 1, 7, tzinfo=UTC)
    request = promised_by_old_rules(scenario, "America/Edmonton", old)

    assert rezoning.zone_rules_changed() == 0
    assert scenario.now(request).expires_at == old
    seen = scenario.see()
    assert "Expires Tue 1 Dec, 01:00 (Edmonton time)." in seen
    assert "midnight" not in seen
    message = deadlines.invitation_message(company="Acme", instant=old, zone=request.zone)
    assert message.endswith("You can answer until Tuesday, 1 December 2026 at 01:00 (Edmonton time).")
    assert expiry.expire_due(old) == 1
    assert scenario.feed()[-1] == "Expired: Ada Lovelace did not finish before Tue 1 Dec, 01:00."


def test_the_rules_are_looked_at_when_workers_start_and_every_hour() -> None:
    task = next(task for task in schedules.registered() if task.name == "spark_hire.follow_zone_rules")

    assert (task.at_start, task.minutes) == (True, 60)
    assert import_string(task.function) is rezoning.zone_rules_changed


def test_a_change_to_a_zone_with_the_same_midnight_says_nothing(scenario: Scenario) -> None:
    scenario.sent()
    change_zone(scenario, "America/Toronto")
    scenario.drain()

    assert scenario.titles() == ["Requested"]
    assert scenario.calls("update_interview") == 0


def test_a_page_opened_before_the_change_sends_the_date_in_the_new_zone(scenario: Scenario) -> None:
    change_zone(scenario, "Europe/Berlin")
    scenario.browser().post(scenario.address("request"), {"expires_on": "2025-11-28"})

    assert InterviewRequest.objects.get().expires_at == datetime(2025, 11, 27, 23, tzinfo=UTC)


def test_a_reader_elsewhere_is_told_their_own_time(scenario: Scenario) -> None:
    scenario.sent()
    scenario.sam.user.time_zone = "Europe/Berlin"
    scenario.sam.user.save()

    assert "That is Fri 28 Nov, 06:00 your time." in scenario.see(scenario.sam)
    assert "your time" not in scenario.see(scenario.kim)


# ── Over before our deadline, and never begun ────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("answer", ["expired", "gone"])
def test_one_that_expired_at_the_vendor_before_our_deadline_says_so_and_a_new_one_is_sent_at_once(
    scenario: Scenario, answer: str
) -> None:
    request = scenario.sent()
    scenario.perform(request, "expire")
    if answer == "gone":
        scenario.fault("get_interview", "gone_410")
    scenario.refreshed(request)

    assert scenario.now(request).state == "expired"
    said = "Expired at Spark Hire on Fri 21 Nov, 10:00 (New York time), before the deadline that was set here."
    assert scenario.feed()[-1] == f"Expired: {said}"
    page = scenario.see()
    assert said in page
    assert "last-minute" not in page
    assert "midnight as Fri 28 Nov" not in page.partition("Earlier requests")[0].partition("video-interview-card")[2]
    assert scenario.sent(by=scenario.sam, on=date(2025, 12, 5)).state == "sent"

    scenario.travel(MIDNIGHT + timedelta(minutes=1))
    assert scenario.now(request).awaiting_final_status(clock.now()) is False


def test_one_that_waited_for_a_key_past_its_deadline_was_never_sent(scenario: Scenario) -> None:
    scenario.user_action(scenario.kim, "revoke_key")
    request = scenario.ask()
    scenario.drain()
    scenario.travel(MIDNIGHT + timedelta(minutes=1))
    scenario.sweep()

    said = (
        "The request was never sent: Spark Hire needs Kim Ito's User API Key, and it does not work at the moment. "
        "It had to leave before midnight as Fri 28 Nov began."
    )
    assert scenario.feed()[-1] == f"Expired: {said}"
    page = scenario.see(scenario.sam)
    assert said in page
    assert "Ada Lovelace was not invited." in page
    assert "Not sent" in page
    assert "did not finish" not in page
    assert "Send again with a new date" in page
    assert scenario.sent(by=scenario.sam, on=date(2025, 12, 5)).state == "sent"
    assert len(scenario.at_vendor()) == 1
    assert scenario.now(request).vendor_id == ""


def test_one_that_the_vendor_never_confirmed_is_looked_for_before_it_reads_as_never_sent(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=503)
    request = scenario.ask()
    scenario.drain()
    InterviewRequest.objects.filter(pk=request.pk).update(send_attempted_at=NOW)
    scenario.travel(MIDNIGHT + timedelta(minutes=1))
    expiry.expire_due()

    assert "Spark Hire never confirmed the request" in scenario.feed()[-1]
    assert "did not finish" not in scenario.see()
    scenario.later()
    page = scenario.see()
    assert "The request was never sent: Spark Hire could not be reached in time." in page


# ── Deadlines that the vendor moves ──────────────────────────────────────────────────────────────────────────────────
def test_a_deadline_changed_at_the_vendor_is_kept_as_its_exact_instant(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "extend", scheduled_at="2025-12-01T17:30:00+00:00")
    scenario.hear()
    scenario.drain()

    request = scenario.now(request)
    instant = datetime(2025, 12, 1, 17, 30, tzinfo=UTC)
    assert (request.state, request.expires_on, request.expires_at) == ("sent", None, instant)
    assert "Expires Mon 1 Dec, 12:30 (New York time)." in scenario.see()
    assert expiry.expire_due(MIDNIGHT) == 0
    assert expiry.expire_due(instant) == 1
    assert scenario.feed()[-1] == "Expired: Ada Lovelace did not finish before Mon 1 Dec, 12:30."

    change_zone(scenario, "Europe/Berlin")
    assert scenario.now(request).expires_at == instant


def test_an_expired_interview_that_is_extended_runs_again(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.travel_past_midnight()
    scenario.perform(request, "extend", scheduled_at="2025-12-01T17:30:00+00:00")
    scenario.hear()
    scenario.drain()

    request = scenario.now(request)
    assert (request.state, request.closed_at) == ("sent", None)
    assert scenario.feed()[-1] == "Rescheduled: New deadline in Spark Hire: expires Mon 1 Dec, 12:30 (New York time)."


def test_the_clock_of_the_tests_is_the_one_that_was_set(scenario: Scenario) -> None:
    assert timedelta(0) <= clock.now() - NOW < timedelta(minutes=5)
    assert Client().get("/healthz").status_code == 200
