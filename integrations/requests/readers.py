"""Reads parts of a vendor's JSON: lenient about what is missing or more than asked for, save for what must be there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from recruiting.foundation import text
from recruiting.foundation.vendor_errors import VendorUnavailable


@dataclass(frozen=True)
class Reader:
    """Reads the answers of one vendor. Raises VendorUnavailable for what cannot be one."""

    vendor: str
    clean: Callable[[str], str] = text.one_line
    """Makes a text of what was sent."""
    takes_numbers: bool = True
    """Whether a number is a text too: ids are either."""

    def object(self, data: Any) -> Mapping[str, Any]:
        """Return an object."""
        return data if isinstance(data, Mapping) else self._refuse()

    def rows(self, data: Any) -> list[Any]:
        """Return a list."""
        return data if isinstance(data, list) else self._refuse()

    def required(self, member: Any, name: str) -> str:
        """Return a text that must be there."""
        return self.text(member, name) or self._refuse()

    def text(self, member: Any, name: str, *, most: int = 500, clean: Callable[[str], str] | None = None) -> str:
        """Return a text of at most so many characters; "" where there is none, or `member` is no object."""
        value = member.get(name) if isinstance(member, Mapping) else None
        if self.takes_numbers and isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        return (clean or self.clean)(value)[:most].strip() if isinstance(value, str) else ""

    def _refuse(self) -> Any:
        raise VendorUnavailable(f"{self.vendor}'s answer could not be read.")


def number(value: Any, *, default: int = 0) -> int:
    """Return a whole number that is not negative, also from text."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return default
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1_000_000:
        return default
    return int(value)


def word(status: str) -> str:
    """Return a status word as it is compared: the vendors' spelling varies."""
    return status.strip().lower().replace(" ", "_").replace("-", "_")
