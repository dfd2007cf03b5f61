"""The rules of people's records, tags and files, and that what is refused leaves no trace."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsfeed import feed
from newsfeed.models import NewsfeedEntry
from recruiting.candidates import services
from recruiting.candidates.models import Candidate
from recruiting.candidates.services import CandidateDetails, DuplicateCandidate
from recruiting.companies.models import Membership
from recruiting.foundation.errors import InvalidInput, NotFound
from tests import factories
from tests.refusals import changes_nothing, refuses

pytestmark = pytest.mark.both_engines


@pytest.fixture
def member(db: None, settings: Any, tmp_path: Path) -> Membership:
    """Somebody who adds people; files go into a folder of the test."""
    settings.MEDIA_ROOT = str(tmp_path / "files")
    return factories.staffing(factories.CompanyFactory())


def test_a_person_is_cleaned_and_owned_by_who_added_them(member: Membership) -> None:
    details = CandidateDetails(first_name=" Ada ", last_name="Lovelace ", email=" Ada@Example.COM ", phone=" 1 ")

    candidate = services.create_candidate(details=details, by=member)

    assert (candidate.name, candidate.email, candidate.phone) == ("Ada Lovelace", "ada@example.com", "1")
    assert (candidate.company, candidate.owner) == (member.company, member)


def test_texts_that_nobody_sees_are_none(member: Membership) -> None:
    broken = CandidateDetails(first_name="Ada\nA\u200b", last_name="\u202eLovelace", email="ada.l@x.example\u200b")
    candidate = services.create_candidate(details=broken, by=member)
    services.tags_named(["Data  Science"], by=member)
    services.add_tag(candidate=candidate, name="Data\u2003\tScience\u00ad", by=member)

    assert (candidate.first_name, candidate.last_name, candidate.email) == ("Ada A", "Lovelace", "ada.l@x.example")
    assert [tag.name for tag in candidate.tags.all()] == ["Data Science"]
    with refuses(DuplicateCandidate):
        services.create_candidate(details=CandidateDetails(email="Ada.L@x\u2060.example"), by=member)
    with refuses(InvalidInput):
        services.create_candidate(details=CandidateDetails(first_name="\u200b", last_name="\u3164"), by=member)


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (CandidateDetails(), "first_name"),
        (CandidateDetails(first_name="  ", phone="123"), "first_name"),
        (CandidateDetails(first_name="Ada", email="ada"), "email"),
        (CandidateDetails(email="ada@"), "email"),
        (CandidateDetails(email="ada@example.com\nBcc: x@example.com"), "email"),
    ],
)
def test_a_person_needs_a_name_or_a_whole_address(member: Membership, details: CandidateDetails, field: str) -> None:
    candidate = factories.CandidateFactory(company=member.company)

    for act in (
        lambda: services.create_candidate(details=details, by=member),
        lambda: services.edit_details(candidate=candidate, details=details, by=member),
    ):
        with refuses(InvalidInput) as caught:
            act()
        assert list(caught.value.fields) == [field]


def test_the_same_address_is_the_same_person_within_a_company(member: Membership) -> None:
    ada = factories.CandidateFactory(company=member.company, email="ada@example.com")
    factories.CandidateFactory(company=factories.CompanyFactory(), email="grace@example.com")

    with refuses(DuplicateCandidate) as caught:
        services.create_candidate(details=CandidateDetails(email="ADA@example.com"), by=member)
    assert caught.value.candidate == ada
    assert services.create_candidate(details=CandidateDetails(email="grace@example.com"), by=member).pk
    assert services.create_candidate(details=CandidateDetails(first_name="No"), by=member).email == ""
    assert services.create_candidate(details=CandidateDetails(first_name="Mail"), by=member).email == ""


def test_a_source_of_another_company_is_not_there(member: Membership) -> None:
    source = factories.SourceFactory(company=factories.CompanyFactory())

    with refuses(NotFound):
        services.create_candidate(details=CandidateDetails(first_name="Ada"), by=member, source=source)


def test_changed_details_are_told_and_unchanged_ones_are_not(member: Membership) -> None:
    candidate = factories.CandidateFactory(company=member.company, first_name="Ada", last_name="L", email="a@b.example")
    same = CandidateDetails(first_name="Ada", last_name="L", email="A@B.example")

    with changes_nothing():
        services.edit_details(candidate=candidate, details=same, by=member)
    services.edit_details(candidate=candidate, details=CandidateDetails("Ada", "Lovelace", "ada@b.example"), by=member)

    entry = NewsfeedEntry.objects.get()
    assert (entry.verb, entry.candidate, entry.payload) == (
        "candidates.details_changed",
        candidate,
        {"candidate": "Ada Lovelace", "fields": "last name and email"},
    )


def test_a_changed_address_may_not_be_somebody_elses(member: Membership) -> None:
    factories.CandidateFactory(company=member.company, email="ada@example.com")
    grace = factories.CandidateFactory(company=member.company, first_name="Grace", last_name="", email="")

    with refuses(DuplicateCandidate):
        services.edit_details(candidate=grace, details=CandidateDetails("Grace", "", "Ada@example.com"), by=member)


def test_a_person_of_another_company_is_not_there(member: Membership) -> None:
    foreign = factories.CandidateFactory(company=factories.CompanyFactory())
    tag = factories.TagFactory(company=member.company)
    acts = (
        lambda: services.edit_details(candidate=foreign, details=CandidateDetails("Eve"), by=member),
        lambda: services.add_tag(candidate=foreign, name="taken", by=member),
        lambda: services.remove_tag(candidate=foreign, tag=tag, by=member),
        lambda: services.set_owner(candidate=foreign, owner=member, by=member),
    )

    for act in acts:
        with refuses(NotFound):
            act()


def told(candidate: Candidate) -> list[str]:
    """Return what the newsfeed says about a person, oldest first."""
    rows = list(NewsfeedEntry.objects.filter(candidate=candidate).order_by("id"))
    return [item.sentence for item in feed.render(rows, membership=None)]


def test_a_tag_is_put_on_once_however_capitalised(member: Membership) -> None:
    candidate = factories.CandidateFactory(company=member.company)
    remote = factories.TagFactory(company=member.company, name="Remote")
    factories.TagFactory(company=factories.CompanyFactory(), name="Senior")

    senior = services.add_tag(candidate=candidate, name=" Senior   buyer ", by=member)
    assert services.add_tag(candidate=candidate, name="REMOTE", by=member) == remote
    with changes_nothing():
        services.add_tag(candidate=candidate, name="remote", by=member)

    assert (senior.name, senior.company) == ("Senior buyer", member.company)
    assert set(candidate.tags.all()) == {remote, senior}
    assert told(candidate) == [f"{member.name} added the tag Senior buyer.", f"{member.name} added the tag Remote."]


@pytest.mark.parametrize(
    ("name", "sentence"), [("  ", "Enter a tag."), ("x" * 41, "A tag holds up to 40 characters; this has 41.")]
)
def test_a_tag_is_a_short_word(member: Membership, name: str, sentence: str) -> None:
    candidate = factories.CandidateFactory(company=member.company)

    with refuses(InvalidInput) as caught:
        services.add_tag(candidate=candidate, name=name, by=member)

    assert caught.value.fields == {"tag": sentence}


def test_many_tags_are_written_at_once(member: Membership) -> None:
    candidate = factories.CandidateFactory(company=member.company)
    services.add_tag(candidate=candidate, name="Remote", by=member)

    def queries(names: list[str]) -> int:
        with CaptureQueriesContext(connection) as asked:
            services.add_tags(candidate=candidate, names=names, by=member)
        return len(asked)

    two = queries(["senior", "REMOTE", "Buyer", "Senior"])
    assert queries([f"tag {number}" for number in range(20)]) == two
    with changes_nothing():
        assert services.add_tags(candidate=candidate, names=["buyer"], by=member)[0].name == "Buyer"
        assert services.add_tags(candidate=candidate, names=[], by=member) == []

    assert len(told(candidate)) == 3 and f"{member.name} added the tags Buyer, senior." in told(candidate)
    assert candidate.tags.count() == 23


def test_of_many_tags_each_wrong_one_is_named_and_none_is_written(member: Membership) -> None:
    candidate = factories.CandidateFactory(company=member.company)

    with refuses(InvalidInput) as caught:
        services.add_tags(candidate=candidate, names=["fine", " ", "x" * 41], by=member)

    wrong = {"tags.1": "Enter a tag.", "tags.2": "A tag holds up to 40 characters; this has 41."}
    assert caught.value.fields == wrong


def test_a_tag_is_taken_off_once_and_stays_with_the_others(member: Membership) -> None:
    ada, grace = factories.CandidateFactory.create_batch(2, company=member.company)
    remote = services.add_tag(candidate=ada, name="Remote", by=member)
    services.add_tag(candidate=grace, name="Remote", by=member)

    services.remove_tag(candidate=ada, tag=remote, by=member)
    with changes_nothing():
        services.remove_tag(candidate=ada, tag=remote, by=member)

    assert (list(ada.tags.all()), list(grace.tags.all())) == ([], [remote])
    assert told(ada)[-1] == f"{member.name} removed the tag Remote."


def test_a_person_has_one_owner_or_none(member: Membership) -> None:
    kim = factories.MembershipFactory(company=member.company)
    candidate = factories.CandidateFactory(company=member.company)

    for owner in (kim, None):
        services.set_owner(candidate=candidate, owner=owner, by=member)
        with changes_nothing():
            services.set_owner(candidate=candidate, owner=owner, by=member)
        candidate.refresh_from_db()
        assert candidate.owner == owner

    assert told(candidate) == [f"{member.name} made {kim.name} the owner.", f"{member.name} took the owner away."]


def test_an_owner_is_an_active_member_of_the_company(member: Membership) -> None:
    candidate = factories.CandidateFactory(company=member.company)
    gone = factories.MembershipFactory(company=member.company, is_active=False)
    stranger = factories.administrator(factories.CompanyFactory())

    for owner in (gone, stranger):
        with refuses(NotFound):
            services.set_owner(candidate=candidate, owner=owner, by=member)
