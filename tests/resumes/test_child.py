"""The process that reads: what ends it costs one file, and nothing of ours reaches it."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from recruiting.resumes import child
from tests.resumes import making


def content(value: bytes) -> Callable[[], bytes]:
    return lambda: value


def states(files: Sequence[tuple[str, bytes]], *, seconds: float = 60) -> dict[Any, str]:
    asked = [child.File(key=number, ending=kind, content=content(value)) for number, (kind, value) in enumerate(files)]
    return {key: answer["state"] for key, answer in child.read(asked, seconds=seconds)}


def test_every_kind_is_read_in_one_child() -> None:
    person = making.Person()
    files = [
        child.File(kind, kind, content(making.resume(kind, person))) for kind in ("pdf", "docx", "odt", "rtf", "txt")
    ]

    found = dict(child.read(files, seconds=60))

    for kind, answer in found.items():
        assert (answer["state"], answer["fields"]["email"]) == ("read", person.email), kind
        assert answer["text"].startswith("Ada Lovelace\n"), kind
    assert list(found) == ["pdf", "docx", "odt", "rtf", "txt"]


def test_a_file_that_ends_the_child_twice_is_unreadable_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MODULE", "tests.resumes.mortal_reader")
    words = ("txt", b"words")

    found = states([words, ("txt", b"die"), words, ("txt", b"fill"), ("txt", b"talk"), words])

    assert found == {0: "read", 1: "unreadable", 2: "read", 3: "unreadable", 4: "unreadable", 5: "read"}


def test_a_file_that_never_ends_is_stopped_by_its_cpu_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MODULE", "tests.resumes.mortal_reader")

    assert states([("txt", b"spin"), ("txt", b"words")]) == {0: "unreadable", 1: "read"}


def test_a_file_that_never_ends_is_stopped_by_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(child, "MODULE", "tests.resumes.mortal_reader")
    monkeypatch.setattr(child, "SECONDS", 0.01)

    assert states([("txt", b"spin")]) == {0: "unreadable"}


def test_what_is_gone_is_unreadable_and_what_is_late_is_left() -> None:
    gone = child.File("gone", "txt", lambda: None)

    assert dict(child.read([gone], seconds=60)) == {"gone": child.UNREADABLE}
    assert states([("txt", b"words")], seconds=0) == {}
