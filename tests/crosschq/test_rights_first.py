"""Nobody lets Crosschq be asked who may not: the right comes first, then the vendor."""

import pytest
from django.test import Client

from integrations.crosschq.models import ReferenceCheck
from integrations.requests import services as request_services
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.http import VendorSession
from tests import factories
from tests.crosschq.house import House
from tests.refusals import refuses
from tests.signing_in import signed_in
from tests.trespass import VendorCalled, trespasses


@pytest.fixture
def uncertain(house: House, monkeypatch: pytest.MonkeyPatch) -> ReferenceCheck:
    """A check of which only Crosschq can say whether it is there; asking fails the test."""
    house.configure(can_list=False)
    house.fault("create_request", "reset_after")
    check = house.send()
    house.drain()
    house.later()
    assert (house.now(check).state, house.now(check).matches) == ("uncertain", [])

    def fail(*args: object, **kwargs: object) -> None:
        raise VendorCalled

    monkeypatch.setattr(VendorSession, "_call", fail)
    return house.now(check)


def test_an_uncertain_check_is_looked_for_only_by_who_may_send(house: House, uncertain: ReferenceCheck) -> None:
    stranger = factories.administrator(factories.CompanyFactory())

    with refuses(NotAllowed, "Your role on this job is Interviewer"):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=house.ivy)
    with refuses(NotFound, "There is no such application"):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=stranger)
    with pytest.raises(VendorCalled):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=house.kim)


def test_a_settled_check_is_not_looked_for(house: House, uncertain: ReferenceCheck) -> None:
    request_services.stop_tracking(request=uncertain, by=house.kim)

    with refuses(Conflict, "settled already"):
        request_services.link_existing(request=uncertain, vendor_id="abc", by=house.kim)


def test_no_address_asks_crosschq_for_who_may_not(house: House, uncertain: ReferenceCheck) -> None:
    clients = {
        "ivy": signed_in(house.ivy),
        "outsider": signed_in(factories.MembershipFactory(company=house.company)),
        "stranger": signed_in(factories.administrator(factories.CompanyFactory())),
        "nobody": Client(),
    }
    values = {
        "candidate_id": [house.candidate.pk],
        "application_id": [house.application.pk],
        "check_id": [uncertain.pk],
        "template_id": [house.template.pk],
        "listed": ["failed"],
    }

    answers = list(trespasses("crosschq", values, clients))

    assert len(answers) >= 250
    assert {status for who, method, _name, status in answers if method == "post"} <= {302, 403, 404, 405}
    assert {status for *_rest, status in answers} <= {200, 302, 303, 403, 404, 405}


def test_a_check_of_another_application_is_not_there_for_who_may_not_send_either(house: House) -> None:
    elsewhere = factories.ApplicationFactory(job=house.job)
    address = f"/candidates/{elsewhere.candidate_id}/applications/{elsewhere.pk}/reference-check/{house.send().pk}"

    assert signed_in(house.ivy).get(f"{address}/requestor/").status_code == 404
    assert signed_in(house.kim).get(f"{address}/requestor/").status_code == 404
