"""The benchmark's loader writes only what the services could have written."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from tests.benchmarks import loader


def test_what_is_loaded_keeps_every_rule(db: None, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "BATCH", 100)
    monkeypatch.setattr(loader, "BIG_JOB", 60)

    loader.Load(world := loader.World(), 250).run()
    visits = loader.visits(world)

    connection.check_constraints()
    call_command("check_data", verbosity=0)
    counts = [model.objects.count() for model in (Candidate, Application, NewsfeedEntry)]
    assert counts[:2] == [250, 300] and 1000 < counts[2] < 1500
    for session in visits["sessions"].values():
        client.cookies["sessionid"] = session
        assert {client.get(address).status_code for address in visits["pages"].values()} <= {200, 404}
