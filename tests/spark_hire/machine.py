"""The model test's machine: everything that people, vendor, workers and time do to video interview requests.

What must hold meanwhile and in the end is in invariants.py.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from unittest.mock import patch

import time_machine
from django.core.cache import cache
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies._internal.featureflags import FeatureFlags

from integrations import background, credentials, inbox, installations
from integrations.models import Credential
from integrations.requests import changes
from integrations.requests import services as request_services
from integrations.requests.lifecycle import Call
from integrations.spark_hire import client, services
from integrations.spark_hire.flow import FLOW
from integrations.spark_hire.lifecycle import AT_VENDOR, State
from integrations.spark_hire.models import InterviewRequest
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.errors import RecruitingError
from recruiting.outbox import heartbeat, queue, tasks, worker
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.spark_hire import topics
from tests.spark_hire.fake_vendor import MEANS, OPEN, Client, Killed, Made, Vendor
from tests.spark_hire.invariants import CommitLog, assert_holds, assert_nothing_is_left
from tests.spark_hire.model_scenario import Scenario

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
rules: Counter[str] = Counter()
taken: Counter[str] = Counter()

picks = st.integers(min_value=0, max_value=11)


# How far a rule may be ahead, in one run, of the one that was drawn least of those that are possible.
AHEAD = 3


class Fairness(FeatureFlags):
    """Hypothesis leaves some rules out of each run and favors others; here all take part in every run."""

    def __init__(self, strategy: Any) -> None:
        super().__init__()
        self.strategy = strategy
        self.taken: Counter[str] = Counter()

    def is_enabled(self, name: str) -> bool:
        possible = [rule.function.__name__ for rule in self.strategy.rules if self.strategy.is_valid(rule)]
        return self.taken[name] < min(self.taken[each] for each in possible) + AHEAD


class InterviewMachine(RuleBasedStateMachine):
    """One company with three applications and three senders; the first is a vendor's admin and Primary User."""

    scenario: ClassVar[Scenario | None] = None

    def __init__(self) -> None:
        super().__init__()
        self.fairness = Fairness(self._rules_strategy)
        self._rules_strategy.enabled_rules_strategy = st.just(self.fairness)
        self.patches: list[Any] = []
        self.kill_at = ""
        self.delivered: list[tuple[str, str]] = []
        self.travel = time_machine.travel(START, tick=False)
        self.vendor = Vendor(time=self.travel.start(), happened=taken)
        self.commits = CommitLog(self.vendor.answers, taken)

    # ── The scenario ─────────────────────────────────────────────────────────────────────────────────────────────────
    @initialize()
    def move_in(self) -> None:
        scenario = type(self).scenario = self.scenario or Scenario.build()
        scenario.restore()
        self._patch()
        self.company, self.boss, self.job = scenario.company, scenario.boss, scenario.job
        self.members, self.applications = [copy(member) for member in scenario.members], list(scenario.applications)
        self.installation = copy(scenario.installation)
        self.vendor.users = {key.secret: key.account_email for key in scenario.credentials}
        self.vendor.admins = {self.members[0].user.email}
        self._send(0, 0, 3)
        self._send(1, 1, 2)
        self._drain()
        self._send(2, 2, 3)

    def _patch(self) -> None:
        written = changes.created_locked

        def noting(noted: Callable[..., InterviewRequest]) -> Callable[..., InterviewRequest]:
            def inner(*args: Any, **kwargs: Any) -> InterviewRequest:
                if self._dies("after the answer"):
                    raise Killed
                result = noted(*args, **kwargs)
                taken["late commit adopted"] += result.vendor_id in self.vendor.committed_late
                if self._dies("after our commit"):
                    raise Killed
                return result

            return inner

        def _created(*args: Any, **kwargs: Any) -> None:
            written(*args, **kwargs)
            if self._dies("inside our commit"):
                raise Killed

        usual = FLOW.tasks[Call.CREATE]

        def send(attempt: tasks.Attempt) -> None:
            self.vendor.sending = str(attempt.payload["request"])
            usual.run(attempt)

        known = {**tasks._tasks, topics.CREATE: replace(usual, run=send)}
        self.patches = [
            patch.object(client, "client_for", lambda key, deadline_seconds: Client(self.vendor, key.secret)),
            *(patch.object(changes, name, noting(getattr(changes, name))) for name in ("created", "adopted")),
            patch.object(changes, "created_locked", _created),
            patch.object(tasks, "_tasks", known),
            patch.object(queue, "notify_worker", lambda: None),
            patch.object(heartbeat, "touch", lambda: None),
        ]
        for each in self.patches:
            each.start()
        self.commits.listen()

    def teardown(self) -> None:
        try:
            if self.patches:
                self._come_to_rest()
        finally:
            self.commits.leave()
            for each in reversed(self.patches):
                each.stop()
            self.travel.stop()
            cache.clear()

    def _dies(self, point: str) -> bool:
        if self.kill_at != point:
            return False
        self.kill_at = ""
        return True

    def _issue(self, member: Membership) -> str:
        """Let the vendor give a member a new key; the old one stops working."""
        self._revoke(member)
        key = f"key-{next(self.vendor.numbers):06d}"
        self.vendor.users[key] = member.user.email
        return key

    def _revoke(self, member: Membership) -> None:
        for key in [key for key, user in self.vendor.users.items() if user == member.user.email]:
            del self.vendor.users[key]

    @contextmanager
    def _acting(self, name: str) -> Iterator[None]:
        """Count a rule, forgive what the services refuse with a sentence, and check what was committed."""
        rules[name] += 1
        self.fairness.taken[name.replace(" ", "_")] += 1
        try:
            yield
        except RecruitingError:
            taken[f"{name}: refused"] += 1
        self.vendor.tick()
        self.commits.check()

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
        self._ask(self.applications[pick % 3], self._member(who), days)

    def _ask(self, application: Application, by: Membership, days: int) -> None:
        day = self.company.today() + timedelta(days=days)
        services.request_interview(application=application, expires_on=day, by=by)

    @precondition(lambda self: self.commits.states)
    @rule(pick=picks, who=picks)
    def cancel(self, pick: int, who: int) -> None:
        with self._acting("cancel"):
            self._cancel(pick, who)

    def _cancel(self, pick: int, who: int) -> None:
        request = self._request(pick)
        if request is not None:
            request_services.cancel(request=request, by=self._member(who))

    @precondition(lambda self: self.commits.states)
    @rule(pick=picks, who=picks)
    def try_again(self, pick: int, who: int) -> None:
        with self._acting("try again"):
            failed = InterviewRequest.objects.filter(company=self.company, state=State.FAILED).order_by("-id").first()
            request = failed or self._request(pick)
            if request is not None:
                day = self.company.today() + timedelta(days=2)
                services.try_again(request=request, by=self._member(who), expires_on=day)

    def _member(self, who: int) -> Membership:
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
            actions = {
                "Requested": ["accept", "accept", "start", "complete", "decline"],
                "Accepted": ["start", "start", "complete", "decline"],
                "In Progress": ["complete", "complete", "decline"],
                "Expired": ["complete in time and tell late"],
            }[made.status]
            action = actions[choice % len(actions)]
            taken[f"candidate moves: {action}"] += 1
            if action == "accept":
                self._move(made, "Accepted", "InterviewAccepted")
            elif action == "start":
                self._move(made, "In Progress", "")
            elif action == "decline":
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
        with self._acting("vendor gives another chance"):
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
        self.delivered.append((event, number))
        inbox.store(
            installation=self.installation, event=event, body=f'{{"uuid": "{number}"}}'.encode(), delivery_id=None
        )

    @precondition(lambda self: self.vendor.hints)
    @rule(pick=picks, at_once=st.booleans())
    def webhook_arrives(self, pick: int, at_once: bool) -> None:
        with self._acting("webhook arrives"):
            self._deliver(*self.vendor.hints.pop(pick % len(self.vendor.hints)))
            if at_once:
                self._drain()

    @precondition(lambda self: self.delivered)
    @rule(pick=picks, at_once=st.booleans())
    def webhook_arrives_twice(self, pick: int, at_once: bool) -> None:
        with self._acting("webhook arrives twice"):
            self._deliver(*self.delivered[-1 - pick % len(self.delivered)])
            if at_once:
                self._drain()

    @precondition(lambda self: len(self.vendor.hints) > 2)
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

    @rule(who=picks)
    def vendor_commits_after_the_worker_died(self, who: int) -> None:
        with self._acting("vendor commits after the worker died"):
            self._commit_late(who, "late, kill")

    @rule(who=picks)
    def vendor_commits_after_we_gave_up(self, who: int) -> None:
        with self._acting("vendor commits after we gave up"):
            self._commit_late(who, "late, no answer")

    def _commit_late(self, who: int, kind: str) -> None:
        """Ask somebody new, with a key that works and over a connection that is not paused."""
        self._mend(self._member(who))
        self.vendor.time.shift(timedelta(minutes=1))
        self._ask(self._somebody_new(who % 3), self._member(who), 3)
        self.vendor.faults = [("create", kind)]
        self._drain()

    @rule(point=st.sampled_from(["after the answer", "inside our commit", "after our commit"]))
    def work_and_die_with_the_answer(self, point: str) -> None:
        with self._acting("work and die with the answer"):
            self.kill_at = point
            self._drain()

    @rule(
        action=st.sampled_from(["cancel", "complete", "extend", "replace key", "sweep", "webhook", "deactivate"]),
        pick=picks,
        who=picks,
    )
    def work_while_something_happens(self, action: str, pick: int, who: int) -> None:
        actions: dict[str, Callable[[], Any]] = {
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
                actions[action]()

        with self._acting("work while something happens"):
            self.vendor.meanwhile = quietly
            self._drain()

    def _drain(self) -> None:
        # Work goes on some time after it was enqueued.
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
        self.commits.sweep()

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

    def _somebody_new(self, place: int) -> Application:
        """Let somebody apply in the place of one of the three, who declines what is open at the vendor."""
        email = self.applications[place].candidate.email
        for made in self.vendor.interviews.values():
            if made.is_alive and made.email == email:
                self._move(made, "Canceled", "")
        self.applications[place] = factories.ApplicationFactory(job=self.job)
        return self.applications[place]

    def _mend(self, member: Membership) -> None:
        """Let a member be here, with a key that works."""
        if not member.is_active:
            companies.reactivate(membership=member, by=self.boss)
        key = Credential.objects.get(installation=self.installation, membership=member)
        if self.vendor.users.get(key.secret) is None or key.state != Credential.State.ACCEPTED:
            self._replace_key(self.members.index(member))

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

    # ── What holds ───────────────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def holds(self) -> None:
        assert_holds(self._requests(), self.commits.states, self.vendor)

    def _requests(self) -> list[InterviewRequest]:
        return list(InterviewRequest.objects.filter(company=self.company))

    def _come_to_rest(self) -> None:
        """Mend what is broken, process every webhook and every message; then compare with the vendor."""
        self.commits.check()
        for who in range(3):
            self._mend(self._member(who))
        for hint in self.vendor.hints:
            self._deliver(*hint)
        self.vendor.hints.clear()
        for _ in range(14):
            self._drain()
            if not OutboxMessage.objects.filter(state__in=OutboxMessage.OPEN).exists():
                break
            self.vendor.time.shift(timedelta(minutes=70))
            self.vendor.tick()
            self.commits.sweep()
        background.reconcile()
        self._drain()
        self.vendor.time.shift(timedelta(hours=2, minutes=1))
        self.vendor.tick()
        self.commits.sweep()
        background.reconcile()
        self._drain()
        self.commits.check()
        self.holds()
        assert_nothing_is_left(self._requests(), self.vendor)
