"""Each class of vendor error becomes one wish to the outbox and one fact about the connection."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from integrations import credentials, installations, outbound
from integrations.models import Credential, Installation
from recruiting.foundation.vendor_errors import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
)
from recruiting.outbox import messages, tasks, worker
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Discard, Hold, Retry, RetryAt
from tests import factories
from tests.dummy_integration.integration import Dummy

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    """Hold the time at noon until a test moves it."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def credential(db: None) -> Credential:
    """A member's accepted key."""
    return factories.CredentialFactory(company=factories.CompanyFactory())


def talk(credential: Credential, error: Exception | None) -> None:
    with outbound.handle_vendor_errors(credential.installation, credential):
        if error:
            raise error


def connection() -> Installation:
    return Installation.objects.get()


@pytest.mark.parametrize(
    ("error", "wish"),
    [
        (VendorUnavailable("Acme isn't answering."), Retry),
        (VendorRejected("No."), Discard),
        (VendorNotFound("Gone.", gone=True), Discard),
    ],
)
def test_an_outage_is_tried_again_and_a_refusal_is_final(
    credential: Credential, error: Exception, wish: type[Exception]
) -> None:
    with pytest.raises(wish, match=str(error)) as caught:
        talk(credential, error)

    assert caught.value.__cause__ is error
    assert (connection().last_error, connection().last_error_at) == (str(error), NOON)
    assert connection().needs_attention == ""
    credential.refresh_from_db()
    assert credential.state == "accepted"


def test_a_rate_limit_pauses_the_whole_connection(credential: Credential) -> None:
    with pytest.raises(RetryAt) as caught:
        talk(credential, VendorRateLimited("Slow down.", retry_after=90))

    assert caught.value.until == connection().paused_until == NOON + timedelta(seconds=90)
    called: list[int] = []
    with pytest.raises(RetryAt) as paused, outbound.handle_vendor_errors(credential.installation):
        called.append(1)
    assert (paused.value.until, called) == (NOON + timedelta(seconds=90), [])
    with time_machine.travel(NOON + timedelta(seconds=90), tick=False):
        talk(credential, None)


def test_a_refused_key_parks_and_asks_for_a_person(credential: Credential) -> None:
    with pytest.raises(Hold):
        talk(credential, VendorAuthFailed("No such key."))

    credential.refresh_from_db()
    assert (credential.state, credential.checked_at) == ("refused", NOON)
    assert connection().needs_attention == f"{credential.membership.name}'s key is no longer accepted. Replace it."


def test_without_a_key_an_authentication_error_only_parks(credential: Credential) -> None:
    with pytest.raises(Hold), outbound.handle_vendor_errors(credential.installation):
        raise VendorAuthFailed("No such key.")

    credential.refresh_from_db()
    assert (credential.state, connection().needs_attention) == ("accepted", "")


@pytest.mark.parametrize(
    ("checked", "wish", "sentence", "state"),
    [
        (None, Discard, "Evaluators cannot invite.", "accepted"),
        (VendorAuthFailed("No such key."), Hold, "No such key.", "refused"),
        (VendorForbidden("No such key."), Hold, "No such key.", "refused"),
        (VendorUnavailable("Acme isn't answering."), Retry, "Acme isn't answering.", "accepted"),
        (VendorNotFound("Not here."), Retry, "Acme does not say whether it accepts the key.", "accepted"),
        (VendorRateLimited("Slow down.", retry_after=90), RetryAt, "Slow down.", "accepted"),
    ],
)
def test_what_is_forbidden_is_told_from_a_dead_key_by_asking_once(
    dummy: Dummy,
    monkeypatch: pytest.MonkeyPatch,
    credential: Credential,
    checked: Exception | None,
    wish: type[Exception],
    sentence: str,
    state: str,
) -> None:
    asked: list[str] = []

    def check(self: Dummy, credential: Credential) -> None:
        asked.append(credential.secret)
        credential.checked_at, credential.account_name = None, "Somebody"
        if checked is not None:
            raise checked

    monkeypatch.setattr(Dummy, "check_connection", check)
    before = (credential.checked_at, credential.account_name)

    with pytest.raises(wish, match=f"^{sentence}$"):
        talk(credential, VendorForbidden("Evaluators cannot invite."))

    assert asked == [credential.secret]
    assert (credential.checked_at, credential.account_name) == before
    credential.refresh_from_db()
    assert credential.state == state
    assert (connection().needs_attention != "") == (state == "refused")


