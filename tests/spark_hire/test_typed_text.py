"""`make prove NAME=typed_text`: each kind of text in what Spark Hire says of an interview; what is read is clean."""

from itertools import product

import pytest

from integrations.spark_hire import schemas
from recruiting.foundation import text
from tests.proofs.test_typed_text import TEXTS, verdict

pytestmark = pytest.mark.prove


def test_interviews() -> None:
    found, asked = [], 0
    for name, (kind, value) in product(("name", "email", "status"), TEXTS.items()):
        said = {"name": "Ada", "email": "a@example.com", "status": "x", name: value}
        seen = schemas.interview({"uuid": "1", "status": said["status"], "assigned_to": said})
        asked += 1
        if text.person_name(getattr(seen, name)) != getattr(seen, name):
            found.append(f"{name} {kind}: {getattr(seen, name)!a}")

    verdict(found, asked, 100)
