"""Makes the snapshot that test_upgrade.py begins with: the demo company of commit 5846380, as both engines kept it.

It runs once, in a checkout of that commit and on its code, so no rename of ours touches the names below:

    git worktree add /tmp/old 5846380 && cd /tmp/old
    PYTHONPATH=. python …/tests/upgrade/make_snapshot.py …/tests/upgrade/5846380.tar.xz

What the archive holds: the database as SQL for each engine (the same rows), the vendors' own file as SQL, the files of
candidates, and `facts.json`: what the old code knew and said (topics, verbs, states, every sentence of the newsfeed).
"""

# ruff: noqa: E402, I001  (in the order of that commit)
import contextlib
import dataclasses
import io
import itertools
import json
import os
import re
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tests.plugin  # noqa: F401  # the environment of the tests

os.environ["DJANGO_SETTINGS_MODULE"] = "recruiting.settings"
os.environ["EXTRA_INTEGRATION_APPS"] = ""

import django

django.setup()

from addresses import addresses  # beside this script
from django.apps import apps
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, transaction
from django.test import Client, override_settings
from environ import Env
from integrations.crosschq.sandbox import CrosschqSandbox
from integrations.sandbox.server import SandboxServer
from integrations.spark_hire.sandbox import SparkHireSandbox
from recruiting.base.background import mail, outbox, queue, schedules, worker
from recruiting.base.background.models import OutboxMessage
from recruiting.base.permissions import CompanyRole

from integrations import credentials, demo, inbox
from integrations.crosschq import checks, connection, outcomes, prospect_runs, prospects, surveys, templates
from integrations.crosschq import promises as check_promises
from integrations.crosschq import states as check_states
from integrations.crosschq.actions import SendCheck
from integrations.crosschq.models import ReferenceCheck, ReportFile
from integrations.models import Credential, Installation
from integrations.spark_hire import blockers, joblinks, promises, states, wire
from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from newsfeed import entries, feed
from newsfeed.models import NewsfeedEntry
from recruiting import extensions
from recruiting.api import services as api
from recruiting.api import scopes
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Note, StageTask
from recruiting.base import clock, ids
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Source
from recruiting.candidates.services import CandidateDetails
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.jobs import services as jobs
from recruiting.jobs.models import Job, StageAutomation, StageGroup
from tests import factories, postgres
from tests.crosschq.house import ENGINEERING
from tests.crosschq.house import House as CheckHouse
from tests.sandbox.crosschq import CrosschqDriver
from tests.sandbox.driver import Driver
from tests.spark_hire.house import NOW, House
from tests.standing import surroundings

# Long before any test runs, so that all of it is due; the vendors' time is the product's, which stands at `NOW`.
WRITTEN = datetime(2025, 11, 21, 14, 0, tzinfo=UTC)
UNFINISHED = ("dead", "waiting", "leased", "parked")
PHONE = "+15125550199"
PROSPECTS = [{"first_name": "Pat", "last_name": f"Prospect{n}", "email": f"p{n}@example.com"} for n in range(3)]
STATEFUL = {"spark_hire_interviewrequest": states, "crosschq_referencecheck": check_states}


