"""What no address of the API takes, tried at every one of docs/openapi.yaml: a clear problem, and nothing happens."""

import codecs
import json
from collections.abc import Iterator
from typing import Any

import pytest

from recruiting.api import scopes, services
from tests.api import described
from tests.api.conftest import Caller
from tests.api.described import NOTHING, Operation, Things
from tests.architecture.test_query_counts import World
from tests.cases import undone

HUGE = "9" * 400
BROKEN = {
    b"{": 400, b"\xff\xfe": 400, b'{"a": "\xff"}': 400, b"[" * 200_000: 400, b'{"a": ' + b'{"a": ' * 50_000: 400,
    b"\x00": 400, b'{"a": NaN}': 400, b'{"a": 1' + HUGE.encode() * 20 + b"}": 400, b"[]": 422, b"null": 422,
    b'"{}"': 422, b'{"\\u0000": 1}': 422, b'{"a": "' + b"x" * 2**20 + b'"}': 413,
}  # fmt: skip
WRONG: dict[str, list[Any]] = {
    "string": [7, True, ["a"], {}, "a\0b"],
    "boolean": ["true", 1, []],
    "integer": ["1", True, 1.5, [], {}],
    "array": ["a", {}],
    "object": ["a", []],
}


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.API_RATE = "100000/min"
    return World.make()


@pytest.fixture
def ours(world: World) -> Things:
    return Things(world)


@pytest.fixture
def caller(world: World) -> Caller:
    _, token = services.create_token(membership=world.member, name="Tests", scopes=scopes.names(), days=30)
    return Caller(token)


def send(caller: Caller, operation: Operation, address: str, body: Any = None, **query: str) -> tuple[int, Any]:
    """Ask, undo, and return the status and what was answered; every refusal is a problem."""
    address = address.removeprefix("/api/v1/")
    with undone(operation.method, address, repr(body)[:100], query):
        if operation.method == "get":
            response = caller.get(address, **query)
        else:
            response = caller.send(operation.method, address, body)
        assert response.status_code < 500
        if response.status_code >= 400:
            assert response.headers["Content-Type"] == "application/problem+json"
    return response.status_code, response.json()


def whole(operation: Operation, ids: Any) -> dict[str, Any]:
    """Return a body with an id wherever one belongs."""
    return {name: ids[name] for name, field in operation.fields.items() if field.get("format") == "uuid"}


def kind_of(field: Any) -> str:
    return field.get("type") or ("string" if "$ref" not in str(field) or "Enum" in str(field) else "object")


# ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_no_read_takes_a_name_that_it_does_not_know(caller: Caller, ours: Things) -> None:
    wrong = {}
    for operation in described.reads():
        address = operation.address(ours.of(operation.path))
        for name in ("field", "Fields", "id", *(() if operation.is_list else ("cursor", "page_size", "search"))):
            status, answer = send(caller, operation, address, **{name: "1"})
            if (status, list(answer.get("errors", ()))) != (422, [name]):
                wrong[address, name] = status

    assert wrong == {}


def test_every_read_is_found_by_its_ids(caller: Caller, ours: Things) -> None:
    answers = {one.path: send(caller, one, one.address(ours.of(one.path)))[0] for one in described.reads()}

    assert {path: status for path, status in answers.items() if status != 200} == {}


def test_no_list_takes_a_cursor_or_a_size_that_it_did_not_give(caller: Caller, ours: Things) -> None:
    wrong = {}
    for operation in described.reads():
        if not operation.is_list:
            continue
        address = operation.address(ours.of(operation.path))
        odd = [("cursor", value) for value in ("", "a", "cD0x", "cD1ub25zZW5zZQ==", "\0", "é", "[]", "cD0" * 20_000)]
        odd += [("page_size", value) for value in ("0", "-1", "201", HUGE, "1e3", "٣", "", " 5", "0x10")]
        for name, value in odd:
            status, answer = send(caller, operation, address, **{name: value})
            if (status, list(answer.get("errors", ()))) != (422, [name]):
                wrong[address, name, value[:20]] = status

    assert wrong == {}


