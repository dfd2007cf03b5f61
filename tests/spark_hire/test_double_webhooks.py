"""The fake Spark Hire tells its subscribers: who is told, what, in which order, and how badly when so ordered."""

import queue
from typing import Any

import pytest

from tests.sandbox.door import Receiver, until
from tests.spark_hire.door import Door

pytestmark = pytest.mark.prove

SAM = "sam@acme.example"


def subscribe(sandbox: Door, receiver: Receiver, *events: str, by: str = "ann@acme.example", **more: Any) -> None:
    for event in events:
        body = {"event": event, "url": f"{receiver.url}/{event}", **more}
        assert sandbox.api("POST", "/webhooks", body, by=by).status == 201


def deliveries(sandbox: Door) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sandbox.control("GET", "/spark-hire/webhooks/deliveries").json
    return list(reversed(rows))


def settled(sandbox: Door) -> list[dict[str, Any]]:
    """The deliveries, once each has reached its end."""
    until(lambda: all(row["state"] in ("delivered", "failed", "dropped") for row in deliveries(sandbox)))
    return deliveries(sandbox)


def test_each_step_is_told_with_the_bare_object(sandbox: Door, receiver: Receiver) -> None:
    events = (
        "InterviewCreated",
        "InterviewAccepted",
        "InterviewCompleted",
        "InterviewRated",
        "InterviewReset",
        "InterviewRescheduled",
        "InterviewExpired",
        "InterviewDeleted",
    )
    subscribe(sandbox, receiver, *events)
    made = sandbox.invite()

    for action, data in (
        ("accept", {}),
        ("start", {}),
        ("finish", {}),
        ("rate", {"rating": 5}),
        ("reset", {}),
        ("extend", {"days": 9}),
        ("expire", {}),
        ("delete", {}),
    ):
        assert sandbox.perform(made["uuid"], action, **data).status == 200

    told = [receiver.next() for _ in events]
    assert [path for path, _ in told] == [f"/{event}" for event in events]
    assert [body["status"] for _, body in told] == [
        "requested",
        "accepted",
        "completed",
        "completed",
        "requested",
        "requested",
        "expired",
        "expired",
    ]
    assert told[0][1] == made


@pytest.mark.parametrize("action", ["decline", "cancel", "extension"])
def test_no_event_tells_of_a_cancel_a_decline_or_a_wish(sandbox: Door, receiver: Receiver, action: str) -> None:
    from devtools.sandbox.spark_hire.records import EVENTS

    number = sandbox.invite()["uuid"]
    subscribe(sandbox, receiver, *EVENTS)

    sandbox.perform(number, action)

    assert deliveries(sandbox) == []


def test_job_events(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "JobCreated", "JobUpdated", "JobDeleted")
    body = {"title": "Clerk", "location": {"city": "Austin", "state": "TX", "country": "USA"}}
    number = sandbox.api("POST", "/jobs", body).json["uuid"]
    sandbox.control("POST", f"/spark-hire/jobs/{number}/deactivate")
    sandbox.api("DELETE", f"/jobs/{number}")

    told = [receiver.next() for _ in range(3)]
    assert [(path, body["uuid"], body["status"]) for path, body in told] == [
        ("/JobCreated", number, "active"),
        ("/JobUpdated", number, "inactive"),
        ("/JobDeleted", number, "inactive"),
    ]


