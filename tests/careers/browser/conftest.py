"""Marks what is in this folder, and drives the browser, as tests/browser does."""

from tests.browser.conftest import browser_type_launch_args, pytest_collection_modifyitems

__all__ = ["browser_type_launch_args", "pytest_collection_modifyitems"]
