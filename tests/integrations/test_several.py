"""Several connections of one kind of vendor: added, called, told apart, and removed before anything was sent."""

import pytest

from integrations import credentials, installations
from integrations.models import Credential, Installation
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.vendor_errors import VendorAuthFailed
from tests import factories
from tests.dummy_integration.factories import AssessmentFactory
from tests.dummy_integration.integration import Dummy
from tests.refusals import changes_nothing, refuses

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def company(dummy: Dummy) -> Company:
    """Return a company that may use the dummy."""
    made = factories.CompanyFactory()
    companies.enable_feature(company=made, feature=Dummy.slug, by=None)
    return made


@pytest.fixture
def admin(company: Company) -> Membership:
    """Return an Administrator."""
    return factories.administrator(company)


def add(dummy: Dummy, admin: Membership, label: str) -> Installation:
    return installations.add(integration=dummy, label=label, by=admin)


def test_several_are_added_and_found_by_label(dummy: Dummy, admin: Membership) -> None:
    sql, coding = add(dummy, admin, "  SQL   Exams "), add(dummy, admin, "Coding")

    assert (sql.label, sql.name, sql.is_on, sql.integration) == ("SQL Exams", "SQL Exams", False, "dummy")
    assert installations.all_of(admin.company, "dummy") == [coding, sql]
    assert installations.find(admin.company, "dummy") == coding
    assert sql.webhook_token != coding.webhook_token
    assert Installation.objects.by_webhook_token("dummy", sql.webhook_token) == sql
    assert installations.all_of(factories.CompanyFactory(), "dummy") == []


def test_those_that_are_on_take_requests(dummy: Dummy, admin: Membership) -> None:
    first, second = add(dummy, admin, "First"), add(dummy, admin, "Second")
    assert installations.in_use(admin.company, "dummy") is None

    installations.switch(installation=second, on=True, by=admin)
    assert installations.all_in_use(admin.company, "dummy") == [second]
    assert installations.in_use(admin.company, "dummy") == second
    installations.switch(installation=first, on=True, by=admin)
    assert installations.all_in_use(admin.company, "dummy") == [first, second]

    companies.disable_feature(company=admin.company, feature=Dummy.slug)
    assert installations.all_in_use(admin.company, "dummy") == []


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("", "Enter a name."),
        (" \u200b ", "Enter a name."),
        ("x" * 61, "Use 60 characters at most"),
        ("ＣＯＤＩＮＧ", "Another connection is called ＣＯＤＩＮＧ."),
        (" coding ", "Another connection is called coding."),
    ],
)
def test_a_label_that_cannot_be_is_refused(dummy: Dummy, admin: Membership, label: str, words: str) -> None:
    add(dummy, admin, "Coding")
    other = add(dummy, admin, "Other")
    elsewhere = factories.administrator(factories.CompanyFactory())
    companies.enable_feature(company=elsewhere.company, feature=Dummy.slug, by=None)

    with refuses(InvalidInput, words) as caught:
        add(dummy, admin, label)
    assert list(caught.value.fields) == ["label"]
    with refuses(InvalidInput, words):
        installations.configure(installation=other, label=label, level=2, by=admin)
    assert add(dummy, elsewhere, "Coding").label == "Coding"


def test_one_is_called_something_else(dummy: Dummy, admin: Membership) -> None:
    made = add(dummy, admin, "Coding")

    assert installations.configure(installation=made, label="CODING", by=admin).name == "CODING"
    with changes_nothing():
        installations.configure(installation=made, label="CODING", by=admin)
    assert installations.find(admin.company, "dummy") == made


def test_one_that_nothing_was_sent_over_is_removed_with_its_keys(dummy: Dummy, admin: Membership) -> None:
    made, other = add(dummy, admin, "Coding"), add(dummy, admin, "Other")
    for installation in (made, other):
        key = factories.CredentialFactory(installation=installation, membership=None, company=admin.company)
        installations.choose_primary(installation=installation, credential=key, by=admin)
    factories.WebhookDeliveryFactory(installation=made)

    installations.remove(installation=made, by=admin)

    assert installations.all_of(admin.company, "dummy") == [other]
    assert Credential.objects.get().installation == other


def test_one_that_was_used_stays(dummy: Dummy, admin: Membership) -> None:
    made = add(dummy, admin, "Coding")
    application = factories.ApplicationFactory(company=admin.company)
    AssessmentFactory(application=application, installation=made, state="failed")

    with refuses(Conflict, "Requests were sent over it, so it stays. Turn it off instead."):
        installations.remove(installation=made, by=admin)


def test_who_may(dummy: Dummy, admin: Membership) -> None:
    made, member = add(dummy, admin, "Coding"), factories.staffing(admin.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for by, error in ((member, NotAllowed), (stranger, NotFound)):
        with refuses(error):
            installations.configure(installation=made, label="Mine", by=by)
        with refuses(error):
            installations.remove(installation=made, by=by)
        with refuses(NotAllowed):
            add(dummy, by, "Mine")
    companies.disable_feature(company=admin.company, feature=Dummy.slug)
    with refuses(NotAllowed, "available on request"):
        add(dummy, admin, "Mine")


def test_a_vendor_that_a_company_has_once_stays_one_without_a_label(
    dummy: Dummy, admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(type(dummy), "allows_several", False)
    made = installations.ensure(admin.company, dummy)

    assert (made.label, made.name, installations.ensure(admin.company, dummy)) == ("", "Acme", made)
    with refuses(Conflict, "There is one connection of this kind."):
        add(dummy, admin, "Second")
    with refuses(Conflict):
        installations.configure(installation=made, label="Second", by=admin)
    installations.remove(installation=made, by=admin)
    assert installations.add(integration=dummy, by=admin).label == ""


def test_there_is_an_end_of_them(dummy: Dummy, admin: Membership) -> None:
    for number in range(installations.MOST):
        factories.InstallationFactory(company=admin.company, label=f"Number {number}")

    with refuses(Conflict, "A company can have 20 connections of this kind; change one that is there"):
        add(dummy, admin, "One more")


def test_sentences_call_each_by_its_label(dummy: Dummy, admin: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    made = add(dummy, admin, "Coding")
    monkeypatch.setattr(Dummy, "check_connection", lambda self, credential: None)
    beside = {"base_url": "https://coding.example"}

    result = credentials.save_company_key(installation=made, secret="a-key-1234", by=admin, beside=beside)
    assert result.sentence == "Coding accepts this key."

    def refuse(self: Dummy, credential: Credential) -> None:
        raise VendorAuthFailed("No.")

    monkeypatch.setattr(Dummy, "check_connection", refuse)
    with refuses(InvalidInput, "Coding does not accept this key."):
        credentials.save_company_key(installation=made, secret="a-key-5678", by=admin)
    application = factories.ApplicationFactory(company=admin.company)
    assert AssessmentFactory(application=application, installation=made).vendor == "Coding"


def test_what_is_kept_beside_something_written_meanwhile_leaves_it(db: None) -> None:
    installation = factories.InstallationFactory(company=factories.CompanyFactory(), settings={"one": 1})
    stale = type(installation).objects.get(pk=installation.pk)
    installation.keep(two=2)

    stale.keep(three=3)

    assert stale.settings == {"one": 1, "two": 2, "three": 3}
