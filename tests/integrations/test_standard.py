"""A vendor on the kit with several connections: its settings, its cards on the tab, its refusals over REST."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from integrations.models import Installation
from integrations.requests.lifecycle import State
from integrations.standard.models import StandardRequest
from recruiting.api import services as api
from recruiting.api.scopes import Scope
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from tests import factories
from tests.dummy_integration.integration import Dummy
from tests.signing_in import signed_in
from tests.standard import PRODUCT, connected, requested

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def boss() -> Membership:
    return factories.administrator(factories.CompanyFactory())


@pytest.fixture
def company(boss: Membership) -> Company:
    return boss.company


@pytest.fixture
def browser(boss: Membership) -> Client:
    return signed_in(boss)


@pytest.fixture
def application(company: Company) -> Application:
    return factories.ApplicationFactory(job=factories.JobFactory(company=company))


@pytest.fixture
def connect(dummy: Dummy, company: Company) -> Callable[..., Installation]:
    """Return what connects the company once more."""
    return lambda label: connected(dummy, company, label=label)


def asked(dummy: Dummy, application: Application, at: Installation, state: State, by: Membership) -> StandardRequest:
    made = requested(dummy, application, at.pk, state, by)
    made.save()
    return made


def under(application: Application, name: str, *more: Any) -> str:
    return reverse(f"dummy_integration:{name}", args=[application.candidate_id, application.pk, *more])


def tab(application: Application) -> str:
    return reverse("applications:candidate-tab", args=[application.candidate_id, application.pk, Dummy.flow.tab_slug])


def cards(page: str) -> list[str]:
    """Return the cards of the tab, in order."""
    return re.findall(r'<section class="card tl-status-card".*?</section>', page, re.DOTALL)


# ── The tab ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("has_matches", [True, False])
def test_a_refused_number_is_said_on_its_own_card_alone(
    dummy: Dummy,
    browser: Client,
    boss: Membership,
    application: Application,
    connect: Callable[..., Installation],
    has_matches: bool,
) -> None:
    first, second = [asked(dummy, application, connect(label), State.UNCERTAIN, boss) for label in ("One", "Two")]
    if not has_matches:
        type(first).objects.update(matches=[])

    refused = browser.post(under(application, "follow", second.pk), {"vendor_id": "two words"})

    said = [
        f"Paste it as {one.vendor} shows it." in card
        for one, card in zip((first, second), cards(refused.content.decode()), strict=True)
    ]
    assert (refused.status_code, said) == (422, [False, True])


@pytest.mark.parametrize("act", ["choose", "stop", "not-there", "try-again"])
def test_focus_lands_on_the_card_that_was_acted_on(
    dummy: Dummy,
    browser: Client,
    boss: Membership,
    application: Application,
    connect: Callable[..., Installation],
    monkeypatch: pytest.MonkeyPatch,
    act: str,
) -> None:
    connect("One")
    there = connect("Two")
    monkeypatch.setattr(type(dummy.flow), "offered", lambda flow, credential: flow.known(credential.installation))
    state = {"stop": State.SENT, "not-there": State.UNCERTAIN, "try-again": State.FAILED}.get(act)
    about = asked(dummy, application, there, state, boss) if state else there

    done = browser.post(under(application, act, about.pk), {"product": PRODUCT}, follow=True)

    (focus,) = re.findall(r'data-focus="([^"]+)"', done.content.decode())
    assert focus == f"dummy_integration-{there.pk}-card-title"
    assert f'id="{focus}"' in cards(done.content.decode())[1]


# ── REST ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_refusal_over_rest_says_what_is_in_the_way(
    dummy: Dummy, boss: Membership, application: Application, connect: Callable[..., Installation]
) -> None:
    installation = connect("One")
    _, token = api.create_token(membership=boss, name="Tests", scopes=Scope.values, days=30)
    given = {"application": str(application.pk), "connection": str(installation.pk), "product": PRODUCT}

    def post() -> Any:
        address = "/api/v1/dummy-integration-requests/"
        return Client().post(
            address, given, content_type="application/json", headers={"Authorization": f"Bearer {token}"}
        )

    made, again = post(), post()
    assert (made.status_code, again.status_code, again.json()["request"]) == (201, 409, made.json()["id"])

    installation.write(is_on=False)
    assert post().json()["blockers"] == [
        {"code": "switched_off", "sentence": "One is switched off, so nothing is sent."}
    ]
