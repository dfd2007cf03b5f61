"""What the tester's pages for Crosschq have in common: where they lie and how they look."""

from functools import partial

from devtools.sandbox.crosschq.records import Refused
from devtools.sandbox.crosschq.web.frame import answered
from devtools.sandbox.host import pages
from devtools.sandbox.host.router import Handler

ROOT = "/__sandbox__/crosschq"
# Not "requests": that is the host's log of calls.
CHECKS = f"{ROOT}/reference-requests"
TRAIL = (*pages.TRAIL, (f"{ROOT}/", "Crosschq"))
SHOWN = 200

Route = tuple[str, str, Handler]

shown = partial(answered, trail=TRAIL, root=ROOT)
"""A page under Crosschq's banner."""


def no_such_act() -> Refused:
    """The answer to an action that is not in docs/sandbox.md."""
    return Refused(404, "There is no such act.")
