"""What the tester's pages for Spark Hire have in common: where they lie and how they look."""

from functools import partial

from devtools.sandbox.host import pages
from devtools.sandbox.host.router import Handler
from devtools.sandbox.spark_hire.records import Refused
from devtools.sandbox.spark_hire.web import answered

ROOT = "/__sandbox__/spark-hire"
TRAIL = (*pages.TRAIL, (f"{ROOT}/", "Spark Hire"))
SHOWN = 200

Route = tuple[str, str, Handler]

shown = partial(answered, trail=TRAIL, root=ROOT)
"""A page under Spark Hire's banner."""


def no_such_act() -> Refused:
    """The answer to an action that is not in docs/sandbox.md."""
    return Refused(404, "There is no such act.")
