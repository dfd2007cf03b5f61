"""The browser that the other tests rely on starts, and cannot leave this machine."""

from typing import Any

import pytest
from playwright.sync_api import Error, Page


def test_the_browser_cannot_leave_this_machine(page: Page) -> None:
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("http://vendor.example/")


@pytest.mark.django_db(transaction=True)
def test_the_page_goes_nowhere_but_to_this_site(page: Page, live_server: Any) -> None:
    page.goto(f"{live_server.url}/accounts/login/")
    asked = ["/jobs/?q=1", f"{live_server.url}/jobs/", "//evil.example/x", "/\\evil.example/x", "/\t/evil.example/x"]
    asked += [f"{live_server.url}//evil.example/x", f"{live_server.url}/.//evil.example/x", "javascript:alert(1)"]

    found = page.evaluate(
        "async (asked) => asked.map((await import('/static/js/addresses.js')).ownAddress)",
        asked,
    )

    assert found == ["/jobs/?q=1", "/jobs/", *[None] * 6]