def test_our_own_errors_pass_through(credential: Credential) -> None:
    with pytest.raises(ZeroDivisionError):
        talk(credential, ZeroDivisionError())

    assert connection().last_error == ""


def test_a_good_answer_clears_the_last_error(credential: Credential) -> None:
    Installation.objects.update(last_error="Acme isn't answering.", last_error_at=NOON)
    credential.installation.refresh_from_db()

    talk(credential, None)

    assert (connection().last_heard_at, connection().last_error, connection().last_error_at) == (NOON, "", None)


def test_hearing_often_writes_once_a_minute(credential: Credential, django_assert_num_queries: Any) -> None:
    talk(credential, None)

    with django_assert_num_queries(2):  # whether it is paused, and whether it was silent
        talk(credential, None)


# ── After an outage ──────────────────────────────────────────────────────────────────────────────────────────────────
SILENT = VendorUnavailable("Acme isn't answering.")
TOPIC = "tests.outage"


class Line:
    """Messages that ask the vendor one question each."""

    def __init__(self, credential: Credential) -> None:
        self.credential = credential
        self.answers: dict[str, Exception] = {}
        self.asked: list[str] = []

    def run(self, attempt: tasks.Attempt) -> None:
        name = attempt.payload["name"]
        self.asked.append(name)
        talk(self.credential, self.answers.get(name) or self.answers.get("*"))

    def enqueue(self, name: str, **more: Any) -> None:
        channel = self.credential.installation.channel
        at = more.pop("available_at", None)
        columns = {"ordering_key": name, "channel": channel, **more}
        tasks.write(OutboxMessage(topic=TOPIC, payload={"name": name}, **columns), available_at=at)

    def drain(self) -> list[str]:
        """Work on what is due; return what the vendor was asked, in order."""
        self.asked = []
        worker.drain()
        return self.asked

    def waits(self, name: str) -> float:
        """Return for how many more seconds a message waits."""
        message = OutboxMessage.objects.get(payload__name=name)
        return (message.available_at - datetime.now(UTC)).total_seconds()


@pytest.fixture
def line(credential: Credential, monkeypatch: pytest.MonkeyPatch) -> Line:
    """Messages over the connection, and what the vendor answers to each."""
    found = Line(credential)
    monkeypatch.setitem(tasks._tasks, TOPIC, tasks.Task(TOPIC, found.run))
    return found


def test_after_an_outage_what_waits_goes_out_with_the_first_good_answer_in_order(
    line: Line, noon: time_machine.Traveller
) -> None:
    line.answers = {"*": SILENT}
    for name in ("d", "a", "c"):
        line.enqueue(name)
    line.enqueue("behind c", ordering_key="c")
    line.enqueue("elsewhere", channel="installation:other")
    assert line.drain() == ["d", "a", "c", "elsewhere"]
    for minutes in (2, 10, 30):
        noon.move_to(NOON + timedelta(minutes=minutes))
        line.drain()
    assert connection().unavailable_since == NOON
    assert min(line.waits(name) for name in ("d", "a", "c")) > 900

    line.answers = {}
    noon.shift(60)
    line.enqueue("new")
    assert line.drain() == ["new", "d", "a", "c", "behind c"]
    assert connection().unavailable_since is None
    assert OutboxMessage.objects.exclude(state="done").get().payload["name"] == "elsewhere"


@pytest.mark.parametrize("answer", [VendorRejected("No."), VendorNotFound("Not here.")])
def test_a_refusal_is_an_answer_too(line: Line, answer: Exception) -> None:
    line.answers = {"*": SILENT}
    line.enqueue("a")
    line.drain()

    line.answers = {"b": answer}
    line.enqueue("b")
    assert line.drain() == ["b", "a"]


