"""What a person's browser and token see: the hands of the tests of pages and of REST."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from integrations.crosschq import TAB
from recruiting.api import services as api
from recruiting.api.scopes import Scope
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from tests import markup
from tests.crosschq.scenario import Scenario
from tests.tab_bodies import tab_body

SETTINGS = "/settings/integrations/reference-checks/"
TEMPLATES = f"{SETTINGS}templates/"


def text(response: Any) -> str:
    """Return a page's words: entities as characters, blanks as one."""
    return markup.page(response)


def followed(client: Client, response: HttpResponse) -> str:
    """Return the page after a form that was taken."""
    assert response.status_code == 303, text(response)[-2000:]
    return text(client.get(response.headers["Location"].partition("#")[0]))


def tab_url(application: Application) -> str:
    return reverse("applications:candidate-tab", args=[application.candidate_id, application.pk, TAB])


def tab(scenario: Scenario, member: Membership, application: Application | None = None) -> str:
    """Return the words of the Reference Check tab as this member sees it."""
    return markup.joined(tab_body(application or scenario.application, member, TAB))


def card(page: str) -> str:
    """Return the status card of a tab's page."""
    _, found, rest = page.partition('<section class="card tl-status-card"')
    assert found, page[-3000:]
    return rest.partition("</section>")[0]


def action_url(scenario: Scenario, name: str, *more: Any) -> str:
    """Return an address of the candidate's Reference Check tab."""
    return reverse(f"crosschq:{name}", args=[scenario.application.candidate_id, scenario.application.pk, *more])


class Caller:
    """Calls the API with a token of a member."""

    def __init__(self, member: Membership, *scopes: Scope) -> None:
        wanted = [scope.value for scope in scopes or tuple(Scope)]
        _, secret = api.create_token(membership=member, name="Test", scopes=wanted, days=30)
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None) -> Any:
        return self.client.post(f"/api/v1/{path}", body or {}, content_type="application/json")
