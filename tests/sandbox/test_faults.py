"""Each fault does what it says, as often as ordered, to the operation and the key that it is aimed at."""

import http.client
import json
import time
from threading import Thread
from typing import Any

import pytest

from tests.sandbox.door import until
from tests.spark_hire.door import Door

pytestmark = pytest.mark.prove


def names(sandbox: Door) -> list[str]:
    return [each["assigned_to"]["name"] for each in sandbox.interviews()]


def outcomes(sandbox: Door, operation: str = "create_interview") -> list[tuple[int | None, str]]:
    log = sandbox.control("GET", f"/spark-hire/requests?operation={operation}").json
    return [(entry["status"], entry["outcome"]) for entry in reversed(log)]


def test_a_status_fault_is_answered_as_often_as_ordered_and_nothing_is_done(sandbox: Door) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", "status", times=2, status=503, reason="Down.", headers={"Retry-After": "7"})

    first, second = (sandbox.api("POST", "/interviews", body) for _ in range(2))
    assert [(each.status, each.json, each.headers["Retry-After"]) for each in (first, second)] == [
        (503, {"reason": "Down."}, "7")
    ] * 2
    assert names(sandbox) == []
    assert sandbox.api("POST", "/interviews", body).status == 201
    assert outcomes(sandbox) == [(503, "status"), (503, "status"), (201, "answered")]


def test_a_status_fault_may_come_after_the_commit(sandbox: Door) -> None:
    sandbox.fault("create_interview", "status", committed=True)

    assert sandbox.api("POST", "/interviews", sandbox.invitation()).status == 500
    assert names(sandbox) == ["Jane Doe"]


def test_what_is_forbidden_is_not_done(sandbox: Door) -> None:
    sandbox.fault("create_interview", "forbidden", reason="Evaluators cannot do this.")

    answer = sandbox.api("POST", "/interviews", sandbox.invitation())
    assert (answer.status, answer.json) == (403, {"reason": "Evaluators cannot do this."})
    assert names(sandbox) == []
    assert sandbox.api("GET", "/me").status == 200


def test_a_held_commit_comes_once_the_same_is_asked_again(sandbox: Door) -> None:
    sandbox.fault("create_interview", "commit_held", times=2, seconds=20)
    body, other = sandbox.invitation(), sandbox.invitation(assigned_to=[{"name": "Joe", "email": "joe@example.com"}])
    waiting = [Thread(target=sandbox.api, args=("POST", "/interviews", each)) for each in (body, other)]
    for thread in waiting:
        thread.start()
    until(lambda: len(outcomes(sandbox)) == 2)
    assert names(sandbox) == []

    assert sandbox.api("POST", "/interviews", body).status == 201
    waiting[0].join()
    assert names(sandbox) == ["Jane Doe", "Jane Doe"]
    assert sandbox.api("POST", "/interviews", other).status == 201
    waiting[1].join()
    assert len(names(sandbox)) == 4


def test_a_held_commit_is_held_no_longer_than_ordered(sandbox: Door) -> None:
    sandbox.fault("create_interview", "commit_held", seconds=0.3)

    started = time.monotonic()
    assert sandbox.api("POST", "/interviews", sandbox.invitation()).status == 201
    assert 0.3 <= time.monotonic() - started < 5


def test_a_forced_rate_limit_names_the_seconds(sandbox: Door) -> None:
    sandbox.fault("*", "rate_limit", seconds=17)

    answer = sandbox.api("GET", "/me")

    assert (answer.status, answer.headers["X-Rate-Limit-Try-Again-Seconds"]) == (429, "17")
    assert sandbox.api("GET", "/me").status == 200


def test_a_fault_may_be_aimed_at_one_key(sandbox: Door) -> None:
    key = sandbox.keys["sam@acme.example"]
    sandbox.fault("me", "status", times=-1, key=key[-4:], status=401)

    assert sandbox.api("GET", "/me").status == 200
    assert [sandbox.api("GET", "/me", by="sam@acme.example").status for _ in range(3)] == [401] * 3
    assert sandbox.control("GET", "/spark-hire/faults").json[0]["used"] == 3


def test_slow_before_does_nothing_for_a_client_that_left(sandbox: Door) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", "slow_before", seconds=0.4)
    sandbox.timeout = 0.1

    with pytest.raises(TimeoutError):
        sandbox.api("POST", "/interviews", body)

    sandbox.timeout = 10
    until(lambda: outcomes(sandbox) == [(None, "slow_before+client gone")])
    assert names(sandbox) == []


def test_slow_before_answers_a_client_that_waits(sandbox: Door) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", "slow_before", seconds=0.2)

    started = time.monotonic()
    assert sandbox.api("POST", "/interviews", body).status == 201
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("kind", ["slow_after", "hang_after"])
def test_the_vendor_commits_and_the_client_gives_up_waiting(sandbox: Door, kind: str) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", kind, seconds=30)
    sandbox.timeout = 0.3

    with pytest.raises(TimeoutError):
        sandbox.api("POST", "/interviews", body)

    sandbox.timeout = 10
    assert names(sandbox) == ["Jane Doe"]
    assert outcomes(sandbox) == [(201, kind)]


def test_hang_after_ends_in_silence(sandbox: Door) -> None:
    sandbox.fault("me", "hang_after", seconds=0.1)

    with pytest.raises(http.client.RemoteDisconnected):
        sandbox.api("GET", "/me")


