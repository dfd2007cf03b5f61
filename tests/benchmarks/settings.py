"""The settings of a site under measurement: production, with a floor page, a trivial view and a count of queries."""

from recruiting.settings import *  # noqa: F403
from recruiting.settings import MIDDLEWARE as _OURS

API_RATE = "1000000/min"
ROOT_URLCONF = "tests.benchmarks.urls"
MIDDLEWARE = ["tests.benchmarks.floor.Measured", *_OURS]
