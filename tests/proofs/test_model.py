"""`make prove NAME=model`: twenty thousand steps of everything at once, drawn anew each time.

What it does is in tests/spark_hire/machine.py.
"""

import pytest
from hypothesis import Phase, settings

from tests.spark_hire.test_model import QUICK, quiet, run

__all__ = ["quiet"]

pytestmark = pytest.mark.prove


def test_requests_follow_the_table_whatever_happens(transactional_db: None, quiet: None) -> None:
    long = settings(QUICK, max_examples=160, print_blob=True, phases=[Phase.generate, Phase.shrink])
    run(long, steps=20_000, times=50)
