"""Company Settings › Source links and Job board keys."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from recruiting.candidates import sources
from recruiting.careers import sites
from recruiting.careers.models import BoardKey, SourceLink
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests import factories
from tests.careers.factories import SourceLinkFactory
from tests.careers.scenario import Careers
from tests.refusals import refuses
from tests.sent_forms import words
from tests.signing_in import signed_in

LINKS, KEYS = "/settings/source-links/", "/settings/board-keys/"


@pytest.fixture
def careers(db: None) -> Careers:
    """Acme, with a public job."""
    return Careers.make()


@pytest.fixture
def client(careers: Careers) -> Client:
    """The Administrator's browser."""
    return signed_in(careers.administrator)


def test_links_are_added_counted_and_deleted(careers: Careers, client: Client) -> None:
    source = careers.company.sources.get(name="LinkedIn")

    for code, sentence in (
        ("", "Enter a code."),
        ("x", "Use 2 to 40 letters, digits and hyphens, such as linkedin-ad."),
        ("a b", "Use 2 to 40 letters, digits and hyphens"),
    ):
        refused = client.post(f"{LINKS}new/", {"source": source.pk, "code": code})
        assert refused.status_code == 422
        assert sentence in words(refused)
    assert client.post(f"{LINKS}new/", {"source": source.pk, "code": "LinkedIn-Ad"}).status_code == 303
    twice = client.post(f"{LINKS}new/", {"source": source.pk, "code": "linkedin-ad"})
    assert "There is a link with this code already." in words(twice)
    link = SourceLink.objects.get()
    assert careers.send(source_code="linkedin-ad").source == source

    page = client.get(LINKS)
    assert "linkedin-ad LinkedIn Nobody 1" in words(page)
    assert "/careers/acme/?source=linkedin-ad" in page.content.decode()
    assert sources.use_of(source).by == ["Source link linkedin-ad"]
    with refuses(Conflict, "LinkedIn is used by Source link linkedin-ad. Deactivate it instead."):
        sources.delete(source=source, by=careers.administrator)
    assert client.post(f"{LINKS}{link.pk}/delete/").status_code == 303
    assert not SourceLink.objects.exists()


def test_a_member_has_one_link_of_their_own(careers: Careers) -> None:
    first = sites.referral_link(by=careers.administrator)

    assert sites.referral_link(by=careers.administrator) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceLinkFactory(source=first.source, referrer=careers.administrator)


def test_a_key_is_shown_once_and_revoked(careers: Careers, client: Client) -> None:
    assert "Enter a name." in words(client.post(f"{KEYS}new/", {"name": " "}))
    made = client.post(f"{KEYS}new/", {"name": "Sourcing"})
    key = BoardKey.objects.get()
    secret = next(word for word in made.content.decode().split('"') if word.startswith("tlb_"))

    assert made.status_code == 201
    assert (len(secret), secret[-4:], key.digest == secret) == (47, key.ending, False)
    assert sites.board_key(careers.company, secret) == key
    listed = client.get(KEYS)
    assert secret not in listed.content.decode() and key.digest not in listed.content.decode()
    assert "/v1/boards/acme" in listed.content.decode()
    assert f"Sourcing {key.ending}" in words(listed)
    assert client.post(f"{KEYS}{key.pk}/revoke/").status_code == 303
    assert sites.board_key(careers.company, secret) is None
    ended = BoardKey.objects.get().revoked_at
    client.post(f"{KEYS}{key.pk}/revoke/")
    assert BoardKey.objects.get().revoked_at == ended
    assert "Revoked" in words(client.get(KEYS))


def test_nothing_of_another_company_is_touched(careers: Careers, client: Client) -> None:
    other = Careers.make(handle="globex")
    link = SourceLinkFactory(source=other.source)
    key, _ = sites.add_board_key(name="Theirs", by=other.administrator)
    kim = factories.staffing(careers.company)

    assert client.post(f"{LINKS}{link.pk}/delete/").status_code == 404
    assert client.post(f"{KEYS}{key.pk}/revoke/").status_code == 404
    assert client.post(f"{LINKS}new/", {"source": other.source.pk, "code": "theirs"}).status_code == 422
    with refuses(NotFound, "There is no such source in your company."):
        sites.add_source_link(source=other.source, code="theirs", by=careers.administrator)
    for change in (
        lambda: sites.add_source_link(source=careers.source, code="mine", by=kim),
        lambda: sites.add_board_key(name="Mine", by=kim),
    ):
        with refuses(NotAllowed, "Only Administrators change company settings. Ask one of them."):
            change()
    with refuses(InvalidInput, "Use 80 characters at most; this has 81."):
        sites.add_board_key(name="x" * 81, by=careers.administrator)
    assert signed_in(kim).get(KEYS).status_code == signed_in(kim).get(LINKS).status_code == 404
