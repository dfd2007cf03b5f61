"""`make prove NAME=typed_text ENGINE=both`: each kind of text × every way in. Nothing breaks, what is kept is clean.

The ways are the forms and calls of tests/matrix, each with one of its texts replaced; the world and the visitors are
those of the matrix proof. What a case wrote is looked at before it is taken back.
"""

import contextlib
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.test import override_settings

from recruiting.foundation import text
from tests.matrix import addresses, bodies, reading
from tests.matrix.asking import Asker
from tests.matrix.vendor import merged
from tests.matrix.world import MEMBERS, OWN, World, build
from tests.signing_in import session_of

pytestmark = pytest.mark.prove

INVISIBLE = {
    "zero width space": "\u200b",
    "soft hyphen": "\u00ad",
    "Hangul filler": "\u3164",
    "braille blank": "\u2800",
}
INVISIBLE |= {"right-to-left override": "\u202e", "isolate": "\u2067", "byte-order mark": "\ufeff", "tag": "\U000e0041"}
BREAKS = {"line feed": "\n", "return": "\r\n", "line separator": "\u2028", "next line": "\x85", "form feed": "\f"}
CONTROLS = {"NUL": "\0", "tab": "\t", "escape": "\x1b", "bell": "\x07", "delete": "\x7f", "no-break space": "\u00a0"}
TEXTS: Mapping[str, str] = {
    **{f"{name} within": f"A{sign}B" for name, sign in {**INVISIBLE, **BREAKS, **CONTROLS}.items()},
    **{f"{name} alone": sign for name, sign in {**INVISIBLE, **BREAKS, **CONTROLS}.items()},
    **{f"{name} at the ends": f"{sign}ab{sign}" for name, sign in {**INVISIBLE, **BREAKS}.items()},
    "half a character": "A\ud800B",
    "a joiner in Persian": "می\u200cخواهم",
    "composed": "\u00e9lodie",
    "decomposed": "e\u0301lodie",
    "runs of space": "Data   Science",
    "markup": "<b>&amp;</b>",
    "braces": "{{ name }} {% now %}",
    "long": "x" * 12_000,
    "noncharacter": "A\uffffB",
    "nothing": "",
}
# Texts that a form takes beside those that the matrix sends.
MORE: Mapping[str, Sequence[str]] = {
    "applications:candidate-add": ("last_name", "phone"),
    "applications:candidate-edit": ("last_name", "phone"),
    "jobs:new": ("department", "city", "region", "employment_type", "description"),
    "jobs:edit": ("department", "city", "region", "employment_type", "description"),
    "companies:profile": ("last_name",),
    "jobs:field-create": ("values",),
    "api:candidates": ("last_name", "phone"),
    "api:candidate": ("last_name", "email", "phone"),
    **merged("texts"),
}  # fmt: skip
# Secrets and what a machine wrote: compared as they are, or kept encrypted.
NO_TEXT = {"password", "digest", "token", "secret", "last4", "session_key", "session_data", "link_digest", "last_error"}
SEVERAL_LINES = {"sms_message"}  # in a column of limited length
OURS = ("recruiting.", "newsfeed", "integrations")


def unclean(tables: set[str]) -> list[str]:
    """Return the values in these tables that the module of texts would not have let in."""
    found = []
    for model in apps.get_models():
        if model._meta.db_table not in tables or not model.__module__.startswith(OURS):
            continue
        for field in model._meta.concrete_fields:
            is_line = isinstance(field, models.CharField) and field.name not in SEVERAL_LINES
            if not isinstance(field, models.CharField | models.TextField) or field.name in NO_TEXT or field.choices:
                continue
            clean: Callable[[str], str] = text.person_name if is_line else text.multi_line
            for value in model._base_manager.values_list(field.name, flat=True):
                if isinstance(value, str) and not field.name.endswith("_key") and clean(value) != value:
                    found.append(f"{model._meta.label}.{field.name} holds {value[:40]!a}")
    return found


