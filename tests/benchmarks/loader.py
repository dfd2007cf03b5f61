"""Fill a migrated database with one company of any size, quickly: COPY on PostgreSQL, executemany on SQLite.

    DATABASE_URL=… python -m tests.benchmarks.loader SIZE       prints, as JSON, where to go and with which session

Every row goes into the real tables with every constraint in force. For each candidate there are 1.2 applications and
about 5 newsfeed entries over two years; ids carry the time, as in production. One of 21 jobs has 5,000 applications.
Both integrations are enabled and connected, with two requests of each per hundred applications.
"""

import json
import os
import random
import sys
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
from django.urls import reverse

from integrations.crosschq.models import ReferenceCheck
from integrations.spark_hire.models import InterviewRequest
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Note, StageTask, StageTransition
from recruiting.candidates.models import Candidate, CandidateTag
from recruiting.companies.models import Membership
from recruiting.foundation import clock, text
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job, Stage, StageGroup
from tests import factories
from tests.crosschq.factories import ConnectionFactory, TemplateFactory
from tests.signing_in import signed_in
from tests.spark_hire.factories import JobLinkFactory

BATCH = 20_000
JOBS, BIG_JOB = 20, 5_000
YEARS = timedelta(days=730)
FIRST = ("Anna", "Carla", "Dmitri", "Élodie", "Farid", "Grace", "Hiro", "Inés", "Kemal", "Lucía", "Omar", "Priya")
LAST = ("Adler", "Brown", "Cruz", "Dubois", "García", "Ito", "Khan", "Müller", "Novak", "O'Connor", "Patel", "Zhou")
STATES = {"lead": 5, "active": 55, "rejected": 30, "withdrawn": 5, "hired": 5}
OUTCOMES = {"completed": 6, "sent": 3, "failed": 1}
AUDIENCES = {"everyone": 85, "full_access": 10, "actor": 5}


class Table:
    """Rows of one model on their way into its table; columns that are not given take the field's default."""

    def __init__(self, model: type[models.Model]) -> None:
        self.name = model._meta.db_table
        fields = {field.attname: field for field in model._meta.concrete_fields}
        self.columns = ", ".join(connection.ops.quote_name(field.column) for field in fields.values())
        self.defaults = {name: None if name == "id" else field.get_default() for name, field in fields.items()}
        self.defaults |= {name: json.dumps(value) for name, value in self.defaults.items() if value in ({}, [])}
        self.rows: list[list[Any]] = []

    def add(self, at: datetime, **values: Any) -> UUID:
        """Add a row that was made at that instant, and return its key."""
        row = {**self.defaults, **values, "id": key(at), "created_at": at, "updated_at": at}
        assert len(row) == len(self.defaults), sorted(set(values) - set(self.defaults))
        self.rows.append(list(row.values()))
        return row["id"]

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


_made = iter(range(1, 1 << 62))


