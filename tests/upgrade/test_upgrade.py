"""A database made by commit 5846380 is upgraded to this code: nothing is lost, everything is understood and goes on.

What is renamed in Python keeps its value where it is stored or sent (tables, app labels, topics, verbs, payload keys,
states, action keys, addresses, fields of the API), or a migration changes it; then the fact is changed here too. The
snapshot is make_snapshot.py's. Each test finds the upgraded database as it was; the snapshot is never made anew.
"""

import json
import sqlite3
import tarfile
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string

from devtools.sandbox.crosschq import CrosschqSandbox
from devtools.sandbox.host.server import SandboxServer
from devtools.sandbox.spark_hire import SparkHireSandbox
from newsfeed import feed
from recruiting import extensions
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.outbox import messages, queue, tasks, worker
from recruiting.outbox.models import OutboxMessage
from tests import factories, pages, standard
from tests.careers.factories import (
    BoardKeyFactory,
    PostingFactory,
    PrivacyNoticeFactory,
    QuestionFactory,
    QuestionSetFactory,
    SourceLinkFactory,
)
from tests.connected_apps.factories import ClientFactory, ConnectionFactory
from tests.module_fixtures import sandbox_settings
from tests.signing_in import signed_in
from tests.upgrade.addresses import addresses

pytestmark = [pytest.mark.both_engines, pytest.mark.long]
SNAPSHOT = Path(__file__).with_name("5846380.tar.xz")
# What `migrate` fills by itself, and what says when something ran.
OUR_OWN = {"auth_permission", "django_content_type", "django_q_schedule", "django_migrations", "base_heartbeat"}
# Addresses of allauth's that led nowhere.
TURNED_OFF = {
    "account_confirm_email",
    "account_confirm_login_code",
    "account_email",
    "account_email_verification_sent",
}
VENDOR_TABS = {"spark_hire_interviewrequest": "video-interview", "crosschq_referencecheck": "reference-check"}
# What waits for a person.
STAY = {"parked": "parked", "dead": "dead"}
# Which table the keys of a message's payload lead to.
SUBJECTS = {
    "request": "spark_hire_interviewrequest",
    "link": "spark_hire_joblink",
    "check": "crosschq_referencecheck",
    "file": "crosschq_reportfile",
    "run": "crosschq_prospectrun",
    "credential": "integrations_credential",
    "delivery": "integrations_webhookdelivery",
}
# The state in which what a message is about ends, and, where its death had said so already, that of the dead one's.
OUTCOMES = {
    "mail.send": ("", ""),
    "integrations.check_credential": ("accepted", ""),
    "integrations.read_delivery": ("processed", ""),
    "spark_hire.create_interview": ("sent", "failed"),
    "spark_hire.cancel_interview": ("canceled", "sent"),
    "spark_hire.refresh_interview": ("sent", ""),
    "spark_hire.fetch_share_link": ("completed", ""),
    "spark_hire.move_deadline": ("sent", ""),
    "spark_hire.create_job": ("linked", "failed"),
    "spark_hire.refresh_job": ("linked", ""),
    "spark_hire.subscribe": ("", ""),
    "crosschq.create_check": ("sent", "failed"),
    "crosschq.cancel_check": ("canceled", "sent"),
    "crosschq.refresh_check": ("sent", ""),
    "crosschq.remind_check": ("sent", ""),
    "crosschq.adopt_check": ("sent", ""),
    "crosschq.copy_report": ("copied", "failed"),
    "crosschq.take_prospects": ("done", "failed"),
}
# What reads otherwise since then, on purpose: the old words and the new ones.
REWORDED: Mapping[str, str] = {
    "Reference Check No Longer Followed": "Reference Check No Longer Tracked",
    "Kim Ito stopped following the check; in Crosschq it runs on.": (
        "Kim Ito stopped tracking the check; in Crosschq it runs on."
    ),
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the unpacked snapshot."""
    folder = tmp_path_factory.mktemp("snapshot")
    with tarfile.open(SNAPSHOT) as archive:
        archive.extractall(folder, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))  # since 3.11.4
    return folder


@pytest.fixture(scope="module")
def facts(snapshot: Path) -> Any:
    """Return what the old code knew and said."""
    return json.loads((snapshot / "facts.json").read_text())


@pytest.fixture(scope="module", autouse=True)
def _upgraded(django_db_setup: None, django_db_blocker: Any, snapshot: Path) -> Iterator[None]:
    """Let the connection lead to a database of its own for the module: the old one, brought to this code."""
    database = connection.settings_dict
    usual, old = database["NAME"], f"{database['NAME']}_upgrade"
    is_postgres = connection.vendor == "postgresql"
    with django_db_blocker.unblock():
        if is_postgres:
            connection.cursor().execute(f'DROP DATABASE IF EXISTS "{old}"')
            connection.cursor().execute(f'CREATE DATABASE "{old}" TEMPLATE template0')
        else:
            Path(old).unlink(missing_ok=True)
            restore(snapshot / "sqlite.sql", Path(old))
        lead_to(old)
        try:
            if is_postgres:
                connection.cursor().execute((snapshot / "postgres.sql").read_text())
            call_command("migrate", interactive=False, verbosity=0)
            call_command("createcachetable", verbosity=0)
            call_command("sync_schedules", verbosity=0, stdout=StringIO())
            yield
        finally:
            lead_to(usual)
            if is_postgres:
                connection.cursor().execute(f'DROP DATABASE "{old}"')
            else:
                Path(old).unlink()


def lead_to(name: str) -> None:
    """Let the connection lead to another database."""
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()


def rows(table: str) -> Any:
    """Return all rows of a table, whatever its model is called."""
    model = next(model for model in apps.get_models(include_auto_created=True) if model._meta.db_table == table)
    return model._base_manager.all()


def one(table: str, **where: Any) -> Any:
    return rows(table).filter(**where).latest("pk")


def restore(sql: Path, database: Path) -> None:
    with closing(sqlite3.connect(database)) as opened:
        opened.executescript(sql.read_text())


@pytest.fixture
def dana(db: None, facts: Any) -> Membership:
    return Membership.objects.select_related("company", "user").get(user__email=facts["administrator"])


@pytest.fixture
def world(snapshot: Path, facts: Any, settings: Any, tmp_path: Path) -> Iterator[SandboxServer]:
    """Let the vendors' doubles run on what they had then, and our clock and files be those of then."""
    double = tmp_path / "sandbox.sqlite3"
    restore(snapshot / "sandbox.sql", double)
    settings.MEDIA_ROOT = str(snapshot / "files")
    with SandboxServer(database=double, vendors=[SparkHireSandbox, CrosschqSandbox]) as server:
        way = {
            "SPARK_HIRE_BASE_URL": f"{server.url}/spark-hire/v1.0",
            "SPARK_HIRE_WEB_URL": f"{server.url}/spark-hire",
            "CROSSCHQ_BASE_URL": f"{server.url}/crosschq",
            "CROSSCHQ_WEB_URL": f"{server.url}/crosschq",
        }
        for name, value in sandbox_settings(tmp_path, **way).items():
            setattr(settings, name, value)
        clock.travel(to=datetime.fromisoformat(facts["now"]))
        yield server


def test_nothing_is_lost_and_every_rule_holds(db: None, facts: Any) -> None:
    before = {table: count for table, count in facts["rows"].items() if table not in OUR_OWN}

    assert {table: rows(table).count() for table in before} == before
    assert {
        table: {str(pk): state for pk, state in rows(table).values_list("pk", "state")} for table in facts["states"]
    } == facts["states"]
    call_command("migrate", check_unapplied=True, verbosity=0)
    call_command("check", verbosity=0)
    call_command("check_data", verbosity=0, stdout=StringIO())


def test_what_the_database_names_is_there(db: None, facts: Any) -> None:
    assert [key for key in facts["actions"] if extensions.stage_action(key) is None] == []
    assert [topic for topic in facts["messages"] if tasks.task_of(topic) is None] == []
    for model in apps.get_models():
        for field in [field for field in model._meta.concrete_fields if field.choices]:
            stored = set(model._base_manager.values_list(field.name, flat=True).distinct())
            assert stored - {value for value, _ in field.flatchoices} - {"", None} == set(), field
    assert all(import_string(function) for function in queue.Schedule.objects.values_list("func", flat=True))
    labels = {kind.app_label for kind in ContentType.objects.all()}
    assert labels - {config.label for config in apps.get_app_configs()} == set()


def test_every_address_is_where_it_was(facts: Any) -> None:
    before = {name: address for name, address in facts["addresses"].items() if name not in TURNED_OFF}

    assert {name: address for name, address in addresses().items() if name in before} == before


def test_the_newsfeed_says_what_it_said(dana: Membership, facts: Any) -> None:
    entries = rows("newsfeed_newsfeedentry").select_related("actor__user").filter(pk__in=facts["sentences"])
    rendered = feed.render(list(entries), membership=dana)
    now = {str(one.entry.pk): [one.title, one.sentence, one.icon, one.tone] for one in rendered}

    reworded = {key: [REWORDED.get(part, part) for part in said] for key, said in facts["sentences"].items()}
    assert now == reworded


def test_the_api_says_what_it_said_to_an_old_token(db: None, world: SandboxServer, facts: Any) -> None:
    bearer = {"Authorization": f"Bearer {facts['token']}"}
    now = {}
    for path, before in facts["api"].items():
        answer = Client().get(path, headers=bearer).json()
        # Fields may have been added since.
        now[path] = [kept(new, old) for new, old in zip(answer.get("results", [answer]), before, strict=True)]

    assert now == facts["api"]


def kept(new: Any, old: Any) -> Any:
    """Return of an answer what an older one had too."""
    if isinstance(new, dict) and isinstance(old, dict):
        return {key: kept(new[key], value) for key, value in old.items() if key in new}
    return new


def test_every_page_answers(
    dana: Membership, world: SandboxServer, facts: Any, caplog: pytest.LogCaptureFixture
) -> None:
    browser, values = signed_in(dana), places(dana, facts)
    failed = {}
    for name in pages.PAGES:
        client = Client() if name in pages.SIGNED_OUT else browser
        for address in pages.addresses(name, values):
            if (status := client.get(address, follow=True).status_code) != 200:
                failed[address] = status
    for table, tab in VENDOR_TABS.items():
        for request in {row.state: row for row in rows(table).select_related("application")}.values():
            record = [request.application.candidate_id, request.application_id, tab]
            address = reverse("applications:candidate-tab", args=record)
            if (status := browser.get(address).status_code) != 200:
                failed[address] = status

    assert failed == {}
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []


def places(dana: Membership, facts: Any) -> Mapping[str, list[Any]]:
    """Return something of the company for every parameter of an address."""
    ada = one("applications_application", candidate__email="ada@example.com", state="active")
    key = one("integrations_credential", membership__isnull=False)
    return {
        **standard.nothing_there(),
        "job_id": [ada.job_id],
        "candidate_id": [ada.candidate_id],
        "application_id": [ada.pk],
        "process_id": [ada.job.process_id],
        "stage_id": [ada.stage_id],
        "note_id": [one("applications_note", author=dana, application=ada).pk],
        "file_id": [one("candidates_attachment", candidate=ada.candidate).pk],
        "task_id": [one("applications_stagetask").pk],
        "membership_id": [one("companies_membership", role="standard").pk],
        "token_id": [one("api_apitoken", membership=dana).pk],
        "connection_id": [ConnectionFactory(membership=dana).pk],
        "client_id": [ClientFactory(company=dana.company, client_type="confidential", client_secret="f" * 64).pk],
        "account_id": [factories.ServiceAccountFactory(company=dana.company).pk],
        "credential_id": [key.pk],
        "field_id": [one("jobs_jobfieldoption").field_id],
        "option_id": [one("jobs_jobfieldoption").pk],
        "candidates:field_id": [(of_people := factories.CandidateFieldOptionFactory(company=dana.company)).field_id],
        "candidates:option_id": [of_people.pk],
        "source_id": [one("candidates_source").pk],
        "department_id": [factories.DepartmentFactory(company=dana.company).pk],
        "location_id": [one("jobs_location").pk],
        "request_id": [one("spark_hire_interviewrequest", application=ada).pk],
        "check_id": [one("crosschq_referencecheck", application=ada).pk],
        "template_id": [one("crosschq_template").pk],
        "listed": ["failed", "uncertain", "not-sent"],
        "which": ["failed", "expiring", "to-watch"],
        "tab": ["details", "application", "notes", "files", *VENDOR_TABS.values()],
        "token": [facts["invitation"]],
        "link": [factories.EmailChangeFactory(user=dana.user).email],
        "notice_id": [PrivacyNoticeFactory(company=dana.company).pk],
        "link_id": [SourceLinkFactory(source=one("candidates_source")).pk],
        "key_id": [BoardKeyFactory(company=dana.company).pk],
        "set_id": [(questions := QuestionSetFactory(company=dana.company)).pk],
        "set_question_id": [QuestionFactory(company=dana.company, posting=None, question_set=questions).pk],
        "question_id": [QuestionFactory(company=dana.company, posting=PostingFactory(job=ada.job)).pk],
        "webhook_id": [factories.SubscriptionFactory(membership=dana).pk],
        "batch_id": [factories.ResumeBatchFactory(job=ada.job).pk],
        "run_id": [factories.RunFactory(member=dana).pk],
        "uidb36": ["0"],
        "key": ["gone"],
    }


@pytest.mark.usefixtures("dana")
def test_every_promise_is_kept(world: SandboxServer, facts: Any, caplog: pytest.LogCaptureFixture) -> None:
    written = facts["messages"]
    about = {topic: {was: subject(number) for was, number in found.items()} for topic, found in written.items()}

    drain()
    assert ends(written) == {topic: {**dict.fromkeys(found, "done"), **STAY} for topic, found in written.items()}

    for installation in rows("integrations_installation"):
        messages.release(installation.channel)
    for message in OutboxMessage.objects.filter(state__in=STAY):  # what is dead, and the mail, which has no channel
        messages.retry(message)
    drain()
    assert ends(written) == {topic: dict.fromkeys(found, "done") for topic, found in written.items()}
    assert not OutboxMessage.objects.exclude(state="done").exists()
    left = {
        topic: {was: state_of(row) for was, row in found.items() if row is not None} for topic, found in about.items()
    }
    assert left == {
        topic: {**dict.fromkeys(left[topic], usual), **({"dead": dead} if dead else {})}
        for topic, (usual, dead) in OUTCOMES.items()
    }
    assert Counter(letter.to[0] for letter in mail.outbox)["reader@example.com"] == 4
    assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == []
    call_command("check_data", verbosity=0, stdout=StringIO())


def drain() -> None:
    """Work until nothing is left that runs by itself."""
    for _ in range(5):
        OutboxMessage.objects.filter(state="waiting").update(available_at=clock.machine_now())
        rows("integrations_installation").update(paused_until=None)
        worker.drain()


def subject(number: int) -> Any:
    """Return what a message is about, or None where its payload names nothing that has a state."""
    payload = OutboxMessage.objects.get(id=number).payload
    return next((one(SUBJECTS[key], pk=value) for key, value in payload.items() if key in SUBJECTS), None)


def state_of(row: Any) -> str:
    row.refresh_from_db()
    return str(row.state)


def ends(messages: Any) -> Any:
    """Return topic by topic the state in which each message is now, by the one in which it was."""
    now = dict(OutboxMessage.objects.values_list("id", "state"))
    return {topic: {was: now[number] for was, number in found.items()} for topic, found in messages.items()}