class World:
    """The demo company, its hands on both vendors, and people to do things to."""

    def __init__(self, server: SandboxServer) -> None:
        self.company = demo.create()
        by_role = {member.role: member for member in Membership.objects.select_related("user", "company")}
        self.dana, self.kim = by_role[CompanyRole.ADMINISTRATOR], by_role[CompanyRole.STAFFING]
        self.sam = by_role[CompanyRole.STANDARD]
        self.job = Job.objects.get(title="Senior Buyer")
        self.engineer = Job.objects.get(title="Process Engineer")
        self.people = 0
        self.video = self._video(Driver(server, {}))
        self.checks = self._checks(CrosschqDriver(server, {}))

    def somebody(self, job: Job | None = None) -> Application:
        """Return a new candidate's application."""
        self.people += 1
        details = CandidateDetails(f"Given{self.people}", f"Family{self.people}", f"c{self.people}@example.com", PHONE)
        return applications.add_candidate(job=job or self.job, details=details, by=self.kim)

    def _video(self, driver: Driver) -> House:
        vendor_job = wire.VendorJob(id=driver.job(), title="Senior Buyer", place="Austin, TX, US", is_active=True)
        joblinks.link_existing(job=self.job, vendor_job=vendor_job, by=self.kim)
        key = credentials.own(Installation.objects.get(integration=blockers.SLUG), self.kim)
        driver.keys = {self.kim.user.email: key.secret}
        chosen = driver.api("GET", "/question_sets", by=self.kim.user.email).json[0]
        questions = wire.QuestionSet(id=chosen["uuid"], name=chosen["name"], question_count=3)
        link = joblinks.choose_question_set(job=self.job, question_set=questions, by=self.kim)
        who = self.somebody()
        return House(
            driver, self.company, link.installation, self.job, link, who.candidate, who, self.dana, self.kim,
            self.sam, self.sam,
        )  # fmt: skip

    def _checks(self, driver: CrosschqDriver) -> CheckHouse:
        driver.keys = {"Acme": driver.vendor.seed(company=self.company.name, users=[])["key"]}
        installation = Installation.objects.get(integration=connection.SLUG)
        tag = factories.JobFieldFactory(company=self.company, name="Crosschq Tag")
        connection.configure(connection=connection.of(installation), by=self.dana, api_version="v2", tag_field=tag)
        step = factories.StageFactory(process=self.job.process, group=StageGroup.INTERVIEW, name="Crosschq")
        factories.StageAutomationFactory(stage=step, action=SendCheck.key, mode=StageAutomation.Mode.SEND)
        surveys.refresh(installation)
        template = templates.create(company=self.company, details=ENGINEERING, by=self.dana)
        who = self.somebody()
        house = CheckHouse(
            driver, self.company, installation, self.job, step, tag, template, who.candidate, who, self.dana, self.kim,
            self.sam, self.sam,
        )  # fmt: skip
        house.tag("Engineering")
        return house

    # ── What happened ────────────────────────────────────────────────────────────────────────────────────────────────
    def live(self) -> None:
        """Do what people do."""
        dana, kim, job = self.dana, self.kim, self.job
        ada = Application.objects.get(candidate__email="ada@example.com")
        stages = sorted(job.process.stages.all(), key=lambda stage: stage.order)
        moved = applications.move(application=ada, to=stages[1], seen=ada.stage_id, by=kim)
        applications.undo_move(transition=moved, by=kim)
        note = applications.write_note(application=ada, body="Call her on Monday.", by=kim)
        private = {"visibility": Note.Visibility.FULL_ACCESS}
        applications.write_note(application=ada, body="Asks for more.", by=dana, **private)
        applications.delete_note(note=applications.write_note(application=ada, body="Wrong.", by=kim), by=kim)
        applications.edit_note(note=note, body="Call her on Tuesday.", by=kim)
        applications.convert_lead(application=Application.objects.get(state="lead"), by=kim)
        for close in (applications.reject, applications.withdraw):
            close(application=self.somebody(), reason="Another time.", by=kim)
        gone = applications.reject(application=self.somebody(), reason="By mistake.", by=kim)
        applications.reopen(application=gone, by=kim)
        hired = self.somebody()
        applications.move(application=hired, to=stages[-1], seen=hired.stage_id, by=kim)
        applications.add_to_job(candidate=ada.candidate, job=self.engineer, by=kim, as_lead=True)
        for name in ("cv.txt", "letter.txt"):
            file = ContentFile(f"The {name} of Ada.\n".encode())
            added = candidates.add_file(candidate=ada.candidate, upload=file, name=name, by=kim)
        candidates.add_file(candidate=hired.candidate, upload=ContentFile(b"Hired.\n"), name="one.txt", by=kim)
        candidates.remove_file(attachment=added, by=kim)
        tag = candidates.add_tag(candidate=ada.candidate, name="Math", by=kim)
        candidates.remove_tag(candidate=ada.candidate, tag=tag, by=kim)
        candidates.add_tag(candidate=ada.candidate, name="Engines", by=kim)
        candidates.set_owner(candidate=ada.candidate, owner=dana, by=kim)
        task = factories.StageTaskFactory(application=self.somebody(), action=SendCheck.key)
        assert StageTask.objects.filter(pk=task.pk).exists()
        factories.JobFieldValueFactory(job=job)
        jobs.close_job(job=self.engineer, by=dana)
        jobs.open_job(job=self.engineer, by=dana)
        new = {"email": "new@acme.example", "role": CompanyRole.STANDARD}
        self.invitation = companies.invite(company=self.company, by=dana, **new)[1]
        api.create_token(membership=dana, name="Reports", scopes=scopes.names(), days=365)
        api.revoke(token=api.create_token(membership=kim, name="Old", scopes=scopes.names(), days=90)[0], by=kim)
        schedules.sync()

    def fill_states(self) -> None:
        """Let there be a request in every state, of every vendor."""
        video, checks_ = self.video, self.checks
        for played in (["accept"], ["accept", "start"], ["expire"], ["complete"]):
            request = video.sent(application=self.somebody())
            video.play(request, *played)
            video.refreshed(request)
        watched = InterviewRequest.objects.get(state="completed")
        InterviewViewing.objects.create(company=self.company, request=watched, membership=self.kim)
        ada = Application.objects.get(candidate__email="ada@example.com", state="active")
        video.cancel(video.sent(application=ada))
        self.uncertain(ada)
        for played in (["complete"], ["references"], ["references", "self_reference", "answer"]):
            check = checks_.sent(application=self.somebody())
            checks_.play(check, *played)
            checks_.refreshed(check)
        checks.cancel(check=checks_.sent(application=self.somebody()), by=self.kim)
        checks.stop_following(check=checks_.sent(application=self.somebody()), by=self.kim)
        entering = self.somebody()
        applications.move(application=entering, to=checks_.step, seen=entering.stage_id, by=self.kim)
        worker.drain()

    def uncertain(self, application: Application) -> ReferenceCheck:
        """Return a check of which nobody knows whether the vendor has it."""
        check = self.checks.send(application=application)
        OutboxMessage.objects.filter(state="waiting").update(state="done", finished_at=WRITTEN)
        outcomes.begin_sending(check.pk)
        outcomes.lost(check.pk)
        return self.checks.now(check)

    # ── What is promised ─────────────────────────────────────────────────────────────────────────────────────────────
    def promises(self) -> dict[str, Callable[[], object]]:
        """Return, by topic, what makes one more promise of it; what it needs at the vendor is there by then."""
        video, checked = self.video, self.checks
        keys = itertools.cycle(Credential.objects.filter(company=self.company))
        completed = itertools.cycle(InterviewRequest.objects.filter(state="completed"))
        sent = iter([video.sent(application=self.somebody()) for _ in range(20)])
        asked = iter([checked.sent(application=self.somebody()) for _ in range(15)])
        lost = iter([self.uncertain(self.somebody()) for _ in range(5)])
        reports = iter(self._reports_not_copied())
        posts = iter([factories.JobFactory(company=self.company, title=f"Post {number}") for number in range(5)])
        place = {"city": "Austin", "region": "TX", "country": "US"}
        checked.driver.vendor.seed(company=self.company.name, users=[], prospects=PROSPECTS)

        def adopt() -> None:
            check = next(lost)
            candidate = {"first_name": "A", "last_name": "B", "email": check.invited_email, "mobile_phone": PHONE}
            person = {"candidate": candidate, "requestor": self.dana.user.email, "job_position": check.position}
            check_promises.adopt(checked.driver.ask(**person), check=check)

        def take_prospects() -> None:
            export = prospects.find(checked.installation)
            run = export and export.runs.filter(state="running").first()
            source, choose = Source.objects.get(name="LinkedIn"), prospects.Choices
            if run:
                check_promises.prospects_message(run).save()
            elif export:
                prospect_runs.start(export=export, by=self.dana)
            else:
                chosen = choose(is_on=True, source=source, jobs=[self.engineer], tags=["Found"])
                prospects.save(installation=checked.installation, choices=chosen, by=self.dana)

        def copy() -> None:
            file = next(reports)
            ReportFile.objects.filter(pk=file.pk).update(state="copying", failure="")
            check_promises.copy_report(file)

        def create_job() -> None:
            post = next(posts)
            joblinks.link_new(job=post, title=post.title, by=self.dana, **place)

        letter = {"to": "reader@example.com", "subject": "A subject", "text": "A text.", "company": self.company}
        return {
            mail.TOPIC: lambda: mail.send(**letter),
            credentials.CHECK_TOPIC: lambda: credentials._promise_check(next(keys)),
            inbox.TOPIC: lambda: video.tell("InterviewStarted", next(sent).vendor_id),
            promises.CREATE: lambda: video.ask(application=self.somebody()),
            promises.CANCEL: lambda: video.cancel(next(sent)),
            promises.REFRESH: lambda: promises.make(states.Call.REFRESH, next(sent)),
            promises.SHARE: lambda: promises.make(states.Call.SHARE, video.now(next(completed))),
            promises.MOVE_DEADLINE: lambda: promises.move_deadline(next(sent)),
            promises.CREATE_JOB: create_job,
            promises.REFRESH_JOB: lambda: promises.about_job(promises.REFRESH_JOB, video.link),
            promises.SUBSCRIBE: lambda: promises.subscribe(video.installation),
            check_promises.CREATE: lambda: checked.send(application=self.somebody()),
            check_promises.CANCEL: lambda: checks.cancel(check=next(asked), by=self.kim),
            check_promises.REFRESH: lambda: check_promises.make(check_states.Call.REFRESH, next(asked)),
            check_promises.REMIND: lambda: checks.remind(check=next(asked), by=self.kim),
            check_promises.ADOPT: adopt,
            check_promises.COPY_REPORT: copy,
            check_promises.TAKE_PROSPECTS: take_prospects,
        }

    def _reports_not_copied(self) -> list[ReportFile]:
        """Return the files of reports whose copies people gave up."""
        for _ in range(3):
            check = self.checks.sent(application=self.somebody())
            self.checks.play(check, "complete")
            check_promises.make(check_states.Call.REFRESH, check)
            worker.perform(outbox.claim(now=clock.machine_now(), lease_seconds=60))
            for message in OutboxMessage.objects.filter(topic=check_promises.COPY_REPORT, state="waiting"):
                assert outbox.give_up(message, reason="Given up.")
            worker.drain()
        return list(ReportFile.objects.filter(state="failed"))

    def promise(self) -> dict[str, dict[str, int]]:
        """Leave one message of every topic in every state; return their ids."""
        makers = self.promises()
        assert set(makers) == set(outbox._handlers), set(makers) ^ set(outbox._handlers)
        clock.travel(by=timedelta(hours=25))  # sooner, Crosschq reminds nobody
        for make in makers.values():
            make()
            worker.drain()
        undone = set(makers) - set(OutboxMessage.objects.filter(state="done").values_list("topic", flat=True))
        assert not undone, list(OutboxMessage.objects.filter(topic__in=undone).values())
        left: dict[str, dict[str, int]] = {}
        changes = {
            "waiting": {},
            "leased": {"lease_id": ids.uuid7(), "lease_until": WRITTEN, "attempts": 1},
            "parked": {"error": "The key does not work.", "error_class": "VendorAuthFailed"},
        }
        for topic, make in makers.items():
            of_topic = OutboxMessage.objects.filter(topic=topic)
            left[topic] = {"done": of_topic.filter(state="done").latest("id").pk}
            for state in UNFINISHED:
                make()
                message = of_topic.latest("id")
                key = message.coalesce_key
                assert message.state == "waiting" and message.pk not in left[topic].values(), (topic, state)
                if state == "dead":
                    assert outbox.give_up(message, reason="Given up.")
                else:
                    of_topic.filter(pk=message.pk).update(state=state, coalesce_key="", **changes[state])
                left[topic][state] = message.pk
            of_topic.filter(pk=left[topic]["waiting"]).update(coalesce_key=key)
        return left

    def tell_the_rest(self) -> None:
        """Write an entry of each verb that nothing above wrote."""
        told = set(NewsfeedEntry.objects.values_list("verb", flat=True))
        request = InterviewRequest.objects.filter(state="completed").latest("id")
        check = ReferenceCheck.objects.filter(state="completed").latest("id")
        for kind in entries.all_types():
            if kind.verb in told:
                continue
            print("  made up:", kind.verb)
            fields = dataclasses.fields(kind.Payload)
            payload = kind.Payload(**{one.name: 2 if one.type is int else f"a {one.name}" for one in fields})
            subject = check if kind.verb.startswith("crosschq.") else request
            about = {"application": subject.application} if hasattr(payload, "candidate") else {"job": self.job}
            feed.publish(
                type(kind), payload, company_id=self.company.pk, actor=self.kim, subject_id=subject.pk, **about
            )


