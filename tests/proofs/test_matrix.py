"""`make prove NAME=matrix`: every address × method × role × object answers as tests/matrix/table.py says.

A refusal writes nothing and asks no vendor; reading writes nothing. An address without a line fails, a line without an
address too.
"""

import json
import logging
from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import transaction
from django.test import override_settings

from recruiting.api import services as api
from recruiting.api.models import ApiToken
from recruiting.foundation import clock
from tests.matrix import addresses, bodies, reading
from tests.matrix.asking import Answer, Asker
from tests.matrix.reading import Cell, Plain
from tests.matrix.vendor import rights
from tests.matrix.world import (
    FOREIGN,
    MEMBERS,
    OTHER,
    OWN,
    PLACES,
    ROLES,
    STAFF,
    STRANGER,
    SUPERUSER,
    Role,
    World,
    a_row_of,
    build,
)
from tests.signing_in import session_of

pytestmark = pytest.mark.prove


class Scenario:
    """The world, and who is signed in."""

    def __init__(self, world: World, asker: Asker) -> None:
        self.world, self.asker = world, asker
        self.sessions = {name: session_of(user, world.people.get(name)) for name, user in world.users.items()}
        self.tokens = {**world.tokens, **self._broken()}

    def _broken(self) -> dict[tuple[str, str], str]:
        role = MEMBERS[0]
        me = self.world.people[role.name]
        revoked, first = api.create_token(membership=me, name="R", scopes=["jobs:read"], days=30)
        api.revoke(token=revoked, by=me)
        expired, second = api.create_token(membership=me, name="E", scopes=["jobs:read"], days=30)
        ApiToken.objects.filter(pk=expired.pk).update(expires_at=clock.now())
        wrong = {"revoked token": first, "expired token": second, "unknown token": "tl_unknown", "no token": ""}
        return {(role.name, what): token for what, token in {**wrong, "a session alone": ""}.items()}

    def ask(self, cell: Cell) -> Answer:
        """Ask one cell of the table."""
        line, role, at = cell.line, cell.role, self.world.places[cell.place]
        parts = addresses.parts_of(line.key)
        places = dict.fromkeys(parts, at)
        if cell.other:
            places[parts[-1]] = self.world.places[cell.other]
        named = {part: place.keywords(line.word, role)[part] for part, place in places.items()}
        address = addresses.address_of(line.key, named)
        if line.door == reading.API_DOOR:
            signed_in, reads = cell.token == "a session alone", cell.method in ("GET", "HEAD")
            return self.asker.ask(
                cell.method,
                address,
                token=self.tokens[role.name, cell.token],
                cookie=self.sessions[role.name] if signed_in else "",
                body=None if reads else bodies.json_of(line.key, cell.method, role=role, at=at),
            )
        form = bodies.form_of(line.key, world=self.world, role=role, at=at) if cell.method == "POST" else None
        return self.asker.ask(cell.method, address, cookie=self.sessions.get(role.name, ""), form=form)

    def ask_plainly(self, cell: Plain) -> Answer:
        """Ask one cell of the parts that everybody may open, and of the admin."""
        world, sent = self.world, {"body": {}} if cell.method in ("POST", "PUT") else {}
        assert world.hook is not None
        hook, proof = world.hook.installation, world.hook.headers
        session = self.sessions.get(cell.role.name, "")
        if " " in cell.key:
            address = self._in_admin(cell)
            return self.asker.ask(cell.method, address, cookie=session, form={} if cell.method == "POST" else None)
        name = cell.key.partition("#")[0]
        route = addresses.every_address()[name]
        headers = dict.fromkeys(proof, "forged") if cell.key.endswith("#forged") else proof
        parts = {"link": world.invitation, "file": world.shared, "hook": hook.webhook_token, "gone": "gone", "": ""}
        address = addresses.filled_in(route, token=parts[cell.word], integration=hook.integration)
        if cell.word == "hook":
            return self.asker.ask(cell.method, address, cookie=session, headers=headers, **sent)
        return self.asker.ask(cell.method, address, cookie=session, form={} if cell.method == "POST" else None)

    def _in_admin(self, cell: Plain) -> str:
        model, done = cell.key.split(" ")
        row = a_row_of(apps.get_model(model))
        users = {"of a member": MEMBERS[0], "of platform staff": STAFF, "of a superuser": SUPERUSER}
        if cell.word in users and model == "companies.user":
            row = self.world.users[users[cell.word].name]
        tail = {"changelist": "", "add": "add/", "object": f"{row.pk}/", "act": f"{row.pk}/act/{cell.word}/"}
        return f"/admin/{model.replace('.', '/')}/{tail.get(done, f'{row.pk}/{done}/')}"


@pytest.fixture(scope="module")
def scenario(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Scenario]:
    rows = transaction.atomic()
    rows._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(API_RATE="1000000/min", WORKER_HEARTBEAT_RED_SECONDS=36_000.0):  # type: ignore[attr-defined]
        rows.__enter__()
        try:
            logging.disable(logging.WARNING)  # each refusal is one
            asker = Asker()
            scenario = Scenario(build(), asker)
            with asker.listening():
                yield scenario
        finally:
            logging.disable(logging.NOTSET)
            transaction.set_rollback(True)
            rows.__exit__(None, None, None)


