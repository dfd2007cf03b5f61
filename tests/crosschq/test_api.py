"""Reference checks over REST: exact answers, stable codes, scopes and visibility."""

from typing import Any

import pytest

from integrations.crosschq.models import ReferenceCheck
from recruiting.api.scopes import Scope
from recruiting.candidates.models import Candidate
from tests import factories
from tests.crosschq.pages import Caller
from tests.crosschq.scenario import Scenario


def expected(scenario: Scenario, check: ReferenceCheck, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(check.pk),
        "application": str(scenario.application.pk),
        "state": "sent",
        "template": str(scenario.template.pk),
        "template_name": "Engineering",
        "requested_by": str(scenario.kim.pk),
        "owner": str(scenario.kim.pk),
        "position": "Senior Engineer",
        "asked_count": 3,
        "entered_count": 0,
        "answered_count": 0,
        "progress": 0,
        "is_past_due": False,
        "is_forced": False,
        "is_superseded": False,
        "completed_at": None,
        "closed_at": None,
        "failure": "",
        "report_url": "",
        **changes,
    }


def without_instants(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("created_at", "sent_at")}


def body(scenario: Scenario, **changes: Any) -> dict[str, Any]:
    return {"application": str(scenario.application.pk), "template": str(scenario.template.pk), **changes}


def test_a_check_is_created_read_and_listed(scenario: Scenario) -> None:
    call = Caller(scenario.kim)
    made = call.post("reference-checks/", body(scenario))
    assert made.status_code == 201
    check = ReferenceCheck.objects.get()
    assert without_instants(made.json()) == expected(scenario, check, state="queued")

    scenario.drain()
    read = call.get(f"reference-checks/{check.pk}/")
    assert read.status_code == 200
    assert without_instants(read.json()) == expected(scenario, check)
    assert [one["id"] for one in call.get("reference-checks/", state="sent").json()["results"]] == [str(check.pk)]
    assert call.get("reference-checks/", state="failed").json()["results"] == []
    assert call.get("reference-checks/", application=str(scenario.another().pk)).json()["results"] == []


def test_a_requestor_may_be_named(scenario: Scenario) -> None:
    made = Caller(scenario.kim).post("reference-checks/", body(scenario, requestor=str(scenario.dana.pk)))
    assert made.json()["owner"] == str(scenario.dana.pk)


def test_a_second_one_names_the_first_and_may_be_forced(scenario: Scenario) -> None:
    call = Caller(scenario.kim)
    first = call.post("reference-checks/", body(scenario)).json()["id"]
    scenario.drain()
    refused = call.post("reference-checks/", body(scenario))
    assert (refused.status_code, refused.json()["code"]) == (409, "already_open")
    assert refused.json()["check"] == first
    assert ReferenceCheck.objects.count() == 1

    forced = call.post(f"reference-checks/{first}/send-again/")
    assert (forced.status_code, forced.json()["is_forced"]) == (201, True)
    assert forced.json()["id"] != first


def test_a_refusal_names_every_blocker(scenario: Scenario) -> None:
    scenario.switch(False)
    type(scenario.candidate).objects.filter(pk=scenario.candidate.pk).update(email="")
    refused = Caller(scenario.kim).post("reference-checks/", body(scenario))
    assert (refused.status_code, refused.json()["code"]) == (409, "switched_off")
    assert [one["code"] for one in refused.json()["blockers"]] == ["switched_off", "no_email"]
    assert ReferenceCheck.objects.count() == 0


def test_version_one_can_only_stop_and_version_two_cancels(scenario: Scenario) -> None:
    call, check = Caller(scenario.kim), scenario.sent()
    refused = call.post(f"reference-checks/{check.pk}/cancel/")
    assert (refused.status_code, refused.json()["code"]) == (409, "only_there")
    assert scenario.now(check).state == "sent"

    stopped = call.post(f"reference-checks/{check.pk}/stop/")
    assert (stopped.status_code, stopped.json()["state"]) == (200, "stopped")
    again = call.post(f"reference-checks/{check.pk}/stop/")
    assert (again.status_code, again.json()["code"]) == (409, "already_over")

    scenario.configure(api_version="v2")
    second = scenario.sent()
    canceled = call.post(f"reference-checks/{second.pk}/cancel/")
    assert (canceled.status_code, canceled.json()["state"]) == (200, "canceled")


