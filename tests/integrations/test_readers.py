"""What is read from a vendor's JSON: lenient where something is missing, save for what must be there."""

from typing import Any

import pytest

from integrations.requests.readers import Reader, number, word
from recruiting.foundation import text
from recruiting.foundation.vendor_errors import VendorUnavailable

READ = Reader("Acme")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("  two\n words ", "two words"),
        (7, "7"),
        (True, ""),
        (None, ""),
        (["a"], ""),
        ("x" * 600, "x" * 500),
    ],
)
def test_a_text_is_one_line_of_bounded_length_and_a_number_is_one_too(value: Any, read: str) -> None:
    assert READ.text({"id": value}, "id") == read


def test_a_reader_may_take_no_numbers_and_clean_otherwise() -> None:
    strict = Reader("Acme", clean=text.person_name, takes_numbers=False)

    assert strict.text({"id": 7}, "id") == ""
    assert strict.text({"id": "7"}, "id") == "7"
    assert READ.text("no object", "id") == ""
    assert READ.text({"id": "long"}, "id", most=2) == "lo"


@pytest.mark.parametrize(
    "ask",
    [
        lambda: READ.object([]),
        lambda: READ.rows({}),
        lambda: READ.rows(None),
        lambda: READ.required({}, "id"),
        lambda: READ.required({"id": " "}, "id"),
    ],
)
def test_what_must_be_there_and_is_not_is_an_answer_that_cannot_be_read(ask: Any) -> None:
    with pytest.raises(VendorUnavailable, match="answer could not be read"):
        ask()


@pytest.mark.parametrize(
    ("value", "read"),
    [(3, 3), ("3", 3), ("2.9", 2), (-1, 0), ("many", 0), (True, 0), (None, 0), (float("nan"), 0), (10**9, 0)],
)
def test_a_number_is_whole_and_not_negative(value: Any, read: int) -> None:
    assert number(value) == read
    assert number(value, default=5) == (read or 5)


def test_a_status_word_is_compared_without_its_spelling() -> None:
    assert {word(each) for each in ("In Progress", " in-progress ", "IN_PROGRESS")} == {"in_progress"}
