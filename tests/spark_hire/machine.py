"""The model test's machine: everything that people, vendor, workers and time do to video interview requests.

Its oracle is `states.TABLE`. Every commit is watched: a change of state must be a step of the table, caused by what
the vendor last said where the step is the vendor's, and must be followed by exactly its newsfeed entry. When all has
come to rest, the table must have nothing left to do for what the vendor really has.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from typing import Any, ClassVar
from unittest.mock import patch

import time_machine
from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_save
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies._internal.featureflags import FeatureFlags

from integrations import background, credentials, inbox, installations
from integrations.models import Credential, Installation
from integrations.spark_hire import blockers, connection, deliveries, expiry, interviews, promises
from integrations.spark_hire.entries import KINDS, NotCanceled
from integrations.spark_hire.models import InterviewRequest, JobLink
from integrations.spark_hire.states import AT_VENDOR, HOLDING, TABLE, Entry, Event, State, Step, step
from newsfeed.models import NewsfeedEntry
from recruiting.base import clock
from recruiting.base.background import outbox, queue, worker
from recruiting.base.background.models import OutboxMessage
from recruiting.base.background.outbox import Delivery, Handler
from recruiting.base.errors import RecruitingError
from recruiting.companies import services as companies
from tests import factories
from tests.spark_hire.fake_vendor import MEANS, OPEN, Client, Killed, Made, Vendor

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
VERBS = {kind.verb: entry for entry, kind in KINDS.items()}
# What the vendor's own word brings; everything else people, workers and our clock do.
SEEN = frozenset(event for event in Event if event.value.startswith("seen_"))
# An entry of its own, where no state changes.
WITHOUT_CHANGE = frozenset({Entry.RESCHEDULED})
RECONCILED_FOR = timedelta(days=2)

rules: Counter[str] = Counter()
taken: Counter[str] = Counter()

picks = st.integers(min_value=0, max_value=11)


def entries_after(events: list[tuple[str, Any, Any]], position: int) -> list[Entry]:
    """Return the entries that follow a position of the log, up to the next change of state."""
    return [detail for _, detail, _ in takewhile(lambda event: event[0] == "entry", events[position:])]


class InterviewMachine(RuleBasedStateMachine):
    """One company with three applications and three senders; the first is a vendor's admin and Primary User."""

    house: ClassVar[tuple[Any, Any, list[Any], Any] | None] = None

    def __init__(self) -> None:
        super().__init__()
        # Hypothesis leaves some rules out of each run, at random; here each is to be run often, in every company.
        self._rules_strategy.enabled_rules_strategy = st.just(FeatureFlags())
        self.patches: list[Any] = []
        self.states: dict[Any, str] = {}
        self.log: dict[Any, list[tuple[str, Any, Any]]] = defaultdict(list)
        self.kill_at = ""
        self.travel = time_machine.travel(START, tick=False)
        self.vendor = Vendor(time=self.travel.start())

    # ── The house ────────────────────────────────────────────────────────────────────────────────────────────────────
    @initialize()
    def move_in(self) -> None:
        # What the run before left behind would be swept and reconciled with this one's.
        for left in (OutboxMessage, InterviewRequest, NewsfeedEntry, JobLink, Installation):
            left.objects.all().delete()
        self._patch()
        self.company, self.boss, self.members, self.job = self.house or self.build()
        self.installation: Installation = factories.InstallationFactory(company=self.company, integration=blockers.SLUG)
        self.vendor.admins = {self.members[0].user.email}
        for member in self.members:
            companies.reactivate(membership=member, by=self.boss)
            credentials.keep_issued(installation=self.installation, member=member, secret=self._issue(member))
        JobLink.objects.create(
            company=self.company,
            installation=self.installation,
            job=self.job,
            state=JobLink.State.LINKED,
            vendor_job_id="job",
            question_set_id="questions",
        )
        self.applications = [factories.ApplicationFactory(job=self.job) for _ in range(3)]
        self._send(0, 0, 3)
        self._send(1, 1, 2)
        self._drain()
        self._send(2, 2, 3)

    @classmethod
    def build(cls) -> tuple[Any, Any, list[Any], Any]:
        """Make the company once for all runs of a test; its requests, keys and links are new in each."""
        company = factories.CompanyFactory(time_zone="America/New_York")
        factories.CompanyFeatureFactory(company=company, feature=blockers.SLUG)
        members = [factories.administrator(company) for _ in range(3)]
        cls.house = (company, factories.administrator(company), members, factories.JobFactory(company=company))
        return cls.house

    def _patch(self) -> None:
        noted, written = interviews.created, interviews._created

        def created(*args: Any, **kwargs: Any) -> InterviewRequest:
            if self._dies("after the answer"):
                raise Killed
            result = noted(*args, **kwargs)
            if self._dies("after our commit"):
                raise Killed
            return result

        def _created(*args: Any, **kwargs: Any) -> None:
            written(*args, **kwargs)
            if self._dies("inside our commit"):
                raise Killed

        def send(delivery: Delivery) -> None:
            self.vendor.sending = str(delivery.payload["request"])
            deliveries.send(delivery)

        handlers = {**outbox._handlers, promises.CREATE: Handler(run=send, on_dead=deliveries.send_failed)}
        self.patches = [
            patch.object(connection, "client_for", lambda key, deadline_seconds: Client(self.vendor, key.secret)),
            patch.object(interviews, "created", created),
            patch.object(interviews, "_created", _created),
            patch.object(outbox, "_handlers", handlers),
            patch.object(queue, "ring", lambda: None),
        ]
        for each in self.patches:
            each.start()
        post_save.connect(self._saved, sender=InterviewRequest, weak=False)
        post_save.connect(self._told, sender=NewsfeedEntry, weak=False)

    def teardown(self) -> None:
        try:
            if self.patches:
                self._come_to_rest()
        finally:
            post_save.disconnect(self._saved, sender=InterviewRequest)
            post_save.disconnect(self._told, sender=NewsfeedEntry)
            for each in reversed(self.patches):
                each.stop()
            self.travel.stop()
            cache.clear()

    def _dies(self, point: str) -> bool:
        if self.kill_at != point:
            return False
        self.kill_at = ""
        return True

    def _issue(self, member: Any) -> str:
        """Let the vendor give a member a new key; the old one stops working."""
        self._revoke(member)
        key = f"key-{next(self.vendor.numbers):06d}"
        self.vendor.users[key] = member.user.email
        return key

    def _revoke(self, member: Any) -> None:
        for key in [key for key, user in self.vendor.users.items() if user == member.user.email]:
            del self.vendor.users[key]

    # ── Watching every commit ────────────────────────────────────────────────────────────────────────────────────────
    def _saved(self, instance: InterviewRequest, **_: Any) -> None:
        pk, after, number, until = instance.pk, str(instance.state), instance.vendor_id, instance.expires_at
        transaction.on_commit(lambda: self._committed(pk, after, number, until))

    def _committed(self, pk: Any, after: str, number: str, until: datetime) -> None:
        before = self.states.get(pk)
        self.states[pk] = after
        if before is None:
            assert after == State.QUEUED
            self.log[pk].append(("created", None, None))
        elif before != after:
            self.log[pk].append(("state", (State(before), State(after)), self.vendor.answers.get(number)))

    def _told(self, instance: NewsfeedEntry, **_: Any) -> None:
        pk, entry = instance.subject_id, VERBS.get(instance.verb)
        if entry is not None:
            transaction.on_commit(lambda: self.log[pk].append(("entry", entry, None)))

    @contextmanager
    def _acting(self, name: str) -> Iterator[None]:
        """Count a rule, forgive what the services refuse with a sentence, and judge what was committed."""
        rules[name] += 1
        try:
            yield
        except RecruitingError:
            taken[f"{name}: refused"] += 1
        self.vendor.tick()
        self._judge()

    def _judge(self) -> None:
        for _pk, events in self.log.items():
            position = 0
            while position < len(events):
                what, detail, answer = events[position]
                position += 1
                if what == "created":
                    assert entries_after(events, position)[:1] == [Entry.REQUESTED], "a new request says so once"
                    position += 1
                elif what == "state":
                    steps = self._explained(*detail, answer)
                    assert steps, f"{detail} is no step of the table after the vendor said {answer}"
                    position += self._entries_of(steps, detail, entries_after(events, position))
                    taken[f"{detail[0]} → {detail[1]}"] += 1
                else:
                    assert detail in WITHOUT_CHANGE, f"{detail} was told and nothing changed"
        self.log.clear()

    def _entries_of(self, steps: list[Step], change: Any, follow: list[Entry]) -> int:
        """Return how many of the entries that follow a change of state are those of one of its steps."""
        wanted = {found.entries for found in steps}
        if (Entry.RESET,) in wanted:
            wanted.add((Entry.RESCHEDULED,))
        for entries in sorted(wanted, key=len, reverse=True):
            if tuple(follow[: len(entries)]) == entries:
                return len(entries)
        raise AssertionError(f"{change} came with {follow}, not with one of {wanted}")

    def _explained(self, before: State, after: State, answer: Event | None) -> list[Step]:
        """Return the steps that may have led from one state to the other, given the vendor's last word."""
        return [
            found
            for (state, event), found in TABLE.items()
            if state == before and found.to == after and (event not in SEEN or event == answer)
        ]

    # ── People at the company ────────────────────────────────────────────────────────────────────────────────────────
    def _request(self, pick: int) -> InterviewRequest | None:
        """Return one of the latest requests, or None before there is any."""
        rows = list(InterviewRequest.objects.filter(company=self.company).order_by("-id")[:8])
        return rows[pick % len(rows)] if rows else None

    @rule(pick=picks, who=picks, days=st.integers(min_value=1, max_value=4))
    def send(self, pick: int, who: int, days: int) -> None:
        with self._acting("send"):
            self._send(pick, who, days)

    @rule(pick=picks, who=picks, days=st.integers(min_value=1, max_value=4))
    def send_and_work(self, pick: int, who: int, days: int) -> None:
        with self._acting("send and work"):
            self._send(pick, who, days)
            self._drain()

    def _send(self, pick: int, who: int, days: int) -> None:
        interviews.request_interview(
            application=self.applications[pick % 3],
            expires_on=self.company.today() + timedelta(days=days),
            by=self._member(who),
        )

    @precondition(lambda self: self.states)
    @rule(pick=picks, who=picks)
    def cancel(self, pick: int, who: int) -> None:
        with self._acting("cancel"):
            self._cancel(pick, who)

    def _cancel(self, pick: int, who: int) -> None:
        request = self._request(pick)
        if request is not None:
            interviews.cancel(request=request, by=self._member(who))

    @precondition(lambda self: self.states)
    @rule(pick=picks, who=picks)
    def try_again(self, pick: int, who: int) -> None:
        with self._acting("try again"):
            failed = InterviewRequest.objects.filter(company=self.company, state=State.FAILED).order_by("-id").first()
            request = failed or self._request(pick)
            if request is not None:
                day = self.company.today() + timedelta(days=2)
                interviews.try_again(request=request, by=self._member(who), expires_on=day)

    def _member(self, who: int) -> Any:
        member = self.members[who % 3]
        member.refresh_from_db()
        return member

    # ── Candidates and people at the vendor ──────────────────────────────────────────────────────────────────────────
    def _made(self, pick: int, *statuses: str) -> Made | None:
        rows = [made for made in self.vendor.interviews.values() if not made.deleted and made.status in statuses]
        return rows[-1 - pick % len(rows)] if rows else None

    def _has(self, *statuses: str) -> bool:
        return self._made(0, *statuses) is not None

    @precondition(lambda self: self._has(*OPEN, "Expired"))
    @rule(pick=picks, choice=picks)
    def candidate_moves(self, pick: int, choice: int) -> None:
        with self._acting("candidate moves"):
            made = self._made(pick, *OPEN, "Expired")
            assert made is not None
            acts = {
                "Requested": ["accept", "accept", "start", "complete", "decline"],
                "Accepted": ["start", "start", "complete", "decline"],
                "In Progress": ["complete", "complete", "decline"],
                "Expired": ["complete in time and tell late"],
            }[made.status]
            act = acts[choice % len(acts)]
            taken[f"candidate moves: {act}"] += 1
            if act == "accept":
                self._move(made, "Accepted", "InterviewAccepted")
            elif act == "start":
                self._move(made, "In Progress", "")
            elif act == "decline":
                self._move(made, "Canceled", "")
            else:
                made.completed_at = min(clock.now(), made.deadline - timedelta(minutes=1))
                self._move(made, "Completed", "InterviewCompleted")

    def _complete(self, pick: int) -> None:
        made = self._made(pick, *OPEN)
        if made is not None:
            made.completed_at = clock.now()
            self._move(made, "Completed", "InterviewCompleted")

    def _extend(self, pick: int, days: int) -> None:
        made = self._made(pick, "Expired") or self._made(pick, *OPEN)
        if made is not None:
            # Also an open one: it may expire by our clock before we hear of it.
            made.deadline, made.stirred = clock.now() + timedelta(days=days, hours=5), True
            if made.status == "Expired":
                made.status = "Requested"
            self.vendor.hint("InterviewRescheduled", made)

    @precondition(lambda self: self._has(*OPEN, "Expired", "Completed"))
    @rule(pick=picks, days=st.integers(min_value=1, max_value=3))
    def vendor_gives_another_chance(self, pick: int, days: int) -> None:
        with self._acting("vendor extends or resets"):
            made = self._made(pick, "Completed")
            if made is None or pick % 3 == 0:
                taken["vendor extends"] += 1
                self._extend(pick, days)
                return
            taken["vendor resets"] += 1
            made.completed_at, made.stirred = None, True
            if made.deadline <= clock.now():
                made.deadline = clock.now() + timedelta(days=7)
            self._move(made, "Requested", "InterviewReset")

    @precondition(lambda self: self._has(*MEANS))
    @rule(pick=picks)
    def vendor_deletes(self, pick: int) -> None:
        with self._acting("vendor deletes"):
            made = self._made(pick, *MEANS)
            assert made is not None
            made.deleted = True
            self.vendor.hint("InterviewDeleted", made)

    def _move(self, made: Made | None, status: str, event: str) -> None:
        if made is not None:
            made.status = status
            if event:
                self.vendor.hint(event, made)
            else:
                made.unheard = True  # no event tells of it; a look finds out

    # ── Webhooks ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def _deliver(self, event: str, number: str) -> None:
        inbox.store(
            installation=self.installation, event=event, body=f'{{"uuid": "{number}"}}'.encode(), delivery_id=None
        )

    @precondition(lambda self: self.vendor.hints)
    @rule(pick=picks, at_once=st.booleans())
    def webhook_arrives(self, pick: int, at_once: bool) -> None:
        with self._acting("webhook arrives, in any order"):
            self._deliver(*self.vendor.hints.pop(pick % len(self.vendor.hints)))
            if at_once:
                self._drain()

    @precondition(lambda self: self.vendor.hints)
    @rule(pick=picks, at_once=st.booleans())
    def webhook_arrives_twice(self, pick: int, at_once: bool) -> None:
        with self._acting("webhook arrives twice"):
            self._deliver(*self.vendor.hints[pick % len(self.vendor.hints)])
            if at_once:
                self._drain()

    @precondition(lambda self: self.vendor.hints)
    @rule(pick=picks)
    def webhook_is_lost(self, pick: int) -> None:
        with self._acting("webhook is lost"):
            _, number = self.vendor.hints.pop(pick % len(self.vendor.hints))
            self.vendor.interviews[number].unheard = True

    # ── Workers ──────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule()
    def work(self) -> None:
        with self._acting("work"):
            self._drain()

    @rule(
        operation=st.sampled_from(["create", "create", "create", "create", "get", "delete", "list", "*"]),
        kind=st.sampled_from(["unavailable", "no answer", "late, no answer", "rate limited", "rejected"]),
    )
    def work_with_a_fault(self, operation: str, kind: str) -> None:
        with self._acting("work with a fault"):
            self.vendor.faults = [(operation, kind)]
            self._drain()

    @rule(
        operation=st.sampled_from(["create", "create", "get", "delete", "list", "*"]),
        kind=st.sampled_from(["kill before", "kill after", "late, kill"]),
    )
    def work_and_die_in_a_call(self, operation: str, kind: str) -> None:
        with self._acting("work and die in a call"):
            self.vendor.faults = [(operation, kind)]
            self._drain()

    @rule(point=st.sampled_from(["after the answer", "inside our commit", "after our commit"]))
    def work_and_die_with_the_answer(self, point: str) -> None:
        with self._acting("work and die with the answer"):
            self.kill_at = point
            self._drain()

    @rule(
        act=st.sampled_from(["cancel", "complete", "extend", "replace key", "sweep", "webhook", "deactivate"]),
        pick=picks,
        who=picks,
    )
    def work_while_something_happens(self, act: str, pick: int, who: int) -> None:
        acts: dict[str, Callable[[], Any]] = {
            "cancel": lambda: self._cancel(pick, who),
            "complete": lambda: self._complete(pick),
            "extend": lambda: self._extend(pick, 2),
            "replace key": lambda: self._replace_key(who),
            "sweep": lambda: self._to_midnight(),
            "webhook": lambda: self.vendor.hints and self._deliver(*self.vendor.hints.pop(0)),
            "deactivate": lambda: companies.deactivate(membership=self._member(who), by=self.boss),
        }

        def quietly() -> None:
            with suppress(RecruitingError):
                acts[act]()

        with self._acting("work while something happens"):
            self.vendor.meanwhile = quietly
            self._drain()

    def _drain(self) -> None:
        # Work goes on some time after it was promised.
        self.vendor.time.shift(1)
        try:
            worker.drain()
        except Killed:
            taken["killed"] += 1
        self.vendor.faults, self.vendor.meanwhile, self.kill_at = [], None, ""

    # ── Time ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(minutes=st.sampled_from([1, 3, 5, 10, 45, 150]))
    def time_passes(self, minutes: int) -> None:
        with self._acting("time passes"):
            self.vendor.time.shift(timedelta(minutes=minutes))

    @precondition(lambda self: self._has(*OPEN))
    @rule()
    def midnight_comes(self) -> None:
        with self._acting("midnight comes"):
            self._to_midnight()

    def _to_midnight(self) -> None:
        deadline = (
            InterviewRequest.objects.filter(company=self.company, state__in=[State.QUEUED, *AT_VENDOR])
            .order_by("expires_at")
            .values_list("expires_at", flat=True)
            .first()
        )
        if deadline is not None and deadline > clock.now():
            self.vendor.time.move_to(deadline)
            self.vendor.tick()
        self._sweep()

    def _sweep(self) -> None:
        """Run the sweep, which changes rows in bulk, so that its commits are read from before and after."""
        now = clock.now()
        due = set(InterviewRequest.objects.due(now).values_list("pk", flat=True))
        told = Counter(self._expired_entries(due))
        assert expiry.expire_due(now) == len(due)
        for pk in due:
            assert TABLE[State(self.states[pk]), Event.MIDNIGHT].to == State.EXPIRED
            self.states[pk] = State.EXPIRED
            taken["swept"] += 1
        assert Counter(self._expired_entries(due)) - told == Counter(due)
        assert set(InterviewRequest.objects.filter(pk__in=due).values_list("state", flat=True)) <= {State.EXPIRED}

    def _expired_entries(self, requests: set[Any]) -> list[Any]:
        verb = KINDS[Entry.EXPIRED].verb
        return list(
            NewsfeedEntry.objects.filter(subject_id__in=requests, verb=verb).values_list("subject_id", flat=True)
        )

    @rule()
    def reconcile(self) -> None:
        with self._acting("reconcile"):
            self.vendor.time.shift(timedelta(hours=2, minutes=1))
            self.vendor.tick()
            background.reconcile()

    # ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(who=picks)
    def key_is_revoked(self, who: int) -> None:
        with self._acting("key is revoked"):
            self._revoke(self.members[who % 3])

    @rule(who=picks)
    def key_is_replaced(self, who: int) -> None:
        with self._acting("key is replaced"):
            self._replace_key(who)

    def _replace_key(self, who: int) -> None:
        member = self._member(who)
        key = self._issue(member)
        credentials.save_key(installation=self.installation, member=member, secret=key, by=self.boss)

    @rule(who=picks)
    def sender_leaves_or_comes_back(self, who: int) -> None:
        with self._acting("sender leaves or comes back"):
            member = self._member(who)
            if member.is_active and who % 2:
                companies.deactivate(membership=member, by=self.boss)
            else:
                companies.reactivate(membership=member, by=self.boss)

    @rule(who=picks)
    def primary_changes(self, who: int) -> None:
        with self._acting("primary changes"):
            key = Credential.objects.get(installation=self.installation, membership=self.members[who % 3])
            installations.choose_primary(installation=self.installation, credential=key, by=self.boss)

    # ── What always holds ────────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def holds(self) -> None:
        rows = list(InterviewRequest.objects.filter(company_id=getattr(getattr(self, "company", None), "pk", None)))
        holding = Counter(row.application_id for row in rows if row.state in HOLDING and not row.is_superseded)
        assert not holding or max(holding.values()) == 1, "two requests hold one application"
        owners = {row.vendor_id: row for row in rows if row.vendor_id}
        for row in rows:
            if row.state in AT_VENDOR or row.state == State.COMPLETED or row.sent_at is not None:
                assert row.vendor_id in self.vendor.interviews, f"{row.state} without an interview at the vendor"
            assert row.state == self.states[row.pk], "a state changed that nobody saw"
        # What was deleted at the vendor before we could find it is rightly asked for again.
        made = Counter(made.asked_for_by for made in self.vendor.interviews.values() if not made.deleted)
        assert not made or max(made.values()) == 1, "one request was created twice at the vendor"
        # Somebody read that it was not canceled at the vendor, since nobody's key could see to it.
        told = set(NewsfeedEntry.objects.filter(verb=NotCanceled.verb).values_list("subject_id", flat=True))
        alive: dict[str, list[str]] = defaultdict(list)
        for each in self.vendor.interviews.values():
            owner = owners.get(each.id)
            excused = each.stirred or (
                owner is not None and (owner.is_superseded or owner.cancel_pending or owner.pk in told)
            )
            if each.is_alive and not excused:
                alive[each.email].append(each.id)
        assert all(len(ids) < 2 for ids in alive.values()), f"two interviews of one person are alive: {dict(alive)}"

    # ── What holds in the end ────────────────────────────────────────────────────────────────────────────────────────
    def _come_to_rest(self) -> None:
        """Mend what is broken, let every webhook arrive and every promise be kept; then compare with the vendor."""
        self._judge()
        for member in self.members:
            companies.reactivate(membership=member, by=self.boss)
            key = Credential.objects.get(installation=self.installation, membership=member)
            if self.vendor.users.get(key.secret) is None or key.state != Credential.State.ACCEPTED:
                self._replace_key(self.members.index(member))
        for hint in self.vendor.hints:
            self._deliver(*hint)
        self.vendor.hints.clear()
        for _ in range(14):
            self._drain()
            if not OutboxMessage.objects.filter(state__in=OutboxMessage.OPEN).exists():
                break
            self.vendor.time.shift(timedelta(minutes=70))
            self.vendor.tick()
            self._sweep()
        background.reconcile()
        self._drain()
        self.vendor.time.shift(timedelta(hours=2, minutes=1))
        self.vendor.tick()
        self._sweep()
        background.reconcile()
        self._drain()
        self._judge()
        self.holds()

        left = OutboxMessage.objects.filter(state__in=OutboxMessage.OPEN)
        assert not left.exists(), [(m.topic, m.state, m.error, m.attempts) for m in left]
        rows = list(InterviewRequest.objects.filter(company=self.company))
        owners = {row.vendor_id for row in rows}
        for made in self.vendor.interviews.values():
            given_up = made.asked_for_by in self._given_up()
            assert made.id in owners or made.deleted or given_up, f"nobody follows {made}"
        for row in rows:
            assert row.state != State.QUEUED or row.matches, "a request was lost"
            assert not row.cancel_pending, "the vendor was never told of a cancel"
            if row.vendor_id:
                self._agrees(row, self.vendor.interviews[row.vendor_id])

    def _given_up(self) -> set[str]:
        """Return the requests that a person was told to look at, after the last try."""
        dead = OutboxMessage.objects.filter(
            state=OutboxMessage.State.DEAD, topic__in=[promises.CREATE, promises.CANCEL]
        )
        return {message.payload["request"] for message in dead}

    def _agrees(self, row: InterviewRequest, made: Made) -> None:
        """The vendor's truth would change nothing any more."""
        watched = row.state in AT_VENDOR or (
            row.state == State.EXPIRED and row.closed_at is not None and clock.now() - row.closed_at < RECONCILED_FOR
        )
        if made.unheard and not watched:
            return  # told once, lost, and too long ago to be asked about
        truth = Event.SEEN_GONE if made.deleted else MEANS[made.status]
        live = row.expires_at > clock.now() and not row.cancel_pending
        more = step(State(row.state), truth, live=live)
        assert more is None, f"{row.state} here, {truth} at the vendor: {more} is still to be done"
        if made.status == "Completed" and not made.deleted:
            assert row.state == State.COMPLETED