def wrong(scenario: Scenario, cells: Iterable[Cell | Plain]) -> list[str]:
    """Ask cells; return what is not as it should be."""
    found = []
    for cell in cells:
        answer = scenario.ask(cell) if isinstance(cell, Cell) else scenario.ask_plainly(cell)
        if answer.status not in cell.expected:
            found.append(f"{cell}: {answer.status} instead of {' or '.join(map(str, sorted(cell.expected)))}")
        elif isinstance(cell, Cell) and cell.is_refused and answer.called:
            found.append(f"{cell}: refused, and yet a vendor was asked: {answer.called}")
        elif isinstance(cell, Cell) and cell.writes_unread and set(json.loads(answer.body)) != {"id", "url"}:
            found.append(f"{cell}: {answer.status}, and it told {sorted(json.loads(answer.body))}")
        elif answer.wrote and may_not_write(cell, answer):
            found.append(f"{cell}: {answer.status}, and yet it wrote to {answer.wrote}")
    return found


def may_not_write(cell: Cell | Plain, answer: Answer) -> bool:
    """Return whether nothing may be kept of a cell: it only reads, or was refused."""
    if isinstance(cell, Cell):
        return cell.is_refused or (cell.method in ("GET", "HEAD") and cell.line.key not in READ_AND_KEPT)
    is_kept = cell.method == "GET" and cell.key in READ_AND_KEPT
    return answer.status >= 400 or (cell.method in ("GET", "HEAD", "OPTIONS") and not is_kept)


def report(found: list[str], asked: int) -> str:
    """Return every wrong cell on a line of its own."""
    return "\n".join((f"{len(found)} of {asked} cells are wrong:", *found))


# That somebody watched or opened is kept, what a vendor's list of surveys says, and that a vendor answers again.
READ_AND_KEPT = {"applications:shared-file", *(key for vendor in rights() for key in vendor.read_and_kept)}
LINES = reading.lines()


@pytest.mark.parametrize("role", ROLES, ids=lambda role: role.name)
def test_pages(db: None, scenario: Scenario, role: Role) -> None:
    pages = [line for line in LINES if line.door != reading.API_DOOR]

    cells = [c for line in pages for c in reading.page_cells(line, role, parts=len(addresses.parts_of(line.key)))]
    found = wrong(scenario, cells)

    assert not found, report(found, len(cells))


@pytest.mark.parametrize("role", [*MEMBERS, STRANGER], ids=lambda role: role.name)
def test_files_of_another_job_are_named_nowhere(db: None, scenario: Scenario, role: Role) -> None:
    """File × role × own, other job, other company: list, count, feeds, home, API."""
    token = scenario.tokens[role.name, "all"]
    found = []
    for place, name in ((OWN, "Buyer file.txt"), (OTHER, "Welder file.txt"), (FOREIGN, "Pilot file.txt")):
        for seen_from in PLACES:
            at = scenario.world.places[seen_from].rows["both jobs"]
            person, record = (
                at["candidate_id"],
                f"/candidates/{at['candidate_id']}/applications/{at['application_id']}/",
            )
            pages = [record, f"{record}?show=files", f"{record}files/", "/", "/?show=mine"]
            pages += [f"/jobs/{scenario.world.places[seen_from].job.pk}/newsfeed/"]
            calls = ["newsfeed/?page_size=200", f"newsfeed/?candidate={person}", f"candidates/{person}/"]
            answers = {page: scenario.asker.ask("GET", page, cookie=scenario.sessions[role.name]) for page in pages}
            answers |= {call: scenario.asker.ask("GET", f"/api/v1/{call}", token=token) for call in calls}
            found += [
                f"{page} of {seen_from} names the file of {place} to {role.name}"
                for page, answer in answers.items()
                if name.encode() in answer.body and not role.sees(place)
            ]
            if seen_from == place and role.sees(place):
                listed = answers[f"{record}files/"].body
                assert name.encode() in listed
                mine = sum(role.sees(other) for other in PLACES) if role != STRANGER else 1
                counted = f'Files<span class="visually-hidden">,</span> <span class="tl-count">{mine}</span>'
                assert counted in " ".join(listed.decode().split())

    assert not found, report(found, len(found))


def test_what_is_open_to_everybody(db: None, scenario: Scenario) -> None:
    cells = list(reading.open_cells())
    found = wrong(scenario, cells)

    assert not found, report(found, len(cells))


def test_the_admin(db: None, scenario: Scenario) -> None:
    cells = list(reading.admin_cells())
    found = wrong(scenario, cells)

    assert not found, report(found, len(cells))


def test_the_api(db: None, scenario: Scenario) -> None:
    lines = [line for line in LINES if line.door == reading.API_DOOR]

    cells = [c for line in lines for c in reading.api_cells(line)]
    found = wrong(scenario, cells)

    assert not found, report(found, len(cells))


def test_there_are_more_than_twenty_thousand_cells() -> None:
    pages = [line for line in LINES if line.door != reading.API_DOOR]
    calls = [line for line in LINES if line.door == reading.API_DOOR]
    asked = [cell for line in pages for role in ROLES for cell in reading.page_cells(line, role, parts=1)]
    asked += [cell for line in calls for cell in reading.api_cells(line)]
    plainly = [*reading.open_cells(), *reading.admin_cells()]
    print(f"\n{len(asked) + len(plainly):,} cells")

    assert len(asked) + len(plainly) > 20_000
    assert len({str(cell) for cell in (*asked, *plainly)}) == len(asked) + len(plainly)
