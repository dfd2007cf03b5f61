"""Interview requests over REST: exact answers, stable codes, scopes and visibility."""

from typing import Any

import pytest

from recruiting.api.scopes import Scope
from tests import factories
from tests.spark_hire.scenario import MIDNIGHT, Scenario


def expected(scenario: Scenario, request: Any, **changes: Any) -> dict[str, Any]:
    return {
        "id": str(request.pk),
        "application": str(scenario.application.pk),
        "state": "sent",
        "requested_by": str(scenario.kim.pk),
        "expires_on": "2025-11-28",
        "expires_at": "2025-11-28T05:00:00Z",
        "time_zone": "America/New_York",
        "question_set_name": "Buyer basics",
        "completed_at": None,
        "closed_at": None,
        "failure": "",
        "is_superseded": False,
        "share_url": "",
        **changes,
    }


def without_instants(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("created_at", "sent_at")}


def test_a_request_is_created_read_listed_and_canceled(scenario: Scenario) -> None:
    call = scenario.call(scenario.kim)
    made = call.post("interview-requests/", {"application": str(scenario.application.pk), "expires_on": "2025-11-28"})
    assert made.status_code == 201
    request = scenario.application.spark_hire_interviewrequests.get()
    assert without_instants(made.json()) == expected(scenario, request, state="queued")
    assert made.json()["sent_at"] is None

    scenario.drain()
    read = call.get(f"interview-requests/{request.pk}/")
    assert read.status_code == 200
    assert without_instants(read.json()) == expected(scenario, request)
    assert read.json()["sent_at"] is not None
    assert [one["id"] for one in call.get("interview-requests/").json()["results"]] == [str(request.pk)]

    canceled = call.post(f"interview-requests/{request.pk}/cancel/")
    assert (canceled.status_code, canceled.json()["state"]) == (200, "canceled")
    scenario.drain()
    assert scenario.at_vendor() == []
    again = call.post(f"interview-requests/{request.pk}/cancel/")
    assert (again.status_code, again.json()["code"]) == (409, "already_over")
    assert again.headers["Content-Type"] == "application/problem+json"


def test_a_completed_request_carries_its_recording(scenario: Scenario) -> None:
    request = scenario.completed()
    answer = scenario.call(scenario.ivy).get(f"interview-requests/{request.pk}/").json()

    assert answer["state"] == "completed"
    assert answer["share_url"] == request.share_url
    assert answer["completed_at"] is not None


def test_the_list_is_filtered_by_the_state_that_it_shows(scenario: Scenario) -> None:
    by_state = {
        "completed": scenario.completed(application=scenario.another()),
        "canceled": scenario.sent(application=scenario.another()),
        "sent": scenario.sent(application=scenario.another(), on=scenario.in_days(30)),
        "expired": scenario.sent(application=scenario.another()),
    }
    scenario.cancel(by_state["canceled"])
    scenario.drain()
    scenario.fault("create_interview", "status", status=400)
    by_state["failed"] = scenario.ask(application=scenario.another(), on=scenario.in_days(30))
    scenario.drain()
    scenario.travel(MIDNIGHT)
    by_state["queued"] = scenario.ask(application=scenario.another(), on=scenario.in_days(30))
    assert scenario.now(by_state["expired"]).state == "sent"  # nobody has swept yet

    call = scenario.call(scenario.kim)
    for state, request in by_state.items():
        rows = call.get("interview-requests/", state=state).json()["results"]
        assert [(row["id"], row["state"]) for row in rows] == [(str(request.pk), state)]


def test_the_list_is_filtered_by_application(scenario: Scenario) -> None:
    mine = scenario.sent()
    scenario.sent(application=scenario.another())
    call = scenario.call(scenario.kim)

    rows = call.get("interview-requests/", application=str(scenario.application.pk)).json()["results"]
    assert [row["id"] for row in rows] == [str(mine.pk)]
    assert call.get("interview-requests/", state="nonsense").status_code == 422
    assert call.get("interview-requests/", application="nonsense").status_code == 422


