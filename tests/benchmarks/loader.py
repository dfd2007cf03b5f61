"""Fill a migrated database with one company of any size, quickly: COPY on PostgreSQL, executemany on SQLite.

    DATABASE_URL=… python -m tests.benchmarks.loader SIZE       migrates, fills, and says how long each took

Every row goes into the real tables with every constraint and index in force; PostgreSQL is filled by one process per
core. For each candidate there are 1.2 applications and about 5 newsfeed entries over two years; ids carry the time, as
in production. One of 21 jobs has 5,000 applications. Both integrations are enabled and connected, with two requests of
each per hundred applications. A further table is a `Table` of `Load` and a line where its rows come to be.
"""

import itertools
import json
import multiprocessing
import os
import random
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.db import connection, models, transaction

from integrations.crosschq.models import ReferenceCheck
from integrations.spark_hire.models import InterviewRequest
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment, Note, StageTask, StageTransition
from recruiting.candidates.models import Candidate, CandidateTag
from recruiting.foundation import clock, text
from recruiting.jobs.models import Job
from recruiting.search import tokens
from recruiting.search.models import SearchDocument
from tests.benchmarks.world import JOBS, World

BATCH = 20_000
BIG_JOB = 5_000
YEARS = timedelta(days=730)
FIRST = ("Anna", "Carla", "Dmitri", "Élodie", "Farid", "Grace", "Hiro", "Inés", "Kemal", "Lucía", "Omar", "Priya")
LAST = ("Adler", "Brown", "Cruz", "Dubois", "García", "Ito", "Khan", "Müller", "Novak", "O'Connor", "Patel", "Zhou")
RARE, RARELY = "Quartermaine", 20
"""The last name of so many people, whatever the size."""
STATES = {"lead": 5, "active": 55, "rejected": 30, "withdrawn": 5, "hired": 5}
OUTCOMES = {"completed": 6, "sent": 3, "failed": 1}
AUDIENCES = {"everyone": 85, "full_access": 10, "actor": 5}