def facts(world: World, messages: dict[str, dict[str, int]]) -> dict[str, object]:
    """Return what the old code knew and said."""
    rows = list(NewsfeedEntry.objects.select_related("actor__user").order_by("id"))
    _, token = api.create_token(membership=world.dana, name="Upgrade", scopes=scopes.names(), days=365)
    shown = feed.render(rows, membership=world.dana)
    stored = {
        model._meta.db_table: {str(pk): state for pk, state in model.objects.values_list("pk", "state")}
        for model in (InterviewRequest, ReferenceCheck)
    }
    for table, known in STATEFUL.items():
        assert set(stored[table].values()) == set(known.State.values), table
    assert {row.verb for row in rows} == {kind.verb for kind in entries.all_types()}
    return {
        "now": clock.now().isoformat(),
        "administrator": world.dana.user.email,
        "token": token,
        "invitation": world.invitation.rstrip("/").rpartition("/")[2],
        "messages": messages,
        "sentences": {str(one.entry.pk): [one.title, one.sentence, one.icon, one.tone] for one in shown},
        "rows": {
            model._meta.db_table: model._base_manager.count()
            for model in apps.get_models(include_auto_created=True)
            if model._base_manager.exists()
        },
        "states": stored,
        "actions": sorted(one.key for extension in extensions.all_extensions() for one in extension.stage_actions),
        "api": api_lists(token),
        "addresses": addresses(),
    }