def test_one_that_fails_while_others_succeed_keeps_its_pauses(line: Line, noon: time_machine.Traveller) -> None:
    line.answers = {"broken": SILENT}
    line.enqueue("broken")
    tries = 0
    for second in range(0, 3600, 20):
        noon.move_to(NOON + timedelta(seconds=second))
        line.enqueue(f"good {second}")
        tries += line.drain().count("broken")

    message = OutboxMessage.objects.get(payload__name="broken")
    assert (tries, message.state) == (message.attempts, "waiting")
    assert message.attempts <= 6
    assert message.hastened == 1


def test_a_second_outage_ends_like_the_first(line: Line, noon: time_machine.Traveller) -> None:
    for _ in range(3):
        line.answers = {"*": SILENT}
        OutboxMessage.objects.filter(payload__name="again").delete()
        for _ in range(8):
            line.enqueue("kept", coalesce_key="kept")
            noon.shift(600)
            line.drain()
        line.answers = {"kept": SILENT}
        line.enqueue("again")
        assert line.drain() == ["again", "kept"]


def test_one_that_fails_just_as_another_succeeds_is_not_left_behind(line: Line) -> None:
    line.enqueue("slow", available_at=NOON - timedelta(seconds=1))

    def answered_meanwhile(attempt: tasks.Attempt) -> None:
        line.asked.append(attempt.payload["name"])
        if len(line.asked) == 1:
            outbound.note_error(line.credential.installation, "Silence.", unavailable_since=NOON)
            talk(line.credential, None)
            raise tasks.Retry("Acme isn't answering.") from SILENT

    tasks._tasks[TOPIC] = tasks.Task(TOPIC, answered_meanwhile)
    assert line.drain() == ["slow", "slow"]


def test_only_one_of_many_who_hear_the_vendor_lets_go_what_waits(line: Line) -> None:
    line.answers = {"*": SILENT}
    line.enqueue("a")
    line.drain()

    assert [outbound.release(line.credential.installation) for _ in range(3)] == [1, 0, 0]


def test_many_are_let_go_in_parts(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "HASTENED_AT_ONCE", 2)
    line.answers = {"*": SILENT}
    for name in "abcde":
        line.enqueue(name)
    line.drain()

    line.answers = {}
    line.enqueue("new")
    assert line.drain() == ["new", "a", "b", "c", "d", "e"]


def test_a_pause_that_the_vendor_asks_for_holds_after_an_outage(line: Line, noon: time_machine.Traveller) -> None:
    line.answers = {"*": SILENT}
    for name in "abc":
        line.enqueue(name)
    line.drain()

    line.answers = {"b": VendorRateLimited("Slow down.", retry_after=20)}
    line.enqueue("new")
    line.drain()
    assert (line.waits("b"), line.waits("c")) == (20, 20)

    line.answers = {}
    noon.shift(20)
    assert line.drain() == ["b", "c"]


def test_a_key_that_could_not_be_checked_is_checked_with_the_first_good_answer(
    dummy: Dummy, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    says: list[Exception] = [SILENT]

    def check(self: Dummy, credential: Credential) -> None:
        if says:
            raise says.pop()

    monkeypatch.setattr(Dummy, "check_connection", check)
    unchecked = factories.CredentialFactory(installation=line.credential.installation, state="unchecked")
    credentials.check.enqueue(unchecked)
    line.drain()
    assert OutboxMessage.objects.get().available_at == NOON + timedelta(minutes=10)

    line.enqueue("new")
    line.drain()
    unchecked.refresh_from_db()
    assert unchecked.state == "accepted"


def test_a_mended_key_wakes_what_was_parked(credential: Credential) -> None:
    other = factories.CredentialFactory(installation=credential.installation, state="refused")
    Installation.objects.update(needs_attention="A key is no longer accepted.")
    on_hold = factories.OutboxMessageFactory(channel=credential.installation.channel, state="parked")
    elsewhere = factories.OutboxMessageFactory(channel="installation:other", state="parked")

    installations.keys_changed(credential.installation)
    assert connection().needs_attention != ""
    Credential.objects.filter(pk=other.pk).update(state="accepted")
    installations.keys_changed(credential.installation)

    assert connection().needs_attention == ""
    assert OutboxMessage.objects.get(pk=on_hold.pk).state == "waiting"
    assert OutboxMessage.objects.get(pk=elsewhere.pk).state == "parked"
