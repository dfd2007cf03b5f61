"""The type of the fixture `set_limit` (conftest.py)."""

from collections.abc import Callable
from typing import Any

SetLimit = Callable[[Any, str, int], None]