def test_a_subscription_reports_only_what_its_user_sees(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated", by=SAM)

    sandbox.invite(job_post={"uuid": sandbox.job("Secret Chief")})
    shared = sandbox.invite()

    assert receiver.next()[1]["uuid"] == shared["uuid"]
    assert len(settled(sandbox)) == 1


@pytest.mark.parametrize("action", ["disable", "revoke_key"])
def test_deliveries_stop_with_the_user_or_the_key(sandbox: Door, receiver: Receiver, action: str) -> None:
    subscribe(sandbox, receiver, "InterviewCreated", by=SAM)
    number = sandbox.api("GET", "/me", by=SAM).json["uuid"]

    sandbox.control("POST", f"/spark-hire/users/{number}/{action}")
    sandbox.invite()

    assert deliveries(sandbox) == []


def test_subscriptions_are_listed_and_removed_by_their_own_user(sandbox: Door, receiver: Receiver) -> None:
    made = sandbox.api(
        "POST", "/webhooks", {"event": "InterviewCreated", "target_url": f"{receiver.url}/x"}, by=SAM
    ).json

    assert (made["event"], made["url"]) == ("InterviewCreated", f"{receiver.url}/x")
    assert sandbox.api("GET", "/webhooks", by=SAM).json == [made]
    assert sandbox.api("GET", "/webhooks").json == []
    assert sandbox.api("DELETE", f"/webhooks/{made['uuid']}").status == 404
    assert sandbox.api("DELETE", f"/webhooks/{made['uuid']}", by=SAM).status == 204
    assert sandbox.api("GET", "/webhooks", by=SAM).json == []


@pytest.mark.parametrize(
    "body",
    [
        {"event": "InterviewStarted", "url": "http://127.0.0.1/x"},
        {"event": "InterviewCreated"},
        {"event": "InterviewCreated", "url": "ftp://127.0.0.1/x"},
        {"event": "InterviewCreated", "url": "http://127.0.0.1/x", "secret": "s"},
    ],
)
def test_a_wrong_subscription_is_refused(sandbox: Door, body: dict[str, Any]) -> None:
    assert sandbox.api("POST", "/webhooks", body).status == 400
    assert sandbox.api("GET", "/webhooks").json == []


def test_a_jobs_filter_and_a_share_link_subscription(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCompleted", jobs=[sandbox.job()], create_share_link=True)
    other = sandbox.invite(job_post={"uuid": sandbox.job("Secret Chief")})
    mine = sandbox.invite()

    sandbox.perform(other["uuid"], "complete")
    sandbox.perform(mine["uuid"], "complete")

    _, body = receiver.next()
    assert (body["uuid"], body["create_share_link"], body["share_link"]["status"]) == (mine["uuid"], True, 1)
    assert len(settled(sandbox)) == 1


def test_replay_delivers_the_last_payload_again(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated")
    assert sandbox.api("GET", "/webhooks/replay/InterviewCreated").json == []
    made = sandbox.invite()
    receiver.next()

    assert sandbox.api("GET", "/webhooks/replay/InterviewCreated").json == [made]
    assert receiver.next() == ("/InterviewCreated", made)
    assert sandbox.api("GET", "/webhooks/replay/Nothing").status == 400


def test_a_failing_receiver_is_tried_three_times(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated")
    receiver.statuses = [500, 302, 404]

    sandbox.invite()

    [row] = settled(sandbox)
    assert (row["state"], row["attempts"], row["last_status"]) == ("failed", 3, 404)
    assert receiver.arrived.qsize() == 3


def test_a_receiver_that_recovers_gets_the_event(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated")
    receiver.statuses = [503]

    sandbox.invite()

    [row] = settled(sandbox)
    assert (row["state"], row["attempts"], row["last_status"]) == ("delivered", 2, 200)


def test_nobody_at_the_address(sandbox: Door) -> None:
    sandbox.api("POST", "/webhooks", {"event": "InterviewCreated", "url": "http://127.0.0.1:1/x"})

    sandbox.invite()

    [row] = settled(sandbox)
    assert (row["state"], row["attempts"], row["last_status"]) == ("failed", 3, None)
    assert row["last_error"].startswith("ConnectionRefusedError")


def test_duplicates(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated")
    sandbox.fault("InterviewCreated", "webhook_duplicate", copies=3)

    made = sandbox.invite()

    assert [receiver.next()[1]["uuid"] for _ in range(3)] == [made["uuid"]] * 3
    assert [row["mode"] for row in settled(sandbox)] == ["duplicate"] * 3


def test_a_dropped_event_never_comes(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated", "InterviewAccepted")
    sandbox.fault("InterviewCreated", "webhook_drop")

    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "accept")

    assert receiver.next()[0] == "/InterviewAccepted"
    assert [row["state"] for row in settled(sandbox)] == ["dropped", "delivered"]


def test_reordered_events(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated", "InterviewAccepted", "InterviewCompleted")
    sandbox.fault("InterviewAccepted", "webhook_reorder")

    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "complete")

    assert [receiver.next()[0] for _ in range(3)] == ["/InterviewCreated", "/InterviewCompleted", "/InterviewAccepted"]


def test_a_held_event_comes_alone_when_no_other_follows(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated")
    sandbox.fault("*", "webhook_reorder", seconds=0.2)

    sandbox.invite()

    assert receiver.next()[0] == "/InterviewCreated"


def test_a_delayed_event_comes_later(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated", "InterviewAccepted")
    sandbox.fault("InterviewCreated", "webhook_delay", seconds=0.5)

    number = sandbox.invite()["uuid"]
    sandbox.perform(number, "accept")

    assert [receiver.next()[0] for _ in range(2)] == ["/InterviewAccepted", "/InterviewCreated"]


def test_a_failed_try_does_not_reach_the_receiver(sandbox: Door, receiver: Receiver) -> None:
    subscribe(sandbox, receiver, "InterviewCreated")
    sandbox.fault("InterviewCreated", "webhook_fail", attempts=3)

    sandbox.invite()

    [row] = settled(sandbox)
    assert (row["state"], row["attempts"], row["mode"]) == ("failed", 3, "fail")
    with pytest.raises(queue.Empty):
        receiver.arrived.get_nowait()


def test_three_tries_are_made_after_1_5_and_30_seconds_unless_changed(sandbox: Door) -> None:
    sandbox.control("POST", "/spark-hire/settings", {"webhook_try_delays": [1, 5, 30]})

    assert sandbox.vendor.try_delays() == (1.0, 5.0, 30.0)
    assert sandbox.control("POST", "/spark-hire/settings", {"webhook_try_delays": []}).status == 400
