"""A vendor on the kit with several connections: its settings, its cards on the tab, its refusals over REST."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations import registry
from integrations.models import Credential, Installation
from integrations.requests.base import RequestIntegration
from integrations.requests.lifecycle import State
from integrations.standard.models import StandardRequest
from recruiting.api import scopes
from recruiting.api import services as api
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.foundation.vendor_errors import VendorAuthFailed
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


def test_no_two_vendors_call_something_alike() -> None:
    vendors = [one for one in registry.all_integrations() if isinstance(one, RequestIntegration)]
    said = {
        "name": [one.name for one in vendors],
        "chip": [one.chip for one in vendors],
        "tab": [tab.label for one in vendors for tab in one.tabs],
        "settings": [page.label for one in vendors for page in one.settings_pages],
        "action": [action.label for one in vendors for action in one.stage_actions],
        "work": [worklist.one for one in vendors for worklist in one.worklists],
        "list": [worklist.title for one in vendors for worklist in one.worklists],
        "entry": [kind.title for one in vendors for kind in one.flow.entry_types.values()],
    }

    assert {where: [name for name in names if names.count(name) > 1] for where, names in said.items()} == {
        where: [] for where in said
    }


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

    said = [f"Paste it as {second.vendor} shows it." in card for card in cards(refused.content.decode())]
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
    _, token = api.create_token(membership=boss, name="Tests", scopes=scopes.names(), days=30)
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


# ── The settings ─────────────────────────────────────────────────────────────────────────────────────────────────────
def settings(name: str, *more: Any) -> str:
    return reverse(f"dummy_integration:{name}", args=more)


def given(at: Installation, **changes: str) -> dict[str, str]:
    form = {"label": at.label, "base_url": str(at.settings["base_url"]), "secret": "", **changes}
    return {f"{at.pk}-{name}": value for name, value in form.items()}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"label": "New", "secret": "a-key-that-is-refused"}, "New does not accept this key."),
        (
            {"label": "New", "base_url": "https://elsewhere.example"},
            "Paste the key again together with the new address.",
        ),
        ({"label": "Two", "secret": "a-key-that-is-good"}, "Another connection is called Two."),
    ],
)
def test_of_a_refused_save_nothing_is_kept(
    browser: Client,
    connect: Callable[..., Installation],
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    sentence: str,
) -> None:
    def check(integration: Dummy, credential: Credential) -> None:
        if credential.secret != "a-key-that-is-good":
            raise VendorAuthFailed("No.")

    monkeypatch.setattr(Dummy, "check_connection", check)
    one, key = connect("One"), Credential.objects.get().secret
    connect("Two")

    refused = browser.post(settings("save", one.pk), given(one, **changes))

    assert (refused.status_code, sentence in refused.content.decode()) == (422, True)
    kept = Installation.objects.get(pk=one.pk)
    assert (kept.label, kept.settings, kept.credentials.get().secret) == ("One", one.settings, key)


def test_name_and_key_are_saved_together(
    browser: Client, connect: Callable[..., Installation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dummy, "check_connection", lambda integration, credential: None)
    one = connect("One")

    together = {"label": "New", "base_url": "https://acme.example", "secret": "another-key"}
    saved = browser.post(settings("save", one.pk), given(one, **together), follow=True)
    assert "New accepts this key." in saved.content.decode()
    one.refresh_from_db()
    kept = (one.label, one.settings["base_url"], one.credentials.get().secret)
    assert kept == ("New", "https://acme.example", "another-key")

    browser.post(settings("save", one.pk), given(one, label="Newer"))
    one.refresh_from_db()
    assert (one.label, one.credentials.get().secret) == ("Newer", "another-key")


def test_a_single_connection_whose_key_is_refused_is_not_made(
    dummy: Dummy, browser: Client, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(integration: Dummy, credential: Credential) -> None:
        raise VendorAuthFailed("No.")

    monkeypatch.setattr(type(dummy), "allows_several", False)
    monkeypatch.setattr(Dummy, "check_connection", refuse)
    companies.enable_feature(company=company, feature=Dummy.slug, by=None)

    refused = browser.post(settings("add"), {"new-base_url": "https://acme.example", "new-secret": "a-key"})

    assert (refused.status_code, "Acme does not accept this key." in refused.content.decode()) == (422, True)
    assert not Installation.objects.exists()


def test_one_that_nothing_was_sent_over_is_removed_after_asking(
    browser: Client, connect: Callable[..., Installation]
) -> None:
    one = connect("One")
    assert settings("remove", one.pk) in browser.get(settings("settings")).content.decode()

    asking = browser.get(settings("remove", one.pk))
    assert (asking.status_code, "Remove One?" in asking.content.decode()) == (200, True)
    assert Installation.objects.exists()
    removed = browser.post(settings("remove", one.pk), follow=True)

    assert "One removed." in removed.content.decode()
    assert not Installation.objects.exists()


def test_one_that_was_used_says_why_it_stays(
    dummy: Dummy, browser: Client, boss: Membership, application: Application, connect: Callable[..., Installation]
) -> None:
    one = connect("One")
    asked(dummy, application, one, State.FAILED, boss)
    sentence = "Requests were sent over it, so it stays. Turn it off instead."

    page = browser.get(settings("settings")).content.decode()
    refused = browser.post(settings("remove", one.pk))

    assert (sentence in page, settings("remove", one.pk) in page) == (True, False)
    assert (refused.status_code, sentence in refused.content.decode()) == (409, True)
    assert Installation.objects.get() == one


def test_switching_off_asks_once(
    dummy: Dummy, browser: Client, boss: Membership, application: Application, connect: Callable[..., Installation]
) -> None:
    one, other = connect("One"), connect("Two")
    asked(dummy, application, one, State.SENT, boss)
    asked(dummy, application, other, State.SENT, boss)

    asking = browser.post(settings("switch", one.pk)).content.decode()
    assert "Turn off One?" in asking and "1 open request runs on and its result still arrives." in asking
    one.refresh_from_db()
    assert one.is_on

    browser.post(settings("switch", one.pk), {"confirmed": "1"})
    one.refresh_from_db()
    assert not one.is_on
    browser.post(settings("switch", one.pk), {"on": "1"})
    one.refresh_from_db()
    assert one.is_on


# ── Queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("page", ["settings", "tab"])
@pytest.mark.parametrize("state", [None, State.FAILED, State.COMPLETED])
def test_three_connections_cost_no_more_queries_than_one(
    dummy: Dummy,
    browser: Client,
    boss: Membership,
    application: Application,
    connect: Callable[..., Installation],
    page: str,
    state: State | None,
) -> None:
    address = tab(application) if page == "tab" else settings("settings")

    def queries(*labels: str) -> int:
        for label in labels:
            installation = connect(label)
            if state is not None:
                asked(dummy, application, installation, state, boss)
        browser.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address).status_code == 200
        return len(captured)

    assert queries("One") == queries("Two", "Three")
