"""`make prove NAME=restarts`: the database, the web server and the workers go away while people work, and come back.

The real servers under the project's own supervisor, on a PostgreSQL of this module's own, which commits to disk before
it says so, as in production. Nobody restarts anything by hand.
"""

import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.urls import reverse
from django_q.models import Schedule, Success

from devtools.sandbox.spark_hire import SparkHireSandbox
from integrations import inbox
from integrations.models import Installation, WebhookDelivery
from integrations.spark_hire import services
from integrations.spark_hire.lifecycle import State
from integrations.spark_hire.models import InterviewRequest
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job
from recruiting.outbox import heartbeat
from recruiting.outbox.models import OutboxMessage
from tests import postgres
from tests.faults import people, scenario
from tests.launch.processes import eventually
from tests.spark_hire import victim
from tests.spark_hire.topics import CANCEL, CREATE

pytestmark = pytest.mark.prove

PACE = {
    "OUTBOX_LEASE_SECONDS": "8",
    "OUTBOX_SETTLE_SECONDS": "3",
    "OUTBOX_BACKOFF_SECONDS": "0.5,0.5,1,1,1,1,1,1,1",
    "VENDOR_WORKER_DEADLINE_SECONDS": "2",
    "OUTBOX_DRAIN_SECONDS": "5",
    "WORKERS": "2",
}
KILLING_SECONDS = 40.0
FEWEST_KILLS = 5
# More than gunicorn's main process needs, less than a worker that has loaded the site.
LOADED_BYTES = 45_000_000


@pytest.fixture(scope="module")
def database(django_db_blocker: Any) -> Iterator[postgres.Server]:
    """A migrated PostgreSQL that this module may restart; the test's own connection leads there."""
    if connection.vendor != "postgresql":
        pytest.skip("about PostgreSQL: runs by `make prove NAME=restarts`")
    before = dict(connection.settings_dict)
    # No fsync: processes die here, the machine does not.
    with postgres.server(["fsync=off", "max_connections=120"]) as server, django_db_blocker.unblock():
        where = {"NAME": "postgres", "USER": "throughline", "PASSWORD": server.password, "PORT": server.port}
        connection.close()
        connection.settings_dict.update({"HOST": "127.0.0.1", **where})
        try:
            for command in (["migrate", "--verbosity", "0"], ["createcachetable"]):
                subprocess.run(
                    [sys.executable, "manage.py", *command], cwd=scenario.ROOT, env=scenario.environment(), check=True
                )
            yield server
        finally:
            connection.close()
            connection.settings_dict.update(before)