@pytest.mark.parametrize(
    ("scopes", "reads", "writes"),
    [
        ((Scope.REQUESTS_READ,), 200, 403),
        ((Scope.REQUESTS_WRITE,), 403, 201),
        ((Scope.JOBS_READ,), 403, 403),
    ],
)
def test_scopes_decide_what_a_token_may(scenario: Scenario, scopes: tuple[str, ...], reads: int, writes: int) -> None:
    call = scenario.call(scenario.kim, *scopes)
    body = {"application": str(scenario.application.pk), "expires_on": "2025-11-28"}

    assert call.get("interview-requests/").status_code == reads
    assert call.post("interview-requests/", body).status_code == writes
    assert scenario.application.spark_hire_interviewrequests.count() == (1 if writes == 201 else 0)


def test_requests_on_jobs_that_one_does_not_see_are_not_there(scenario: Scenario) -> None:
    request = scenario.sent()
    for member in (
        factories.MembershipFactory(company=scenario.company),
        factories.administrator(factories.CompanyFactory()),
    ):
        call = scenario.call(member)
        assert call.get("interview-requests/").json()["results"] == []
        assert call.get(f"interview-requests/{request.pk}/").status_code == 404
        assert call.post(f"interview-requests/{request.pk}/cancel/").status_code == 404
    assert scenario.now(request).state == "sent"


def test_a_reader_without_the_right_may_not_cancel(scenario: Scenario) -> None:
    request = scenario.sent()
    answer = scenario.call(scenario.ivy).post(f"interview-requests/{request.pk}/cancel/")

    assert (answer.status_code, scenario.now(request).state) == (403, "sent")


def test_nothing_secret_is_answered(scenario: Scenario) -> None:
    request = scenario.completed()
    answer = scenario.call(scenario.dana).get(f"interview-requests/{request.pk}/").content.decode()

    assert scenario.installation.webhook_token not in answer
    assert "ada@example.com" not in answer
    assert request.vendor_id not in answer


def test_without_the_scope_to_read_a_write_answers_with_its_address_alone(scenario: Scenario) -> None:
    call = scenario.call(scenario.kim, Scope.REQUESTS_WRITE)
    body = {"application": str(scenario.application.pk), "expires_on": "2025-11-28"}

    made = call.post("interview-requests/", body)
    canceled = call.post(f"interview-requests/{made.json()['id']}/cancel/")

    request = scenario.application.spark_hire_interviewrequests.get()
    address = f"/api/v1/interview-requests/{request.pk}/"
    told = {"id": str(request.pk), "url": f"http://testserver{address}"}
    assert (made.status_code, made.json(), made.headers["Location"]) == (201, told, address)
    assert (canceled.status_code, canceled.json()) == (200, told)


def test_a_refusal_names_people_only_to_a_token_that_may_read_them(scenario: Scenario) -> None:
    scenario.sent()
    body = {"application": str(scenario.application.pk), "expires_on": "2025-11-28"}

    def told(*scopes: Scope) -> str:
        refused = scenario.call(scenario.kim, *scopes).post("interview-requests/", body)
        assert (refused.status_code, refused.json()["code"]) == (409, "already_requested")
        return str(refused.json()["detail"])

    ask, read = Scope.REQUESTS_WRITE, Scope.REQUESTS_READ
    whole = f"{scenario.kim.name} sent {scenario.application.candidate.name} a request that is still open. Here it is."
    assert told(ask, read, Scope.APPLICATIONS_READ) == told(ask, read, Scope.CANDIDATES_READ) == whole
    assert told(ask, read) == "Already requested. A token with applications:read or candidates:read is told more."
    assert (
        told(ask) == told(ask, Scope.CANDIDATES_READ) == "Already requested. A token with requests:read is told more."
    )
