"""The catalogs of what careers pages say are complete, and what the site reads is made of them (`make messages`)."""

from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from devtools import messages
from recruiting.careers.models import Language
from tests.careers.published import Published


def test_there_is_a_catalog_for_each_language_but_english() -> None:
    assert {*messages.LANGUAGES, "en"} == set(Language.values)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_catalog_says_everything_and_no_more(language: str) -> None:
    catalog = messages.read(language)
    there = {entry.id if isinstance(entry.id, str) else tuple(entry.id) for entry in catalog if entry.id}

    assert messages.missing(catalog) == []
    assert there == set(messages.messages()), "run `make messages`"
    assert not any(entry.fuzzy for entry in catalog if entry.id)


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_translation_is_filled_with_what_its_message_is(language: str) -> None:
    wrong = []
    for entry in messages.read(language):
        said = (entry.id,) if isinstance(entry.id, str) else tuple(entry.id)
        strings = (entry.string,) if isinstance(entry.string, str) else tuple(entry.string)
        for one, string in zip(said, strings, strict=True):
            wanted = {messages.placeholders(each) for each in (one, said[-1])}
            wrong += [string] if entry.id and messages.placeholders(string) not in wanted else []

    assert wrong == []


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_what_the_site_reads_is_made_of_what_people_edit(language: str) -> None:
    made = messages.compiled(messages.read(language))

    assert messages.path_of(language, "mo").read_bytes() == made, "run `make messages`"


def test_a_missing_translation_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalog = messages.read("de")
    catalog.delete("Copy link")

    assert messages.missing(catalog) == ["Copy link"]


def test_pages_speak_the_language_of_the_company_and_staff_pages_english(client: Client, db: None) -> None:
    acme = Published.make(language="de", time_zone="Europe/Berlin")
    posting = acme.publish(
        at=[("Zürich", "", "CH")],
        employment_type="full_time",
        workplace="remote",
        remote_countries=("AT",),
        pay_min="52000",
        pay_max="58000.5",
        pay_currency="EUR",
        pay_period="year",
        closes_on="2027-12-31",
    )

    listed = client.get("/careers/acme/").content.decode()
    page = client.get(acme.path(posting)).content.decode()

    assert '<html lang="de">' in listed and "<h1>Arbeiten bei Acme</h1>" in listed
    assert "Zürich, Schweiz · Vollzeit · Ortsunabhängig in: Österreich · Heute veröffentlicht" in listed
    assert "52.000–58.000,50 EUR pro Jahr" in page
    assert "Freitag, 31. Dezember 2027, Ende des Tages (Zeit in Berlin)" in page
    assert "Auf diese Stelle bewerben" in page
    assert translation.get_language() == "en-us"
