"""An interview's life at the fake Spark Hire: the candidate's actions, the users', and the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from devtools.sandbox.host.server import SandboxServer
from recruiting.foundation import clock
from tests.sandbox.door import until
from tests.spark_hire.door import Door

pytestmark = pytest.mark.prove


def status(sandbox: Door, number: str) -> str:
    return str(sandbox.api("GET", f"/interviews/{number}").json["status"])


def kinds(sandbox: Door) -> list[str]:
    return [mail["kind"] for mail in reversed(sandbox.control("GET", "/spark-hire/mails").json)]


def test_the_candidate_accepts_starts_and_finishes(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]

    seen = [sandbox.perform(number, action).json["status"] for action in ("accept", "start", "finish")]

    assert seen == ["accepted", "in_progress", "completed"]
    shape = sandbox.api("GET", f"/interviews/{number}").json
    assert shape["status"] == "completed"
    assert shape["completed_at"] is not None
    assert kinds(sandbox) == ["invitation", "completed_notice"]


@pytest.mark.parametrize("action", ["start", "finish"])
def test_steps_cannot_be_skipped(sandbox: Door, action: str) -> None:
    number = sandbox.invite()["uuid"]

    assert sandbox.perform(number, action).status == 409
    assert status(sandbox, number) == "requested"


def test_a_decline_is_canceled_and_told_to_the_recruiters(sandbox: Door) -> None:
    number = sandbox.invite(by="sam@acme.example")["uuid"]

    sandbox.perform(number, "decline")

    assert status(sandbox, number) == "canceled"
    mails = sandbox.control("GET", "/spark-hire/mails").json
    assert sorted(mail["to"] for mail in mails if mail["kind"] == "canceled_notice") == [
        "ann@acme.example",
        "sam@acme.example",
    ]
    assert sandbox.perform(number, "accept").status == 409


def test_the_candidate_changes_name_and_email(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]

    sandbox.perform(number, "identity", name="Jane Roe", email="roe@example.com")

    assigned = sandbox.api("GET", f"/interviews/{number}").json["assigned_to"]
    assert (assigned["name"], assigned["email"]) == ("Jane Roe", "roe@example.com")
    assert sandbox.perform(number, "identity", email="nonsense").status == 400


def test_asking_for_an_extension_changes_no_state(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]

    asked = sandbox.perform(number, "extension", note="I am ill.").json

    assert (asked["status"], asked["extension_note"]) == ("requested", "I am ill.")
    assert asked["extension_requested_at"] is not None
    assert kinds(sandbox) == ["invitation", "extension_request"]


def test_the_deadline_expires_an_interview_at_its_very_instant(sandbox: Door) -> None:
    clock.travel(to=datetime(2026, 11, 10, 12, tzinfo=UTC))
    number = sandbox.invite(scheduled_at="2026-11-17T06:00:00+00:00")["uuid"]

    clock.travel(to=datetime(2026, 11, 17, 5, 59, tzinfo=UTC))
    assert status(sandbox, number) == "requested"
    clock.travel(to=datetime(2026, 11, 17, 6, tzinfo=UTC))
    assert status(sandbox, number) == "expired"
    assert sandbox.perform(number, "accept").status == 409


def test_the_ticker_expires_without_anyone_asking(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "accept")

    clock.travel(by=timedelta(days=8))

    until(lambda: sandbox.vendor.records.interviews(None)[0]["status"] == "expired")
    assert sandbox.interviews()[0]["uuid"] == number


def test_a_completed_interview_does_not_expire(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "complete")

    clock.travel(by=timedelta(days=60))

    assert status(sandbox, number) == "completed"


def test_a_late_tale_of_a_timely_completion_wins_over_expiry(sandbox: Door) -> None:
    clock.travel(to=datetime(2026, 11, 10, 12, tzinfo=UTC))
    number = sandbox.invite(scheduled_at="2026-11-17T06:00:00+00:00")["uuid"]
    clock.travel(to=datetime(2026, 11, 17, 6, 10, tzinfo=UTC))
    assert status(sandbox, number) == "expired"

    late = sandbox.perform(number, "complete", at="2026-11-17T06:00:00+00:00")
    timely = sandbox.perform(number, "complete", at="2026-11-17T05:59:00+00:00").json

    assert late.status == 409
    assert (timely["status"], timely["completed_at"]) == ("completed", "2026-11-17T05:59:00+00:00")


def test_put_moves_the_deadline_and_revives_an_expired_interview(sandbox: Door) -> None:
    number = sandbox.invite(scheduled_at="2 days from now")["uuid"]
    clock.travel(by=timedelta(days=3))
    assert status(sandbox, number) == "expired"

    changed = sandbox.api("PUT", f"/interviews/{number}", {"scheduled_at": "5 days from now"})
    wrong = sandbox.api("PUT", f"/interviews/{number}", {"status": "canceled"})

    assert (changed.status, changed.json["status"]) == (200, "requested")
    assert (wrong.status, wrong.json["reason"]) == (400, "Unknown field status.")
    sandbox.perform(number, "complete")
    assert sandbox.api("PUT", f"/interviews/{number}", {"scheduled_at": "5 days from now"}).status == 400


def test_delete_withdraws_and_tells_the_candidate(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]

    assert sandbox.api("DELETE", f"/interviews/{number}").status == 204
    assert sandbox.api("GET", f"/interviews/{number}").status == 404
    assert sandbox.api("DELETE", f"/interviews/{number}").status == 404
    assert sandbox.api("GET", "/interviews").json == []
    assert kinds(sandbox) == ["invitation", "canceled"]
    assert [each["deleted"] for each in sandbox.interviews(deleted="1")] == [True]
    sandbox.perform(number, "restore")
    assert status(sandbox, number) == "requested"


def test_users_rate_reset_extend_and_cancel(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]
    assert sandbox.perform(number, "rate", rating=4).status == 409
    sandbox.perform(number, "complete")

    assert sandbox.perform(number, "rate", rating=4).json["rating"] == {"average": 4, "count": 1}
    assert sandbox.perform(number, "rate", rating=9).status == 400
    shared = sandbox.perform(number, "share").json["share_link"]
    reset = sandbox.perform(number, "reset").json
    assert (reset["status"], reset["completed_at"], reset["rating"]) == ("requested", None, None)
    assert sandbox.browse(f"/spark-hire/share/{shared['url'].rsplit('/', 1)[1]}").status == 410
    extended = sandbox.perform(number, "extend", days=20).json
    assert extended["scheduled_at"] > reset["scheduled_at"]
    assert sandbox.perform(number, "extend").status == 400
    assert sandbox.perform(number, "cancel").json["status"] == "canceled"
    assert sandbox.perform(number, "cancel").status == 409
    assert sandbox.perform(number, "dance").status == 404


def test_a_deactivated_job_blocks_the_invited_candidate(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "accept")

    sandbox.control("POST", f"/spark-hire/jobs/{sandbox.job()}/deactivate")

    assert sandbox.perform(number, "start").status == 409
    assert status(sandbox, number) == "accepted"


def test_everything_survives_a_restart(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "accept")
    sandbox.fault("me", "status", times=-1, status=503)
    sandbox.server.stop()

    with SandboxServer(database=sandbox.server.store.path, vendors=[type(sandbox.vendor)]) as server:
        again = Door(server, sandbox.keys)
        assert status(again, number) == "accepted"
        assert again.api("GET", "/me").status == 503


def test_start_over_keeps_accounts_and_keys(sandbox: Door) -> None:
    sandbox.invite()
    sandbox.fault("me", "status")

    sandbox.control("POST", "/spark-hire/reset")

    assert sandbox.interviews(deleted="1") == []
    assert sandbox.control("GET", "/spark-hire/faults").json == []
    assert sandbox.control("GET", "/spark-hire/requests").json == []
    assert sandbox.api("GET", "/me").status == 200
    sandbox.control("POST", "/spark-hire/reset", {"everything": True})
    assert sandbox.api("GET", "/me").status == 401


def test_seeding_again_changes_no_key(sandbox: Door) -> None:
    from tests.spark_hire.door import seed

    assert seed(sandbox.server.store.path) == sandbox.keys
    assert len(set(sandbox.keys.values())) == 4
    assert len(sandbox.control("GET", "/spark-hire/jobs").json) == 3
