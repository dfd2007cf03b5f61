"""Rows from before keys: nothing is merged or lost, each keeps its name or address, and the rules hold afterwards."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from recruiting.foundation import ids

BEFORE = [
    ("candidates", "0004_attachment_moved"),
    ("companies", "0002_email_change"),
    ("jobs", "0004_automation_names_action"),
    ("crosschq", "0003_reports_of_applications"),
]
pytestmark = pytest.mark.prove


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Migrate, and return the apps as they are then."""
    MigrationExecutor(connection).migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def leaves() -> list[tuple[str, str]]:
    """Return the newest migrations."""
    return list(MigrationExecutor(connection).loader.graph.leaf_nodes())


def test_twins_keep_what_they_have(transactional_db: None) -> None:
    try:
        old = migrate(BEFORE)
        company = old.get_model("companies", "Company").objects.create(name="Acme")
        twins(old, company)
    finally:
        new = migrate(leaves())

    tags = new.get_model("candidates", "Tag").objects.order_by("pk")
    # "Élan" and its decomposed form are two names to both engines, "Data  science" and "Data science" to all.
    assert list(tags.values_list("name", "name_key")) == [
        ("Élan", "élan"),
        ("E\u0301lan (2)", "élan (2)"),
        ("E\u0301lan\u200b (3)", "élan (3)"),
        ("x" * 38 + "\u200b!", "x" * 38 + "!"),
        ("x" * 36 + " (2)", "x" * 36 + " (2)"),
        ("Data science", "data science"),
    ]
    people = new.get_model("candidates", "Candidate").objects.order_by("pk")
    assert list(people.values_list("email", "email_key", "search_key")) == [
        ("ada@x.example", "ada@x.example", "ada\nada@x.example\n1555"),
        ("ada\u200b@x.example", "", "ada\nada@x.example\n1555"),
        ("", "", "ada\n1555"),
    ]
    users = new.get_model("companies", "User").objects.order_by("pk")
    assert list(users.values_list("email", "email_key")) == [("d@\u200bx.example", ""), ("d@x.example", "d@x.example")]
    stages = new.get_model("jobs", "Stage").objects.order_by("pk")
    assert list(stages.values_list("name", flat=True)) == ["Call", "Call\u200b (2)"]
    assert new.get_model("jobs", "Job").objects.get().search_key == "osterreich\nmalmo"


def twins(apps: Any, company: Any) -> None:
    """Write rows that one key makes one."""
    tag, candidate = apps.get_model("candidates", "Tag"), apps.get_model("candidates", "Candidate")
    for name in ("Élan", "E\u0301lan", "E\u0301lan\u200b", "x" * 38 + "\u200b!", "x" * 38 + "!\u200b", "Data science"):
        tag.objects.create(id=ids.uuid7(), company=company, name=name)
    for email in ("ada@x.example", "ada\u200b@x.example", ""):
        candidate.objects.create(id=ids.uuid7(), company=company, first_name="Ada", email=email, phone="+1 555")
    user = apps.get_model("companies", "User")
    user.objects.create(id=ids.uuid7(), email="d@\u200bx.example", is_active=False)
    user.objects.create(id=ids.uuid7(), email="d@x.example")
    process = apps.get_model("jobs", "HiringProcess").objects.create(id=ids.uuid7(), company=company, name="Usual")
    apps.get_model("jobs", "Job").objects.create(
        id=ids.uuid7(), company=company, process=process, title="Österreich", city="Malmö"
    )
    for name in ("Call", "Call\u200b"):
        apps.get_model("jobs", "Stage").objects.create(
            id=ids.uuid7(), company=company, process=process, group="new", name=name
        )
