"""Company Settings › Custom Candidate Sources, the filter of the candidates list, and where a source is shown."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.candidates.models import Candidate, Source
from recruiting.companies.models import Company
from recruiting.extensions import Extension
from tests import factories
from tests.refusals import changes_nothing
from tests.signing_in import signed_in
from tests.stub_extension import registered

pytestmark = pytest.mark.django_db

LIST = "/settings/candidate-sources/"


@pytest.fixture
def company() -> Company:
    return factories.CompanyFactory()


@pytest.fixture
def client(company: Company) -> Client:
    return signed_in(factories.administrator(company))


@pytest.fixture
def linkedin(company: Company) -> Source:
    return Source.objects.get(company=company, name="LinkedIn")


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def row_of(page: str, source: Source) -> str:
    return next(row for row in page.split("<tr data-row>")[1:] if f"source-{source.pk}" in row)


def address(name: str, source: Source) -> str:
    return reverse(f"candidates:source-{name}", args=[source.pk])


def test_the_list_says_how_many_came_and_what_uses_a_source(company: Company, client: Client, linkedin: Source) -> None:
    for _ in range(312):
        factories.CandidateFactory(company=company, source=linkedin)
    indeed = Source.objects.get(company=company, name="Indeed")
    uses = {"source_uses": lambda self, company: {indeed.pk: ["Acme's test takers"]}}
    with registered(type("Planted", (Extension,), {"slug": "planted", "name": "Planted", **uses})()):
        page = client.get(LIST).content.decode()

    assert f'<a href="/candidates/?source={linkedin.pk}">312</a>' in row_of(page, linkedin)
    assert address("delete", linkedin) not in page
    assert "Acme&#x27;s test takers" in row_of(page, indeed)
    assert address("delete", indeed) not in page
    unused = Source.objects.get(company=company, name="Employee referral")
    assert "Nobody" in row_of(page, unused)
    assert address("delete", unused) in row_of(page, unused)


def test_a_source_is_added_from_the_window(company: Company, client: Client) -> None:
    typed = {"type": "Partner", "name": "Crossroads"}

    response = client.post(f"{LIST}new/", typed)

    assert (response.status_code, response["Location"], said(response)) == (303, LIST, ["Crossroads was added."])
    assert Source.objects.get(company=company, name="Crossroads").type.name == "Partner"


def test_the_window_goes_back_to_where_it_was_opened_and_nowhere_else(client: Client) -> None:
    asked = client.get(f"{LIST}new/?next=/settings/general/").content.decode()
    assert '<input type="hidden" name="next" value="/settings/general/">' in asked

    back = client.post(f"{LIST}new/", {"type": "Partner", "name": "One", "next": "/settings/general/"})
    away = client.post(f"{LIST}new/", {"type": "Partner", "name": "Two", "next": "https://evil.example/"})

    assert (back["Location"], away["Location"]) == ("/settings/general/", LIST)


def test_what_is_here_already_is_said_beside_the_field(client: Client) -> None:
    with changes_nothing():
        response = client.post(f"{LIST}new/", {"type": "job board", "name": "linkedin"})

    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["LinkedIn already exists."]}


def test_a_source_is_renamed_deactivated_activated_and_deleted(client: Client, linkedin: Source) -> None:
    assert client.post(address("rename", linkedin), {"name": "LinkedIn Jobs"}).status_code == 303
    assert client.post(address("deactivate", linkedin)).status_code == 303
    linkedin.refresh_from_db()
    assert (linkedin.name, linkedin.is_active) == ("LinkedIn Jobs", False)

    assert client.post(address("activate", linkedin)).status_code == 303
    linkedin.refresh_from_db()
    assert linkedin.is_active

    assert said(client.post(address("delete", linkedin)))[-1] == "LinkedIn Jobs was deleted."
    assert not Source.objects.filter(pk=linkedin.pk).exists()


def test_deactivating_asks_and_says_who_keeps_it(company: Company, client: Client, linkedin: Source) -> None:
    for _ in range(2):
        factories.CandidateFactory(company=company, source=linkedin)

    page = client.get(address("deactivate", linkedin)).content.decode()

    assert "Deactivate LinkedIn?" in page
    assert "2 candidates keep it." in page


def test_a_used_source_is_not_deleted(company: Company, client: Client, linkedin: Source) -> None:
    factories.CandidateFactory(company=company, source=linkedin)

    response = client.post(address("delete", linkedin))

    assert said(response) == ["1 candidate keeps it. Deactivate it instead."]
    assert Source.objects.filter(pk=linkedin.pk).exists()


def test_others_find_nothing_here(company: Company, linkedin: Source) -> None:
    kim = signed_in(factories.staffing(company))
    stranger = signed_in(factories.administrator(factories.CompanyFactory()))

    pages = [LIST, f"{LIST}new/", f"{LIST}types/", *(address(n, linkedin) for n in ("rename", "deactivate", "delete"))]
    with changes_nothing():
        assert {kim.get(page).status_code for page in pages} == {404}
        assert {kim.post(page).status_code for page in pages[3:]} == {404}
        assert {stranger.post(page, {"name": "X"}).status_code for page in pages[3:]} == {404}


def test_types_and_tags_are_suggested_as_they_are_typed(company: Company, client: Client) -> None:
    factories.TagFactory(company=company, name="Prospect")
    factories.TagFactory(company=factories.CompanyFactory(), name="Prospect elsewhere")
    member = signed_in(factories.MembershipFactory(company=company))

    assert [one["label"] for one in client.get(f"{LIST}types/?q=B").json()] == ["Job board"]
    assert [one["label"] for one in member.get("/candidates/tags/?q=pro").json()] == ["Prospect"]


def test_the_candidates_list_filters_by_source_with_the_other_filters(
    company: Company, client: Client, linkedin: Source
) -> None:
    ada = factories.CandidateFactory(company=company, first_name="Ada", source=linkedin)
    factories.CandidateFactory(company=company, first_name="Ada")
    grace = factories.CandidateFactory(company=company, first_name="Grace", source=linkedin)
    lead = factories.lead(company=company, candidate=grace)

    def found(query: str) -> set[Candidate]:
        return set(client.get(f"/candidates/?{query}").context["page"].rows)

    assert found(f"source={linkedin.pk}") == {ada, grace}
    assert found(f"source={linkedin.pk}&q=ada") == {ada}
    assert found(f"source={linkedin.pk}&show=leads&job={lead.job_id}") == {grace}
    assert len(found("source=nonsense")) == 3
    foreign = Source.objects.get(company=factories.CompanyFactory(), name="LinkedIn")
    assert len(found(f"source={foreign.pk}")) == 3


def test_the_pages_of_a_source_keep_the_filter_and_cost_the_same(
    company: Company, client: Client, linkedin: Source
) -> None:
    Candidate.objects.bulk_create(
        Candidate(company=company, first_name=f"N{number}", source=linkedin) for number in range(120)
    )
    first = client.get(f"/candidates/?source={linkedin.pk}")
    second = client.get(f"/candidates/?{first.context['page'].next_query}")

    assert f"source={linkedin.pk}" in first.context["page"].next_query
    shown = [person.pk for answer in (first, second) for person in answer.context["page"].rows]
    assert len(set(shown)) == 100
    counts = []
    for query in (f"source={linkedin.pk}", first.context["page"].next_query):
        with CaptureQueriesContext(connection) as taken:
            client.get(f"/candidates/?{query}")
        counts.append(len(taken))
    assert counts[0] == counts[1]


def test_a_record_and_a_person_on_no_job_show_where_they_came_from(
    company: Company, client: Client, linkedin: Source
) -> None:
    alone = factories.CandidateFactory(company=company, source=linkedin)
    placed = factories.ApplicationFactory(
        company=company, candidate=factories.CandidateFactory(company=company, source=linkedin)
    )

    on_no_job = client.get(f"/candidates/{alone.pk}/").content.decode()
    record = client.get(f"/candidates/{placed.candidate_id}/applications/{placed.pk}/").content.decode()

    assert "<dt>Source</dt><dd>LinkedIn</dd>" in on_no_job
    assert "<dt>Source</dt><dd>LinkedIn</dd>" in record