@pytest.fixture(scope="module")
def site(database: postgres.Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[people.Site]:
    with people.site(tmp_path_factory.mktemp("site"), **PACE, WEB_CONCURRENCY="2") as running:
        victim.lift_the_rate_limit(running.sandbox)
        running.sandbox.fault("spark-hire", "create_interview", "slow_after", times=-1, seconds=0.1)
        yield running


@pytest.fixture(autouse=True)
def _fresh_connection() -> Iterator[None]:
    yield
    if connection.connection is not None:
        connection.close()


# ── What people do, and what is there afterwards ─────────────────────────────────────────────────────────────────────


def sending(application: Application, day: str) -> people.Action:
    return people.Action(
        reverse("spark_hire:request", args=[application.candidate_id, application.pk]),
        {"expires_on": day},
        application.pk,
    )


def canceling(request: InterviewRequest) -> people.Action:
    at = [request.application.candidate_id, request.application_id, request.pk]
    return people.Action(reverse("spark_hire:cancel", args=at), {}, request.pk)


def a_week_on(member: Membership) -> str:
    return (member.company.today() + timedelta(days=7)).isoformat()


def already_sent(site: people.Site, member: Membership, job: Job, count: int) -> list[InterviewRequest]:
    """Requests that the vendor has before anything goes wrong."""
    day = member.company.today() + timedelta(days=7)
    made = [
        services.request_interview(application=scenario.application(job), expires_on=day, by=member)
        for _ in range(count)
    ]
    rows = InterviewRequest.objects.filter(pk__in=[request.pk for request in made])
    assert eventually(lambda: rows.filter(state=State.SENT).count() == count, seconds=60)
    return list(rows.select_related("application", "installation"))


def all_kept(company: Company) -> bool:
    return not OutboxMessage.objects.filter(company=company, state__in=OutboxMessage.OPEN).exists()


def parts_of_sending(application: UUID) -> tuple[int, int, int]:
    """Count an application's requests, its entries that say so, and the messages that send them."""
    requests = [str(pk) for pk in InterviewRequest.objects.filter(application=application).values_list("pk", flat=True)]
    return (
        len(requests),
        NewsfeedEntry.objects.filter(application=application, verb="spark_hire.requested").count(),
        OutboxMessage.objects.filter(topic=CREATE, ordering_key=f"interviews:{application}").count(),
    )


def parts_of_canceling(request: UUID) -> tuple[int, int, int]:
    row = InterviewRequest.objects.get(pk=request)
    return (
        int(row.state == State.CANCELED),
        NewsfeedEntry.objects.filter(subject_id=request, verb="spark_hire.canceled").count(),
        OutboxMessage.objects.filter(topic=CANCEL, ordering_key=f"interviews:{row.application_id}").count(),
    )


def count_at_vendor(site: people.Site) -> Counter[str]:
    rows = [*site.sandbox.call("GET", "/spark-hire/interviews")]
    rows += [row for row in site.sandbox.call("GET", "/spark-hire/interviews?deleted=1") if row not in rows]
    return Counter(row["assigned_to"]["email"] for row in rows)


def check_sent_once(site: people.Site, company: Company) -> str:
    """Compare every request of the company with what the vendor has; return the figures."""
    emails = list(InterviewRequest.objects.filter(company=company).values_list("invited_email", flat=True))
    there = count_at_vendor(site)
    doubled = [email for email in emails if there[email] > 1]
    lost = [email for email in emails if there[email] == 0]
    assert (doubled, lost) == ([], [])
    return f"{len(emails)} requests at the vendor exactly once, 0 doubled, 0 lost"


def check_deliveries(vendor: people.Vendor, installation: Installation) -> str:
    """Compare what was answered 200 with what is stored and read."""
    stored: Counter[int] = Counter()
    unread = 0
    for row in WebhookDelivery.objects.filter(installation=installation):
        said = json.loads(bytes(row.body))
        if "serial" in said:
            stored[said["serial"]] += 1
            unread += row.state != WebhookDelivery.State.PROCESSED
    lost = vendor.acknowledged - set(stored)
    assert (lost, unread) == (set(), 0)
    assert max(stored.values()) == 1
    beyond = len(set(stored) - vendor.acknowledged)
    return (
        f"webhooks: {people.spelled(vendor.outcomes)}; {len(vendor.acknowledged)} answered 200, all stored and read, "
        f"0 lost ({beyond} stored whose answer was cut off)"
    )


# ── (c) a day without a cluster; first, since the site's worker would work for this one's sandbox, too ────────────────


def test_a_day_without_workers(database: postgres.Server, tmp_path: Path) -> None:
    with scenario.sandbox_process(tmp_path, SparkHireSandbox) as sandbox:
        members, jobs = victim.settle_in(sandbox, jobs=1, senders=1)
        (member,), (job,) = members, jobs
        env = scenario.environment(
            **{**PACE, "SPARK_HIRE_BASE_URL": f"{sandbox.url}/spark-hire/v1.0", "WORKER_POLL_SECONDS": "0.2"}
        )
        worker = scenario.running([[sys.executable, "manage.py", "worker"]], env=env, folder=tmp_path)
        tomorrow = member.company.today() + timedelta(days=1)

        def ask(count: int, *, days: int) -> list[UUID]:
            day = tomorrow + timedelta(days=days)
            return [
                services.request_interview(application=scenario.application(job), expires_on=day, by=member).pk
                for _ in range(count)
            ]

        def states(pks: list[UUID]) -> dict[str, int]:
            return dict(Counter(InterviewRequest.objects.filter(pk__in=pks).values_list("state", flat=True)))

        due, later = ask(20, days=0), ask(5, days=5)
        with worker:
            assert eventually(lambda: states(due + later) == {State.SENT: 25}, seconds=60)
        # From here on nobody works; people go on asking and the vendor goes on telling.
        too_late, still_good = ask(10, days=0), ask(10, days=5)
        told = InterviewRequest.objects.get(pk=later[0])
        body = json.dumps({"uuid": told.vendor_id}).encode()
        inbox.store(installation=told.installation, event="InterviewAccepted", body=body, delivery_id=None)
        sandbox.call("POST", "/clock", {"by": 24 * 3600})
        try:
            for schedule in Schedule.objects.all():  # django-q2 goes by the machine's clock, which nobody moves
                schedule.next_run -= timedelta(days=1)
                schedule.save()
            Success.objects.all().delete()
            started = time.monotonic()
            (tmp_path / "again").mkdir()
            with scenario.running([[sys.executable, "manage.py", "worker"]], env=env, folder=tmp_path / "again"):
                due_again = Schedule.objects.filter(next_run__lt=clock.machine_now())
                assert eventually(lambda: not due_again.exists(), seconds=60)
                first_run = time.monotonic() - started
                assert eventually(lambda: states(due + too_late) == {State.EXPIRED: 30}, seconds=30)
                assert eventually(
                    lambda: all_kept(member.company) and states(still_good) == {State.SENT: 10}, seconds=30
                )
            runs = Counter(Success.objects.exclude(group=None).values_list("group", flat=True))
            print("\n(c) a day without workers, then one cluster")
            print(f"  schedules first ran {first_run:.0f} s after the start: {dict(sorted(runs.items()))}")
            print(f"  due: {states(due)}; never sent and too late: {states(too_late)}; "
                  f"never sent and still good: {states(still_good)}")  # fmt: skip
            there = Counter(row["assigned_to"]["email"] for row in sandbox.call("GET", "/spark-hire/interviews"))
            good = InterviewRequest.objects.filter(pk__in=[*due, *later, *still_good])
            print(f"  at the vendor: {len(there)} interviews, each once; nobody was invited too late")
            assert there == Counter(good.values_list("invited_email", flat=True))
            assert set(runs) == set(Schedule.objects.values_list("name", flat=True))
            assert max(runs.values()) <= 2
            expired = NewsfeedEntry.objects.filter(subject_id__in=due + too_late, verb="spark_hire.expired")
            assert expired.count() == 30
            delivery = WebhookDelivery.objects.get(installation=told.installation)
            assert delivery.state == WebhookDelivery.State.PROCESSED
        finally:
            clock.reset()


# ── (a) the database ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_database_restarts_while_people_send_and_webhooks_come_in(
    site: people.Site, database: postgres.Server
) -> None:
    members, jobs = victim.settle_in(site.sandbox, jobs=2, senders=3)
    installation = Installation.objects.get(company=members[0].company)
    known = already_sent(site, members[0], jobs[0], 5)
    day = a_week_on(members[0])
    shares = [[sending(scenario.application(jobs[n % 2]), day) for n in range(30)] for _ in members]
    persons = [people.Person(site.port, member) for member in members]
    vendor = people.Vendor(site.port, installation, "InterviewAccepted", [{"uuid": one.vendor_id} for one in known])
    over: list[bool] = []
    connection.close()

    def send_all(person: people.Person, actions: Sequence[people.Action]) -> None:
        for action in actions:
            # A person sees the error page and tries again; 409 says that it was done the first time.
            while person.do(action) not in (*people.ACKNOWLEDGED, 409):
                time.sleep(0.2)
            time.sleep(0.4)

    def deliver() -> None:
        while not over:
            vendor.deliver()
            time.sleep(0.1)

    told: list[str] = []
    with people.busy(*map(partial(partial, send_all), persons, shares), deliver) as still:
        for manner in ("fast", "immediate"):
            time.sleep(3)
            told.append(away_and_back(site, database, manner))
        while any(action.outcomes == [] for actions in shares for action in actions) and still():
            time.sleep(0.2)
        over.append(True)
    settled = people.waited_for(partial(all_kept, members[0].company), seconds=60)

    actions = [action for share in shares for action in share]
    print("\n(a) PostgreSQL restarted under load")
    for line in told:
        print(f"  {line}")
    outcomes = [outcome for action in actions for outcome in action.outcomes]
    print(f"  Send: {people.spelled(outcomes)}")
    print(f"  everything kept {settled:.1f} s after the last action")
    print(f"  {check_sent_once(site, members[0].company)}")
    print(f"  {check_deliveries(vendor, installation)}")
    assert [parts_of_sending(action.subject) for action in actions] == [(1, 1, 1)] * len(actions)
    states = InterviewRequest.objects.filter(application__in=[action.subject for action in actions])
    assert set(states.values_list("state", flat=True)) == {State.SENT}


