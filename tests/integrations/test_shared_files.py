"""Until when a vendor may open a file that was shared for a request: while the request is open and the switch is on."""

from typing import Any

import pytest
from django.test import Client

from recruiting.applications import files
from recruiting.companies import services as companies
from tests import factories
from tests.dummy_integration.factories import AssessmentFactory
from tests.dummy_integration.integration import Dummy
from tests.dummy_integration.models import Assessment

pytestmark = [pytest.mark.django_db, pytest.mark.both_engines]


@pytest.fixture
def asked(dummy: Dummy) -> Assessment:
    """Return an assessment that is under way."""
    company = factories.CompanyFactory()
    companies.enable_feature(company=company, feature=Dummy.slug, by=None)
    made: Assessment = AssessmentFactory(application=factories.ApplicationFactory(company=company), vendor_id="a-1")
    return made


def status(client: Client, asked: Assessment, subject_id: Any = None) -> int:
    """Share a file for a request, and open it once."""
    resume = factories.AttachmentFactory(application=asked.application)
    link = files.share(
        attachment=resume, extension=Dummy.slug, label="Acme", subject_id=subject_id or asked.pk
    ).removeprefix("http://testserver")
    answer: Any = client.get(link)
    if answer.streaming:
        assert b"".join(answer.streaming_content) == b"A curriculum vitae.\n"
    return int(answer.status_code)


def test_a_link_lives_with_its_request_and_the_switch(client: Client, asked: Assessment) -> None:
    assert status(client, asked) == 200

    for dead in ({"state": "failed"}, {"state": "completed"}, {"is_superseded": True}):
        Assessment.objects.update(**{"state": "queued", "is_superseded": False, **dead})
        assert (dead, status(client, asked)) == (dead, 404)
    Assessment.objects.update(state="queued", is_superseded=False)
    assert status(client, asked) == 200

    asked.installation.write(is_on=False)
    assert status(client, asked) == 404
    asked.installation.write(is_on=True)
    companies.disable_feature(company=asked.company, feature=Dummy.slug)
    assert status(client, asked) == 404


def test_a_link_for_another_company_s_request_or_none_is_dead(client: Client, asked: Assessment) -> None:
    stranger = AssessmentFactory(application=factories.ApplicationFactory(company=factories.CompanyFactory()))

    assert status(client, asked, subject_id=stranger.pk) == 404
    assert status(client, asked, subject_id=asked.application_id) == 404
