"""A plugin of pytest: notes the tests that fail, in the order in which they do (`-p tests.planted.noting`)."""

import os
from pathlib import Path

import pytest


def note(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Append the name of what failed to the file that PLANTED_NOTES names."""
    # With xdist the controller hears of every worker's tests; a worker would note them twice.
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        with Path(os.environ["PLANTED_NOTES"]).open("a", encoding="utf-8") as notes:
            notes.write(f"{report.nodeid}\n")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note a test."""
    note(report)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Note a module that cannot be read."""
    note(report)
