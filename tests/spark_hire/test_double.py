"""The sandbox speaks the shapes of the contract's examples (spark-hire.md §2); the client is checked on its own."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from recruiting.foundation import clock
from tests.contract.shapes import assert_same_shape
from tests.sandbox.door import Receiver
from tests.spark_hire.door import Door, seed

EXAMPLES = Path(__file__).parent / "examples"


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Door]:
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    # Two weeks ahead of the deadline in the example.
    clock.travel(to=datetime(2026, 2, 24, 12, tzinfo=UTC))
    database = tmp_path / "sandbox.sqlite3"
    keys = seed(database)
    with SandboxServer(database=database, vendors=[SparkHireSandbox]) as server:
        server.vendor("spark-hire").change_settings({"webhook_try_delays": [0]})
        yield Door(server, keys)


def request_of(sandbox: Door) -> dict[str, Any]:
    """The example of a request, with the identifiers of this sandbox."""
    body: dict[str, Any] = example("create_interview_request")
    body["job_post"]["uuid"] = sandbox.job()
    body["interview_question_set"] = sandbox.question_set()
    return body


def test_the_example_of_a_request_is_accepted_and_answered_in_shape(sandbox: Door) -> None:
    answer = sandbox.api("POST", "/interviews", request_of(sandbox))

    assert answer.status == 201
    assert_same_shape(answer.json, example("interview_response"))
    assert answer.json["scheduled_at"] == "2026-03-10T05:00:00+00:00"
    assert [each["text"] for each in answer.json["questions"]] == ["Why this job?"]


def test_a_completed_and_shared_interview_has_the_shape_of_the_example(sandbox: Door) -> None:
    number = sandbox.api("POST", "/interviews", request_of(sandbox)).json["uuid"]
    sandbox.perform(number, "complete")

    link = sandbox.api("POST", f"/interviews/{number}/share_link")

    assert link.status == 201
    assert_same_shape(link.json, example("share_link"))
    shape = sandbox.api("GET", f"/interviews/{number}").json
    assert_same_shape(shape, example("interview_response"))
    assert (shape["status"], shape["share_link"]) == ("completed", link.json)
    assert_same_shape(sandbox.api("GET", "/interviews").json, [example("interview_response")])


@pytest.mark.parametrize(("path", "name"), [("/me", "me"), ("/jobs", "jobs"), ("/question_sets", "question_sets")])
def test_what_is_read_has_the_shape_of_its_example(sandbox: Door, path: str, name: str) -> None:
    answer = sandbox.api("GET", path)

    assert answer.status == 200
    assert_same_shape(answer.json, example(name))


def test_a_refusal_has_the_shape_of_its_example(sandbox: Door) -> None:
    answer = sandbox.api("POST", "/interviews", {**request_of(sandbox), "scheduled_at": "2017-05-22T23:00:00+00:00"})

    assert (answer.status, answer.json) == (400, example("error_400"))


def test_a_webhook_has_the_shape_of_its_example(sandbox: Door) -> None:
    receiver = Receiver()
    stop = receiver.start()
    try:
        body = {"event": "InterviewCompleted", "url": f"{receiver.url}/done"}
        assert sandbox.api("POST", "/webhooks", body).status == 201
        number = sandbox.api("POST", "/interviews", request_of(sandbox)).json["uuid"]
        sandbox.perform(number, "complete")

        path, told = receiver.next()
    finally:
        stop()

    assert path == "/done"
    assert_same_shape(told, example("webhook_interview_completed"))


def test_a_shape_that_differs_is_noticed() -> None:
    good = example("interview_response")

    for wrong in ({**good, "status": 4}, {**good, "extra": 1}, {k: v for k, v in good.items() if k != "job_post"}):
        with pytest.raises(AssertionError):
            assert_same_shape(wrong, good)
