"""Client credentials: a program that works by itself, as one service account; what an attacker tries comes first."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client as Browser

from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership
from recruiting.connected_apps import services
from recruiting.connected_apps.models import AccessToken, Connection, RefreshToken
from recruiting.connected_apps.services import MOST_SERVICE_TOKENS
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.foundation.tokens import digest
from recruiting.jobs import services as jobs
from recruiting.webhooks import selectors
from recruiting.webhooks import services as webhooks
from tests.connected_apps.conftest import Program, Register, call
from tests.connected_apps.factories import ClientFactory, ConnectionFactory
from tests.factories import DeliveryFactory, JobFactory, ServiceAccountFactory
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines
TICKED = ["profile:read", "jobs:read", "jobs:write"]
SETTINGS = "/settings/connected-apps/"


@pytest.fixture
def robot(acme: Company) -> Membership:
    """Return a service account of Acme that sees all jobs."""
    made: Membership = ServiceAccountFactory(company=acme, service_name="Robot", role=CompanyRole.STAFFING)
    return made


@pytest.fixture
def ours(acme: Company, register: Register) -> Program:
    """Return a confidential program of Acme's own, connected to nothing."""
    return register(company=acme)


@pytest.fixture
def tie(ours: Program, robot: Membership, dana: Membership) -> Connection:
    """Return the connection of that program to the service account."""
    return services.connect_account(client=ours.client, account=robot, scopes=TICKED, by=dana)


def ask(program: Program, **form: str) -> Any:
    return program.post("token", grant_type="client_credentials", **form)


def token_of(program: Program, **form: str) -> str:
    answer = ask(program, **form)
    assert answer.status_code == 200, answer.content
    return str(answer.json()["access_token"])


# ── Attacks ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_secret_has_to_be_right(ours: Program, tie: Connection, register: Register, acme: Company) -> None:
    others = register(company=acme)
    for secret in ("", "wrong", others.secret, digest(ours.secret)):
        answer = ask(Program(ours.client, secret))

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), secret
    assert not AccessToken.objects.exists()


def test_a_public_client_gets_nothing_even_if_somebody_connected_it(acme: Company, robot: Membership) -> None:
    public = ClientFactory(company=acme)
    ConnectionFactory(client=public, membership=robot, is_service=True)
    for secret in ("", digest(""), "x"):
        answer = ask(Program(public, secret))

        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_a_client_that_no_administrator_connected_gets_nothing(ours: Program, danas: Browser) -> None:
    ours.connect(danas)  # that a person let it in is another matter

    answer = ask(ours)

    assert (answer.status_code, answer.json()["error"]) == (400, "unauthorized_client")
    assert AccessToken.objects.count() == 1


@pytest.mark.parametrize(
    "scope",
    ["candidates:read", "jobs:read settings:read", "jobs:read jobs:read:all", "everything", "JOBS:READ", "é\x00"],
)
def test_no_more_than_was_ticked(ours: Program, tie: Connection, scope: str) -> None:
    answer = ask(ours, scope=scope)

    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_scope")
    assert not AccessToken.objects.exists()


def test_nothing_that_is_sent_chooses_whom_it_acts_as(
    ours: Program, tie: Connection, dana: Membership, danas: Browser
) -> None:
    named = {
        "membership": str(dana.pk),
        "user": dana.email,
        "sub": str(dana.pk),
        "username": dana.email,
        "password": "x",
    }

    me = call(token_of(ours, **named), "me/").json()

    assert (me["name"], me["user"], me["role"]) == ("Robot", None, "staffing")
    assert me["membership_id"] == str(tie.membership_id)


def test_a_person_who_lets_the_same_client_in_gets_their_own_connection(
    ours: Program, tie: Connection, danas: Browser, dana: Membership
) -> None:
    theirs = ours.connect(danas, scope="profile:read")

    assert call(theirs["access_token"], "me/").json()["membership_id"] == str(dana.pk)
    assert call(token_of(ours), "me/").json()["membership_id"] == str(tie.membership_id)
    services.end(tie.pk)
    assert call(theirs["access_token"], "me/").status_code == 200


def test_the_service_account_cannot_be_chosen_on_the_page_of_consent(
    ours: Program, robot: Membership, danas: Browser
) -> None:
    answer = ours.answer(danas, {"answer": "allow", "company": str(robot.pk)})

    assert answer.status_code == 422
    assert robot.pk not in [member.pk for member in answer.context["form"].members.values()]