def away_and_back(site: people.Site, database: postgres.Server, manner: str) -> str:
    """Stop the database for a while; return how web and worker took it. Nobody helps them."""
    workers = site.processes("manage.py worker")
    connection.close()
    stopped = time.monotonic()
    database.stop(immediately=manner == "immediate")
    assert site.says("/healthz") == 200
    assert site.says("/readyz") == 503
    assert site.says("/healthz/worker") == 503
    away = time.monotonic() - stopped
    database.start()
    back = clock.machine_now()
    ready = people.waited_for(lambda: site.says("/readyz") == 200, seconds=15)
    kept = OutboxMessage.objects.filter(finished_at__gt=back)
    first = people.waited_for(kept.exists, seconds=30)
    touched_after = first + people.waited_for(lambda: (heartbeat.last() or back) > back, seconds=60)
    assert site.says("/healthz/worker") == 200
    connection.close()
    same = site.processes("manage.py worker")[:1] == workers[:1]
    return (
        f"{manner}: away {away:.1f} s (/healthz 200, /readyz 503, /healthz/worker 503); back: /readyz 200 after "
        f"{ready:.1f} s, next message finished after {first:.1f} s, next heartbeat after {touched_after:.1f} s, "
        f"by {'the same' if same else 'a restarted'} cluster"
    )