def test_a_delayed_commit_happens_also_when_the_client_has_gone(sandbox: Door) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", "commit_delay", seconds=0.6)
    sandbox.timeout = 0.1

    with pytest.raises(TimeoutError):
        sandbox.api("POST", "/interviews", body)

    sandbox.timeout = 10
    assert sandbox.api("GET", "/interviews").json == []
    assert outcomes(sandbox) == [(None, "open")]
    until(lambda: names(sandbox) == ["Jane Doe"])


@pytest.mark.parametrize(("kind", "committed"), [("reset_before", []), ("reset_after", ["Jane Doe"])])
def test_the_connection_is_reset(sandbox: Door, kind: str, committed: list[str]) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", kind)

    with pytest.raises(ConnectionResetError):
        sandbox.api("POST", "/interviews", body)

    assert names(sandbox) == committed


def test_a_truncated_body_ends_early(sandbox: Door) -> None:
    body = sandbox.invitation()
    sandbox.fault("create_interview", "truncated")

    with pytest.raises(http.client.IncompleteRead) as caught:
        sandbox.api("POST", "/interviews", body)

    with pytest.raises(json.JSONDecodeError):
        json.loads(caught.value.partial)
    assert names(sandbox) == ["Jane Doe"]


def test_a_drip_takes_its_time(sandbox: Door) -> None:
    whole = sandbox.api("GET", "/plan")
    sandbox.fault("plan", "drip", bytes_per_second=500)

    started = time.monotonic()
    assert sandbox.api("GET", "/plan").json == whole.json
    assert time.monotonic() - started >= len(whole.body) / 500 * 0.9


def test_an_html_error_page(sandbox: Door) -> None:
    sandbox.fault("list_jobs", "html")

    answer = sandbox.api("GET", "/jobs")

    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert "<h1>502 Bad Gateway</h1>" in answer.text


def test_gone_410_concerns_expired_interviews_only(sandbox: Door) -> None:
    open_one, expired = sandbox.invite()["uuid"], sandbox.invite()["uuid"]
    sandbox.perform(expired, "expire")
    fault = sandbox.fault("get_interview", "gone_410", times=-1)

    assert sandbox.api("GET", f"/interviews/{open_one}").status == 200
    assert sandbox.api("GET", f"/interviews/{expired}").status == 410
    assert sandbox.control("DELETE", f"/spark-hire/faults/{fault}").status == 200
    assert sandbox.api("GET", f"/interviews/{expired}").json["status"] == "expired"


def test_content_faults_corrupt_one_answer_and_not_the_record(sandbox: Door) -> None:
    good = sandbox.invite()

    def corrupted(kind: str, **parameters: Any) -> dict[str, Any]:
        sandbox.fault("get_interview", kind, **parameters)
        shape: dict[str, Any] = sandbox.api("GET", f"/interviews/{good['uuid']}").json
        return shape

    assert corrupted("unknown_status", status="on_the_moon") == {**good, "status": "on_the_moon"}
    assert set(corrupted("extra_fields")) - set(good) == {"moderation", "x_internal_flags"}
    nameless = corrupted("missing_names")
    assert "name" not in nameless["assigned_to"] and "name" not in nameless["created_by"]
    assert "location" not in corrupted("missing_location")["job_post"]
    assert sandbox.api("GET", f"/interviews/{good['uuid']}").json == good


def test_a_listed_job_may_miss_its_location(sandbox: Door) -> None:
    sandbox.fault("list_jobs", "missing_location")

    assert all("location" not in job for job in sandbox.api("GET", "/jobs").json)
    assert all("location" in job for job in sandbox.api("GET", "/jobs").json)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"kind": "meteor"}, "Unknown kind."),
        ({"kind": "status", "operation": "InterviewCreated"}, "status cannot be aimed at InterviewCreated."),
        ({"kind": "webhook_drop", "operation": "me"}, "webhook_drop cannot be aimed at me."),
        ({"kind": "status", "times": 0}, "times must be a whole number above zero, or -1 for every time."),
        ({"kind": "status", "parameters": {"code": 1}}, "status has no parameter code."),
        ({"kind": "status", "parameters": {"status": 7}}, "status must be a whole number from 200 to 599."),
        ({"kind": "slow_after", "parameters": {"seconds": "long"}}, "seconds must look like 30."),
        ({"kind": "status", "colour": "red"}, "Unknown field: colour."),
    ],
)
def test_a_senseless_fault_is_refused(sandbox: Door, spec: dict[str, Any], said: str) -> None:
    answer = sandbox.control("POST", "/spark-hire/faults", spec)

    assert answer.status == 400
    assert answer.json["reason"].startswith(said)
    assert sandbox.control("GET", "/spark-hire/faults").json == []


def test_a_fault_is_used_exactly_as_often_as_ordered_by_callers_at_once(sandbox: Door) -> None:
    sandbox.fault("me", "status", times=10, status=503)
    seen: list[int] = []

    def calls() -> None:
        for _ in range(10):
            seen.append(sandbox.api("GET", "/me").status)

    threads = [Thread(target=calls) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(seen) == [200] * 30 + [503] * 10


def test_the_request_log_keeps_the_last_four_of_a_key_only(sandbox: Door) -> None:
    sandbox.api("GET", "/me")

    [entry] = sandbox.control("GET", "/spark-hire/requests?operation=me").json
    assert (entry["method"], entry["path"], entry["status"]) == ("GET", "/spark-hire/v1.0/me", 200)
    assert entry["key_last4"] == sandbox.keys["ann@acme.example"][-4:]
    assert sandbox.keys["ann@acme.example"] not in sandbox.control("GET", "/spark-hire/requests").text
