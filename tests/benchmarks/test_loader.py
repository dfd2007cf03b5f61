"""The benchmark's loader writes only what the services could have written, and every reader is answered as is said."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, StageTransition
from recruiting.candidates.models import Candidate
from tests.benchmarks import loader, pages
from tests.benchmarks.client import Ask
from tests.benchmarks.world import World

SIZE = 250


@pytest.fixture
def loaded(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Load a small company in two shares, as two processes would."""
    monkeypatch.setattr(loader, "BATCH", 70)
    monkeypatch.setattr(loader, "BIG_JOB", 120)
    world = World()
    for share in range(2):
        loader.Load(world, SIZE, share=share, shares=2).run()
    # Else plans are made for what tests before this one left of these tables: nothing, or next to it.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_what_is_loaded_keeps_every_rule(loaded: None) -> None:
    connection.check_constraints()
    call_command("check_data", verbosity=0)

    counts = [model.objects.count() for model in (Candidate, Application, NewsfeedEntry)]
    assert counts[:2] == [SIZE, SIZE * 6 // 5] and 1000 < counts[2] < 1500


def test_every_reader_is_answered_as_is_said(loaded: None, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "RECORDS", 1)
    monkeypatch.setattr(pages, "MOVED", 2)
    moved = StageTransition.objects.count()

    asked = pages.asked()

    assert {name for name in asked if name.startswith("record")} >= {
        "record video-interview",
        "record reference-check",
    }
    for name, readers in asked.items():
        assert list(readers) == list(pages.READERS)
        for reader, asks in readers.items():
            answered = [answer(client, ask) for ask in asks]
            assert answered == [pages.LEFT_OUT.get((name, reader), ask.status) for ask in asks], (name, reader)
    expected = sum(len(asks) for name in ("move", "API move") for asks in asked[name].values()) * 3 // 4
    assert StageTransition.objects.count() - moved == expected


def answer(client: Any, ask: Ask) -> int:
    """Return the status that the site answers with."""
    client.cookies.load(ask.headers.get("Cookie", ""))
    headers = {name: value for name, value in ask.headers.items() if name not in ("Cookie", "Content-Type")}
    sent = {"data": ask.body, "content_type": ask.headers["Content-Type"]} if ask.method == "POST" else {}
    return int(getattr(client, ask.method.lower())(ask.address, headers=headers, **sent).status_code)
