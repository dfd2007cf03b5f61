"""The settings of a site under measurement: those of production, with a floor page and a count of queries."""

from recruiting.settings import *  # noqa: F403
from recruiting.settings import MIDDLEWARE as _OURS

MIDDLEWARE = ["tests.benchmarks.floor.Measured", *_OURS]
