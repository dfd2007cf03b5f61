"""What a job says to the public, and sets of questions, over REST."""

from typing import Any

import pytest

from recruiting.careers import questions
from recruiting.careers.models import Posting
from recruiting.careers.questions import QuestionDetails
from recruiting.foundation.permissions import JobRole
from tests import factories
from tests.api.conftest import Caller, MakeCaller, calls_as
from tests.careers.scenario import Careers
from tests.refusals import changes_nothing

__all__ = ["calls_as"]


@pytest.fixture
def careers(db: None) -> Careers:
    """Acme, with a public job."""
    return Careers.make()


def test_a_posting_is_read_and_changed(careers: Careers, calls_as: MakeCaller) -> None:
    caller: Caller = calls_as(careers.administrator)
    address = f"jobs/{careers.job.pk}/posting/"
    details = QuestionDetails("number", "How many years?", rule="at_least", rule_value="3")
    question = questions.save_question(place=careers.posting, details=details, by=careers.administrator)

    changed = caller.patch(
        address,
        {
            "closes_on": "2030-01-31",
            "workplace": "remote",
            "remote_countries": ["DE"],
            "pay": {"min": "52000", "max": "61000.50", "currency": "USD", "period": "year"},
        },
    )

    assert changed.status_code == 200, changed.json()
    body = changed.json()
    assert body == caller.get(address).json()
    assert body["number"] == careers.posting.number
    assert body["url"].endswith(f"/careers/acme/jobs/{careers.posting.number}-senior-buyer/")
    assert (body["publication"], body["takes_applications"]) == ("public", True)
    assert (body["closes_on"], body["closes_at"]) == ("2030-01-31", "2030-02-01T05:00:00Z")
    assert body["pay"] == {"min": "52000.00", "max": "61000.50", "currency": "USD", "period": "year"}
    assert body["questions"] == [
        {
            "id": str(question.pk),
            "number": question.number,
            "kind": "number",
            "label": "How many years?",
            "hint": "",
            "is_required": True,
            "options": [],
            "knock_out": "must be at least 3",
            "question_set": None,
        }
    ]
    emptied = caller.patch(address, {"pay": None, "closes_on": None, "publication": "none"}).json()
    assert (emptied["pay"], emptied["closes_on"], emptied["closes_at"], emptied["url"]) == (None, None, None, "")
    assert emptied["remote_countries"] == ["DE"]


def test_a_job_without_a_posting_has_an_empty_one(careers: Careers, calls_as: MakeCaller) -> None:
    job = factories.JobFactory(company=careers.company)

    body = calls_as(careers.administrator).get(f"jobs/{job.pk}/posting/").json()

    assert (body["number"], body["publication"], body["takes_applications"], body["url"]) == (None, "none", False, "")
    assert (body["pay"], body["openings"], body["questions"]) == (None, 1, [])
    assert Posting.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"pay": {"min": "5", "currency": "XXX", "period": "hour"}}, 422, {"pay.currency": ["Choose a currency."]}),
        ({"remote_countries": ["XX"]}, 422, {"remote_countries": ["Choose countries from the list."]}),
        ({"openings": 0}, 422, {"openings": ["Ensure this value is greater than or equal to 1."]}),
        ({"handle": "x"}, 422, {"handle": ["There is no such field."]}),
    ],
)
def test_what_cannot_be_said_is_refused(
    careers: Careers, calls_as: MakeCaller, given: dict[str, Any], status: int, said: dict[str, Any]
) -> None:
    caller = calls_as(careers.administrator)
    caller.get("me/")  # notes that the token is used

    with changes_nothing():
        refused = caller.patch(f"jobs/{careers.job.pk}/posting/", given)

    assert (refused.status_code, refused.json()["errors"]) == (status, said)


def test_a_draft_is_not_published_and_readers_write_nothing(careers: Careers, calls_as: MakeCaller) -> None:
    draft = factories.JobFactory(company=careers.company, state="draft")
    interviewer = factories.HiringTeamMemberFactory(job=careers.job, role=JobRole.INTERVIEWER).membership
    caller, reader = calls_as(careers.administrator), calls_as(interviewer)

    refused = caller.patch(f"jobs/{draft.pk}/posting/", {"publication": "public", "openings": 2})

    assert (refused.status_code, refused.json()["code"]) == (409, "job_is_a_draft")
    assert not Posting.objects.filter(job=draft).exists()
    assert reader.get(f"jobs/{careers.job.pk}/posting/").status_code == 200
    assert reader.patch(f"jobs/{careers.job.pk}/posting/", {"publication": "none"}).status_code == 403
    assert reader.get(f"jobs/{draft.pk}/posting/").status_code == 404


def test_sets_of_questions_are_listed(careers: Careers, calls_as: MakeCaller) -> None:
    basics = questions.save_set(name="Basics", by=careers.administrator)
    details = QuestionDetails("one", "Where?", options=("Here", "There"))
    questions.save_question(place=basics, details=details, by=careers.administrator)
    questions.use_sets(posting=careers.posting, sets=[basics], by=careers.administrator)
    caller = calls_as(careers.administrator)

    (listed,) = caller.get("question-sets/").json()["results"]

    assert (listed["id"], listed["name"]) == (str(basics.pk), "Basics")
    assert [each["label"] for each in listed["questions"][0]["options"]] == ["Here", "There"]
    assert caller.get(f"jobs/{careers.job.pk}/posting/").json()["questions"] == listed["questions"]


@pytest.mark.parametrize("role", [None, JobRole.INTERVIEWER, JobRole.COORDINATOR])
def test_sets_of_questions_are_for_those_who_edit_a_job(
    careers: Careers, calls_as: MakeCaller, role: JobRole | None
) -> None:
    basics = questions.save_set(name="Basics", by=careers.administrator)
    rule = {"rule": "at_least", "rule_value": "5"}
    questions.save_question(place=basics, details=QuestionDetails("number", "Years?", **rule), by=careers.administrator)
    member = factories.MembershipFactory(company=careers.company)
    if role:
        factories.HiringTeamMemberFactory(job=careers.job, membership=member, role=role)

    answer = calls_as(member).get("question-sets/")

    assert (answer.status_code, b"at least 5" in answer.content) == (
        (200, True) if role == "coordinator" else (403, False)
    )


def test_a_posting_is_changed_only_as_it_was_seen(careers: Careers, calls_as: MakeCaller) -> None:
    caller: Caller = calls_as(careers.administrator)
    fresh = factories.JobFactory(company=careers.company)
    for job in (careers.job, fresh):
        address = f"jobs/{job.pk}/posting/"
        seen = caller.get(address)

        first = caller.patch(address, {"openings": 2}, if_match=seen["ETag"])
        late = caller.patch(address, {"openings": 3}, if_match=seen["ETag"])

        assert (first.status_code, late.status_code, late.json()["code"]) == (200, 412, "changed")
        assert first.json()["version"] == late.json()["version"] > seen.json()["version"]
        assert caller.get(address).json()["openings"] == 2
