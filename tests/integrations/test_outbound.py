"""Each class of vendor error becomes one wish to the outbox and one fact about the connection."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine

from integrations import installations, outbound
from integrations.exceptions import (
    VendorAuthFailed,
    VendorForbidden,
    VendorNotFound,
    VendorRateLimited,
    VendorRejected,
    VendorUnavailable,
)
from integrations.models import Credential, Installation
from recruiting.base.background.models import OutboxMessage
from recruiting.base.background.outbox import GiveUp, Park, Postpone, Retry
from tests import factories
from tests.dummy_integration.integration import Dummy

NOON = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """Hold the time at noon."""
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def credential(db: None) -> Credential:
    """A member's accepted key."""
    return factories.CredentialFactory(company=factories.CompanyFactory())


def talk(credential: Credential, error: Exception | None) -> None:
    with outbound.conversation(credential.installation, credential):
        if error:
            raise error


def connection() -> Installation:
    return Installation.objects.get()


@pytest.mark.parametrize(
    ("error", "wish"),
    [
        (VendorUnavailable("Acme isn't answering."), Retry),
        (VendorRejected("No."), GiveUp),
        (VendorNotFound("Gone.", gone=True), GiveUp),
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
    with pytest.raises(Postpone) as caught:
        talk(credential, VendorRateLimited("Slow down.", retry_after=90))

    assert caught.value.until == connection().paused_until == NOON + timedelta(seconds=90)
    called: list[int] = []
    with pytest.raises(Postpone) as paused, outbound.conversation(credential.installation):
        called.append(1)
    assert (paused.value.until, called) == (NOON + timedelta(seconds=90), [])
    with time_machine.travel(NOON + timedelta(seconds=90), tick=False):
        talk(credential, None)


def test_a_refused_key_parks_and_asks_for_a_person(credential: Credential) -> None:
    with pytest.raises(Park):
        talk(credential, VendorAuthFailed("No such key."))

    credential.refresh_from_db()
    assert (credential.state, credential.checked_at) == ("refused", NOON)
    assert connection().needs_attention == f"{credential.membership.name}'s key is no longer accepted. Replace it."


def test_without_a_key_an_authentication_error_only_parks(credential: Credential) -> None:
    with pytest.raises(Park), outbound.conversation(credential.installation):
        raise VendorAuthFailed("No such key.")

    credential.refresh_from_db()
    assert (credential.state, connection().needs_attention) == ("accepted", "")


@pytest.mark.parametrize(
    ("checked", "wish", "sentence", "state"),
    [
        (None, GiveUp, "Evaluators cannot invite.", "accepted"),
        (VendorAuthFailed("No such key."), Park, "No such key.", "refused"),
        (VendorForbidden("No such key."), Park, "No such key.", "refused"),
        (VendorUnavailable("Acme isn't answering."), Retry, "Acme isn't answering.", "accepted"),
        (VendorNotFound("Not here."), Retry, "Acme does not say whether it accepts the key.", "accepted"),
        (VendorRateLimited("Slow down.", retry_after=90), Postpone, "Slow down.", "accepted"),
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


def test_a_good_conversation_clears_the_last_error(credential: Credential) -> None:
    Installation.objects.update(last_error="Acme isn't answering.", last_error_at=NOON)
    credential.installation.refresh_from_db()

    talk(credential, None)

    assert (connection().last_heard_at, connection().last_error, connection().last_error_at) == (NOON, "", None)


def test_hearing_often_writes_once_a_minute(credential: Credential, django_assert_num_queries: Any) -> None:
    talk(credential, None)

    with django_assert_num_queries(1):  # whether it is paused
        talk(credential, None)


def test_a_mended_key_wakes_what_was_parked(credential: Credential) -> None:
    other = factories.CredentialFactory(installation=credential.installation, state="refused")
    Installation.objects.update(needs_attention="A key is no longer accepted.")
    parked = factories.OutboxMessageFactory(channel=credential.installation.channel, state="parked")
    elsewhere = factories.OutboxMessageFactory(channel="installation:other", state="parked")

    installations.keys_changed(credential.installation)
    assert connection().needs_attention != ""
    Credential.objects.filter(pk=other.pk).update(state="accepted")
    installations.keys_changed(credential.installation)

    assert connection().needs_attention == ""
    assert OutboxMessage.objects.get(pk=parked.pk).state == "waiting"
    assert OutboxMessage.objects.get(pk=elsewhere.pk).state == "parked"
