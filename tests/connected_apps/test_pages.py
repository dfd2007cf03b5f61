"""Company Settings › Connected apps, Profile › Connected apps, consent in words, and what platform staff register."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from recruiting.api import scopes
from recruiting.api import services as api
from recruiting.companies.models import Company, Membership
from recruiting.connected_apps import services
from recruiting.connected_apps.models import Client, Connection
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from tests.connected_apps.conftest import BACK, Program, Register, call
from tests.connected_apps.factories import ClientFactory, ConnectionFactory
from tests.factories import MembershipFactory, UserFactory
from tests.signing_in import signed_in

SETTINGS, PROFILE = "/settings/connected-apps/", "/profile/connected-apps/"


def text_of(response: Any) -> str:
    """Return a page as one line."""
    return " ".join(response.content.decode().split())


# ── Consent ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_page_of_consent_says_what_for_whom_and_where_to(program: Program, danas: Browser) -> None:
    page = text_of(program.ask(danas))

    assert "Allow Sourcing connector to work in Acme?" in page
    for about, name in (
        ("Jobs", "jobs:read"),
        ("Candidates", "candidates:read"),
        ("Company Settings", "settings:read"),
    ):
        assert f"<strong>{about}</strong>: {scopes.sentences([name])[0]}" in page
    assert page.count("<li>") == 3
    assert "your browser goes to <strong>connector.example</strong>" in page
    assert "You are signed in as dana@acme.example." in page
    assert 'hx-boost="false"' in page


def test_who_may_not_connect_is_told_who_may(program: Program, sam: Membership) -> None:
    page = text_of(program.ask(signed_in(sam)))

    assert "You cannot connect Sourcing connector" in page
    assert "In Acme only Administrators connect apps. Ask one of them." in page


def test_who_may_not_connect_in_either_company_is_told_of_both(
    program: Program, register: Register, sam: Membership, stranger: Membership
) -> None:
    MembershipFactory(company=stranger.company, user=sam.user)
    ours, theirs = register(company=sam.company), register(company=stranger.company)
    sams = signed_in(sam)

    assert "In Acme and Globex only Administrators connect apps." in text_of(program.ask(sams))
    assert "In Acme only Administrators connect apps." in text_of(ours.ask(sams))
    assert "In Globex only Administrators connect apps." in text_of(theirs.ask(sams))


# ── What is connected ────────────────────────────────────────────────────────────────────────────────────────────────
def test_settings_list_everybodys_apps_and_profiles_ones_own(
    danas: Browser, dana: Membership, sam: Membership, stranger: Membership
) -> None:
    for member, name in ((dana, "Danas app"), (sam, "Sams app"), (stranger, "Foreign app")):
        ConnectionFactory(membership=member, client=ClientFactory(name=name))
    ConnectionFactory(membership=dana, client=ClientFactory(name="Revoked app"), revoked_at=clock.now())

    everybodys, ones_own = text_of(danas.get(SETTINGS)), text_of(danas.get(PROFILE))

    assert "Danas app" in everybodys and "Sams app" in everybodys
    assert "Danas app" in ones_own and "Sams app" not in ones_own
    assert "Allowed by Sam" in everybodys and "Allowed by you" in ones_own
    assert "<strong>Company Settings</strong>" in ones_own and "Not used yet." in ones_own
    for page in (everybodys, ones_own):
        assert "Foreign app" not in page and "Revoked app" not in page
    assert signed_in(sam).get(SETTINGS).status_code == 404
    assert "Sams app" in text_of(signed_in(sam).get(PROFILE))


def test_revoking_asks_first_and_ends_the_tokens(program: Program, danas: Browser) -> None:
    for base in (SETTINGS, PROFILE):
        tokens = program.connect(danas)
        connection = Connection.objects.alive().get()
        address = f"{base}{connection.pk}/revoke/"
        assert "It loses access now and must ask again." in text_of(danas.get(address))
        assert call(tokens["access_token"]).status_code == 200

        answer = danas.post(address)

        assert (answer.status_code, answer.headers["Location"]) == (303, base)
        assert call(tokens["access_token"]).status_code == 401
        assert danas.post(address).status_code == 404


def test_nobody_but_administrators_revokes_a_colleagues_app(
    danas: Browser, dana: Membership, sam: Membership, stranger: Membership
) -> None:
    danas_app, foreign = ConnectionFactory(membership=dana), ConnectionFactory(membership=stranger)
    for connection, by in ((danas_app, sam), (danas_app, stranger), (foreign, dana)):
        with pytest.raises(NotFound):
            services.revoke(connection=connection, by=by)
    assert signed_in(sam).post(f"{PROFILE}{danas_app.pk}/revoke/").status_code == 404
    assert danas.post(f"{SETTINGS}{foreign.pk}/revoke/").status_code == 404
    assert Connection.objects.alive().count() == 2


def test_when_an_app_was_used_is_noted_once_a_minute(program: Program, danas: Browser) -> None:
    token = program.connect(danas)["access_token"]
    call(token)
    noted = Connection.objects.get().last_used_at
    assert noted is not None

    call(token)

    assert Connection.objects.get().last_used_at == noted
    assert "Last used" in text_of(danas.get(SETTINGS))


def test_a_call_takes_no_more_queries_than_with_a_personal_token(
    program: Program, danas: Browser, dana: Membership
) -> None:
    _, personal = api.create_token(membership=dana, name="Mine", scopes=["jobs:read"], days=30)
    taken = []
    for token in (personal, program.connect(danas)["access_token"]):
        call(token)
        with CaptureQueriesContext(database) as queries:
            assert call(token).status_code == 200
        taken.append(len(queries))

    assert taken[1] <= taken[0]


def test_who_may_connect_is_for_administrators_to_say(danas: Browser, acme: Company, sam: Membership) -> None:
    assert not services.everyone_may_connect(acme)

    assert danas.post(SETTINGS, {"who": "everyone"}).status_code == 303
    assert services.everyone_may_connect(acme)
    assert danas.post(SETTINGS, {"who": "nobody"}).status_code == 422
    assert services.everyone_may_connect(acme)
    with pytest.raises(NotAllowed):
        services.set_policy(company=acme, everyone=False, by=sam)
    assert danas.post(SETTINGS, {"who": "administrators"}).status_code == 303
    assert not services.everyone_may_connect(acme)


# ── Apps of the company ──────────────────────────────────────────────────────────────────────────────────────────────
def test_an_app_is_registered_and_its_secret_shown_once(danas: Browser, acme: Company) -> None:
    answer = danas.post(f"{SETTINGS}register/", {"name": "Ours", "redirect_uris": BACK, "kind": "confidential"})

    client = Client.objects.get()
    secret = answer.context["secret"]
    assert answer.status_code == 201 and secret in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert (client.company, client.name, client.redirect_uris) == (acme, "Ours", BACK)
    assert client.client_secret not in ("", secret)
    assert secret not in danas.get(SETTINGS).content.decode()
    assert "access_token" in Program(client, secret).connect(danas)


def test_a_new_secret_replaces_the_one_before(danas: Browser, acme: Company, dana: Membership) -> None:
    client, old = services.register_client(company=acme, name="Ours", redirect_uris=BACK, is_confidential=True, by=dana)
    tokens = Program(client, old).connect(danas)

    answer = danas.post(f"{SETTINGS}registered/{client.pk}/secret/")

    new = answer.context["secret"]
    assert answer.status_code == 201 and new != old
    assert Program(client, old).refresh(tokens["refresh_token"]).status_code == 401
    assert Program(client, new).refresh(tokens["refresh_token"]).status_code == 200
    with pytest.raises(Conflict):
        services.rotate_secret(client=ClientFactory(company=acme), by=dana)


def test_an_app_is_changed_and_removed(danas: Browser, acme: Company, dana: Membership) -> None:
    client, secret = services.register_client(
        company=acme, name="Ours", redirect_uris=BACK, is_confidential=True, by=dana
    )
    program = Program(client, secret)
    token = program.connect(danas)["access_token"]
    address = f"{SETTINGS}registered/{client.pk}/"

    changed = danas.post(address, {"name": "Renamed", "redirect_uris": f"{BACK}\nhttp://127.0.0.1/back"})
    assert changed.status_code == 303
    client.refresh_from_db()
    assert (client.name, client.redirect_uris) == ("Renamed", f"{BACK}\nhttp://127.0.0.1/back")

    assert danas.post(f"{address}remove/").status_code == 303
    assert call(token).status_code == 401
    assert program.ask(danas).status_code == 400
    assert danas.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "http://connector.example/",
        "https://",
        "https://*.connector.example/",
        "https://user@connector.example/",
        "https://connector.example/#part",
        "https://connector.example\\@evil.example/",
        "https://connector.example:port/",
        "https://[connector.example/",
        "https://connéctor.example/",
        "https://connector.example;script-src/",
        "https://connector.example:/",
        "https://connector/",
        "https://10.0.0.1/",
        "https://[2001:db8::1]/",
        "http://[::1]/",
        "javascript:alert(1)",
        "com.example.app:/callback",
        "/callback",
        f"https://connector.example/{'x' * 1000}",
        "\n".join(f"https://connector.example/{number}" for number in range(11)),
        " ",
    ],
)
def test_an_address_that_a_code_must_not_be_sent_to_is_refused(danas: Browser, address: str) -> None:
    form = {"name": "Ours", "redirect_uris": address, "kind": "public"}

    answer = danas.post(f"{SETTINGS}register/", form)

    assert answer.status_code == 422
    assert "redirect_uris" in answer.context["form"].errors
    assert not Client.objects.exists()


def test_other_companies_apps_and_those_for_everybody_are_not_ours_to_change(
    danas: Browser, dana: Membership, stranger: Membership
) -> None:
    for client in (ClientFactory(company=stranger.company), ClientFactory()):
        for page in ("", "secret/", "remove/"):
            assert danas.get(f"{SETTINGS}registered/{client.pk}/{page}").status_code == 404
        with pytest.raises(NotFound):
            services.remove_client(client=client, by=dana)
    with pytest.raises(NotFound):
        services.register_client(company=stranger.company, name="X", redirect_uris=BACK, is_confidential=False, by=dana)


def test_a_company_registers_only_so_many(acme: Company, dana: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_CLIENTS", 1)
    ClientFactory(company=acme)
    with pytest.raises(Conflict):
        services.register_client(company=acme, name="X", redirect_uris=BACK, is_confidential=False, by=dana)
    with pytest.raises(InvalidInput):
        services.register_client(company=None, name=" ", redirect_uris=BACK, is_confidential=False, by=None)


def test_platform_staff_register_for_everybody_and_take_out_of_use(danas: Browser) -> None:
    staff = Browser()
    staff.force_login(UserFactory(is_staff=True, is_superuser=True))
    form = {"name": "For all", "redirect_uris": BACK, "client_type": "confidential"}

    answer = staff.post("/admin/connected_apps/client/add/", form)

    client, secret = Client.objects.get(), answer.context["secret"]
    assert answer.status_code == 201 and client.client_id in text_of(answer)
    assert text_of(answer).count(secret) == 1 and secret not in str(answer.cookies)
    assert "no-store" in answer.headers["Cache-Control"]
    assert secret not in text_of(staff.get(f"/admin/connected_apps/client/{client.pk}/change/"))
    program = Program(client, secret)
    token = program.connect(danas)["access_token"]
    assert client.company is None
    assert call(token).status_code == 200

    assert staff.post(f"/admin/connected_apps/client/{client.pk}/delete/", {"post": "yes"}).status_code == 403
    assert call(token).status_code == 200
    staff.post(f"/admin/connected_apps/client/{client.pk}/act/remove/", {"confirmed": "yes"})

    assert call(token).status_code == 401
    client.refresh_from_db()
    assert client.removed_at is not None
