"""How Crosschq's pages look, and what they share."""

import sqlite3
from collections.abc import Sequence
from functools import partial

from devtools.sandbox.crosschq.serializers import RELATIONSHIPS
from devtools.sandbox.host import pages

BANNER = "This is a stand-in for Crosschq. No real person is asked, mailed or told anything."

answered = partial(pages.page, banner=BANNER)
guarded = partial(pages.guarded, banner=BANNER)


def related(references: Sequence[sqlite3.Row]) -> list[tuple[sqlite3.Row, str]]:
    """References, each with the name of what it is to the candidate."""
    return [(each, RELATIONSHIPS[each["relationship"]][0]) for each in references]


def full_name(row: sqlite3.Row) -> str:
    return f"{row['first_name']} {row['last_name']}"