# ── (b) the web server ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_web_server_is_killed_while_people_send_and_cancel(site: people.Site) -> None:
    members, jobs = victim.settle_in(site.sandbox, jobs=2, senders=4)
    installation = Installation.objects.get(company=members[0].company)
    known = already_sent(site, members[0], jobs[0], 20)
    day = a_week_on(members[0])
    persons = [people.Person(site.port, member) for member in members]
    vendor = people.Vendor(site.port, installation, "InterviewAccepted", [{"uuid": one.vendor_id} for one in known])
    sends = [sending(scenario.application(jobs[n % 2]), day) for n in range(100)]
    cancels = [canceling(request) for request in known]
    actions = [*sends, *cancels]
    random.shuffle(actions)
    over: list[bool] = []
    connection.close()

    def do_all(person: people.Person, mine: Sequence[people.Action]) -> None:
        for action in mine:
            while person.do(action) == people.REFUSED:  # nobody was there, so nothing was asked
                time.sleep(0.1)
            time.sleep(random.uniform(0, 0.6))

    def deliver() -> None:
        while not over:
            vendor.deliver()
            time.sleep(0.05)

    kills: Counter[str] = Counter()
    jobs_of = [partial(do_all, person, actions[number :: len(persons)]) for number, person in enumerate(persons)]
    until = time.monotonic() + KILLING_SECONDS
    at_last = until + 60  # for a machine that is busy with other things
    with people.busy(*jobs_of, deliver):
        while (now := time.monotonic()) < until or (sum(kills.values()) < FEWEST_KILLS and now < at_last):
            time.sleep(random.uniform(0, 0.5))
            main, *workers = site.processes("gunicorn") or [0]
            serving = [pid for pid in workers if people.memory_of(pid) > LOADED_BYTES]
            if len(serving) < 2:  # else nobody would be served for long, and there would be little to cut off
                continue
            if sum(kills.values()) % 5 == 4 and kills["main process"] < 2:
                kills["main process"] += people.kill(main)
            else:
                kills["worker"] += people.kill(random.choice(serving))
        while not all(action.outcomes and action.outcomes[-1] != people.REFUSED for action in actions):
            time.sleep(0.2)
        over.append(True)
    people.waited_for(lambda: site.says("/readyz") == 200, seconds=30)
    people.waited_for(partial(all_kept, members[0].company), seconds=90)

    print("\n(b) gunicorn killed with SIGKILL while people act")
    print(f"  kills: {dict(kills)}")
    for name, mine, parts in (("Send", sends, parts_of_sending), ("Cancel", cancels, parts_of_canceling)):
        whole = nothing = 0
        for action in mine:
            found = parts(action.subject)
            assert found == (1, 1, 1) or (found == (0, 0, 0) and not action.acknowledged), (name, action, found)
            whole += found == (1, 1, 1) and not action.acknowledged
            nothing += found == (0, 0, 0)
        done = sum(action.acknowledged for action in mine)
        outcomes = people.spelled([outcome for action in mine for outcome in action.outcomes])
        print(f"  {name}: {outcomes}; {done} acknowledged, each there once; "
              f"of the others {whole} there whole, {nothing} not at all, 0 in part")  # fmt: skip
    print(f"  {check_sent_once(site, members[0].company)}")
    print(f"  {check_deliveries(vendor, installation)}")
    assert sum(kills.values()) >= FEWEST_KILLS
    assert people.BROKEN in [*vendor.outcomes, *(outcome for action in actions for outcome in action.outcomes)]


# ── (d) the workers ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_supervisor_restarts_a_killed_worker(site: people.Site) -> None:
    main, *rest = site.processes("manage.py worker")
    killed_at = clock.machine_now()
    assert people.kill(main)

    waited = people.waited_for(lambda: (heartbeat.last() or killed_at) > killed_at, seconds=60)

    now = site.processes("manage.py worker")
    print(f"\n(d) the worker's main process killed: the next one finished a task {waited:.1f} s later, 0 orphans")
    assert not {main, *rest} & set(now)
    assert site.says("/healthz/worker") == 200
    assert "the background worker stopped unexpectedly (exit code 137); starting it again" in site.log.read_text()
