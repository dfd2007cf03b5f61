"""Draws of a test that vary what no database sees (`DECISIONS.md` 27)."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest


def each(names: str | Sequence[str], draws: Iterable[Any], *, ids: Sequence[str] | None = None, twice: int = 2) -> Any:
    """Parametrise a test, of which the second database sees the first few draws.

    Args:
        names: the parameters, as for `pytest.mark.parametrize`.
        draws: a value per draw, or a tuple of values where there are several names.
        ids: what the draws are called.
        twice: how many both databases see.
    """
    found = [
        pytest.param(
            *(draw if not isinstance(names, str) else (draw,)),
            id=ids[number] if ids else None,
            marks=() if number < twice else pytest.mark.one_database,
        )
        for number, draw in enumerate(draws)
    ]
    return pytest.mark.parametrize(names, found)
