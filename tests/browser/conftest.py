"""Drives the installed Chromium against a live server of the tests."""

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.chromium import ARGUMENTS, find_chromium

# Playwright's synchronous API runs an event loop in this thread, which makes Django refuse database access here.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# Milliseconds; a busy machine is no failure.
expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in such a folder, so that nobody has to remember to; skip it where there is no Chromium."""
    for item in items:
        if item.path.parent.name == "browser":
            item.add_marker(pytest.mark.browser)
            if find_chromium() is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium is installed"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the installed browser."""
    return {**browser_type_launch_args, "executable_path": find_chromium(), "args": ARGUMENTS}
