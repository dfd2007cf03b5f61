"""Pages and JSON go out compressed; files, and pages that show a secret, do not."""

import gzip
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
ACCEPTED = {"Accept-Encoding": "gzip, deflate, br"}


def encoding(response: Any) -> str:
    return str(response.headers.get("Content-Encoding", ""))


def test_a_page_is_compressed_for_who_takes_it_and_kept_by_nobody() -> None:
    client = signed_in(factories.administrator(factories.CompanyFactory()))

    page = client.get("/", headers=ACCEPTED)

    assert encoding(page) == "gzip"
    assert b"<title>Home" in gzip.decompress(page.content)
    assert (page["Vary"].count("Accept-Encoding"), "no-store" in page["Cache-Control"]) == (1, True)
    assert encoding(client.get("/")) == ""


def test_the_apis_description_is_compressed() -> None:
    client = signed_in(factories.administrator(factories.CompanyFactory()))

    assert encoding(client.get(reverse("api:schema"), headers={**ACCEPTED, "Accept": "application/json"})) == "gzip"


def test_a_file_is_not() -> None:
    application = factories.ApplicationFactory(job=factories.JobFactory(company=factories.CompanyFactory()))
    file = factories.AttachmentFactory(candidate=application.candidate, application=application)
    client = signed_in(factories.administrator(application.company))
    address = reverse("applications:file", args=[application.candidate_id, application.pk, file.pk])

    response = client.get(address, headers=ACCEPTED)

    assert (response.status_code, encoding(response)) == (200, "")
    response.close()


def test_neither_is_a_page_that_shows_a_secret_or_signs_somebody_in() -> None:
    client = signed_in(factories.administrator(factories.CompanyFactory()))
    sent = {"name": "Report", "scopes": ["jobs:read"], "days": "30"}

    made = client.post(reverse("api:token-create"), sent, headers=ACCEPTED)

    assert (made.status_code, encoding(made)) == (201, "")
    assert encoding(Client().get(reverse("account_login"), headers=ACCEPTED)) == ""
