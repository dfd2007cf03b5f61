"""The sandbox speaks the shapes of the contract's examples (crosschq.md §2); the client is checked on its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devtools.sandbox.crosschq import CrosschqSandbox
from devtools.sandbox.host.server import SandboxServer
from tests.contract.shapes import assert_same_shape
from tests.crosschq.door import Door, seed
from tests.sandbox.door import Receiver

EXAMPLES = Path(__file__).parent / "examples"
CREATE = {"v1": "/partners/reference-request/", "v2": "/api/v2/reference-request/"}


def example(name: str) -> Any:
    return json.loads((EXAMPLES / f"{name}.json").read_text())


@pytest.fixture
def sandbox(tmp_path: Path, settings: Any) -> Iterator[Door]:
    settings.SANDBOX_CLOCK_FILE = str(tmp_path / "clock.json")
    database = tmp_path / "sandbox.sqlite3"
    keys = seed(database)
    with SandboxServer(database=database, vendors=[CrosschqSandbox]) as server:
        server.vendor("crosschq").change_settings({"webhook_try_delays": [0]})
        yield Door(server, keys)


def made(sandbox: Door, *, completed: bool) -> str:
    """The example's request at this sandbox."""
    number = str(sandbox.api("POST", CREATE["v1"], example("create_request")).json["request_id"])
    if completed:
        sandbox.perform(number, "complete")
    return number


@pytest.mark.parametrize(("version", "name"), [("v1", "create_request"), ("v2", "create_request_v2")])
def test_the_example_of_a_request_is_taken_and_answered_in_shape(sandbox: Door, version: str, name: str) -> None:
    body = example(name)

    answer = sandbox.api("POST", CREATE[version], body)

    assert answer.status == 201, answer.text
    assert_same_shape(answer.json, example("create_response"))
    seen = sandbox.seen(answer.json["request_id"])
    assert seen["candidate"] == body["candidate"]
    assert [seen[name] for name in ("job_role", "requestor", "config_params", "job_position", "candidate_message")] == [
        body.get("jobrole") or body["job_role"],
        *(body[name] for name in ("requestor", "config_params", "job_position", "candidate_message")),
    ]


def test_v1_does_not_take_what_only_v2_knows(sandbox: Door) -> None:
    answer = sandbox.api("POST", CREATE["v1"], example("create_request_v2"))

    assert answer.status == 400
    assert {"job_role", "email_message", "sms_message", "external_id", "hiring_managers"} < set(answer.json["errors"])


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/partners/config/", "config"),
        ("/partners/jobroles/", "jobroles"),
        ("/api/v2/settings/jobrole/", "jobroles_v2"),
        ("/api/v2/settings/users/", "users_v2"),
    ],
)
def test_settings_have_the_shape_of_their_example(sandbox: Door, path: str, name: str) -> None:
    answer = sandbox.api("GET", path)

    assert answer.status == 200
    assert_same_shape(answer.json, example(name))


def test_a_request_has_the_shape_of_its_examples(sandbox: Door) -> None:
    pending = sandbox.get(made(sandbox, completed=False))
    number = made(sandbox, completed=True)
    completed = sandbox.get(number)

    assert_same_shape(pending, example("get_pending"))
    assert {name for name, value in pending.items() if value is None} == {
        name for name, value in example("get_pending").items() if value is None
    }
    assert_same_shape(completed, example("get_completed"))
    assert (completed["status"], completed["progress"]) == ("completed", 100)
    assert None not in completed.values()
    assert_same_shape(sandbox.get(number, v2=True), example("get_completed_v2"))
    listed = sandbox.api("GET", "/api/v2/reference-request/?status=completed").json
    assert_same_shape(listed, example("list_v2"))
    assert listed["count"] == 1


def test_refusals_have_the_shape_of_their_examples(sandbox: Door) -> None:
    wrong = example("create_request")
    wrong["candidate"]["email"] = "ada"

    assert sandbox.api("POST", CREATE["v1"], wrong).json == example("error_400")
    assert sandbox.api("GET", "/partners/config/", header="nonsense").json == example("error_401")
    assert sandbox.api("GET", f"{CREATE['v1']}nonsense/").json == example("error_404")


def test_a_webhook_has_the_shape_of_its_example(sandbox: Door) -> None:
    receiver = Receiver()
    stop = receiver.start()
    try:
        sandbox.organization("webhook", url=f"{receiver.url}/hook")
        made(sandbox, completed=True)
        told = [receiver.next()[1] for _ in range(5)]
    finally:
        stop()

    for body in told:
        assert_same_shape(body, example("webhook_completed"))
    assert told[-1]["progress"] == 100
    assert None not in told[-1].values()


def test_prospects_have_the_shape_of_their_example(sandbox: Door) -> None:
    given = {name: value for name, value in example("prospects")["data"][0].items() if name != "id"}
    sandbox.organization("prospects", prospects=[given])

    page = sandbox.api("GET", "/api/v2/prospects/").json

    assert_same_shape(page, example("prospects"))
    del page["data"][0]["id"]
    assert page == {"data": [given], "next_cursor": None, "total": 1}


def test_a_shape_that_differs_is_noticed() -> None:
    good = example("get_completed")

    for wrong in ({**good, "progress": "100"}, {**good, "extra": 1}, {k: v for k, v in good.items() if k != "id"}):
        with pytest.raises(AssertionError):
            assert_same_shape(wrong, good)
