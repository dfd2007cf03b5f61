"""Tags and owner from the record's sidebar: who changes them, what is refused, and where focus goes."""

from typing import Any

import pytest
from django.test import Client

from recruiting.applications.models import Application
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Tag
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Job
from tests import factories
from tests.applications.browsing import address, queries, tab, text
from tests.refusals import changes_nothing
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

FULL_ACCESS = [(role, role in (JobRole.HIRING_MANAGER, JobRole.RECRUITER, JobRole.COORDINATOR)) for role in JobRole]


@pytest.fixture
def job() -> Job:
    return factories.JobFactory(company=factories.CompanyFactory(), title="Senior Buyer")


@pytest.fixture
def ada(job: Job) -> Application:
    candidate = factories.CandidateFactory(company=job.company, first_name="Ada", last_name="Lovelace")
    return factories.ApplicationFactory(job=job, candidate=candidate)


@pytest.fixture
def python(ada: Application) -> Tag:
    """Return a tag that is on Ada."""
    return candidates.add_tag(candidate=ada.candidate, name="Python", by=factories.administrator(ada.company))


def posted(client: Client, url: str, data: dict[str, object]) -> Any:
    """Post, and return the page where that leads."""
    answer = client.post(url, data)
    assert answer.status_code == 303
    return client.get(answer.headers["Location"])


@pytest.mark.parametrize(("role", "may"), FULL_ACCESS)
def test_those_with_full_access_change_tags_and_owner(
    job: Job, ada: Application, python: Tag, role: JobRole, may: bool
) -> None:
    member = factories.on_team(job, role)
    client = signed_in(member)

    page = text(client.get(tab(ada, "newsfeed")))
    answers = [
        client.post(address("tag-add", ada), {"tag": "Remote"}),
        client.post(address("tag-remove", ada, tag_id=python.pk)),
        client.post(address("candidate-owner", ada), {"owner": member.pk}),
        client.get(address("tag-suggestions", ada)),
    ]

    ada.candidate.refresh_from_db()
    assert [answer.status_code for answer in answers] == ([303, 303, 303, 200] if may else [403] * 4)
    assert [tag.name for tag in ada.candidate.tags.all()] == (["Remote"] if may else ["Python"])
    assert ada.candidate.owner == (member if may else None)
    assert "Python" in page
    for control in ("Remove tag Python", "Add a tag", "Change the owner of Ada Lovelace"):
        assert (control in page) == may


@pytest.mark.parametrize("name", ["tag-add", "candidate-owner", "tag-suggestions"])
def test_nobody_else_finds_them(job: Job, ada: Application, name: str) -> None:
    for stranger in (factories.MembershipFactory(company=job.company), factories.staffing(factories.CompanyFactory())):
        client = signed_in(stranger)
        with changes_nothing():
            found = {client.get(address(name, ada)).status_code}
            if name != "tag-suggestions":
                found.add(client.post(address(name, ada), {"tag": "Remote", "owner": ""}).status_code)
        assert found == {404}


def test_a_tag_of_another_company_cannot_be_named(job: Job, ada: Application) -> None:
    foreign = factories.TagFactory(company=factories.CompanyFactory(), name="Secret")
    client = signed_in(factories.on_team(job))

    assert client.post(address("tag-remove", ada, tag_id=foreign.pk)).status_code == 404
    assert client.get(address("tag-suggestions", ada), {"q": "secr"}).json() == []


def test_a_tag_stays_on_the_tab_and_focus_goes_to_the_next_one(job: Job, ada: Application, python: Tag) -> None:
    client = signed_in(factories.on_team(job))
    back = {"next": tab(ada, "notes")}

    added = posted(client, address("tag-add", ada), {"tag": "Remote", **back})
    remote = Tag.objects.get(name="Remote")
    first = posted(client, address("tag-remove", ada, tag_id=python.pk), back)
    last = posted(client, address("tag-remove", ada, tag_id=remote.pk), back)

    assert [answer.wsgi_request.path for answer in (added, first, last)] == [tab(ada, "notes")] * 3
    assert "The tag Remote was added." in text(added) and 'data-focus="id_tag"' in text(added)
    assert f'data-focus="tag-{remote.pk}"' in text(first) and f'id="tag-{remote.pk}"' in text(first)
    assert 'data-focus="id_tag"' in text(last) and 'id="id_tag"' in text(last)


@pytest.mark.parametrize(
    ("typed", "sentence"), [("", "Enter a tag."), ("x" * 41, "A tag holds up to 40 characters; this has 41.")]
)
def test_a_refused_tag_is_kept_in_its_field(job: Job, ada: Application, typed: str, sentence: str) -> None:
    client = signed_in(factories.on_team(job))

    with changes_nothing():
        response = client.post(address("tag-add", ada), {"tag": typed})

    page = text(response)
    assert response.status_code == 422
    assert sentence in page and f'name="tag" value="{typed}"' in page and page.count('id="id_tag"') == 1


def test_suggestions_are_the_companys_tags_that_the_person_lacks(job: Job, ada: Application, python: Tag) -> None:
    for name in ("Pytest", "Happy", "Remote"):
        factories.TagFactory(company=job.company, name=name)
    client = signed_in(factories.on_team(job))

    found = client.get(address("tag-suggestions", ada), {"q": "PY"}).json()

    assert found == [{"value": "Happy", "label": "Happy"}, {"value": "Pytest", "label": "Pytest"}]


def test_the_owner_is_chosen_among_those_who_see_the_job(job: Job, ada: Application) -> None:
    recruiter, boss = factories.on_team(job), factories.administrator(job.company)
    outsiders = [
        factories.MembershipFactory(company=job.company),
        factories.on_team(job, is_active=False),
        factories.administrator(factories.CompanyFactory()),
    ]
    client = signed_in(recruiter)

    page = text(client.get(address("candidate-owner", ada)))
    with changes_nothing():
        refused = [client.post(address("candidate-owner", ada), {"owner": one.pk}) for one in outsiders]
    given = posted(client, address("candidate-owner", ada), {"owner": boss.pk})
    taken = posted(client, address("candidate-owner", ada), {"owner": ""})

    assert all(f'value="{one.pk}"' in page for one in (recruiter, boss)) and "Nobody" in page
    assert not any(str(one.pk) in page for one in outsiders)
    assert {(one.status_code, "Choose somebody from the list." in text(one)) for one in refused} == {(422, True)}
    assert f"{boss.name} is now the owner of Ada Lovelace." in text(given)
    assert f"{recruiter.name} made {boss.name} the owner." in text(given)
    assert "Ada Lovelace has no owner now." in text(taken)


def test_a_record_costs_the_same_with_more_tags(job: Job, ada: Application, python: Tag) -> None:
    client = signed_in(factories.on_team(job))
    few = queries(client, tab(ada, "newsfeed"))
    for number in range(7):
        candidates.add_tag(candidate=ada.candidate, name=f"tag {number}", by=factories.administrator(job.company))

    assert queries(client, tab(ada, "newsfeed")) == few
