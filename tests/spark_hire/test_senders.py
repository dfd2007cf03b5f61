"""Whose key sends: a person's own and nobody else's, also when it stops working in the middle of it."""

import pytest

from integrations import credentials
from recruiting.companies import services as companies
from recruiting.foundation.errors import NotAllowed, NotFound
from tests import factories
from tests.spark_hire.house import PEOPLE, House, assert_nothing_was_asked


def test_a_role_that_only_watches_may_not_send(house: House) -> None:
    credentials.add_members(installation=house.installation, members=[house.ivy], by=house.dana)

    with pytest.raises(NotAllowed):
        house.ask(by=house.ivy)
    assert house.browser(house.ivy).post(house.address("request"), {"expires_on": "2025-11-28"}).status_code == 403
    assert_nothing_was_asked(house)


def test_somebody_outside_the_job_or_the_company_does_not_even_see_it(house: House) -> None:
    outsider = factories.MembershipFactory(company=house.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member in (outsider, stranger):
        with pytest.raises(NotFound):
            house.ask(by=member)
        assert house.browser(member).get(house.address("request")).status_code == 404
        answer = house.call(member).post(
            "interview-requests/", {"application": str(house.application.pk), "expires_on": "2025-11-28"}
        )
        assert answer.status_code in (404, 422)
    assert_nothing_was_asked(house)


@pytest.mark.parametrize("act", ["revoke_key", "disable", "rotate_key"])
def test_a_key_that_stopped_working_keeps_the_request_until_it_is_replaced(house: House, act: str) -> None:
    house.user_act(house.kim, act)
    request = house.ask()
    house.drain()

    request = house.now(request)
    reason = "Spark Hire needs Kim Ito's User API Key, and it does not work at the moment."
    assert (request.state, request.failure) == ("queued", reason)
    assert house.messages("spark_hire.create_interview") == ["parked"]
    assert house.key(house.kim).state == "refused"
    house.installation.refresh_from_db()
    assert house.installation.needs_attention == "Kim Ito's key is no longer accepted. Replace it."
    assert house.titles() == ["Requested", "Request Waiting"]
    assert house.feed()[-1] == f"Request Waiting: Waiting: {reason}"
    assert house.at_vendor() == []
    assert "Waiting" in house.see()

    if act == "disable":
        house.user_act(house.kim, "enable")
    keys = house.driver.vendor.seed(company="Acme", users=PEOPLE)
    credentials.save_key(
        installation=house.installation, member=house.kim, secret=keys["kim@acme.example"], by=house.kim
    )
    house.drain()

    assert (house.now(request).state, house.now(request).failure) == ("sent", "")
    assert len(house.at_vendor()) == 1
    house.installation.refresh_from_db()
    assert house.installation.needs_attention == ""
    assert house.titles() == ["Requested", "Request Waiting"]


def test_a_request_never_goes_out_on_somebody_else_s_key(house: House) -> None:
    request = house.ask()
    companies.deactivate(membership=house.kim, by=house.dana)
    house.drain()

    assert house.now(request).state == "queued"
    assert house.messages("spark_hire.create_interview") == ["parked"]
    assert house.at_vendor() == []


def test_an_evaluator_s_key_may_not_invite(house: House) -> None:
    eve = factories.on_team(house.job, user__email="eve@acme.example", user__first_name="Eve", user__last_name="Evans")
    credentials.store_issued(installation=house.installation, member=eve, secret=house.driver.keys["eve@acme.example"])
    request = house.ask(by=eve)
    house.drain()

    request = house.now(request)
    assert request.state == "failed"
    assert request.failure in house.see(eve)
    assert request.failure == "Your role does not allow you to schedule interviews."
    assert house.at_vendor() == []
    assert house.key(eve).state == "accepted"
    house.installation.refresh_from_db()
    assert (house.installation.needs_attention, house.installation.primary_credential) == ("", house.key(house.dana))


def test_a_primary_user_who_may_not_invite_stays_the_primary_user(house: House) -> None:
    house.fault("create_interview", "forbidden", times=-1, reason="Evaluators cannot invite.")
    request = house.ask(by=house.dana)
    house.drain()
    credentials.save_key(
        installation=house.installation, member=house.dana, secret=house.secret(house.dana), by=house.dana
    )
    house.drain()

    assert (house.now(request).state, house.now(request).failure) == ("failed", "Evaluators cannot invite.")
    assert house.calls("create_interview") == 1
    assert house.key(house.dana).state == "accepted"
    house.installation.refresh_from_db()
    assert (house.installation.needs_attention, house.installation.primary_credential) == ("", house.key(house.dana))
    page = house.browser(house.dana).get("/settings/integrations/video-interviewing/").content.decode()
    assert f'value="{house.key(house.dana).pk}" selected' in page or f'value="{house.key(house.dana).pk}"\n' in page


def test_a_waiting_request_expires_at_its_midnight_like_any_other(house: House) -> None:
    house.user_act(house.kim, "revoke_key")
    request = house.ask()
    house.drain()
    house.pass_time(days=7)

    assert house.sweep() == 1
    assert house.now(request).state == "expired"
    assert house.feed()[-1].endswith("It had to leave before midnight as Fri 28 Nov began.")