class Ways:
    """The world, who is signed in, and what the last request left behind."""

    def __init__(self, world: World, asker: Asker) -> None:
        self.world, self.asker = world, asker
        self.left: list[str] = []
        self.role = MEMBERS[0]
        self.cookie = session_of(world.users[self.role.name], world.people[self.role.name])
        handle = asker._handler

        def look(environ: Any) -> Any:
            response = handle(environ)
            self.left = unclean(set(asker._wrote))
            return response

        asker._handler = look  # type: ignore[assignment]

    def pages(self) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
        """Give each text of each form: the line, its address, the field and the whole form."""
        place = self.world.places[OWN]
        for line in reading.lines():
            if line.door == reading.API_DOOR or "POST" not in line.rules:
                continue
            form = bodies.form_of(line.key, world=self.world, role=self.role, at=place)
            for name in (*_texts(form), *MORE.get(line.key, ())):
                yield line.key, self._address(line), name, form

    def calls(self) -> Iterator[tuple[str, str, str, str, dict[str, Any]]]:
        """Give each text of each call to the API: the line, method, address, member and the whole body."""
        place = self.world.places[OWN]
        for line, method in product(reading.lines(), ("POST", "PATCH")):
            body = bodies.json_of(line.key, method, role=self.role, at=place)
            if line.door != reading.API_DOOR or not body:
                continue
            for name in (*_texts(body), *MORE.get(line.key, ())):
                yield line.key, method, self._address(line), name, body

    def _address(self, line: reading.Line) -> str:
        parts = addresses.parts_of(line.key)
        known = self.world.places[OWN].keywords(line.word, self.role) if parts else {}
        return addresses.address_of(line.key, {part: known[part] for part in parts})


def _texts(body: Mapping[str, Any]) -> list[str]:
    return [name for name, value in body.items() if isinstance(value, str)]


@pytest.fixture(scope="module")
def ways(django_db_setup: None, django_db_blocker: Any) -> Iterator[Ways]:
    rows = transaction.atomic()
    rows._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(API_RATE="1000000/min"):
        rows.__enter__()
        try:
            logging.disable(logging.CRITICAL)
            asker = Asker()
            made = Ways(build(), asker)
            with asker.listening():
                yield made
        finally:
            logging.disable(logging.NOTSET)
            transaction.set_rollback(True)
            rows.__exit__(None, None, None)


def verdict(found: list[str], asked: int, least: int) -> None:
    """Fail with every case that went wrong, and when there were fewer cases than there should be."""
    print(f"\n{asked:,} cases on {connection.vendor}")
    assert not found, "\n".join((f"{len(found)} of {asked} cases:", *found[:60]))
    assert asked >= least


def test_forms(db: None, ways: Ways) -> None:
    found, asked = [], 0
    for key, address, name, form in ways.pages():
        for kind, value in TEXTS.items():
            sent = {**form, name: value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")}
            answer = ways.asker.ask("POST", address, cookie=ways.cookie, form=sent)
            asked += 1
            if answer.status >= 500 or ways.left:
                found.append(f"{key} {name} {kind}: {answer.status} {ways.left[:2]}")

    verdict(found, asked, 2000)


def test_calls_of_the_api(db: None, ways: Ways) -> None:
    token = ways.world.tokens[ways.role.name, "all"]
    found, asked = [], 0
    for key, method, address, name, body in ways.calls():
        for kind, value in TEXTS.items():
            answer = ways.asker.ask(method, address, token=token, body={**body, name: value})
            asked += 1
            if answer.status >= 500 or ways.left:
                found.append(f"{key} {name} {kind}: {answer.status} {ways.left[:2]}")

    verdict(found, asked, 400)


def test_webhooks(db: None, ways: Ways) -> None:
    hook = ways.world.hook
    assert hook is not None
    route = addresses.every_address()["integrations:webhook"]
    address = addresses.filled_in(
        route, token=hook.installation.webhook_token, integration=hook.installation.integration
    )
    found, asked = [], 0
    for (name, said), (kind, value) in product(hook.body.items(), TEXTS.items()):
        sent = {**hook.body, name: dict.fromkeys(said, value) if isinstance(said, Mapping) else value}
        answer = ways.asker.ask("POST", address, headers=hook.headers, body=sent)
        asked += 1
        if answer.status >= 500:
            found.append(f"{name} {kind}: {answer.status}")

    verdict(found, asked, 100)


def test_commands(db: None, ways: Ways) -> None:
    found, asked = [], 0
    for kind, value in TEXTS.items():
        with transaction.atomic():
            with contextlib.suppress(CommandError):
                call_command("create_company", value, "first@example.com", stdout=StringIO())
            found += [f"{kind}: {one}" for one in unclean({"companies_company"})]
            transaction.set_rollback(True)
        asked += 1

    verdict(found, asked, 30)
