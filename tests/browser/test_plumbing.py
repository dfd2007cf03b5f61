"""The browser that the other tests rely on starts, and cannot leave this machine."""

import pytest
from playwright.sync_api import Error, Page


def test_the_browser_cannot_leave_this_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://vendor.example/")
