"""Requests sent while their workers are killed, and what was left of them here and at the vendor."""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from integrations.requests.models import VendorRequest
from newsfeed.models import NewsfeedEntry
from recruiting.outbox import queue
from recruiting.outbox.models import OutboxMessage
from tests.faults import kill_points
from tests.faults.scenario import Sandbox, environment, running, sandbox_process
from tests.faults.victim import Victim


@dataclass(frozen=True)
class Pace:
    """How fast a run goes; in production each of these is minutes.

    A POST whose answer is slow gives the reaper time to strike; some commit so late that the client has long gone.
    `deadline` < `lease`, and only with a `settle` that ends after the vendor's commit may nothing be doubled. A control
    does without: there the late ones commit when they are asked for again, so that it fails on any machine.
    """

    lease: float
    deadline: float
    settle: float
    answer_delay: float
    commit_delay: float
    late_commits: int
    late: str = "commit_delay"
    backoff: str = "0.5,0.5,1,1,1,1,1,1,1"


@dataclass(frozen=True)
class Outcome:
    """What a run left behind.

    A request is lost when it is neither followed to what is at the vendor nor shown as uncertain; a stranger is what
    the vendor has and nobody here asked for, or follows, or is asked to look for.
    """

    kills: Counter[str]
    posts: Counter[str]
    duplicates: int
    lost: int
    strangers: int
    uncertain: int
    entries: Counter[str]
    states: Counter[str]
    attempts: int
    seconds: float

    @property
    def posted_again(self) -> int:
        """How many POSTs were not the first one for their candidate."""
        return self.posts.total() - len(self.posts)

    def __str__(self) -> str:
        lines = [f"  {self.kills[point]:>4} kills {point}" for point in kill_points.POINTS]
        asked = f"{self.attempts} attempts, {self.posts.total()} POSTs ({self.posted_again} again)"
        lines.append(f"  {sum(self.states.values())} requests {dict(self.states)}, {asked}")
        found = f"{self.duplicates} duplicates, {self.lost} lost, {self.uncertain} uncertain"
        lines.append(f"  {found}, in {self.seconds:.0f} s")
        return "\n".join(lines)


def run(
    victim: Victim,
    *,
    folder: Path,
    requests: int,
    per_point: int,
    chance: float,
    pace: Pace,
    workers: list[list[str]],
    seconds: float,
) -> Outcome:
    """Send requests while workers are killed; return what was left when every message was processed, or time was up.

    Args:
        victim: whose requests.
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
    with sandbox_process(folder, victim.double) as sandbox:
        way = victim.begin(sandbox)
        create = (victim.double.slug, victim.create_operation)
        sandbox.fault(*create, "slow_after", times=-1, seconds=pace.answer_delay)
        sandbox.fault(*create, pace.late, times=pace.late_commits, seconds=pace.commit_delay)
        sent = victim.send(sandbox, requests=requests)
        env = environment(
            **way,
            OUTBOX_LEASE_SECONDS=str(pace.lease),
            OUTBOX_SETTLE_SECONDS=str(pace.settle),
            OUTBOX_BACKOFF_SECONDS=pace.backoff,
            VENDOR_WORKER_DEADLINE_SECONDS=str(pace.deadline),
            KILL_FOLDER=str(kills),
            KILLS_PER_POINT=str(per_point),
            KILL_CHANCE=str(chance),
            KILL_VICTIM=f"{type(victim).__module__}.{type(victim).__qualname__}",
            KILL_LISTED_AT=f"{sandbox.url}/__sandbox__/{victim.double.slug}/{victim.listed_at}",
        )
        with running(workers, env=env, folder=folder):
            _until(lambda: _all_kept(victim), seconds=seconds, meanwhile=_notify_worker)
        if pace.late == "commit_delay":
            time.sleep(pace.commit_delay)  # whoever still commits at the vendor has done so now
        return _outcome(victim, sandbox, sent, kills=kills, seconds=time.monotonic() - started)


def _outcome(
    victim: Victim, sandbox: Sandbox, sent: Sequence[VendorRequest], *, kills: Path, seconds: float
) -> Outcome:
    there = victim.at_vendor(sandbox)
    numbers, of_person = {number for number, _ in there}, Counter(email for _, email in there)
    ids = [request.pk for request in sent]
    rows = list(victim.flow.model.objects.filter(pk__in=ids).values_list("invited_email", "vendor_id", "state"))  # type: ignore[attr-defined]
    shown = {email for email, _, state in rows if state == "uncertain"}
    followed = {email: number for email, number, _ in rows if email not in shown}
    verbs = NewsfeedEntry.objects.filter(subject_id__in=ids)
    return Outcome(
        kills=kill_points.counted(kills),
        posts=kill_points.posted(kills),
        duplicates=sum(count - 1 for count in of_person.values()),
        lost=sum(1 for email, number in followed.items() if of_person[email] == 0 or number not in numbers),
        strangers=sum(1 for number, email in there if email not in shown and followed.get(email) != number),
        uncertain=len(shown),
        entries=Counter(verbs.values_list("verb", flat=True)),
        states=Counter(state for _, _, state in rows),
        attempts=sum(OutboxMessage.objects.filter(topic=victim.create_topic).values_list("attempts", flat=True)),
        seconds=seconds,
    )


def _all_kept(victim: Victim) -> bool:
    return not OutboxMessage.objects.filter(topic=victim.create_topic, state__in=OutboxMessage.OPEN).exists()


def _notify_worker() -> None:
    # The minute's sweep, every half second.
    from django_q.models import OrmQ

    if OrmQ.objects.count() < 20:
        queue.notify_worker()


def _until(holds: Callable[[], bool], *, seconds: float, meanwhile: Callable[[], None]) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not holds():
        meanwhile()
        time.sleep(0.5)
