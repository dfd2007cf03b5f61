"""A vendor's body without what it says about people: for platform staff who look at deliveries."""

import json
import re
from typing import Any

from recruiting.foundation import text

BLANK = "…"
_MOST = 200

# Of these keys alone values are shown, and only when they look like an id, a word or an instant.
_KEPT = re.compile(r"(?:id|uuid|event|type|kind|status|state|timestamp|version|\w+_(?:id|uuid|type|status|state|at))\Z")
_PLAIN = re.compile(r"[A-Za-z0-9_.:+-]{1,64}\Z")


def redacted(body: bytes) -> str:
    """Return the body's shape as JSON: keys, ids and states; every other value is blanked."""
    try:
        parsed = text.vendor_data(json.loads(body))
    except (ValueError, RecursionError):
        return f"Not JSON ({len(body)} bytes)."
    return json.dumps(_blank(parsed, key="", depth=0), indent=2, ensure_ascii=False)


def _blank(value: Any, *, key: str, depth: int) -> Any:
    if depth > 20:
        return BLANK
    if isinstance(value, dict):
        return {str(name): _blank(inner, key=str(name), depth=depth + 1) for name, inner in list(value.items())[:_MOST]}
    if isinstance(value, list):
        return [_blank(inner, key=key, depth=depth + 1) for inner in value[:_MOST]]
    if value is None or isinstance(value, bool):
        return value
    is_kept = _KEPT.match(key.lower()) and _PLAIN.match(str(value))
    return value if is_kept else BLANK
