"""The dummy integration, registered for as long as a test lasts."""

from collections.abc import Iterator

import pytest

from tests.dummy_integration.integration import Dummy
from tests.dummy_integration.registered import registered


@pytest.fixture
def dummy(settings: object) -> Iterator[Dummy]:
    """Register the dummy and mount its addresses."""
    settings.ROOT_URLCONF = "tests.dummy_integration.root_urls"  # type: ignore[attr-defined]
    with registered(Dummy()) as integration:
        yield integration
