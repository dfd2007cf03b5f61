"""Whose key sends: a person's own and nobody else's, also when it stops working in the middle of it."""

import pytest

from integrations import credentials
from recruiting.companies import services as companies
from recruiting.foundation.errors import NotAllowed, NotFound
from tests import factories
from tests.spark_hire.scenario import PEOPLE, Scenario, assert_nothing_was_asked


def test_a_role_that_only_watches_may_not_send(scenario: Scenario) -> None:
    credentials.add_members(installation=scenario.installation, members=[scenario.ivy], by=scenario.dana)

    with pytest.raises(NotAllowed):
        scenario.ask(by=scenario.ivy)
    assert (
        scenario.browser(scenario.ivy).post(scenario.address("request"), {"expires_on": "2025-11-28"}).status_code
        == 403
    )
    assert_nothing_was_asked(scenario)


def test_somebody_outside_the_job_or_the_company_does_not_even_see_it(scenario: Scenario) -> None:
    outsider = factories.MembershipFactory(company=scenario.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member in (outsider, stranger):
        with pytest.raises(NotFound):
            scenario.ask(by=member)
        assert scenario.browser(member).get(scenario.address("request")).status_code == 404
        answer = scenario.call(member).post(
            "interview-requests/", {"application": str(scenario.application.pk), "expires_on": "2025-11-28"}
        )
        assert answer.status_code in (404, 422)
    assert_nothing_was_asked(scenario)


@pytest.mark.parametrize("action", ["revoke_key", "disable", "rotate_key"])
def test_a_key_that_stopped_working_keeps_the_request_until_it_is_replaced(scenario: Scenario, action: str) -> None:
    scenario.user_action(scenario.kim, action)
    request = scenario.ask()
    scenario.drain()

    request = scenario.now(request)
    reason = "Spark Hire needs Kim Ito's User API Key, and it does not work at the moment."
    assert (request.state, request.failure) == ("queued", reason)
    assert scenario.messages("spark_hire.create_interview") == ["parked"]
    assert scenario.key(scenario.kim).state == "refused"
    scenario.installation.refresh_from_db()
    assert scenario.installation.needs_attention == "Kim Ito's key is no longer accepted. Replace it."
    assert scenario.titles() == ["Requested", "Request Waiting"]
    assert scenario.feed()[-1] == f"Request Waiting: Waiting: {reason}"
    assert scenario.at_vendor() == []
    assert "Waiting" in scenario.see()

    if action == "disable":
        scenario.user_action(scenario.kim, "enable")
    keys = scenario.driver.vendor.seed(company="Acme", users=PEOPLE)
    credentials.save_key(
        installation=scenario.installation, member=scenario.kim, secret=keys["kim@acme.example"], by=scenario.kim
    )
    scenario.drain()

    assert (scenario.now(request).state, scenario.now(request).failure) == ("sent", "")
    assert len(scenario.at_vendor()) == 1
    scenario.installation.refresh_from_db()
    assert scenario.installation.needs_attention == ""
    assert scenario.titles() == ["Requested", "Request Waiting"]


def test_a_request_never_goes_out_on_somebody_else_s_key(scenario: Scenario) -> None:
    request = scenario.ask()
    companies.deactivate(membership=scenario.kim, by=scenario.dana)
    scenario.drain()

    assert scenario.now(request).state == "queued"
    assert scenario.messages("spark_hire.create_interview") == ["parked"]
    assert scenario.at_vendor() == []


def test_an_evaluator_s_key_may_not_invite(scenario: Scenario) -> None:
    eve = factories.on_team(
        scenario.job, user__email="eve@acme.example", user__first_name="Eve", user__last_name="Evans"
    )
    credentials.store_issued(
        installation=scenario.installation, member=eve, secret=scenario.driver.keys["eve@acme.example"]
    )
    request = scenario.ask(by=eve)
    scenario.drain()

    request = scenario.now(request)
    assert request.state == "failed"
    assert request.failure in scenario.see(eve)
    assert request.failure == "Your role does not allow you to schedule interviews."
    assert scenario.at_vendor() == []
    assert scenario.key(eve).state == "accepted"
    scenario.installation.refresh_from_db()
    assert (scenario.installation.needs_attention, scenario.installation.primary_credential) == (
        "",
        scenario.key(scenario.dana),
    )


def test_a_primary_user_who_may_not_invite_stays_the_primary_user(scenario: Scenario) -> None:
    scenario.fault("create_interview", "forbidden", times=-1, reason="Evaluators cannot invite.")
    request = scenario.ask(by=scenario.dana)
    scenario.drain()
    credentials.save_key(
        installation=scenario.installation,
        member=scenario.dana,
        secret=scenario.secret(scenario.dana),
        by=scenario.dana,
    )
    scenario.drain()

    assert (scenario.now(request).state, scenario.now(request).failure) == ("failed", "Evaluators cannot invite.")
    assert scenario.calls("create_interview") == 1
    assert scenario.key(scenario.dana).state == "accepted"
    scenario.installation.refresh_from_db()
    assert (scenario.installation.needs_attention, scenario.installation.primary_credential) == (
        "",
        scenario.key(scenario.dana),
    )
    page = scenario.browser(scenario.dana).get("/settings/integrations/video-interviewing/").content.decode()
    assert (
        f'value="{scenario.key(scenario.dana).pk}" selected' in page
        or f'value="{scenario.key(scenario.dana).pk}"\n' in page
    )


def test_a_waiting_request_expires_at_its_midnight_like_any_other(scenario: Scenario) -> None:
    scenario.user_action(scenario.kim, "revoke_key")
    request = scenario.ask()
    scenario.drain()
    scenario.pass_time(days=7)

    assert scenario.sweep() == 1
    assert scenario.now(request).state == "expired"
    assert scenario.feed()[-1].endswith("It had to leave before midnight as Fri 28 Nov began.")