def test_it_gets_no_refresh_token_and_none_works(ours: Program, tie: Connection) -> None:
    answer = ask(ours).json()

    assert set(answer) == {"access_token", "expires_in", "token_type", "scope"}
    assert not RefreshToken.objects.exists()
    assert ours.refresh(answer["access_token"]).json()["error"] == "invalid_grant"


def test_tokens_are_kept_as_digests_for_an_hour(ours: Program, tie: Connection) -> None:
    before = clock.now()
    answer = ask(ours).json()

    row = AccessToken.objects.get()
    assert row.token_checksum == digest(answer["access_token"])
    assert answer["expires_in"] == 3600
    assert timedelta(0) <= row.expires - before - timedelta(hours=1) < timedelta(minutes=1)
    AccessToken.objects.update(created_at=before - timedelta(hours=2), expires=before - timedelta(seconds=1))
    assert call(answer["access_token"]).status_code == 401


@pytest.mark.parametrize("end", ["revoked", "deactivated", "client removed", "reactivated"])
def test_what_ends_it_ends_it_at_once(
    ours: Program, tie: Connection, dana: Membership, robot: Membership, end: str
) -> None:
    token = token_of(ours)
    assert call(token).status_code == 200

    if end == "revoked":
        services.revoke(connection=tie, by=dana)
    elif end == "client removed":
        services.remove_client(client=ours.client, by=dana)
    else:
        companies.deactivate(membership=robot, by=dana)
        if end == "reactivated":
            companies.reactivate(membership=robot, by=dana)

    assert call(token).status_code == 401
    assert ask(ours).status_code == (401 if end == "client removed" else 400)
    assert not AccessToken.objects.exists()


def test_a_deactivated_account_is_dead_whatever_its_connection_says(
    ours: Program, tie: Connection, robot: Membership
) -> None:
    token = token_of(ours)
    Membership.objects.filter(pk=robot.pk).update(is_active=False)

    assert call(token).status_code == 401
    assert call(token).json()["code"] == "owner_deactivated"
    assert ask(ours).json()["error"] == "unauthorized_client"
    assert ours.post("introspect", token=token).json() == {"active": False}


def test_a_new_secret_ends_what_the_one_before_gave(ours: Program, tie: Connection, dana: Membership) -> None:
    token = token_of(ours)

    _, new = services.rotate_secret(client=ours.client, by=dana)

    assert call(token).status_code == 401
    assert ask(ours).status_code == 401
    assert call(token_of(Program(ours.client, new))).status_code == 200


def test_the_account_s_role_limits_what_the_scopes_allow(
    ours: Program, acme: Company, dana: Membership, stranger: Membership
) -> None:
    robot = ServiceAccountFactory(company=acme)
    services.connect_account(client=ours.client, account=robot, scopes=["jobs:read"], by=dana)
    mine, _ = JobFactory(company=acme), JobFactory(company=acme)
    JobFactory(company=stranger.company)
    assert call(token_of(ours)).json()["results"] == []

    jobs.add_to_team(job=mine, member=robot, role=JobRole.RECRUITER, by=dana)

    assert [job["id"] for job in call(token_of(ours)).json()["results"]] == [str(mine.pk)]


