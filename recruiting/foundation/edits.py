"""Three-way merge of edits that may cross.

What only one of the two changed is kept of each; what both changed is asked about, and nothing is overwritten unseen.
How a form asks is `recruiting.web.forms.EditForm`.
"""

from collections.abc import Mapping
from typing import Any

from recruiting.foundation.errors import Conflict


class EditConflict(Conflict):
    """Somebody else changed the same since the actor looked; `theirs` says how it stands, by field."""

    code = "overtaken"

    def __init__(self, theirs: Mapping[str, Any]) -> None:
        super().__init__("Somebody else changed this meanwhile. Yours was not saved; look at both and choose.")
        self.theirs = dict(theirs)


def merge_changes(mine: Mapping[str, Any], *, base: Mapping[str, Any] | None, now: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an edit changes about what is there: of each field what the actor touched.

    Args:
        mine: what the actor wants, all fields of it.
        base: what they saw when they began; None takes them to have seen what is there.
        now: what is there, read under a lock.

    Raises:
        EditConflict: for fields that the actor and somebody else changed to different things.
    """
    before = now if base is None else base
    touched = {
        name: value for name, value in mine.items() if not same(value, before.get(name)) and not same(value, now[name])
    }
    if both := {name: now[name] for name in touched if not same(now[name], before.get(name))}:
        raise EditConflict(both)
    return touched


def same(one: Any, other: Any) -> bool:
    """Compare as people see it: a browser sends every line's end as two characters."""
    if isinstance(one, str) and isinstance(other, str):
        return one.replace("\r\n", "\n") == other.replace("\r\n", "\n")
    return bool(one == other)
