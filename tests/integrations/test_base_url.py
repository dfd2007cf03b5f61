"""Options of a connection, and a vendor's address that a company gives: tried and kept together with its key."""

from collections.abc import Callable
from typing import Any

import pytest

from integrations import credentials, installations
from integrations.models import Credential, Installation
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorUnavailable, VendorUnreached
from recruiting.outbox import worker
from tests import factories
from tests.dummy_integration.integration import Dummy
from tests.refusals import refuses

pytestmark = pytest.mark.both_engines

KEY = "a-key-of-acme-1234"
FIRST, SECOND = "https://one.example/v1", "https://two.example"


@pytest.fixture(autouse=True)
def given(dummy: Dummy, settings: Any) -> None:
    """Register the dummy, of which each company has an address of its own, as outside sandbox mode."""
    settings.SANDBOX_MODE = False


@pytest.fixture
def installation(db: None) -> Installation:
    """A connection without an address."""
    return factories.InstallationFactory(company=factories.CompanyFactory())


@pytest.fixture
def admin(installation: Installation) -> Membership:
    """An Administrator."""
    return factories.administrator(installation.company)


@pytest.fixture
def says(monkeypatch: pytest.MonkeyPatch) -> Callable[[Exception | None], list[str]]:
    """Let the vendor accept every key, or raise; return where it was asked."""

    def arrange(answer: Exception | None) -> list[str]:
        asked: list[str] = []

        def check(self: Dummy, credential: Credential) -> None:
            asked.append(installations.base_url(credential.installation))
            if answer is not None:
                raise answer

        monkeypatch.setattr(Dummy, "check_connection", check)
        return asked

    return arrange


def save(installation: Installation, admin: Membership, address: str | None = None, key: str = KEY) -> Any:
    beside = None if address is None else {"base_url": address}
    return credentials.save_company_key(installation=installation, secret=key, by=admin, beside=beside)


def kept(installation: Installation) -> tuple[Any, list[tuple[str, str]]]:
    installation.refresh_from_db()
    return installation.settings.get("base_url"), list(Credential.objects.values_list("last4", "state"))


def test_key_and_address_are_tried_and_kept_together(installation: Installation, admin: Membership, says: Any) -> None:
    asked = says(None)

    assert save(installation, admin, f" {FIRST}/ ").sentence == "Acme accepts this key."
    assert kept(installation) == (FIRST, [("1234", "accepted")])
    save(installation, admin, SECOND, "another-key-5678")
    assert kept(installation) == (SECOND, [("5678", "accepted")])
    save(installation, admin, key="a-third-key-9999")

    assert asked == [FIRST, SECOND, SECOND]
    assert kept(installation) == (SECOND, [("9999", "accepted")])


def test_a_refused_key_leaves_key_and_address(installation: Installation, admin: Membership, says: Any) -> None:
    says(None)
    save(installation, admin, FIRST)
    asked = says(VendorAuthFailed("No such key."))

    with refuses(InvalidInput, "does not accept this key"):
        save(installation, admin, SECOND, "another-key-5678")

    assert asked == [SECOND]
    assert kept(installation) == (FIRST, [("1234", "accepted")])


def test_an_address_that_cannot_be_is_refused_unasked(installation: Installation, admin: Membership, says: Any) -> None:
    asked = says(None)

    for address in (None, "", "http://one.example", "https://10.0.0.1"):
        with refuses(InvalidInput) as caught:
            save(installation, admin, address)
        assert list(caught.value.fields) == ["base_url"]
    assert asked == []


def test_a_name_that_leads_inside_is_refused_when_it_is_called(
    installation: Installation, admin: Membership, says: Any
) -> None:
    refused = VendorUnreached("Acme could not be reached.")
    refused.is_refused_address = True
    says(refused)

    with refuses(InvalidInput, "not on the public internet") as caught:
        save(installation, admin, FIRST)
    assert list(caught.value.fields) == ["base_url"]


def test_while_the_vendor_is_away_both_wait_and_are_checked_later(
    installation: Installation, admin: Membership, says: Any
) -> None:
    says(VendorUnavailable("Acme isn't answering."))
    assert save(installation, admin, FIRST).sentence == (
        f"Acme didn't answer at {FIRST}. Address and key are saved and checked again within 10 minutes; "
        "until then nothing is sent."
    )
    assert kept(installation) == (FIRST, [("1234", "unchecked")])

    asked = says(None)
    worker.drain()

    assert asked == [FIRST]
    assert kept(installation) == (FIRST, [("1234", "accepted")])


def test_what_another_address_said_of_a_key_does_not_count(
    installation: Installation, admin: Membership, says: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    says(VendorUnavailable("Acme isn't answering."))
    save(installation, admin, FIRST)

    asked = []

    def move_meanwhile(self: Dummy, credential: Credential) -> None:
        asked.append(installations.base_url(credential.installation))
        if asked[-1] == SECOND:
            raise VendorAuthFailed("No such key.")
        Installation.objects.update(settings={"base_url": SECOND})

    monkeypatch.setattr(Dummy, "check_connection", move_meanwhile)
    worker.drain()

    assert asked == [FIRST, SECOND]
    assert kept(installation) == (SECOND, [("1234", "refused")])


def test_an_address_alone_is_changed_only_while_there_is_no_key(
    installation: Installation, admin: Membership, says: Any
) -> None:
    says(None)
    installations.configure(installation=installation, by=admin, base_url=FIRST, level="hard")
    installation.refresh_from_db()
    assert installation.settings == {"base_url": FIRST, "level": "hard"}
    save(installation, admin)

    with refuses(Conflict, "Paste the key again together with the new address"):
        installations.configure(installation=installation, by=admin, base_url=SECOND)
    changed = installations.configure(installation=installation, by=admin, base_url=f"{FIRST}/", level="easy")

    assert changed.settings == {"base_url": FIRST, "level": "easy", "before": ""}


def test_who_may_configure_what(installation: Installation, admin: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    member = factories.staffing(installation.company)
    with refuses(NotAllowed):
        installations.configure(installation=installation, by=member, level="easy")
    with refuses(TypeError, "no such options"):
        installations.configure(installation=installation, by=admin, before="x")
    monkeypatch.setattr(Dummy, "needs_base_url", False)
    with refuses(TypeError, "no such options"):
        installations.configure(installation=installation, by=admin, base_url=FIRST)


def test_platform_staff_s_address_wins(installation: Installation, admin: Membership, says: Any) -> None:
    asked = says(None)
    assert installations.base_url(installation, "https://fixed.example") == "https://fixed.example"
    installation.write(base_url_override="https://test.example")
    save(installation, admin)
    save(installation, admin, FIRST)

    assert asked == ["https://test.example", "https://test.example"]
    installation.refresh_from_db()
    assert installations.base_url(installation) == "https://test.example"
    assert installations.base_url(installation.write(base_url_override=""), "https://fixed.example") == FIRST
