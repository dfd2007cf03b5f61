"""Jobs over REST: writing what they say, their fields, their state and their hiring team."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recruiting.api.errors import fields_named
from recruiting.companies.models import Membership
from recruiting.foundation import ids
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import HiringTeamMember, Job, JobField, JobFieldValue
from tests.api.conftest import MakeCaller, state_of_the_world
from tests.factories import (
    CompanyFactory,
    HiringProcessFactory,
    JobFieldFactory,
    JobFieldOptionFactory,
    LocationFactory,
    MembershipFactory,
    SourceFactory,
    on_team,
)

Kind = JobField.Kind


@pytest.fixture
def fields(dana: Membership) -> dict[str, JobField]:
    made = {kind: JobFieldFactory(company=dana.company, name=f"A {kind}", kind=kind) for kind in Kind.values}
    JobFieldOptionFactory(field=made["select"], label="Level 360")
    return made


def test_a_job_is_created_with_fields_and_read_as_it_was_written(
    dana: Membership, fields: dict[str, JobField], calls_as: MakeCaller
) -> None:
    process = HiringProcessFactory(company=dana.company)
    said = {"text": "Two words", "select": "Level 360", "number": "12.5", "date": "2027-01-31", "yes_no": False}
    caller = calls_as(dana)

    response = caller.post(
        "jobs/",
        {
            "title": "Buyer",
            "location": {"city": "Boston", "country": "US"},
            "process": str(process.pk),
            "state": "draft",
            "job_fields": [{"id": str(fields[kind].pk), "value": value} for kind, value in said.items()],
        },
    )

    body = response.json()
    assert response.status_code == 201, body
    assert response.headers["Location"] == f"/api/v1/jobs/{body['id']}/"
    assert (body["title"], body["state"], body["process"]["id"]) == ("Buyer", "draft", str(process.pk))
    assert body["location"] == {"city": "Boston", "region": "", "country": "US"}
    assert {field["kind"]: field["value"] for field in body["job_fields"]} == said
    assert JobFieldValue.objects.get(field=fields["number"]).number == Decimal("12.5")
    assert caller.get(f"jobs/{body['id']}/").json() == body


def test_a_change_keeps_what_is_not_named(
    dana: Membership, buyer: Job, fields: dict[str, JobField], calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)
    caller.patch(f"jobs/{buyer.pk}/", {"job_fields": [{"id": str(fields["text"].pk), "value": "Kept"}]})

    body = caller.patch(f"jobs/{buyer.pk}/", {"department": "Ops", "location": {"city": "Salem"}}).json()

    assert (body["title"], body["department"]) == ("Senior Buyer", "Ops")
    assert body["location"] == {"city": "Salem", "region": "MA", "country": "US"}
    assert next(one["value"] for one in body["job_fields"] if one["kind"] == "text") == "Kept"
    emptied = caller.patch(f"jobs/{buyer.pk}/", {"job_fields": [{"id": str(fields["text"].pk), "value": None}]})
    assert {one["value"] for one in emptied.json()["job_fields"]} == {None}


@pytest.mark.parametrize(
    ("kind", "value", "sentence"),
    [
        ("text", True, "A text takes text."),
        ("select", "No such choice", "A select takes the label of one of its choices."),
        ("select", False, "A select takes the label of one of its choices."),
        ("number", "many", 'A number takes a number as text, such as "12.5".'),
        ("number", True, 'A number takes a number as text, such as "12.5".'),
        ("number", "NaN", "Enter a number with at most 14 digits before the point."),
        ("number", "1e99999", "Enter a number with at most 14 digits before the point."),
        ("date", "2027-02-30", 'A date takes a date such as "2027-01-31".'),
        ("date", "2027-W01", 'A date takes a date such as "2027-01-31".'),
        ("yes_no", "yes", "A yes_no takes true or false."),
        ("text", 7, "Use text, true, false or null."),
        ("text", ["a"], "Use text, true, false or null."),
        ("text", "\x00", "Null characters are not allowed."),
        ("text", "x" * 501, "Use up to 500 characters."),
    ],
)
def test_what_is_no_value_of_its_field_is_refused_by_its_name(
    dana: Membership,
    buyer: Job,
    fields: dict[str, JobField],
    calls_as: MakeCaller,
    kind: str,
    value: Any,
    sentence: str,
) -> None:
    pk = str(fields[kind].pk)

    response = calls_as(dana).patch(f"jobs/{buyer.pk}/", {"job_fields": [{"id": pk, "value": value}]})

    assert response.status_code == 422, response.json()
    ((name, sentences),) = response.json()["errors"].items()
    assert sentences == [sentence]
    assert name in (f"job_fields.{pk}", "job_fields.0.value")
    assert not JobFieldValue.objects.exists()


def test_fields_that_one_does_not_see_and_fields_named_twice_are_refused(
    dana: Membership, stranger: Membership, buyer: Job, fields: dict[str, JobField], calls_as: MakeCaller
) -> None:
    foreign, own = JobFieldFactory(company=stranger.company).pk, fields["text"].pk

    for asked in ([foreign], [ids.uuid7()], [own, own]):
        answers = [{"id": str(pk), "value": "a"} for pk in asked]
        response = calls_as(dana).patch(f"jobs/{buyer.pk}/", {"job_fields": answers})
        assert list(response.json()["errors"]) == [f"job_fields.{asked[0]}"]


@pytest.mark.parametrize(
    "body",
    [
        {"titel": "A"},
        {"title": ""},
        {"location": {"town": "A"}},
        {"location": "Boston"},
        {"location": {"country": "XX"}},
        {"job_fields": {"id": "a"}},
        {"job_fields": [{"id": "a", "value": "b"}]},
        {"job_fields": [{"id": None}]},
        {"process": None},
        {"state": "open"},
        {"title": "\ud800"},
        {"title": "x" * 151},
        [],
        None,
    ],
)
def test_odd_bodies_change_nothing(dana: Membership, buyer: Job, calls_as: MakeCaller, body: Any) -> None:
    caller, before = calls_as(dana), state_of_the_world()

    response = caller.patch(f"jobs/{buyer.pk}/", body)

    assert response.status_code in (400, 422) or (body is None and response.status_code == 200), response.json()
    assert state_of_the_world() == before


def test_what_a_service_refuses_is_called_what_the_body_calls_it(
    dana: Membership, buyer: Job, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)
    required = JobFieldFactory(company=dana.company, name="Level", is_required=True)
    body = {"title": "A", "location": {"country": "XX"}}

    for response in (caller.post("jobs/", body), caller.patch(f"jobs/{buyer.pk}/", body)):
        refusal = response.json()
        assert (refusal["code"], refusal["detail"]) == ("invalid_input", "Choose a country from the list.")
        assert refusal["errors"] == {"location.country": ["Choose a country from the list."]}
    assert list(caller.post("jobs/", {"title": "A"}).json()["errors"]) == [f"job_fields.{required.pk}"]
    assert list(caller.patch(f"jobs/{buyer.pk}/", {"title": "\u200b"}).json()["errors"]) == ["title"]


def test_a_renamed_refusal_keeps_its_code_and_its_words() -> None:
    with pytest.raises(InvalidInput, match=r"^Both\.$") as refused, fields_named(str.upper):
        raise InvalidInput("Both.", fields={"a": "This.", "b": "That."}, code="both")

    assert (refused.value.code, refused.value.fields) == ("both", {"A": "This.", "B": "That."})


def test_only_who_may_edit_a_job_writes_to_it(buyer: Job, interviewer: Membership, calls_as: MakeCaller) -> None:
    caller, lead = calls_as(interviewer), calls_as(on_team(buyer, JobRole.HIRING_MANAGER))

    for path, body in (("", {"title": "A"}), ("open/", None), ("close/", None), ("team/", {})):
        send = caller.patch if not path else caller.post
        body = {"membership": str(interviewer.pk), "role": "recruiter"} if path == "team/" else body
        assert send(f"jobs/{buyer.pk}/{path}", body).status_code == 403
    assert caller.post("jobs/", {"title": "A"}).status_code == 403
    assert lead.post(f"jobs/{buyer.pk}/close/").json()["state"] == "closed"
    assert lead.post(f"jobs/{buyer.pk}/open/").json()["state"] == "open"


def test_the_hiring_team(dana: Membership, stranger: Membership, buyer: Job, calls_as: MakeCaller) -> None:
    caller, member = calls_as(dana), MembershipFactory(company=dana.company)
    path = f"jobs/{buyer.pk}/team/"

    added = caller.post(path, {"membership": str(member.pk), "role": "recruiter"})
    again = caller.post(path, {"membership": str(member.pk), "role": "recruiter"})
    foreign = caller.post(path, {"membership": str(stranger.pk), "role": "recruiter"})

    expected = {"membership": {"id": str(member.pk), "name": member.name}, "role": "recruiter"}
    assert (added.status_code, added.json()) == (201, {"id": added.json()["id"], **expected})
    assert (again.status_code, again.json()["code"]) == (409, "role_taken")
    assert (foreign.status_code, list(foreign.json()["errors"])) == (422, ["membership"])
    assert caller.get(path).json()["results"] == [added.json()]
    removed = caller.send("delete", f"{path}{added.json()['id']}/", None)
    assert (removed.status_code, removed.json()["id"]) == (200, str(buyer.pk))
    assert not HiringTeamMember.objects.exists()
    assert caller.send("delete", f"{path}{added.json()['id']}/", None).status_code == 404


def test_who_leaves_the_team_is_told_no_more_than_that_they_did(buyer: Job, calls_as: MakeCaller) -> None:
    lead = on_team(buyer, JobRole.RECRUITER)
    row = HiringTeamMember.objects.get()

    response = calls_as(lead).send("delete", f"jobs/{buyer.pk}/team/{row.pk}/", None)

    assert (response.status_code, set(response.json())) == (200, {"id", "url"})


def test_settings_that_a_connector_asks_for(
    dana: Membership, interviewer: Membership, fields: dict[str, JobField], calls_as: MakeCaller
) -> None:
    caller, plain = calls_as(dana), calls_as(interviewer)
    shown = JobFieldFactory(company=dana.company, name="Shown", visibility="public")
    JobFieldFactory(company=dana.company, name="Gone", is_active=False)

    assert {row["name"] for row in caller.get("job-fields/").json()["results"]} == {
        *(field.name for field in fields.values()),
        "Shown",
    }
    assert [row["id"] for row in plain.get("job-fields/").json()["results"]] == [str(shown.pk)]
    options = f"job-fields/{fields['select'].pk}/options/"
    assert [row["label"] for row in caller.get(options).json()["results"]] == ["Level 360"]
    assert caller.get(options, search="LEV").json()["results"]
    assert not caller.get(options, search="nothing").json()["results"]
    assert plain.get(options).status_code == 404
    assert {row["email"] for row in caller.get("members/").json()["results"]} >= {"dana@acme.example"}
    assert plain.get("members/").json()["code"] == "not_allowed"


def test_sources_by_type(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    source = SourceFactory(company=dana.company, is_active=False)

    types = caller.get("source-types/").json()["results"]
    found = caller.get("sources/", type=str(source.type_id)).json()["results"]

    assert str(source.type_id) in {row["id"] for row in types}
    assert [row["id"] for row in found] == [str(source.pk)]
    assert not caller.get("sources/", type=str(source.type_id), is_active="true").json()["results"]
    assert caller.get("sources/", is_active="maybe").status_code == 422


def test_a_job_has_locations_of_the_list_in_order(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    home, lab = (LocationFactory(company=dana.company, name=name, city=name) for name in ("Home", "Lab"))
    foreign = LocationFactory(company=CompanyFactory())

    made = caller.post("jobs/", {"title": "Buyer", "department": "Sales", "locations": [str(lab.pk), str(home.pk)]})
    both = caller.patch(f"jobs/{made.json()['id']}/", {"locations": [], "location": {"city": "Rome"}})
    strange = caller.patch(f"jobs/{made.json()['id']}/", {"locations": [str(foreign.pk)]})
    titled = caller.patch(f"jobs/{made.json()['id']}/", {"title": "Senior Buyer"})

    job = Job.objects.get()
    assert (job.city, job.further_locations) == ("Lab", "Home")
    assert made.json()["location"]["city"] == "Lab"
    expected = {"id": str(lab.pk), "number": lab.number, "name": "Lab", "city": "Lab", "region": "MA", "country": "US"}
    assert [each["name"] for each in titled.json()["locations"]] == ["Lab", "Home"]
    assert titled.json()["locations"][0] == expected
    assert (both.status_code, both.json()["errors"]) == (422, {"locations": ["Say either location or locations."]})
    assert (strange.status_code, strange.json()["errors"]) == (422, {"locations": ["Choose locations from the list."]})
    assert caller.get("locations/").json()["results"][0] == expected
    assert caller.get("departments/").json()["results"] == [
        {"id": str(job.listed_department_id), "number": job.listed_department.number, "name": "Sales", "parent": None}
    ]


def test_a_list_of_jobs_takes_no_more_queries_with_more_locations(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    places = [str(LocationFactory(company=dana.company, city=f"City {number}").pk) for number in range(3)]
    taken = []
    for number in (1, 3):
        for title in "ab"[:number]:
            caller.post("jobs/", {"title": title, "locations": places[:number]})
        with CaptureQueriesContext(connection) as queries:
            assert caller.get("jobs/").status_code == 200
        taken.append(len(queries))

    assert taken[0] == taken[1]
