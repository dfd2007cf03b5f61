"""Personal tokens: what is kept of them, when they stop working, who makes and revokes them."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from recruiting import events
from recruiting.api import authentication, services
from recruiting.api.models import ApiToken
from recruiting.api.scopes import names
from recruiting.companies import services as companies
from recruiting.companies.models import Company, Membership, User
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from tests.api.conftest import Caller, MakeCaller
from tests.factories import ApiTokenFactory, CompanyFactory, MembershipFactory


def test_a_token_is_returned_once_and_kept_as_a_digest(dana: Membership) -> None:
    before = clock.now()

    row, token = services.create_token(membership=dana, name=" Report ", scopes=["newsfeed:read", "jobs:read"], days=90)

    assert token.startswith("tl_") and len(token) == 46
    row.refresh_from_db()
    assert (row.company_id, row.name, row.scopes) == (dana.company_id, "Report", ["jobs:read", "newsfeed:read"])
    assert (row.digest, row.last4) == (hashlib.sha256(token.encode()).hexdigest(), token[-4:])
    assert timedelta(days=90) <= row.expires_at - before < timedelta(days=90, minutes=1)
    stored = ApiToken.objects.filter(pk=row.pk).values().get()
    assert all(token not in str(value) for value in stored.values())


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"name": "  "}, {"name": "Enter a name."}),
        ({"name": "x" * 81}, {"name": "A name holds up to 80 characters."}),
        ({"scopes": []}, {"scopes": "Choose at least one permission."}),
        ({"days": 31}, {"days": "Choose 30, 90 or 365 days."}),
    ],
)
def test_a_token_with_bad_details_is_not_made(dana: Membership, changed: dict, fields: dict) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.create_token(**{"membership": dana, "name": "Report", "scopes": ["jobs:read"], "days": 30, **changed})

    assert refused.value.fields == fields
    assert not ApiToken.objects.exists()


def test_an_unknown_scope_is_named(dana: Membership) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.create_token(membership=dana, name="Report", scopes=["jobs:read", "everything"], days=30)

    assert refused.value.fields["scopes"].startswith("everything is not a permission. There are profile:read, ")
    assert not ApiToken.objects.exists()


def test_a_deactivated_member_gets_no_token(dana: Membership, acme: Company) -> None:
    gone = MembershipFactory(company=acme, is_active=False)

    with pytest.raises(NotAllowed):
        services.create_token(membership=gone, name="Report", scopes=["jobs:read"], days=30)

    assert not ApiToken.objects.exists()


def test_a_member_has_at_most_fifty_usable_tokens(dana: Membership) -> None:
    ApiTokenFactory.create_batch(49, membership=dana)
    ApiTokenFactory(membership=dana, revoked_at=clock.now())
    services.create_token(membership=dana, name="Fiftieth", scopes=["jobs:read"], days=30)

    with pytest.raises(Conflict) as refused:
        services.create_token(membership=dana, name="One more", scopes=["jobs:read"], days=30)

    assert refused.value.code == "too_many_tokens"
    assert ApiToken.objects.count() == 51


@pytest.mark.parametrize("fields", [{"scopes": []}, {"name": ""}, {"expires_at": clock.now() - timedelta(days=1)}])
def test_the_database_refuses_incoherent_tokens(dana: Membership, fields: dict) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ApiTokenFactory(membership=dana, **fields)


# ── Using them ───────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_token_works_and_its_use_is_noted_once_a_minute(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)

    assert caller.get("me/").status_code == 200
    first = ApiToken.objects.get().last_used_at
    assert first is not None
    assert caller.get("me/").status_code == 200
    assert ApiToken.objects.get().last_used_at == first

    ApiToken.objects.update(last_used_at=first - timedelta(seconds=61))
    assert caller.get("me/").status_code == 200
    assert ApiToken.objects.get().last_used_at >= first


def refused(caller: Caller) -> tuple[int, str, str]:
    response = caller.get("me/")
    return response.status_code, response.json()["code"], response.headers["WWW-Authenticate"]


METADATA = 'resource_metadata="http://testserver/.well-known/oauth-protected-resource"'
REALM = f'Bearer realm="Throughline", error="invalid_token", {METADATA}'


def test_without_a_token_the_answer_is_401(db: None) -> None:
    response = Caller("").get("jobs/")

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"] == f'Bearer realm="Throughline", {METADATA}'
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "/problems/not-authenticated",
        "title": "A token is needed",
        "status": 401,
        "detail": "Send a token as: Authorization: Bearer …, a personal one or that of a connected app.",
        "code": "not_authenticated",
        "request_id": response.headers["X-Request-ID"],
    }


@pytest.mark.parametrize("header", ["Basic ZGFuYTpwYXNz", "Bearer", "Bearer ", "Token tl_abc", "Bearer tl_ü\udcff"])
def test_another_scheme_or_garbage_is_401(db: None, header: str) -> None:
    response = Client().get("/api/v1/me/", HTTP_AUTHORIZATION=header)

    assert (response.status_code, response.json()["code"]) == (401, "invalid_token")


def test_an_unknown_token_is_401(db: None) -> None:
    assert refused(Caller("tl_nobody")) == (401, "invalid_token", REALM)


def test_an_expired_token_is_401(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    past = clock.now() - timedelta(seconds=1)
    ApiToken.objects.update(created_at=past - timedelta(days=30), expires_at=past)

    assert refused(caller) == (401, "token_expired", REALM)


def test_a_revoked_token_is_401(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    services.revoke(token=ApiToken.objects.get(), by=dana)

    assert refused(caller) == (401, "token_revoked", REALM)


def test_a_program_is_told_what_a_program_can_do(
    dana: Membership, calls_as: MakeCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(authentication, "_kinds", {})
    authentication.accept("tlp_", find=lambda token: ApiToken.objects.first(), note_use=lambda token: None)
    personal, program = calls_as(dana), Caller("tlp_a")

    def told(caller: Caller) -> str:
        return str(caller.get("me/").json()["detail"])

    services.revoke(token=ApiToken.objects.get(), by=dana)
    assert told(personal) == "This token was revoked, by somebody or by a new password. Create another one."
    assert told(program) == "This connection was ended, by somebody or by a new password. Connect again."
    past = clock.now() - timedelta(seconds=1)
    ApiToken.objects.update(revoked_at=None, created_at=past - timedelta(days=30), expires_at=past)
    assert told(personal) == "This token has expired. Create another one."
    assert told(program) == "This token has expired. Refresh it."
    ApiToken.objects.all().delete()
    assert told(personal) == "This token is not known. Check that it was copied whole."
    assert told(program) == "This token is not known (any more). Refresh it, or connect again."


def test_the_token_of_a_deactivated_member_is_401(dana: Membership, acme: Company, calls_as: MakeCaller) -> None:
    kim = MembershipFactory(company=acme)
    caller = calls_as(kim)
    companies.deactivate(membership=kim, by=dana)

    assert refused(caller) == (401, "owner_deactivated", REALM)


def test_the_token_of_a_deactivated_user_is_401(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)
    User.objects.filter(pk=dana.user_id).update(is_active=False)

    assert refused(caller) == (401, "owner_deactivated", REALM)


def test_a_token_stays_revoked_when_its_owner_is_let_in_again(
    dana: Membership, acme: Company, calls_as: MakeCaller
) -> None:
    kim = MembershipFactory(company=acme)
    caller, of_dana = calls_as(kim), calls_as(dana)

    companies.deactivate(membership=kim, by=dana)
    companies.reactivate(membership=kim, by=dana)

    assert refused(caller) == (401, "token_revoked", REALM)
    assert of_dana.get("jobs/").status_code == 200


def test_a_token_stays_revoked_when_the_account_is_activated_again(dana: Membership, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)

    companies.deactivate_account(user=dana.user)
    User.objects.filter(pk=dana.user_id).update(is_active=True)

    assert refused(caller) == (401, "token_revoked", REALM)


def test_a_new_password_revokes_ones_tokens_in_every_company(
    dana: Membership, stranger: Membership, calls_as: MakeCaller
) -> None:
    elsewhere = MembershipFactory(company=stranger.company, user=dana.user)
    callers = [calls_as(dana), calls_as(elsewhere)]
    of_stranger = calls_as(stranger)

    dana.user.set_password("another-horse-battery")
    dana.user.save()

    assert [refused(caller) for caller in callers] == [(401, "token_revoked", REALM)] * 2
    assert of_stranger.get("jobs/").status_code == 200


def test_a_sign_in_that_renews_the_hash_of_a_password_revokes_nothing(
    dana: Membership, calls_as: MakeCaller, settings: Any
) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    dana.user.set_password("correct-horse-battery")
    dana.user.save()
    caller = calls_as(dana)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]

    assert User.objects.get(pk=dana.user_id).check_password("correct-horse-battery")

    assert User.objects.get(pk=dana.user_id).password.startswith("pbkdf2_")
    assert caller.get("jobs/").status_code == 200


def test_a_password_is_not_changed_when_tokens_cannot_be_revoked(
    dana: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "publish", lambda event: ["planted"])
    dana.user.set_password("another-horse-battery")

    with pytest.raises(RuntimeError):
        dana.user.save()

    assert not User.objects.get(pk=dana.user_id).check_password("another-horse-battery")


def test_a_session_opens_nothing_and_does_not_change_who_a_token_acts_for(
    dana: Membership, stranger: Membership, calls_as: MakeCaller
) -> None:
    caller = calls_as(stranger)
    caller.client.force_login(dana.user)

    assert caller.client.get("/api/v1/me/").status_code == 401
    me = caller.get("me/").json()
    assert me["company"]["name"] == "Other"
    assert me["token"]["expires_at"].endswith("Z")


# ── Revoking ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_administrator_revokes_a_colleagues_token_and_nobody_else_does(
    dana: Membership, outsider: Membership, stranger: Membership, acme: Company
) -> None:
    token = ApiTokenFactory(membership=MembershipFactory(company=acme))

    for by in (outsider, stranger):
        with pytest.raises(NotFound):
            services.revoke(token=token, by=by)
    token.refresh_from_db()
    assert token.revoked_at is None

    services.revoke(token=token, by=dana)
    token.refresh_from_db()
    assert token.revoked_at is not None


# ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def browser(outsider: Membership) -> Client:
    client = Client()
    client.force_login(outsider.user)
    return client


def test_the_page_lists_ones_own_tokens_without_secrets(
    browser: Client, outsider: Membership, dana: Membership
) -> None:
    mine = ApiTokenFactory(membership=outsider, name="Monthly report", last4="4f2c", digest="ab" * 32)
    ApiTokenFactory(membership=outsider, name="Revoked one", revoked_at=clock.now())
    ApiTokenFactory(membership=dana, name="Danas token")

    page = browser.get("/profile/api-tokens/").content.decode()

    assert "Monthly report" in page and "•••• 4f2c" in page and "Read jobs with their steps" in page
    assert mine.digest not in page
    assert "Revoked one" not in page and "Danas token" not in page


def test_the_form_ticks_no_permission(browser: Client) -> None:
    page = browser.get("/profile/api-tokens/new/").content.decode()

    assert page.count('name="scopes"') == len(names())
    assert "checked" not in page


def test_a_token_is_shown_once(browser: Client, outsider: Membership) -> None:
    response = browser.post(
        "/profile/api-tokens/new/", {"name": "Report", "scopes": ["jobs:read", "notes:write"], "days": "365"}
    )

    row = ApiToken.objects.get()
    assert response.status_code == 201
    assert "no-store" in response.headers["Cache-Control"]
    token = response.context["token"]
    assert f'value="{token}"' in response.content.decode()
    assert (row.membership_id, row.scopes, row.digest) == (
        outsider.pk,
        ["jobs:read", "notes:write"],
        hashlib.sha256(token.encode()).hexdigest(),
    )
    assert token not in browser.get("/profile/api-tokens/").content.decode()
    assert token not in str(dict(browser.session))
    assert Caller(token).get("jobs/").status_code == 200


def test_a_form_without_permissions_is_refused(browser: Client) -> None:
    response = browser.post("/profile/api-tokens/new/", {"name": "Report", "days": "30"})

    assert response.status_code == 422
    assert "Choose at least one permission." in response.content.decode()
    assert not ApiToken.objects.exists()


def test_revoking_asks_first(browser: Client, outsider: Membership) -> None:
    token = ApiTokenFactory(membership=outsider, name="Report")
    address = f"/profile/api-tokens/{token.pk}/revoke/"

    assert "Revoke Report?" in browser.get(address).content.decode()
    token.refresh_from_db()
    assert token.revoked_at is None

    response = browser.post(address)
    assert (response.status_code, response.headers["Location"]) == (303, "/profile/api-tokens/")
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_somebody_elses_token_is_404(browser: Client, dana: Membership, stranger: Membership) -> None:
    for membership in (dana, stranger):
        token = ApiTokenFactory(membership=membership)

        assert browser.post(f"/profile/api-tokens/{token.pk}/revoke/").status_code == 404
        token.refresh_from_db()
        assert token.revoked_at is None


def test_the_pages_ask_for_sign_in(db: None) -> None:
    for path in ("/profile/api-tokens/", "/profile/api-tokens/new/"):
        assert Client().get(path).status_code == 302


# ── Command and admin ────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_command_prints_a_working_token_alone(dana: Membership, capsys: pytest.CaptureFixture[str]) -> None:
    call_command(
        "create_api_token", "DANA@acme.example", "--name", "Robot", "--scopes", "profile:read,jobs:read", "--days", "90"
    )

    token = capsys.readouterr().out.strip()
    assert Caller(token).get("me/").json()["token"]["scopes"] == ["profile:read", "jobs:read"]


def test_the_command_asks_which_company(dana: Membership, capsys: pytest.CaptureFixture[str]) -> None:
    other = MembershipFactory(company=CompanyFactory(name="Beta"), user=dana.user, role=CompanyRole.STANDARD)

    with pytest.raises(CommandError, match="--company: Acme, Beta"):
        call_command("create_api_token", dana.user.email, name="Robot", scopes=["jobs:read"])
    assert not ApiToken.objects.exists()

    call_command("create_api_token", dana.user.email, company="Beta", name="Robot", scopes=["jobs:read"])
    assert ApiToken.objects.get().membership == other


@pytest.mark.parametrize(
    "options", [{"scopes": ["nothing"]}, {"days": 7}, {"name": " "}, {"company": "Nowhere"}, {"company": "Other"}]
)
def test_the_command_refuses(dana: Membership, stranger: Membership, options: dict) -> None:
    with pytest.raises(CommandError):
        call_command("create_api_token", dana.user.email, **{"name": "Robot", "scopes": ["jobs:read"], **options})

    assert not ApiToken.objects.exists()


def test_platform_staff_read_and_revoke_tokens(dana: Membership) -> None:
    token = ApiTokenFactory(membership=dana, name="Report", digest="ab" * 32)
    client = Client()
    client.force_login(User.objects.create_superuser("staff@example.com", None))
    address = "/admin/api/apitoken/"

    page = client.get(f"{address}{token.pk}/change/").content.decode()
    assert "Report" in page and token.digest not in page
    assert client.get(f"{address}add/").status_code == 403
    assert client.post(f"{address}{token.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(address, {"action": "revoke", "_selected_action": [str(token.pk)]})

    token.refresh_from_db()
    assert token.revoked_at is not None
    assert site.is_registered(ApiToken)
