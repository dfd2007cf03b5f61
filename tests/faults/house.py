"""A company whose requests go to a real sandbox process, and what became of them there."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection

from integrations import credentials
from integrations.spark_hire import interviews
from integrations.spark_hire.blockers import SLUG
from integrations.spark_hire.models import InterviewRequest, JobLink
from integrations.spark_hire.promises import CREATE
from integrations.spark_hire.sandbox import SparkHireSandbox
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.base.background import queue
from recruiting.base.background.models import OutboxMessage
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job
from tests import factories
from tests.faults import kill_points
from tests.sandbox.driver import basic

ROOT = Path(__file__).resolve().parents[2]
VENDOR = "integrations.spark_hire.sandbox.SparkHireSandbox"


@dataclass(frozen=True)
class Pace:
    """How fast a run goes; in production each of these is minutes.

    A POST whose answer is slow gives the reaper time to strike; some commit so late that the client has long gone.
    `deadline` < `lease`, and only with a `settle` that ends after the vendor's commit may nothing be doubled.
    """

    lease: float
    deadline: float
    settle: float
    answer_delay: float
    commit_delay: float
    late_commits: int
    backoff: str = "0.5,0.5,1,1,1,1,1,1,1"


@dataclass(frozen=True)
class Outcome:
    """What a run left behind."""

    kills: Counter[str]
    duplicates: int
    lost: int
    strangers: int
    entries: Counter[str]
    states: Counter[str]
    attempts: int
    seconds: float

    def __str__(self) -> str:
        lines = [f"  {self.kills[point]:>4} kills {point}" for point in kill_points.POINTS]
        lines.append(f"  {sum(self.states.values())} requests {dict(self.states)}, {self.attempts} attempts")
        lines.append(f"  {self.duplicates} duplicates, {self.lost} lost, in {self.seconds:.0f} s")
        return "\n".join(lines)


class Sandbox:
    """A running `manage.py sandbox`, by its tester's door."""

    def __init__(self, url: str, database: Path) -> None:
        self.url = url
        self.database = database

    def call(self, method: str, path: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            f"{self.url}/__sandbox__{path}",
            data=None if data is None else json.dumps(data).encode(),
            headers={"Content-Type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=20) as response:
            return json.loads(response.read())

    def fault(self, kind: str, *, times: int, seconds: float) -> None:
        order = {"operation": "create_interview", "kind": kind, "times": times, "parameters": {"seconds": seconds}}
        self.call("POST", "/spark-hire/faults", order)


@contextmanager
def sandbox_process(folder: Path) -> Iterator[Sandbox]:
    """Run the sandbox in a process of its own."""
    database = folder / "sandbox.sqlite3"
    command = [sys.executable, "manage.py", "sandbox", "--port", "0", "--database", str(database), "--vendor", VENDOR]
    with (folder / "sandbox.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=log, env=environment())
    try:
        assert process.stdout is not None
        said = process.stdout.readline().decode()
        assert said.startswith("Vendor sandbox: "), (folder / "sandbox.log").read_text()
        sandbox = Sandbox(said.split()[-1].removesuffix("/__sandbox__/"), database)
        sandbox.call("POST", "/spark-hire/settings", {"rate_limit_per_minute": 1_000_000})
        yield sandbox
    finally:
        process.terminate()
        process.wait(timeout=10)
        assert process.stdout is not None
        process.stdout.close()


def settle_in(sandbox: Sandbox, *, jobs: int, senders: int) -> tuple[list[Membership], list[Job]]:
    """Return a company's members with keys of the sandbox's, and its jobs, linked and with a question set."""
    company = factories.CompanyFactory()
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    installation = factories.InstallationFactory(company=company, integration=SLUG)
    members = [factories.administrator(company) for _ in range(senders)]
    titles = [f"Job {number}" for number in range(jobs)]
    keys = SparkHireSandbox.at(sandbox.database).seed(
        company=company.name,
        users=[_user(member) for member in members],
        jobs=[{"title": title} for title in titles],
        question_sets=[{"name": "First look", "questions": ["Why this job?"]}],
    )
    for member in members:
        credentials.keep_issued(installation=installation, member=member, secret=keys[member.user.email])
    at_vendor = {row["title"]: row["uuid"] for row in sandbox.call("GET", "/spark-hire/jobs")}
    question_set = _question_set(sandbox, keys[members[0].user.email])
    rows = [factories.JobFactory(company=company, title=title) for title in titles]
    for job in rows:
        JobLink.objects.create(
            company=company,
            installation=installation,
            job=job,
            state=JobLink.State.LINKED,
            vendor_job_id=at_vendor[job.title],
            question_set_id=question_set,
        )
    return members, rows


def send(sandbox: Sandbox, *, requests: int, jobs: int = 3, senders: int = 3) -> list[InterviewRequest]:
    """Ask for interviews of different people on several jobs, by several senders with keys of the sandbox's."""
    members, rows = settle_in(sandbox, jobs=jobs, senders=senders)
    expires_on = members[0].company.today() + timedelta(days=7)
    return [
        interviews.request_interview(
            application=application(rows[number % jobs]), expires_on=expires_on, by=members[number % senders]
        )
        for number in range(requests)
    ]


def application(job: Job) -> Application:
    """Return somebody new on the job."""
    made: Application = factories.ApplicationFactory(job=job)
    return made


def _user(member: Membership) -> dict[str, str]:
    user = member.user
    return {"first_name": user.first_name, "last_name": user.last_name, "email": user.email, "role": "admin"}


def _question_set(sandbox: Sandbox, key: str) -> str:
    request = urllib.request.Request(f"{sandbox.url}/spark-hire/v1.0/question_sets", headers=basic(key))
    with urllib.request.urlopen(request, timeout=10) as response:
        return str(json.loads(response.read())[0]["uuid"])


def run(
    *, folder: Path, requests: int, per_point: int, chance: float, pace: Pace, workers: list[list[str]], seconds: float
) -> Outcome:
    """Send requests while workers are killed; return what was left when every promise was kept, or time was up.

    Args:
        folder: an empty one, for logs and counts.
        requests: how many.
        per_point, chance: as the reaper takes them.
        pace: how fast.
        workers: the commands that start them, each in a session of its own.
        seconds: the most that it may take.
    """
    started = time.monotonic()
    kills = folder / "kills"
    kill_points.prepare(kills)
    with sandbox_process(folder) as sandbox:
        sandbox.fault("slow_after", times=-1, seconds=pace.answer_delay)
        sandbox.fault("commit_delay", times=pace.late_commits, seconds=pace.commit_delay)
        sent = send(sandbox, requests=requests)
        env = environment(
            SPARK_HIRE_BASE_URL=f"{sandbox.url}/spark-hire/v1.0",
            OUTBOX_LEASE_SECONDS=str(pace.lease),
            OUTBOX_SETTLE_SECONDS=str(pace.settle),
            OUTBOX_BACKOFF_SECONDS=pace.backoff,
            VENDOR_WORKER_DEADLINE_SECONDS=str(pace.deadline),
            KILL_FOLDER=str(kills),
            KILLS_PER_POINT=str(per_point),
            KILL_CHANCE=str(chance),
            KILL_SANDBOX_URL=sandbox.url,
        )
        with running(workers, env=env, folder=folder):
            _until(_all_kept, seconds=seconds, meanwhile=_ring)
        time.sleep(pace.commit_delay)  # whoever still commits at the vendor has done so now
        return _outcome(sandbox, sent, kills=kill_points.counted(kills), seconds=time.monotonic() - started)


def _outcome(sandbox: Sandbox, sent: list[InterviewRequest], *, kills: Counter[str], seconds: float) -> Outcome:
    there = sandbox.call("GET", "/spark-hire/interviews")
    of_person = Counter(row["assigned_to"]["email"] for row in there)
    rows = InterviewRequest.objects.filter(pk__in=[request.pk for request in sent])
    followed = {row.invited_email: row.vendor_id for row in rows}
    numbers = {row["uuid"] for row in there}
    verbs = NewsfeedEntry.objects.filter(subject_id__in=[request.pk for request in sent])
    return Outcome(
        kills=kills,
        duplicates=sum(count - 1 for count in of_person.values()),
        lost=sum(1 for email, number in followed.items() if of_person[email] == 0 or number not in numbers),
        strangers=len(set(of_person) - set(followed)),
        entries=Counter(verbs.values_list("verb", flat=True)),
        states=Counter(rows.values_list("state", flat=True)),
        attempts=sum(OutboxMessage.objects.filter(topic=CREATE).values_list("attempts", flat=True)),
        seconds=seconds,
    )


def _all_kept() -> bool:
    return not OutboxMessage.objects.filter(topic=CREATE, state__in=OutboxMessage.OPEN).exists()


def _ring() -> None:
    # The minute's sweep, every half second.
    from django_q.models import OrmQ

    if OrmQ.objects.count() < 20:
        queue.ring()


def _until(holds: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not holds():
        meanwhile()
        time.sleep(0.5)


@contextmanager
def running(commands: list[list[str]], *, env: Mapping[str, str], folder: Path) -> Iterator[None]:
    processes = []
    try:
        for number, command in enumerate(commands):
            with (folder / f"worker-{number}.log").open("wb") as log:
                processes.append(
                    subprocess.Popen(
                        command,
                        cwd=ROOT,
                        env=env,
                        stdin=subprocess.PIPE,
                        stdout=log,
                        stderr=log,
                        start_new_session=True,
                    )
                )
        yield
    finally:
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def environment(**more: str) -> dict[str, str]:
    """Return the environment of a process that shares this test's database and keys."""
    database = connection.settings_dict
    url = f"sqlite:///{database['NAME']}"
    if connection.vendor == "postgresql":
        who = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        url = f"postgres://{who}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "SECRET_KEY": settings.SECRET_KEY,
        "PUBLIC_BASE_URL": "http://127.0.0.1:9",
        "WORKERS": "3",
        "WORKER_POLL_SECONDS": "0.1",
        "LOG_LEVEL": "WARNING",
        **more,
    }
