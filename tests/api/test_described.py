"""The API answers as its schema says: some 500 requests drawn from the schema itself, right ones and wrong ones.

One company stands for all operations, so schemathesis' own way of making one test of each is not used. Its check
`positive_data_acceptance` is left out: that an email is new or a job open cannot be said in a schema.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import TestPhase
from schemathesis.pytest._test_builder import build_operation_test

from recruiting.wsgi import application
from tests import odd_queries
from tests.architecture.test_query_counts import World

LEFT_OUT = {"positive_data_acceptance"}
# Random cases of each operation, always the same. Of the systematic ones, which cost little to make and as much to
# send, every fourth is sent.
RANDOM, SENT = 3, 4


@pytest.fixture
def token(db: None, settings: Any) -> Iterator[str]:
    """The header of an Administrator's token, in a company with one of everything."""
    settings.API_RATE = "100000/min"
    token = odd_queries.caller(World.make().member).defaults["HTTP_AUTHORIZATION"]
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield token
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.long
def test_answers_are_as_described(token: str) -> None:
    load_all_checks()
    checks = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    schema.config.seed = 20261130
    schema.config.phases.examples.enabled = False  # it describes none: they would be random ones, made slowly
    made = sent = 0
    findings = []

    @settings(
        max_examples=RANDOM, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    def send(case: Any) -> None:
        nonlocal made, sent
        made += case.meta.phase.name == TestPhase.COVERAGE
        if case.meta.phase.name == TestPhase.COVERAGE and made % SENT:
            return
        sent += 1
        try:
            case.call_and_validate(headers={"Authorization": token, "Accept-Encoding": "identity"}, checks=checks)
        except* Exception as found:
            findings.extend(f"{case.as_curl_command()}\n{each}" for each in found.exceptions)

    for operation in schema.get_all_operations():
        test = build_operation_test(
            config=schema.config,
            operation=operation.ok(),
            test_func=send,
            given_kwargs={},
            feedback=FeedbackSources(),
        )
        test()

    assert sent >= 500
    assert findings == []
