"""A page asks once for what several of its parts show; everybody else asks the database each time."""

import pytest

from recruiting.foundation import memo


def test_within_a_page_each_key_is_read_once() -> None:
    read = iter(range(10))

    with memo.page():
        answers = [memo.once(key, lambda: next(read)) for key in ("a", "b", "a", ("a", 1), "b")]

    assert answers == [0, 1, 0, 2, 1]


def test_nothing_is_kept_without_a_page_nor_from_one_page_to_the_next() -> None:
    read = iter(range(10))

    def look() -> int:
        return memo.once("key", lambda: next(read))

    assert (look(), look()) == (0, 1)
    with memo.page():
        assert (look(), look()) == (2, 2)
    with pytest.raises(ZeroDivisionError), memo.page():
        assert look() == 3
        memo.once("broken", lambda: 1 // 0)
    with memo.page():
        assert look() == 4
    assert look() == 5


def test_what_could_not_be_read_is_read_again() -> None:
    with memo.page():
        with pytest.raises(ZeroDivisionError):
            memo.once("key", lambda: 1 // 0)

        assert memo.once("key", lambda: 7) == 7
