"""How the tests of pages read markup: whatever line of its template a thing stands on."""

import re
from html import unescape
from typing import Any


def joined(markup: str) -> str:
    """Return markup with entities as characters, and as if no element and no text were broken over lines."""
    text = re.sub(r"(?<=>)\s*\n\s*(?=[<>])|\s*\n\s*(?=>|</)", "", unescape(markup))
    text = re.sub(r"(<(?:[a-z][^<>]*|/svg)>)\s*\n\s*", r"\1", text)
    return re.sub(r"\s+", " ", text).strip()


def page(response: Any) -> str:
    """Return a whole answer so."""
    return joined(response.content.decode())