def test_a_completed_check_carries_its_report_and_no_reference(scenario: Scenario) -> None:
    scenario.configure(keeps_references=True)
    check = scenario.completed()
    answer = Caller(scenario.ivy).get(f"reference-checks/{check.pk}/")
    assert answer.json()["report_url"] == check.report_url
    assert (answer.json()["progress"], answer.json()["answered_count"]) == (100, 3)
    for reference in scenario.there(check)["references"]:
        assert reference["email"] not in answer.content.decode()


def test_templates_are_listed(scenario: Scenario) -> None:
    scenario.template_of(name="Any", tag="any", any_relationship=True, any_count=3, asked=())
    listed = Caller(scenario.kim).get("reference-check-templates/").json()["results"]
    assert [(one["name"], one["tag"], one["references"], one["reference_count"]) for one in listed] == [
        ("Any", "any", {}, 3),
        ("Engineering", "engineering", {"managers": 1, "peers": 2}, 3),
    ]


def test_scopes_and_roles(scenario: Scenario) -> None:
    check = scenario.sent()
    reads = Caller(scenario.kim, Scope.REQUESTS_READ)
    assert reads.get(f"reference-checks/{check.pk}/").status_code == 200
    refused = reads.post("reference-checks/", body(scenario))
    assert (refused.status_code, refused.json()["required_scope"]) == (403, "requests:write")
    nothing = Caller(scenario.kim, Scope.JOBS_READ)
    assert nothing.get("reference-check-templates/").status_code == 403

    ivy = Caller(scenario.ivy)
    assert ivy.get(f"reference-checks/{check.pk}/").status_code == 200
    for path in ("stop/", "cancel/", "send-again/"):
        assert ivy.post(f"reference-checks/{check.pk}/{path}").json()["code"] == "not_allowed"
    assert ivy.post("reference-checks/", body(scenario)).status_code == 403
    assert scenario.now(check).state == "sent"


@pytest.mark.parametrize("who", ["elsewhere", "nobody"])
def test_what_one_may_not_see_is_not_there(scenario: Scenario, who: str) -> None:
    check = scenario.sent()
    member = (
        factories.administrator(factories.CompanyFactory())
        if who == "elsewhere"
        else factories.MembershipFactory(company=scenario.company)
    )
    call = Caller(member)
    assert call.get("reference-checks/").json()["results"] == []
    assert call.get(f"reference-checks/{check.pk}/").status_code == 404
    assert call.post(f"reference-checks/{check.pk}/stop/").status_code == 404
    made = call.post("reference-checks/", body(scenario))
    assert (made.status_code, list(made.json()["errors"])) == (422, ["application"])
    assert ReferenceCheck.objects.count() == 1


def test_without_the_scope_to_read_a_write_answers_with_its_address_alone(scenario: Scenario) -> None:
    check = scenario.sent()
    blind = Caller(scenario.kim, Scope.REQUESTS_WRITE)

    again = blind.post(f"reference-checks/{check.pk}/send-again/")
    stopped = blind.post(f"reference-checks/{check.pk}/stop/")

    second = ReferenceCheck.objects.exclude(pk=check.pk).get()
    for answer, row, status in ((again, second, 201), (stopped, check, 200)):
        url = f"http://testserver/api/v1/reference-checks/{row.pk}/"
        assert (answer.status_code, answer.json()) == (status, {"id": str(row.pk), "url": url})


def test_a_refusal_holds_what_the_token_may_read(scenario: Scenario) -> None:
    first = scenario.sent()
    Candidate.objects.filter(pk=scenario.candidate.pk).update(email="")
    call = Caller(scenario.kim)
    blind, no_people = (Caller(scenario.kim, Scope.REQUESTS_WRITE, *more) for more in ((), (Scope.REQUESTS_READ,)))
    sentence = f"{scenario.candidate.first} has no email address; nothing was sent."

    def asked(caller: Caller) -> Any:
        refused = caller.post("reference-checks/", body(scenario))
        assert (refused.status_code, refused.json()["code"]) == (409, "no_email")
        return refused.json()

    assert asked(call)["blockers"] == [{"code": "no_email", "sentence": sentence}]
    assert asked(no_people)["blockers"] == [{"code": "no_email", "sentence": "No email."}]
    assert asked(no_people)["detail"] == "No email. A token with applications:read or candidates:read is told more."
    assert "blockers" not in asked(blind)
    assert asked(blind)["detail"] == "No email. A token with requests:read is told more."

    Candidate.objects.filter(pk=scenario.candidate.pk).update(email=first.invited_email)
    assert no_people.post("reference-checks/", body(scenario)).json()["check"] == str(first.pk)
    hidden = blind.post("reference-checks/", body(scenario))
    assert (hidden.json()["code"], str(first.pk) in hidden.content.decode()) == ("already_open", False)
