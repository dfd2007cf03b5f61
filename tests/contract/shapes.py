"""How an answer is compared with an example of the contract: by its names and types, not by its values."""

from datetime import datetime
from typing import Any


def assert_same_shape(actual: Any, expected: Any, *, at: str = "") -> None:
    """Same names and JSON types all the way down. Null fits anything; `{}` and `[]` in an example fit any content."""
    if actual is None or expected is None:
        return
    assert type(actual) is type(expected), at
    if isinstance(expected, dict) and expected:
        assert set(actual) == set(expected), at
        for name in expected:
            assert_same_shape(actual[name], expected[name], at=f"{at}.{name}")
    elif isinstance(expected, list) and expected:
        assert actual, at
        for each in actual:
            assert_same_shape(each, expected[0], at=f"{at}[]")
    elif isinstance(expected, str) and expected.endswith(("+00:00", "Z")):
        assert datetime.fromisoformat(actual).utcoffset() is not None, at