class Table:
    """Rows of one model on their way into its table; columns that are not given take the field's default."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = model._meta.db_table
        fields = {field.attname: field for field in model._meta.concrete_fields}
        # A key that the database counts is the database's to give.
        fields = {name: field for name, field in fields.items() if not isinstance(field, models.AutoField)}
        self.columns = ", ".join(connection.ops.quote_name(field.column) for field in fields.values())
        self.defaults = {name: None if name == "id" else field.get_default() for name, field in fields.items()}
        self.defaults |= {name: json.dumps(value) for name, value in self.defaults.items() if value in ({}, [])}
        self.rows: list[list[Any]] = []

    def add(self, **values: Any) -> None:
        """Add a row."""
        row = {**self.defaults, **values}
        assert len(row) == len(self.defaults), sorted(set(values) - set(self.defaults))
        self.rows.append(list(row.values()))

    def flush(self) -> None:
        """Write what was added."""
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.copy(f'COPY "{self.name}" ({self.columns}) FROM STDIN') as copy:
                    for row in self.rows:
                        copy.write_row(row)
            else:
                insert = f'INSERT INTO "{self.name}" ({self.columns}) VALUES ({", ".join(["%s"] * len(self.defaults))})'
                cursor.executemany(insert, [[_plain(value) for value in row] for row in self.rows])
        self.rows.clear()


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return value.hex
    return str(value.replace(tzinfo=None)) if isinstance(value, datetime) else value


class Load:
    """Writes the many rows: each candidate after the one before, with all that happened to them.

    Args:
        world: what they hang on.
        size: candidates in all.
        share, shares: which of so many processes this is; they take batches in turn.
    """

    def __init__(self, world: World, size: int, *, share: int = 0, shares: int = 1) -> None:
        self.world, self.size, self.now = world, size, clock.now()
        self.share, self.shares = share, shares
        self.random = random.Random(size)
        self.made = itertools.count(share << 48)
        self.applications = self.owed = 0
        self.people, self.documents, self.tags = Table(Candidate), Table(SearchDocument), Table(CandidateTag)
        self.applied, self.moves = Table(Application), Table(StageTransition)
        self.tasks, self.notes, self.files = Table(StageTask), Table(Note), Table(Attachment)
        self.interviews, self.checks = Table(InterviewRequest), Table(ReferenceCheck)
        self.entries = Table(NewsfeedEntry)

    def run(self) -> None:
        """Write everything of this share, one batch of candidates per transaction."""
        tables = [table for table in vars(self).values() if isinstance(table, Table)]
        start, step = self.now - YEARS, YEARS / self.size
        for first in range(self.share * BATCH, self.size, self.shares * BATCH):
            self.random.seed(self.size + first)
            self.applications, self.owed = first - (-first // 5), 0
            with transaction.atomic():
                for number in range(first, min(first + BATCH, self.size)):
                    self.candidate(number, start + step * number)
                for table in tables:
                    table.flush()

    def put(self, table: Table, at: datetime, **values: Any) -> UUID:
        """Add a row that was made at that instant; return its key, a UUIDv7 that keeps the order within an instant."""
        made = UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | next(self.made))
        table.add(id=made, created_at=at, updated_at=at, **values)
        return made

    def candidate(self, number: int, at: datetime) -> None:
        """Add a person with their applications."""
        world, first = self.world, self.random.choice(FIRST)
        last = self.random.choice(LAST) if number % -(-self.size // RARELY) else RARE
        email = f"{first[0].lower()}.{number}@example.com"
        phone = f"+1 415 {200 + number // 10_000 % 800} {number % 10_000:04}" if number % 3 == 0 else ""
        person = self.put(
            self.people,
            at,
            company_id=world.company.pk,
            first_name=first,
            last_name=last,
            email=email,
            email_key=text.email_key(email),
            phone=phone,
            search_key=(search_key := text.person_search_key(first, last, email, phone)),
            source_id=self.random.choice(world.sources),
            owner_id=world.members[number % 7].pk if number % 5 == 0 else None,
        )
        about = {"company_id": world.company.pk, "candidate_id": person}
        self.documents.add(**about, tokens=tokens.of(search_key))
        if number % 3 == 1:
            tag = self.random.choice(world.tags)
            self.put(self.tags, at, **about, tag_id=tag)
        name = f"{first} {last}"
        self.write_entry(at, "candidates.details_changed", {"candidate_id": person}, candidate=name, fields="phone")
        for other in range(2 if number % 5 == 0 else 1):
            self.applications += 1
            is_big = not other and self.random.random() < BIG_JOB / self.size
            job = world.big if is_big else world.jobs[(number // 5 + 7 * other) % JOBS]
            self.application(person, name, job, at)

    def application(self, person: UUID, name: str, job: Job, at: datetime) -> None:
        """Add an application with its moves, notes, requests and entries."""
        world, state = self.world, self.draw(STATES)
        depth = {"lead": -1, "hired": 4}.get(state, self.random.randrange(4))
        days = timedelta(days=self.random.randrange(1, 30))
        path = [(stage, min(at + days * step, self.now)) for step, stage in enumerate(world.steps[: depth + 1])]
        stage, last = path[-1] if path else (None, at)
        member = world.members[self.applications % len(world.members)].pk
        common = {"company_id": world.company.pk}
        stands = {"stage_id": stage and stage.pk, "stage_entered_at": stage and last}
        placed = {"candidate_id": person, "job_id": job.pk}
        here = {**common, "application_id": self.put(self.applied, at, **common, **placed, state=state, **stands)}
        about = {**here, **placed, "actor_id": member}
        word = "lead_added" if stage is None else "added"
        self.write_entry(at, f"applications.{word}", about, candidate=name, job=job.title, source="")
        if stage is None:
            return
        moved, before = UUID(int=0), None
        for to, then in path:
            fields = {"from_stage_id": before and before.pk, "to_stage_id": to.pk, "moved_by_id": member}
            moved = self.put(self.moves, then, **here, **fields, moved_at=then)
            if before:
                names = {"from_stage": before.name, "to_stage": to.name}
                self.write_entry(then, "applications.moved", {**about, "subject_id": moved}, candidate=name, **names)
            before = to
        if state in ("rejected", "withdrawn"):
            self.write_entry(last, f"applications.{state}", about, candidate=name, reason="")
        if self.random.random() < 0.4:
            audience = self.draw(AUDIENCES)
            note = self.put(self.notes, last, **here, author_id=member, body="Spoke on the phone.", visibility=audience)
            written = {**about, "subject_id": note, "audience": audience}
            self.write_entry(last, "applications.note_written", written, candidate=name)
        if self.applications % 2:
            file = {"file": f"{world.company.pk}/{self.applications}", "name": "cv.pdf", "size": 100_000}
            file["content_type"] = "application/pdf"
            self.put(self.files, at, **here, candidate_id=person, **file)
        if state == "active" and self.random.random() < 0.01:
            self.put(self.tasks, last, **here, transition_id=moved, stage_id=stage.pk, action="crosschq.send_check")
        elif state == "active" and self.random.random() < 0.01:
            why = {"detail": "The job has no Crosschq tag.", "code": "no_tag"}
            self.write_entry(last, "crosschq.not_sent", {**about, "subject_id": moved}, candidate=name, **why)
        self.owed += 2
        if self.owed >= 100 and state in ("active", "hired"):
            self.owed -= 100
            self.requests(here, about, name, last)

    def requests(self, here: dict[str, Any], about: dict[str, Any], name: str, at: datetime) -> None:
        """Add an interview and a reference check: complete, under way or failed."""
        outcome = self.draw(OUTCOMES)
        common = {**here, "requested_by_id": about["actor_id"], "invited_name": name, "invited_email": "a@example.com"}
        if outcome != "failed":
            common |= {"send_attempted_at": at, "sent_at": at, "vendor_id": f"v{self.applications}"}
        if outcome == "completed":
            common |= {"completed_at": at}
        video = {"vendor_job_id": "vendor-job-1", "question_set_id": "set-1", "time_zone": "America/New_York"}
        video |= {"installation_id": self.world.video.pk, "expires_at": self.now + timedelta(hours=self.owed + 24)}
        check = {"order": "{}", "position": "Engineer", "asked_count": 1, "owner_id": about["actor_id"]}
        check |= {"installation_id": self.world.checks.pk, "template_id": self.world.template.pk, "template_name": "T"}
        made = {
            "spark_hire": self.put(self.interviews, at, **common, **video, state=outcome),
            "crosschq": self.put(self.checks, at, **common, **check, state=outcome),
        }
        for app, request in made.items():
            for word in ("requested", *({outcome} & {"completed", "failed"})):
                self.write_entry(at, f"{app}.{word}", {**about, "subject_id": request}, candidate=name)

    def draw(self, shares: Mapping[str, int]) -> str:
        """Return one of the keys, as often as its share says."""
        return self.random.choices(tuple(shares), tuple(shares.values()))[0]

    def write_entry(self, at: datetime, verb: str, about: dict[str, Any], **fact: str) -> None:
        """Add a newsfeed entry."""
        about = {"company_id": self.world.company.pk, **about}
        self.put(self.entries, at, **about, verb=verb, payload=json.dumps(fact), occurred_at=at)


def fill(size: int) -> None:
    """Make the company and all that it has; on PostgreSQL with a process per core."""
    world = World()
    shares = (os.cpu_count() or 1) if connection.vendor == "postgresql" else 1
    connection.close()  # each process has its own
    forked = multiprocessing.get_context("fork")
    loads = [Load(world, size, share=share, shares=shares) for share in range(shares)]
    processes = [forked.Process(target=load.run) for load in loads]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("The database could not be filled; the reason stands above.")


def analyze() -> None:
    """Do what PostgreSQL's autovacuum does, sooner or later."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def main(arguments: Sequence[str]) -> int:
    """Migrate, fill, analyze."""
    for label, work in (
        ("migrated", lambda: call_command("migrate", verbosity=0, interactive=False)),
        ("made the cache table", lambda: call_command("createcachetable", verbosity=0)),
        ("filled", lambda: fill(int(arguments[0]))),
        ("analyzed", analyze),
    ):
        started = time.monotonic()
        work()
        print(f"{label} in {time.monotonic() - started:.0f} s", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
