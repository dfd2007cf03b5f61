"""Names and addresses are unique, and found, by keys that follow what they are computed from; alike on both engines."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from recruiting.candidates import services
from recruiting.candidates.models import Candidate, Source, SourceType, Tag
from recruiting.companies.models import User
from recruiting.foundation import integrity, keys, text
from recruiting.foundation.constraints import violated
from recruiting.jobs.models import HiringProcess, JobField, JobFieldOption, Stage
from recruiting.search import services as search
from tests import factories
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines

TWINS = [
    ("Élan", "élan"),
    ("Élan", "E\u0301LAN"),
    ("İstanbul", "i̇stanbul"),
    ("Straße", "STRASSE"),
    ("a b", "A\u00a0 b"),
]


# ── Unique and found alike ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("first", "second"), TWINS)
def test_one_name_is_one_row_and_found_however_it_is_written(db: None, first: str, second: str) -> None:
    tag = factories.TagFactory(company=factories.CompanyFactory(), name=first)
    process = factories.HiringProcessFactory(company=tag.company, name=first)

    for model, broken in ((Tag, "tag_name_unique"), (HiringProcess, "hiringprocess_name_unique")):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            model.objects.create(company=tag.company, name=second)
        assert violated(caught.value) == broken
    assert Tag.objects.get(name_key=second) == tag
    assert HiringProcess.objects.get(name_key__in=[second]) == process


def test_adding_a_tag_finds_it_instead_of_answering_try_again(db: None) -> None:
    company = factories.CompanyFactory()
    dana, ada = factories.administrator(company), factories.CandidateFactory(company=company)
    tag = services.add_tag(candidate=ada, name="Élan", by=dana)

    assert services.add_tag(candidate=ada, name="e\u0301LAN\u200b", by=dana) == tag
    assert services.tags_named(["ÉLAN", " élan ", "Elan"], by=dana)[1:] == [tag]
    assert sorted(Tag.objects.filter(company=company).values_list("name", flat=True)) == ["Elan", "Élan"]


@pytest.mark.parametrize(
    ("stored", "typed", "is_one"),
    [
        ("josé@x.example", "JOSE\u0301@x.example", True),
        ("ada@müller.example", "ada@xn--mller-kva.example", True),
        ("ada@x.example", "ada\u200b@X.example", True),
        ("strauß@x.example", "strauss@x.example", False),
        ("ada@straße.example", "ada@strasse.example", False),
    ],
)
def test_one_address_is_one_person(db: None, stored: str, typed: str, is_one: bool) -> None:
    ada = factories.CandidateFactory(company=factories.CompanyFactory(), email=stored)
    user = factories.UserFactory(email=stored)
    dana = factories.administrator(ada.company)

    assert services.find_by_email(dana, typed) == (ada if is_one else None)
    assert list(User.objects.with_email(typed)) == ([user] if is_one else [])
    if is_one:
        with pytest.raises(IntegrityError) as taken, transaction.atomic():
            Candidate.objects.bulk_create([Candidate(company=ada.company, email=typed)])
        assert violated(taken.value) == "candidate_email_unique"
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            User.objects.create_user(typed)
        assert violated(caught.value) == "user_email_unique"


def test_every_unique_name_has_a_key_and_no_rule_folds_by_the_engine() -> None:
    keyed = {model: [field.name for field in keys._computed(model)] for model in (Source, SourceType, Tag, Stage)}

    assert set(map(tuple, keyed.values())) == {("name_key",)}
    assert [field.name for field in keys._computed(JobField)] == ["name_key"]
    assert [field.name for field in keys._computed(JobFieldOption)] == ["label_key"]


# ── Keys follow ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_keys_follow_however_a_row_is_written(db: None) -> None:
    company = factories.CompanyFactory()
    tag, other = Tag.objects.bulk_create([Tag(company=company, name=name) for name in ("Één", "Twee")])

    def key() -> str:
        return str(Tag.objects.values_list("name_key", flat=True).get(pk=tag.pk))

    assert key() == "één"
    tag.name = "A"
    tag.save(update_fields=["name"])
    assert key() == "a"
    partly = Tag.objects.only("name").get(pk=tag.pk)
    partly.name = "B"
    partly.save()
    assert key() == "b"
    assert Tag.objects.filter(pk=tag.pk).update(name="C") == 1
    assert key() == "c"
    tag.name, other.name = "Twee", "C"
    Tag.objects.filter(pk=other.pk).update(name="D")
    Tag.objects.bulk_update([tag, other], ["name"])
    assert key() == "twee"
    Tag.objects.update_or_create(pk=tag.pk, defaults={"name": "E"})
    assert key() == "e"


def test_what_finds_a_person_follows_each_of_its_columns(db: None) -> None:
    ada = factories.CandidateFactory(
        company=factories.CompanyFactory(),
        first_name="Ada",
        last_name="Łoś",
        email="Ada@x.example",
        phone="+1 (415) 555-2671",
    )
    assert ada.search_key == "ada los\nada@x.example\n14155552671"

    Candidate.objects.filter(pk=ada.pk).update(phone="")
    ada.refresh_from_db()
    assert ada.search_key == "ada los\nada@x.example"


def test_long_names_have_keys_that_an_index_holds(db: None) -> None:
    field = factories.JobFieldFactory(company=factories.CompanyFactory())
    one, other = ("ﷺ" * 200, "ﷺ" * 199 + "ﷻ")

    options = [JobFieldOption.objects.create(company=field.company, field=field, label=label) for label in (one, other)]

    assert [len(option.label_key) for option in options] == [255, 255]
    assert JobFieldOption.objects.get(label_key=one) == options[0]
    assert text.compare_key(one).startswith(options[0].label_key[:150])


def test_whoever_waits_for_a_merge_keeps_the_address_and_the_empty_key(db: None) -> None:
    ada = factories.CandidateFactory(company=factories.CompanyFactory(), email="ada@x.example")
    twin = factories.CandidateFactory(company=ada.company, email="else@x.example")
    Candidate._base_manager.filter(pk=twin.pk).update(email="ada\u200b@x.example", email_key="")
    twin = Candidate.objects.get(pk=twin.pk)

    twin.phone = "1"
    twin.save()
    assert Candidate.objects.get(pk=twin.pk).email_key == ""
    assert services.find_by_email(factories.administrator(ada.company), "ada@x.example") == ada

    twin.email = "twin@x.example"
    twin.save(update_fields=["email"])
    assert Candidate.objects.get(pk=twin.pk).email_key == "twin@x.example"


def test_somebody_without_an_address_gets_one(db: None) -> None:
    ada = factories.CandidateFactory(company=factories.CompanyFactory(), first_name="Ada", email="")

    ada.email = "ada@x.example"
    ada.save()

    assert Candidate.objects.get(pk=ada.pk).email_key == "ada@x.example"


# ── Finding people ───────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("typed", "digits"),
    [("12", ""), ("007", ""), ("000", ""), ("0049", ""), ("12a4", ""), ("+", ""), ("+1 415 555 2671", "4155552671")],
)
def test_the_digits_that_a_search_looks_for(typed: str, digits: str) -> None:
    assert text.phone_part(typed) == digits


# ── Addresses that were shared before keys ───────────────────────────────────────────────────────────────────────────
def shared(company: Any) -> tuple[Candidate, Candidate]:
    """Return who has an address, and who shares it."""
    ada = factories.CandidateFactory(company=company, first_name="Ada", email="ada@x.example")
    twin = factories.CandidateFactory(company=company, first_name="Twin", email="")
    Candidate._base_manager.filter(pk=twin.pk).update(email="ada\u200b@x.example")
    twin = Candidate.objects.get(pk=twin.pk)
    twin.save()
    search.write([twin])
    return ada, twin


def test_who_shares_an_address_is_listed_until_one_of_them_changes(db: None) -> None:
    company = factories.CompanyFactory()
    ada, twin = shared(company)
    dana = factories.administrator(company)
    factories.UserFactory(email="d@x.example")
    User._base_manager.filter(pk=factories.UserFactory(email="e@x.example").pk).update(email_key="")
    client = signed_in(dana)
    sentence = "1 candidate shares an email with an earlier one: change one of them"

    assert sentence in client.get("/").content.decode()
    page = client.get("/candidates/?show=shared").content.decode()
    assert "Twin" in page
    assert "Ada" not in page
    assert [rule.sentence.split(":")[0] for rule in integrity.rules() if rule.finding()] == [
        "candidates.Candidate",
        "companies.User",
    ]
    # Another detail of theirs can be changed without touching the address.
    seen = services.CandidateDetails("Twin", twin.last_name, twin.email, twin.phone)
    services.edit_details(candidate=twin, details=replace(seen, phone="1"), by=dana, base=seen)
    assert Candidate.objects.filter(pk=twin.pk, phone="1", email="ada\u200b@x.example", email_key="").exists()

    details = services.CandidateDetails("Ada", ada.last_name, "new@x.example", ada.phone)
    services.edit_details(candidate=ada, details=details, by=dana)

    assert services.find_by_email(dana, "ada@x.example") == twin
    assert not Candidate.objects.sharing_an_address().exists()
    assert sentence not in client.get("/").content.decode()


@pytest.mark.parametrize("typed", ["Dana@mu\u0308ller.example", "dana@xn--mller-kva.example"])
def test_whoever_signs_in_may_write_the_address_in_any_way(db: None, client: Client, typed: str) -> None:
    user = User.objects.create_user("dana@müller.example", "correct horse battery")

    client.post("/accounts/login/", {"login": typed, "password": "correct horse battery"})

    assert client.session.get("_auth_user_id") == str(user.pk)
