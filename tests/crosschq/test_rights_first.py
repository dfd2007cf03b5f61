"""Nobody lets Crosschq be asked who may not: the right comes first, then the vendor."""

import pytest
from django.test import Client

from integrations.crosschq.models import ReferenceCheck
from integrations.requests import services as request_services
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.http import VendorSession
from tests import factories
from tests.crosschq.scenario import Scenario
from tests.refusals import refuses
from tests.signing_in import signed_in
from tests.trespass import VendorCalled, trespasses


@pytest.fixture
def uncertain(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> ReferenceCheck:
    """A check of which only Crosschq can say whether it is there; asking fails the test."""
    scenario.configure(can_list=False)
    scenario.fault("create_request", "reset_after")
    check = scenario.send()
    scenario.drain()
    scenario.later()
    assert (scenario.now(check).state, scenario.now(check).matches) == ("uncertain", [])

    def fail(*args: object, **kwargs: object) -> None:
        raise VendorCalled

    monkeypatch.setattr(VendorSession, "_call", fail)
    return scenario.now(check)


def test_an_uncertain_check_is_looked_for_only_by_who_may_send(scenario: Scenario, uncertain: ReferenceCheck) -> None:
    stranger = factories.administrator(factories.CompanyFactory())

    with refuses(NotAllowed, "Your role on this job is Interviewer"):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=scenario.ivy)
    with refuses(NotFound, "There is no such application"):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=stranger)
    with pytest.raises(VendorCalled):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=scenario.kim)


def test_a_settled_check_is_not_looked_for(scenario: Scenario, uncertain: ReferenceCheck) -> None:
    request_services.stop_tracking(request=uncertain, by=scenario.kim)

    with refuses(Conflict, "settled already"):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=scenario.kim)


def test_no_address_asks_crosschq_for_who_may_not(scenario: Scenario, uncertain: ReferenceCheck) -> None:
    clients = {
        "ivy": signed_in(scenario.ivy),
        "outsider": signed_in(factories.MembershipFactory(company=scenario.company)),
        "stranger": signed_in(factories.administrator(factories.CompanyFactory())),
        "nobody": Client(),
    }
    values = {
        "candidate_id": [scenario.candidate.pk],
        "application_id": [scenario.application.pk],
        "check_id": [uncertain.pk],
        "template_id": [scenario.template.pk],
        "listed": ["failed"],
    }

    answers = list(trespasses("crosschq", values, clients))

    assert len(answers) >= 250
    assert {status for who, method, _name, status in answers if method == "post"} <= {302, 403, 404, 405}
    assert {status for *_rest, status in answers} <= {200, 302, 303, 403, 404, 405}


def test_a_check_of_another_application_is_not_there_for_who_may_not_send_either(scenario: Scenario) -> None:
    elsewhere = factories.ApplicationFactory(job=scenario.job)
    address = f"/candidates/{elsewhere.candidate_id}/applications/{elsewhere.pk}/reference-check/{scenario.send().pk}"

    assert signed_in(scenario.ivy).get(f"{address}/requestor/").status_code == 404
    assert signed_in(scenario.kim).get(f"{address}/requestor/").status_code == 404