def test_a_program_that_asks_again_and_again_keeps_so_many_tokens(
    ours: Program, tie: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_SERVICE_TOKENS == 100
    monkeypatch.setattr(services, "MOST_SERVICE_TOKENS", 2)
    first, *later = [token_of(ours) for _ in range(3)]

    assert call(first).status_code == 401
    assert [call(token).status_code for token in later] == [200, 200]


def test_a_parameter_that_comes_twice_is_refused(ours: Program, tie: Connection) -> None:
    form = f"client_id={ours.client.client_id}&client_secret={ours.secret}&grant_type=client_credentials"
    for twice in ("&scope=jobs:read&scope=jobs:write", "&grant_type=client_credentials"):
        answer = Browser().post("/oauth/token/", form + twice, content_type="application/x-www-form-urlencoded")

        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request"), twice
    assert not AccessToken.objects.exists()


# ── What works ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_it_gets_all_that_was_ticked_or_less(ours: Program, tie: Connection) -> None:
    assert ask(ours).json()["scope"].split() == TICKED
    narrow = ask(ours, scope="profile:read").json()

    assert narrow["scope"] == "profile:read"
    assert call(narrow["access_token"]).status_code == 403


def test_what_it_does_is_done_by_the_service_account(ours: Program, tie: Connection, danas: Browser) -> None:
    answer = Browser().post(
        "/api/v1/jobs/",
        {"title": "Buyer"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {token_of(ours)}"},
    )

    assert answer.status_code == 201, answer.content
    assert "Robot" in danas.get(f"/jobs/{answer.json()['id']}/newsfeed/").content.decode()


def test_revoking_its_own_token_leaves_it_connected(ours: Program, tie: Connection) -> None:
    one, other = token_of(ours), token_of(ours)
    told = ours.post("introspect", token=one).json()
    assert (told["active"], told["sub"]) == (True, str(tie.membership_id))

    assert ours.post("revoke", token=one).status_code == 200

    assert [call(one).status_code, call(other).status_code] == [401, 200]


def test_it_stays_connected_however_long_it_asks_for_nothing(ours: Program, tie: Connection) -> None:
    token_of(ours)
    AccessToken.objects.update(created_at=clock.now() - timedelta(days=400), expires=clock.now() - timedelta(days=399))

    services.forget()

    assert not AccessToken.objects.exists()
    assert call(token_of(ours)).status_code == 200


def test_a_webhook_that_it_saved_tells_what_it_may_see(acme: Company) -> None:
    robot = ServiceAccountFactory(company=acme, service_name="Robot", role=CompanyRole.ADMINISTRATOR)
    saved = webhooks.create(url="https://example.com/", facts=["job.closed"], by=robot)
    delivery = DeliveryFactory(subscription=saved)

    assert [selectors.why_not(found) for found in selectors.waiting(delivery.pk)] == [""]
    Membership.objects.filter(pk=robot.pk).update(is_active=False)
    assert [selectors.why_not(found) for found in selectors.waiting(delivery.pk)] == [
        "Not sent: Robot no longer has access."
    ]


# ── Who connects ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_client_has_one_service_account(ours: Program, tie: Connection, acme: Company, dana: Membership) -> None:
    second = ServiceAccountFactory(company=acme)
    with pytest.raises(Conflict):
        services.connect_account(client=ours.client, account=second, scopes=["jobs:read"], by=dana)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConnectionFactory(client=ours.client, membership=second, is_service=True)

    services.revoke(connection=tie, by=dana)

    services.connect_account(client=ours.client, account=second, scopes=["jobs:read"], by=dana)
    assert ask(ours).json()["scope"] == "jobs:read"


def test_only_administrators_connect_and_only_what_is_their_company_s(
    ours: Program, program: Program, acme: Company, robot: Membership, dana: Membership, sam: Membership, stranger: Any
) -> None:
    public, elsewhere = ClientFactory(company=acme), ServiceAccountFactory(company=stranger.company)
    inactive = ServiceAccountFactory(company=acme, is_active=False)
    for client, account, by, error in (
        (ours.client, robot, sam, NotAllowed),
        (ours.client, robot, stranger, NotFound),
        (ours.client, elsewhere, dana, NotFound),
        (ours.client, elsewhere, stranger, NotFound),
        (ours.client, inactive, dana, NotFound),
        (ours.client, sam, dana, NotFound),
        (program.client, robot, dana, NotFound),
        (public, robot, dana, Conflict),
    ):
        with pytest.raises(error):
            services.connect_account(client=client, account=account, scopes=["jobs:read"], by=by)
    for scopes in ([], ["everything"]):
        with pytest.raises(InvalidInput):
            services.connect_account(client=ours.client, account=robot, scopes=scopes, by=dana)
    assert not Connection.objects.exists()


def test_administrators_connect_on_the_page_of_the_account(
    ours: Program, robot: Membership, danas: Browser, sam: Membership
) -> None:
    address = f"{SETTINGS}accounts/{robot.pk}/connect/"
    form = {"client": str(ours.client.pk), "scopes": ["jobs:read", "settings:read"]}
    assert signed_in(sam).post(address, form).status_code == 404

    assert danas.post(address, form).status_code == 303

    page = " ".join(danas.get(SETTINGS).content.decode().split())
    assert "Works by itself as Robot, allowed by Dana" in page and "<strong>Company Settings</strong>" in page
    assert call(token_of(ours)).status_code == 200
    assert danas.post(address, form).status_code == 422  # it is no longer among those to choose
    tie = Connection.objects.get()
    assert danas.post(f"{SETTINGS}{tie.pk}/revoke/").status_code == 303
    assert ask(ours).status_code == 400


def test_the_metadata_names_the_grant() -> None:
    told = Browser().get("/.well-known/oauth-authorization-server").json()

    assert told["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
