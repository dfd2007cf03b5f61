"""Contracts that every vendor keeps, with us and with its own documentation."""

import pytest

pytest.register_assert_rewrite("tests.contract.checks", "tests.contract.shapes")