def api_lists(token: str) -> dict[str, list[dict[str, object]]]:
    """Return the first page of every list of the API, by its address."""
    shown = {}
    for name, path in addresses().items():
        if path.startswith("/api/v1/") and "*" not in path and name not in ("api:schema", "api:docs"):
            answer = Client().get(path, headers={"Authorization": f"Bearer {token}"}).json()
            shown[path] = answer.get("results", [answer])
            assert shown[path], path
    return shown


# ── Dumping ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def settle_times() -> None:
    """Let every message have been written, tried and ended at one moment that is over."""
    OutboxMessage.objects.update(created_at=WRITTEN, available_at=WRITTEN)
    for name in ("finished_at", "attempt_ended_at", "lease_until"):
        OutboxMessage.objects.filter(**{f"{name}__isnull": False}).update(**{name: WRITTEN})
    queue.OrmQ.objects.all().delete()
    apps.get_model("sessions.Session").objects.all().delete()


def sqlite_dump(path: Path) -> str:
    """Return a database file as SQL."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        return "\n".join(database.iterdump()) + "\n"


def postgres_dump(url: str) -> str:
    """Copy every row into a PostgreSQL that the old migrations made, and return it as SQL that any later one takes."""
    connections.databases["postgres"] = {**connections.databases["default"], "OPTIONS": {}, **Env.db_url_config(url)}
    call_command("migrate", database="postgres", interactive=False, verbosity=0)
    call_command("createcachetable", database="postgres", verbosity=0)
    models = [model for model in apps.get_models(include_auto_created=True) if not model._meta.proxy]
    there = connections["postgres"]
    with transaction.atomic(using="postgres"):
        with there.cursor() as cursor:
            for model in models:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')
        for model in models:
            for row in model._base_manager.using("default").order_by("pk"):
                row.save_base(raw=True, force_insert=True, using="postgres")
        with there.cursor() as cursor:
            for statement in there.ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    there.close()
    pg_dump = postgres.binaries() / "pg_dump"
    command = [pg_dump, "--inserts", "--no-owner", "--no-acl", "--no-comments", "-d", url.replace("s://", "sql://")]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return re.sub(r"^(SET .*|SELECT pg_catalog.set_config.*|\\.*|--.*|)\n", "", text, flags=re.MULTILINE)


def main(target: Path) -> None:
    """Make it all, in folders that go away."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        double = folder / "sandbox.sqlite3"
        server = stack.enter_context(SandboxServer(database=double, vendors=[SparkHireSandbox, CrosschqSandbox]))
        server.vendor("spark-hire").change_settings({"webhook_try_delays": [0]})
        way = {
            "SPARK_HIRE_BASE_URL": f"{server.url}/spark-hire/v1.0",
            "SPARK_HIRE_WEB_URL": f"{server.url}/spark-hire",
            "CROSSCHQ_BASE_URL": f"{server.url}/crosschq",
            "CROSSCHQ_WEB_URL": f"{server.url}/crosschq",
            "SANDBOX_DATABASE": double,
        }
        stack.enter_context(override_settings(ALLOWED_HOSTS=["*"], **surroundings(folder, **way)))
        clock.travel(to=NOW)
        call_command("migrate", interactive=False, verbosity=0)
        call_command("createcachetable", verbosity=0)
        world = World(server)
        world.live()
        world.fill_states()
        messages = world.promise()
        world.tell_the_rest()
        settle_times()
        known = facts(world, messages)
        # Links of the vendors' lead to the port of this run; the test puts its own in.
        files = {
            "sqlite.sql": sqlite_dump(settings.DATABASES["default"]["NAME"]),
            "postgres.sql": postgres_dump(stack.enter_context(postgres.throwaway())),
            "sandbox.sql": sqlite_dump(double),
            "facts.json": json.dumps(known, indent=1, default=str),
        }
        contents = {name: text.replace(server.url, "http://127.0.0.1:9").encode() for name, text in files.items()}
        kept = sorted(path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
        contents |= {f"files/{path.relative_to(settings.MEDIA_ROOT)}": path.read_bytes() for path in kept}
        with tarfile.open(target, "w:xz", preset=9) as archive:
            for name, content in contents.items():
                about = tarfile.TarInfo(name)
                about.size = len(content)
                archive.addfile(about, io.BytesIO(content))
        print(f"{target}: {target.stat().st_size:,} bytes; {len(known['sentences'])} sentences")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
