"""Every pair of the standard table, and every other one, taken through the real services: no vendor, rows alone.

The table is the oracle: a pair of it brings its state, its entry and its message and no other; any other pair brings
none of them, and where a person asked for it, it is refused and changes nothing at all.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from integrations.crosschq import SLUG, activity, schemas, services
from integrations.crosschq.flow import FLOW
from integrations.crosschq.models import Connection, ReferenceCheck, Template
from integrations.requests import changes
from integrations.requests import services as request_services
from integrations.requests.flow import Created
from integrations.requests.lifecycle import STANDARD, Call, Event, State
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.crosschq import topics
from tests.crosschq.factories import ConnectionFactory, ReferenceCheckFactory, TemplateFactory
from tests.refusals import everything

TOPICS = {Call.CREATE: topics.CREATE, Call.CANCEL: topics.CANCEL, Call.REFRESH: topics.REFRESH}
BY_PEOPLE = (Event.TRIED_AGAIN, Event.CANCEL, Event.STOP)
THEN = datetime(2025, 11, 20, 15, 0, tzinfo=UTC)
# What the vendor says: status and progress. Nothing of it for what is gone.
SAYS = {
    Event.SEEN_PENDING: ("pending", 0),
    Event.SEEN_STARTED: ("in_progress", 40),
    Event.SEEN_COMPLETED: ("completed", 100),
    Event.SEEN_CANCELED: ("cancelled", 0),
}
OF_WORKER = (Event.CREATED, Event.REFUSED, Event.LOST, Event.CANCEL_REFUSED)
# What can happen to a check at all.
EVENTS = {*BY_PEOPLE, *OF_WORKER, *SAYS, Event.SEEN_GONE}


@dataclass(frozen=True)
class Scenario:
    """A company that is connected, with what each check is about."""

    by: Membership
    connection: Connection
    application: Application
    template: Template

    @classmethod
    def build(cls) -> "Scenario":
        company = factories.CompanyFactory()
        installation = factories.InstallationFactory(company=company, integration=SLUG)
        return cls(
            by=factories.administrator(company),
            connection=ConnectionFactory(installation=installation, api_version="v2"),
            application=factories.ApplicationFactory(job=factories.JobFactory(company=company)),
            template=TemplateFactory(company=company, installation=installation),
        )

    def check(self, state: State, event: Event) -> ReferenceCheck:
        """Return a check in a state, as it is when the event can reach it."""
        # One that is canceled or stopped has an id, unless the vendor is about to tell it.
        has_id = state in STANDARD.at_vendor | {State.COMPLETED} or (
            state in (State.CANCELED, State.STOPPED) and event != Event.CREATED
        )
        made: ReferenceCheck = ReferenceCheckFactory(
            application=self.application,
            installation=self.connection.installation,
            template=self.template,
            state=state,
            vendor_id="there" if has_id else "",
            send_attempted_at=THEN,
            sent_at=THEN if has_id else None,
            progress=100 if state == State.COMPLETED else 0,
            cancel_pending=state == State.CANCELED and event in (Event.CREATED, Event.CANCEL_REFUSED),
        )
        return made


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block did, so that the next pair finds the scenario as it was built."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def seen(event: Event) -> schemas.Check | None:
    if event == Event.SEEN_GONE:
        return None
    status, progress = SAYS[event]
    answer = schemas.check({"id": "there", "status": status, "progress": progress})
    assert answer.event == event
    return answer


def happens(event: Event, check: ReferenceCheck, by: Membership) -> None:
    """Let the event happen, by the service that is there for it."""
    to_person: dict[Event, Callable[..., Any]] = {
        Event.TRIED_AGAIN: request_services.confirm_absent if check.state == State.UNCERTAIN else services.try_again,
        Event.CANCEL: request_services.cancel,
        Event.STOP: request_services.stop_tracking,
    }
    of_worker: dict[Event, Callable[[], Any]] = {
        Event.CREATED: partial(changes.created, FLOW, check.pk, Created("new")),
        Event.REFUSED: partial(changes.refused, FLOW, check.pk, "No."),
        Event.LOST: partial(changes.uncertain, FLOW, check.pk),
        Event.CANCEL_REFUSED: partial(changes.cancel_refused, FLOW, check.pk, sentence="Not canceled: no."),
    }
    if event in to_person:
        to_person[event](request=check, by=by)
    elif event in of_worker:
        of_worker[event]()
    else:
        changes.apply_seen(FLOW, check.pk, event=event, seen=seen(event), asked_at=clock.now())


def told() -> list[str]:
    """Return the entries about states, oldest first."""
    verbs = [kind.verb for kind in activity.BY_ENTRY.values()]
    return list(NewsfeedEntry.objects.filter(verb__in=verbs).order_by("id").values_list("verb", flat=True))


def enqueued() -> list[str]:
    """Return the topics of what the vendor is to be asked, oldest first."""
    topics = OutboxMessage.objects.filter(topic__in=TOPICS.values())
    return list(topics.order_by("id").values_list("topic", flat=True))


def became(check: ReferenceCheck) -> tuple[str, list[str], list[str]]:
    """Return the check's state, the entries and the topics of what is enqueued."""
    return ReferenceCheck.objects.get(pk=check.pk).state, told(), enqueued()


def test_each_pair_of_the_table_is_what_the_services_do(db: None) -> None:
    scenario = Scenario.build()
    found = {}
    for state, event in STANDARD.table:
        with undone():
            check = scenario.check(state, event)
            happens(event, check, scenario.by)
            found[state, event] = became(check)

    assert found == {
        pair: (
            expected.to,
            [activity.BY_ENTRY[expected.entry].verb] if expected.entry else [],
            [TOPICS[expected.call]] if expected.call else [],
        )
        for pair, expected in STANDARD.table.items()
    }


def test_every_other_pair_changes_nothing(db: None) -> None:
    scenario = Scenario.build()
    others = [pair for pair in product(State, EVENTS) if pair not in STANDARD.table]
    found = {}
    for state, event in others:
        with undone():
            check = scenario.check(state, event)
            if event in BY_PEOPLE:
                before = everything()
                with pytest.raises(Conflict):
                    happens(event, check, scenario.by)
                assert everything() == before, (state, event)
            else:
                happens(event, check, scenario.by)
            found[state, event] = became(check)

    assert found == {pair: (pair[0], [], []) for pair in others}


def test_the_table_leads_everywhere_and_out_of_complete_nowhere() -> None:
    assert {step.to for step in STANDARD.table.values()} == set(State)
    assert [pair for pair in STANDARD.table if pair[0] == State.COMPLETED] == []
    assert {event for _, event in STANDARD.table} == EVENTS - {Event.SEEN_PENDING}
