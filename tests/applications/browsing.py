"""How the tests of pages sign in, find addresses and read answers."""

from typing import Any

from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from recruiting.applications.models import Application
from tests import markup

NASTY = '"><script>alert(1)</script><img src=x onerror=alert(1)>'


def address(name: str, application: Application, **more: Any) -> str:
    """Return the address of a view of the candidate record."""
    ids = {"candidate_id": application.candidate_id, "application_id": application.pk, **more}
    return reverse(f"applications:{name}", kwargs=ids)


def tab(application: Application, slug: str) -> str:
    """Return the address of a tab of the candidate record."""
    return address("candidate-tab", application, tab=slug)


def text(response: HttpResponse) -> str:
    """Return a page with its entities as characters."""
    return markup.page(response)


def queries(client: Client, url: str) -> int:
    """Return how many queries a page takes."""
    client.get(url)
    with CaptureQueriesContext(connection) as taken:
        response = client.get(url)
    assert response.status_code == 200
    return len(taken)