def key(at: datetime) -> UUID:
    """Return a UUIDv7 of that instant; those of one instant keep their order."""
    return UUID(int=(int(at.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | next(_made))


class World:
    """The company and its people, jobs and connections: few rows, made by the factories."""

    def __init__(self) -> None:
        self.company = company = factories.CompanyFactory(name="Benchmark")
        self.readers: dict[str, Membership] = {
            "Administrator": factories.administrator(company),
            "Staffing": factories.staffing(company),
            "Standard": factories.MembershipFactory(company=company),
            "Interviewer": factories.MembershipFactory(company=company),
        }
        self.members = [*self.readers.values(), *(factories.staffing(company) for _ in range(6))]
        self.big, *self.jobs = [factories.JobFactory(company=company, title=f"Engineer {n}") for n in range(JOBS + 1)]
        for job in (self.big, *self.jobs[:2]):
            factories.HiringTeamMemberFactory(job=job, membership=self.readers["Standard"])
        interviewer = {"membership": self.readers["Interviewer"], "role": JobRole.INTERVIEWER}
        factories.HiringTeamMemberFactory(job=self.big, **interviewer)
        self.steps: list[Stage] = [factories.stage_of(self.big, group) for group in StageGroup]
        self.sources = [factories.SourceFactory(company=company).pk for _ in range(10)]
        self.tags = [factories.TagFactory(company=company).pk for _ in range(20)]
        self.video = self._connected("video-interviewing")
        self.checks = self._connected("reference-checks")
        ConnectionFactory(installation=self.checks)
        self.template = TemplateFactory(installation=self.checks, company=company)
        for job in (self.big, *self.jobs):
            JobLinkFactory(job=job, installation=self.video)

    def _connected(self, slug: str) -> Any:
        factories.CompanyFeatureFactory(company=self.company, feature=slug)
        installation = factories.InstallationFactory(company=self.company, integration=slug)
        holder = self.readers["Administrator"]
        installation.primary_credential = factories.CredentialFactory(installation=installation, membership=holder)
        installation.save()
        return installation


class Load:
    """Writes the many rows: each candidate after the one before, with all that happened to them."""

    def __init__(self, world: World, size: int) -> None:
        self.world, self.size, self.now = world, size, clock.now()
        self.random = random.Random(size)
        self.applications = self.owed = 0
        self.people, self.tags = Table(Candidate), Table(CandidateTag)
        self.applied, self.moves = Table(Application), Table(StageTransition)
        self.tasks, self.notes = Table(StageTask), Table(Note)
        self.interviews, self.checks = Table(InterviewRequest), Table(ReferenceCheck)
        self.entries = Table(NewsfeedEntry)

    def run(self) -> None:
        """Write everything, one batch of candidates per transaction."""
        tables = [table for table in vars(self).values() if isinstance(table, Table)]
        start, step = self.now - YEARS, YEARS / self.size
        for first in range(0, self.size, BATCH):
            with transaction.atomic():
                for number in range(first, min(first + BATCH, self.size)):
                    self.candidate(number, start + step * number)
                for table in tables:
                    table.flush()

    def candidate(self, number: int, at: datetime) -> None:
        """Add a person with their applications."""
        world, first, last = self.world, self.random.choice(FIRST), self.random.choice(LAST)
        email = f"{first[0].lower()}.{number}@example.com"
        phone = f"+1 415 555 {number % 10_000:04}" if number % 3 == 0 else ""
        person = self.people.add(
            at,
            company_id=world.company.pk,
            first_name=first,
            last_name=last,
            email=email,
            email_key=text.email_key(email),
            phone=phone,
            search_key=text.person_search_key(first, last, email, phone),
            source_id=self.random.choice(world.sources),
            owner_id=world.members[number % 7].pk if number % 5 == 0 else None,
        )
        if number % 3 == 1:
            tag = self.random.choice(world.tags)
            self.tags.add(at, company_id=world.company.pk, candidate_id=person, tag_id=tag)
        name = f"{first} {last}"
        self.tell(at, "candidates.details_changed", {"candidate_id": person}, candidate=name, fields="phone")
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
        here = {**common, "application_id": self.applied.add(at, **common, **placed, state=state, **stands)}
        about = {**here, **placed, "actor_id": member}
        word = "lead_added" if stage is None else "added"
        self.tell(at, f"applications.{word}", about, candidate=name, job=job.title, source="")
        if stage is None:
            return
        moved, before = UUID(int=0), None
        for to, then in path:
            fields = {"from_stage_id": before and before.pk, "to_stage_id": to.pk, "moved_by_id": member}
            moved = self.moves.add(then, **here, **fields, moved_at=then)
            if before:
                names = {"from_stage": before.name, "to_stage": to.name}
                self.tell(then, "applications.moved", {**about, "subject_id": moved}, candidate=name, **names)
            before = to
        if state in ("rejected", "withdrawn"):
            self.tell(last, f"applications.{state}", about, candidate=name, reason="")
        if self.random.random() < 0.4:
            audience = self.draw(AUDIENCES)
            note = self.notes.add(last, **here, author_id=member, body="Spoke on the phone.", visibility=audience)
            written = {**about, "subject_id": note, "audience": audience}
            self.tell(last, "applications.note_written", written, candidate=name)
        if state == "active" and self.random.random() < 0.01:
            self.tasks.add(last, **here, transition_id=moved, stage_id=stage.pk, action="crosschq.send_check")
        elif state == "active" and self.random.random() < 0.01:
            why = {"detail": "The job has no Crosschq tag.", "code": "no_tag"}
            self.tell(last, "crosschq.not_sent", {**about, "subject_id": moved}, candidate=name, **why)
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
            "spark_hire": self.interviews.add(at, **common, **video, state=outcome),
            "crosschq": self.checks.add(at, **common, **check, state=outcome),
        }
        for app, request in made.items():
            for word in ("requested", *({outcome} & {"completed", "failed"})):
                self.tell(at, f"{app}.{word}", {**about, "subject_id": request}, candidate=name)

    def draw(self, shares: Mapping[str, int]) -> str:
        """Return one of the keys, as often as its share says."""
        return self.random.choices(tuple(shares), tuple(shares.values()))[0]

    def tell(self, at: datetime, verb: str, about: dict[str, Any], **fact: str) -> None:
        """Add a newsfeed entry."""
        about = {"company_id": self.world.company.pk, **about}
        self.entries.add(at, **about, verb=verb, payload=json.dumps(fact), occurred_at=at)


def visits(world: World) -> dict[str, Any]:
    """Return the session of each reader, and the addresses of pages by name."""
    job = {"job_id": world.big.pk}
    record = Application.objects.filter(job=world.big, state="active").order_by("-id")[0]
    ids = {"candidate_id": record.candidate_id, "application_id": record.pk}
    return {
        "sessions": {name: signed_in(member).cookies["sessionid"].value for name, member in world.readers.items()},
        "pages": {
            "home": reverse("applications:home"),
            "job newsfeed": reverse("applications:job-newsfeed", kwargs=job),
            "jobs": reverse("applications:jobs"),
            "board": reverse("applications:job", kwargs=job),
            "candidates": reverse("applications:candidates"),
            "record": reverse("applications:candidate", kwargs=ids),
        },
    }


def main(arguments: Sequence[str]) -> int:
    """Migrate, fill, and print where to go."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    Load(world := World(), int(arguments[0])).run()
    if connection.vendor == "postgresql":  # as its autovacuum does, sooner or later
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    print(json.dumps(visits(world)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