# ── Bodies ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_no_write_takes_a_body_that_cannot_be_read(caller: Caller, ours: Things) -> None:
    wrong = {}
    for operation in described.writes():
        address = operation.address(ours.of(operation.path))
        for body, expected in BROKEN.items():
            status, _ = send(caller, operation, address, body)
            if status != expected:
                wrong[address, body[:20]] = status

    assert wrong == {}


def test_a_byte_order_mark_before_a_body_changes_nothing(caller: Caller, ours: Things) -> None:
    wrong = {}
    for operation in described.writes():
        ids = ours.of(operation.path)
        body = json.dumps(whole(operation, ids)).encode()
        plain, marked = (
            send(caller, operation, operation.address(ids), mark + body)[0] for mark in (b"", codecs.BOM_UTF8)
        )
        if plain != marked:
            wrong[operation.path] = (plain, marked)

    assert wrong == {}


def test_no_write_takes_a_name_or_a_value_of_another_type(caller: Caller, ours: Things) -> None:
    wrong: dict[Any, Any] = {}
    tried = 0
    for operation in described.writes():
        ids = ours.of(operation.path)
        values = [(name, value) for name, field in operation.fields.items() for value in WRONG[kind_of(field)]]
        for name, value in [("no_such_name", 1), ("id", NOTHING), *values]:
            status, answer = send(caller, operation, operation.address(ids), {**whole(operation, ids), name: value})
            named = {error.partition(".")[0] for error in answer.get("errors", ())}
            tried += 1
            if status != 422 or name not in named:
                wrong[operation.path, name, repr(value)] = (status, named)

    assert wrong == {}
    assert tried > 200


# ── Ids ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def places(operation: Operation) -> Iterator[tuple[str, str]]:
    """Yield each place of an operation where an id stands."""
    yield from (("path", part) for part in operation.parts)
    yield from (("body", name) for name, field in operation.fields.items() if field.get("format") == "uuid")
    parameters = operation.described.get("parameters", ())
    yield from (
        ("query", one["name"]) for one in parameters if one["in"] == "query" and one["schema"].get("format") == "uuid"
    )


def test_ids_of_another_company_are_ids_of_nothing_in_every_place(caller: Caller, ours: Things) -> None:
    theirs = Things(World.make())
    told: dict[Any, Any] = {}
    for operation in described.operations():
        for where, name in places(operation):
            answers = []
            mine = ours.of(operation.path)
            for strange in (theirs.of(operation.path)[name], "01a00000-0000-7000-8000-000000000000"):
                ids, body = {**mine, **({name: strange} if where == "path" else {})}, whole(operation, mine)
                if where == "body":
                    body[name] = strange
                query = {name: strange} if where == "query" else {}
                status, answer = send(caller, operation, operation.address(ids), body, **query)
                answer.pop("request_id", None)
                answers.append((status, answer))
            status, answer = answers[0]
            # A move to where somebody stands changes nothing, wherever they were seen.
            nothing = status in (404, 415, 422) or answer.get("results") == [] or name == "seen_stage"
            if answers[0] != answers[1] or not nothing:
                told[operation.method, operation.path, where, name] = answers

    assert told == {}


def test_ids_in_capitals_name_nothing_in_an_address_and_the_same_elsewhere(caller: Caller, ours: Things) -> None:
    wrong: dict[Any, Any] = {}
    for operation in described.operations():
        ids = ours.of(operation.path)
        for where, name in places(operation):
            loud = ids[name].upper()
            if where == "path":
                address = operation.address({**ids, name: loud})
                expected, found = 404, send(caller, operation, address, whole(operation, ids))[0]
            else:
                body = whole(operation, ids)
                query = {name: ids[name]} if where == "query" else {}
                expected = send(caller, operation, operation.address(ids), body, **query)[0]
                body, query = {**body, **({name: loud} if where == "body" else {})}, dict.fromkeys(query, loud)
                found = send(caller, operation, operation.address(ids), body, **query)[0]
            if found != expected:
                wrong[operation.path, name] = (expected, found)

    assert wrong == {}
