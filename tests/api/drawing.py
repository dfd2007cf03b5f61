"""Requests drawn from the API's schema, right ones and wrong ones, and what is wrong with the answers to them.

Three of four name things that are there, by their ids. Each is undone when it is answered, so that the next one finds
everything in its place. What is accepted is sent again by those whom it must not be open to, which is more than
schemathesis' check `ignored_auth` does. Its check `positive_data_acceptance` is left out as well: that an email is new
or a job open cannot be said in a schema.
"""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.pytest._test_builder import build_operation_test

from recruiting.api import scopes, services
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.permissions import JobRole
from recruiting.foundation.tokens import digest
from recruiting.wsgi import application
from tests import factories
from tests.api.described import Things, is_id
from tests.architecture.test_query_counts import World
from tests.cases import undone
from tests.connected_apps.factories import AccessTokenFactory, ConnectionFactory

LEFT_OUT = {"positive_data_acceptance", "ignored_auth"}
APP_TOKEN = "tlo_of-an-app-that-they-let-in"
STRANGER = "a stranger"


@dataclass
class Draws:
    """Draws requests and sends them, each accepted one again as one of `outsiders`, in turn.

    Args:
        random: so many random requests of each operation, which every caller sends.
        systematic: so many of those that try each rule of the schema, or up to twice as many, other ones for each
            caller; all that there are if they are fewer.
    """

    random: int
    systematic: int
    world: World = field(default_factory=World.make)
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many, by operation and caller."""
    refused: Counter[str] = field(default_factory=Counter)
    """How often each outsider was, as they should be."""
    findings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        load_all_checks()
        self._checks = [check for check in CHECKS.get_all() if check.__name__ not in LEFT_OUT]
        self._things = Things(self.world)
        self.callers, self.outsiders = self._let_in(), self._let_nowhere()

    def _let_in(self) -> Mapping[str, str]:
        """Return the headers of members of the company in several roles, and of an app that one let in."""
        members = {"Administrator": self.world.member}
        for role in (JobRole.RECRUITER, JobRole.INTERVIEWER):
            member = factories.MembershipFactory(company=self.world.company)
            factories.HiringTeamMemberFactory(job=self.world.application.job, membership=member, role=role)
            members[str(role.label)] = member
        every = " ".join(scopes.names())
        connection = ConnectionFactory(membership=self.world.member, scope=every)
        AccessTokenFactory(connection=connection, scope=every, token_checksum=digest(APP_TOKEN))
        return {name: _token(member) for name, member in members.items()} | {"app": f"Bearer {APP_TOKEN}"}

    def _let_nowhere(self) -> Mapping[str, str]:
        """Return the headers of those to whom nothing here is open."""
        revoked = _token(self.world.member, revoked_at=clock.now())
        expired = _token(self.world.member, expires_at=clock.now(), created_at=clock.now() - timedelta(days=30))
        tokens = {"nobody": "", "an unknown token": "Bearer tl_x", "a revoked one": revoked, "an expired one": expired}
        return {**tokens, STRANGER: _token(factories.administrator(factories.CompanyFactory()))}

    def run(self, *names: str) -> None:
        """Draw and send as the callers of these names."""
        with _one_connection():
            schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
            schema.config.seed = 20261130
            schema.config.phases.examples.enabled = False  # it describes none: they would be random ones, made slowly
            for operation in schema.get_all_operations():
                self._drawn(schema, operation.ok(), names)

    def _drawn(self, schema: Any, operation: Any, names: tuple[str, ...]) -> None:
        cases = itertools.count()

        @settings(
            max_examples=self.random,
            derandomize=True,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def send(case: Any) -> None:
            number = next(cases)
            senders = [name for place, name in enumerate(names) if number >= tried or not (number + place) % stride]
            if number % 4 and senders:
                self._name_things(case)
            for name in senders:
                self._send(case, name)

        test: Any = build_operation_test(
            config=schema.config,
            operation=operation,
            test_func=send,
            given_kwargs={},
            feedback=FeedbackSources(),
        )
        tried = len(test.hypothesis_explicit_examples)  # they come first
        stride = max(tried // self.systematic, 1)
        test()

    def _send(self, case: Any, name: str) -> None:
        self.sent[case.operation.label, name] += 1
        headers = {"Authorization": self.callers[name], "Accept-Encoding": "identity"}
        answer = None
        with undone(case.operation.label, name):
            try:
                answer = case.call_and_validate(headers=headers, checks=self._checks)
            except* Exception as found:
                self._find(case, name, *found.exceptions)
        if answer is not None and answer.status_code < 300:
            self._send_as_outsider(case)

    def _send_as_outsider(self, case: Any) -> None:
        name = list(self.outsiders)[self.refused.total() % len(self.outsiders)]
        with undone(case.operation.label, name):
            answer = case.call(headers={"Authorization": self.outsiders[name], "Accept-Encoding": "identity"})
        self.refused[name] += 1
        if name != STRANGER and answer.status_code != 401:
            self._find(case, name, f"answered {answer.status_code}")
        asked = set((case.path_parameters or {}).values()) & self._things.every
        if name == STRANGER and asked and answer.status_code != 404:
            self._find(case, name, f"answered {answer.status_code}")
        if leaks := [one for one in self._things.every - asked if one in answer.text]:
            self._find(case, name, f"was told {leaks}")

    def _find(self, case: Any, name: str, *what: object) -> None:
        self.findings += [f"{name}: {case.as_curl_command()}\n{one}" for one in what]

    def _name_things(self, case: Any) -> None:
        """Put ids of things that are there where ids of nothing stand."""
        wrong = case.meta.is_negative_at(ParameterLocation.PATH)
        ids = self._things.of(case.operation.path)
        for values in ({} if wrong else case.path_parameters, case.query, case.body):
            for name in values if isinstance(values, MutableMapping) else ():
                if name in ids and is_id(values[name]):
                    values[name] = ids[name]


def _token(member: Membership, **changed: object) -> str:
    made, token = services.create_token(membership=member, name="Draws", scopes=scopes.names(), days=30)
    if changed:
        made.write(**changed)
    return f"Bearer {token}"


@contextmanager
def _one_connection() -> Iterator[None]:
    """Leave the connection open between requests, as Django's own test client does."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
