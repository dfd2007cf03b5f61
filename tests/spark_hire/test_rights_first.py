"""Nobody lets Spark Hire be asked who may not: the right comes first, then the vendor."""

import pytest
from django.test import Client

from integrations.spark_hire.job_links import services as job_links
from recruiting.foundation.errors import NotAllowed, NotFound
from recruiting.foundation.http import VendorSession
from tests import factories
from tests.refusals import refuses
from tests.signing_in import signed_in
from tests.spark_hire.scenario import Scenario
from tests.trespass import VendorCalled, trespasses


def test_a_linked_job_is_checked_only_by_who_may_edit_it(scenario: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise VendorCalled

    monkeypatch.setattr(VendorSession, "_call", fail)
    outsider = factories.MembershipFactory(company=scenario.company)
    stranger = factories.administrator(factories.CompanyFactory())

    with refuses(NotAllowed, "Your role on this job is Interviewer"):
        job_links.check_now(job=scenario.job, by=scenario.ivy)
    with refuses(NotAllowed):
        job_links.check_now(job=scenario.job, by=outsider)
    with refuses(NotFound):
        job_links.check_now(job=scenario.job, by=stranger)
    with pytest.raises(VendorCalled):
        job_links.check_now(job=scenario.job, by=scenario.kim)


def test_no_address_asks_spark_hire_for_who_may_not(scenario: Scenario) -> None:
    clients = {
        "ivy": signed_in(scenario.ivy),
        "outsider": signed_in(factories.MembershipFactory(company=scenario.company)),
        "stranger": signed_in(factories.administrator(factories.CompanyFactory())),
        "nobody": Client(),
    }
    request = scenario.sent()
    values = {
        "candidate_id": [scenario.candidate.pk],
        "application_id": [scenario.application.pk],
        "request_id": [request.pk],
        "job_id": [scenario.job.pk],
        "credential_id": [scenario.key(scenario.kim).pk],
        "which": ["failed"],
    }

    # Whoever may watch a result may ask for its link.
    answers = list(trespasses("spark_hire", values, clients, left_out=["spark_hire:fetch-link"]))

    assert len(answers) >= 150
    assert {status for *_rest, status in answers} <= {200, 302, 303, 403, 404, 405, 409, 422}
    assert {status for who, method, _name, status in answers if method == "post" and who != "ivy"} <= {
        302,
        403,
        404,
        405,
        422,
    }
