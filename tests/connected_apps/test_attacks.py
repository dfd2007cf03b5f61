"""The attacks on OAuth that are known by name (RFC 6749, 6819, 9700): each is tried, and nothing may come of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils.http import urlencode

from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.connected_apps import services
from recruiting.connected_apps.models import AccessToken, AuthorizationCode, Client, Connection, RefreshToken
from recruiting.connected_apps.validator import Validator
from recruiting.foundation import clock
from recruiting.foundation.permissions import CompanyRole
from recruiting.foundation.tokens import digest
from tests.connected_apps.conftest import BACK, SCOPES, Program, Register, call, returned
from tests.factories import CompanyFactory, MembershipFactory
from tests.signing_in import signed_in

pytestmark = pytest.mark.both_engines


def nothing_was_given() -> bool:
    return not (AuthorizationCode.objects.exists() or Connection.objects.exists() or AccessToken.objects.exists())


# ── The authorization request ────────────────────────────────────────────────────────────────────────────────────────
OTHER_ADDRESSES = (
    "https://evil.example/callback",
    "https://connector.example/callback/",
    "https://connector.example/callback/../evil",
    "https://connector.example/CALLBACK",
    "https://connector.example/callback?next=https://evil.example",
    "https://connector.example/callback#fragment",
    "https://connector.example/callback;evil",
    "https://connector.example@evil.example/callback",
    "https://evil.example\\@connector.example/callback",
    "https://connector.example.evil.example/callback",
    "https://connector.example:8443/callback",
    "http://connector.example/callback",
    "//connector.example/callback",
    "javascript:alert(1)",
    "data:text/html,x",
    "https://connector.example/callback\r\nX-Evil: 1",
    "https://connector.example/callback\x00",
    "https://[connector.example/callback",
    " ",
)


@pytest.mark.parametrize("address", OTHER_ADDRESSES)
def test_another_address_to_return_to_is_refused_on_our_own_page(
    program: Program, danas: Browser, address: str
) -> None:
    for response in (
        program.ask(danas, redirect_uri=address),
        program.answer(danas, {"answer": "allow"}, redirect_uri=address),
        program.answer(danas, {"answer": "deny"}, redirect_uri=address),
    ):
        assert (response.status_code, "Location" in response.headers) == (400, False)
    assert nothing_was_given()


@pytest.mark.parametrize("client_id", ["", "unknown", "a" * 5000, "x\x00y", "é", "' OR 1=1", None])
def test_an_unknown_client_is_refused_on_our_own_page(program: Program, danas: Browser, client_id: str | None) -> None:
    response = program.ask(danas, client_id=client_id)

    assert (response.status_code, "Location" in response.headers) == (400, False)


def test_a_removed_client_is_unknown(program: Program, danas: Browser) -> None:
    services.remove_client(client=program.client, by=None)

    assert program.ask(danas).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "id_token token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unauthorized_client"),
        ({"response_type": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": "a" * 500}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "jobs:read everything"}, "invalid_scope"),
    ],
)
def test_what_is_not_offered_goes_back_as_an_error(
    program: Program, danas: Browser, changes: dict[str, str | None], error: str
) -> None:
    response = program.ask(danas, **changes)

    told = returned(response)
    assert (told["error"], told["state"], told["iss"]) == (error, "state-1", "http://testserver")
    assert nothing_was_given()


@pytest.mark.parametrize("twice", ["client_id", "redirect_uri", "scope", "state", "response_type"])
def test_a_parameter_that_comes_twice_is_refused(program: Program, danas: Browser, twice: str) -> None:
    query = [*program.question().items(), (twice, "https://evil.example/")]

    response = danas.get(f"/oauth/authorize/?{urlencode(query)}")

    assert (response.status_code, "Location" in response.headers) == (400, False)


@pytest.mark.parametrize(
    "words",
    [
        {"approval_prompt": "auto"},
        {"prompt": "none"},
        {"prompt": "create login"},
        {"skip_authorization": "true"},
        {"allow": "true", "answer": "allow"},
    ],
)
def test_nothing_in_the_address_makes_the_page_go_away(program: Program, danas: Browser, words: dict[str, str]) -> None:
    program.connect(danas)  # it was allowed before

    response = program.ask(danas, **words)

    assert response.status_code == 200
    assert "Allow Sourcing connector" in response.content.decode()
    assert AuthorizationCode.objects.count() == 1


def test_the_form_needs_its_token_against_forgery(program: Program, dana: Membership) -> None:
    danas = signed_in(dana, enforce_csrf_checks=True)

    response = program.answer(danas, {"answer": "allow"})

    assert response.status_code == 403
    assert nothing_was_given()


def test_the_form_changes_nothing_of_what_was_asked(program: Program, danas: Browser) -> None:
    smuggled = {"scope": "candidates:write", "redirect_uri": "https://evil.example/", "client_id": "other"}

    response = program.answer(danas, {"answer": "allow", **smuggled}, scope="jobs:read")

    code = AuthorizationCode.objects.get()
    assert "code" in returned(response)
    assert (code.scope, code.redirect_uri, code.application) == ("jobs:read", BACK, program.client)


def test_no_frame_may_show_the_page_and_its_form_leads_to_the_client_alone(program: Program, danas: Browser) -> None:
    response = program.ask(danas)

    policy = response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' https://connector.example;" in f"{policy};"
    assert "no-store" in response.headers["Cache-Control"]


def test_signed_out_one_signs_in_first_and_comes_back(program: Program) -> None:
    response = program.ask(Browser())

    assert response.status_code == 302
    assert response.headers["Location"].startswith("/accounts/login/?next=/oauth/authorize/%3F")
    assert program.answer(Browser(), {"answer": "allow"}).status_code == 302
    assert nothing_was_given()


@pytest.mark.parametrize("answer", ["deny", "", "ALLOW", "yes"])
def test_only_allow_allows(program: Program, danas: Browser, answer: str) -> None:
    response = program.answer(danas, {"answer": answer})

    if answer == "deny":
        told = returned(response)
        assert (told["error"], told["state"], told["iss"]) == ("access_denied", "state-1", "http://testserver")
    else:
        assert response.status_code == 422
    assert nothing_was_given()


# ── Who, and in which company ────────────────────────────────────────────────────────────────────────────────────────
def test_only_administrators_connect_until_the_company_says_everyone(
    program: Program, sam: Membership, dana: Membership
) -> None:
    theirs = signed_in(sam)
    assert program.ask(theirs).status_code == 403
    assert program.answer(theirs, {"answer": "allow"}).status_code == 403
    assert nothing_was_given()

    services.set_policy(company=sam.company, everyone=True, by=dana)

    assert call(program.connect(theirs)["access_token"]).status_code == 200


def test_another_companys_membership_cannot_be_chosen(
    program: Program, danas: Browser, stranger: Membership, sam: Membership
) -> None:
    for chosen in (str(stranger.pk), str(sam.pk), "nonsense", "0" * 32):
        response = program.answer(danas, {"answer": "allow", "company": chosen})

        assert response.status_code == 422
    assert nothing_was_given()


def test_a_person_of_two_companies_chooses_one(program: Program, dana: Membership) -> None:
    globex = CompanyFactory(name="Globex")
    there = MembershipFactory(company=globex, user=dana.user, role=CompanyRole.ADMINISTRATOR)
    third = MembershipFactory(company=CompanyFactory(name="Initech"), user=dana.user)  # may not connect there
    danas = signed_in(dana)

    page = program.ask(danas).content.decode()
    assert "Acme</option>" in page and "Globex</option>" in page and "Initech" not in page
    assert program.answer(danas, {"answer": "allow"}).status_code == 422
    assert program.answer(danas, {"answer": "allow", "company": str(third.pk)}).status_code == 422
    tokens = program.connect(danas, there, scope="profile:read")

    assert Connection.objects.get().membership == there
    assert call(tokens["access_token"], "me/").json()["company"]["name"] == "Globex"


def test_a_companys_own_client_asks_its_members_alone(
    register: Register, acme: Any, dana: Membership, stranger: Membership
) -> None:
    program = register(company=acme)

    assert program.ask(signed_in(stranger)).status_code == 403
    assert program.answer(signed_in(stranger), {"answer": "allow"}).status_code == 403
    assert program.ask(signed_in(dana)).status_code == 200


def test_nobody_is_sent_to_a_program_that_they_could_not_let_in(
    register: Register, acme: Any, dana: Membership, stranger: Membership
) -> None:
    program = register(company=acme)
    assert returned(program.ask(signed_in(dana), scope=None))["error"] == "invalid_scope"

    for changes in ({"scope": None}, {"response_type": "token"}, {"code_challenge": None}):
        response = program.ask(signed_in(stranger), **changes)

        assert (response.status_code, "Location" in response.headers) == (403, False)
        assert "It was registered by another company" in response.content.decode()


def test_a_port_that_is_left_empty_is_none_in_the_page_s_policy(danas: Browser, register: Register) -> None:
    program = register(confidential=False, back="http://127.0.0.1/cb")

    policy = program.ask(danas, redirect_uri="http://127.0.0.1:/cb").headers["Content-Security-Policy"]

    assert "form-action 'self' http://127.0.0.1;" in f"{policy};"
    assert program.ask(danas, redirect_uri="http://evil;x@127.0.0.1/cb").status_code == 400


# ── The code ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_replayed_code_revokes_what_it_gave(program: Program, danas: Browser) -> None:
    code = program.code(danas)
    tokens = program.exchange(code).json()
    assert call(tokens["access_token"]).status_code == 200

    again = program.exchange(code)

    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert call(tokens["access_token"]).status_code == 401
    assert program.refresh(tokens["refresh_token"]).status_code == 400


def test_a_code_of_another_client_is_unknown_and_stays_good(
    program: Program, danas: Browser, register: Register
) -> None:
    thief = register()
    code = program.code(danas)

    stolen = thief.exchange(code, code_verifier=program.verifier)

    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert program.exchange(code).status_code == 200


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_verifier": "wrong" * 10}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"redirect_uri": "https://evil.example/"}, "invalid_request"),
        ({"client_secret": "wrong"}, "invalid_client"),
        ({"client_secret": ""}, "invalid_client"),
        ({"grant_type": "password", "username": "dana@acme.example", "password": "x"}, "unsupported_grant_type"),
        ({"grant_type": "client_credentials"}, "unauthorized_client"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "x"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"code": "nonsense\x00"}, "invalid_grant"),
        ({"code": "é" * 300}, "invalid_grant"),
        ({"client_id": "x\x00y"}, "invalid_client"),
    ],
)
def test_a_code_alone_gives_nothing(program: Program, danas: Browser, changes: dict[str, str], error: str) -> None:
    code = program.code(danas)

    response = program.exchange(**{"code": code, **changes})

    assert response.json()["error"] == error
    assert response.status_code == (401 if error == "invalid_client" else 400)
    assert not AccessToken.objects.exists()
    assert program.exchange(code).status_code == 200


def test_a_verifier_left_out_is_refused(program: Program, danas: Browser) -> None:
    code = program.code(danas)

    response = program.post("token", grant_type="authorization_code", code=code, redirect_uri=BACK)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert not AccessToken.objects.exists()


def test_a_code_is_good_for_a_minute(program: Program, danas: Browser) -> None:
    code = program.code(danas)
    AuthorizationCode.objects.update(expires=clock.now() - timedelta(seconds=1))

    assert program.exchange(code).json()["error"] == "invalid_grant"


def test_tokens_cannot_be_asked_for_in_the_address(program: Program, danas: Browser) -> None:
    code = program.code(danas)
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": program.verifier}
    known = {"client_id": program.client.client_id, "client_secret": program.secret}

    response = Browser().post("/oauth/token/", form, query_params=known)

    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")
    assert Browser().get("/oauth/token/", {**form, **known}).status_code == 405


def test_a_public_client_needs_its_verifier_and_no_secret(danas: Browser, register: Register) -> None:
    program = register(confidential=False)
    code = program.code(danas)

    assert program.exchange(code, client_secret="anything").status_code == 401
    assert program.exchange(code, code_verifier="x" * 50).json()["error"] == "invalid_grant"
    assert program.exchange(code).status_code == 200


def test_on_ones_own_machine_the_port_is_free_and_nothing_else(danas: Browser, register: Register) -> None:
    program = register(confidential=False, back="http://127.0.0.1/cb")

    assert program.ask(danas, redirect_uri="http://127.0.0.1:49152/cb").status_code == 200
    for other in ("http://127.0.0.1:49152/other", "http://localhost:49152/cb", "https://127.0.0.1:49152/cb"):
        assert program.ask(danas, redirect_uri=other).status_code == 400


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_codes_tokens_and_secrets_are_kept_as_digests(program: Program, danas: Browser) -> None:
    code = program.code(danas)
    first = program.exchange(code).json()
    second = program.refresh(first["refresh_token"]).json()

    kept = [
        str(value)
        for model in (Client, AuthorizationCode, Connection, AccessToken, RefreshToken)
        for row in model.objects.all()
        for value in (getattr(row, column.attname) for column in model._meta.concrete_fields)
    ]
    secrets = [code, program.secret, *(tokens[name] for tokens in (first, second) for name in _BOTH)]
    assert digest(code) in kept and digest(second["access_token"]) in kept
    assert not [secret for secret in secrets if any(secret in value for value in kept)]


_BOTH = ("access_token", "refresh_token")


def test_a_token_lives_an_hour(program: Program, danas: Browser) -> None:
    tokens = program.connect(danas)
    assert tokens["expires_in"] == 3600

    with clock_moved(hours=1):
        response = call(tokens["access_token"])

    assert (response.status_code, response.json()["code"]) == (401, "token_expired")


def clock_moved(**by: int) -> Any:
    import time_machine

    return time_machine.travel(clock.machine_now() + timedelta(**by), tick=True)


@pytest.mark.parametrize("which", ["member", "account", "password", "client"])
def test_who_loses_access_takes_the_tokens_along(
    program: Program, danas: Browser, dana: Membership, which: str
) -> None:
    MembershipFactory(company=dana.company, role=CompanyRole.ADMINISTRATOR)
    tokens = program.connect(danas)
    if which == "member":
        companies.deactivate(membership=dana, by=None)
    elif which == "account":
        companies.deactivate_account(user=dana.user)
    elif which == "password":
        dana.user.set_password("a new password of mine")
        dana.user.save()
    else:
        services.remove_client(client=program.client, by=None)

    assert call(tokens["access_token"]).status_code == 401
    assert program.refresh(tokens["refresh_token"]).status_code in (400, 401)
    if which == "member":
        companies.reactivate(membership=dana, by=None)
        assert call(tokens["access_token"]).status_code == 401


@pytest.mark.parametrize("which", ["member", "account", "password"])
def test_a_code_on_its_way_ends_with_the_password_too(
    program: Program, danas: Browser, dana: Membership, which: str
) -> None:
    MembershipFactory(company=dana.company, role=CompanyRole.ADMINISTRATOR)
    code = program.code(danas)
    if which == "member":
        companies.deactivate(membership=dana, by=None)
        companies.reactivate(membership=dana, by=None)
    elif which == "password":
        dana.user.set_password("a new password of mine")
        dana.user.save()
    else:
        companies.deactivate_account(user=dana.user)
        type(dana.user).objects.update(is_active=True)

    refused = program.exchange(code)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert not AccessToken.objects.exists()


def test_a_client_that_is_removed_during_an_exchange_gets_nothing(
    program: Program, danas: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, known = program.code(danas), Validator.authenticate_client

    def known_and_then_removed(self: Validator, request: Any, *args: Any, **more: Any) -> bool:
        is_known = bool(known(self, request, *args, **more))
        services.remove_client(client=program.client, by=None)
        return is_known

    monkeypatch.setattr(Validator, "authenticate_client", known_and_then_removed)

    refused = program.exchange(code)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    assert not (AccessToken.objects.exists() or Connection.objects.exists())


def test_without_our_knowledge_a_removed_client_is_refused_too(program: Program, danas: Browser) -> None:
    tokens = program.connect(danas)
    Client.objects.update(removed_at=clock.now())

    assert call(tokens["access_token"]).status_code == 401


def test_without_our_knowledge_a_deactivated_member_is_refused_too(
    program: Program, danas: Browser, dana: Membership
) -> None:
    tokens = program.connect(danas)
    code = program.code(danas)
    Membership.objects.filter(pk=dana.pk).update(is_active=False)

    refused = call(tokens["access_token"])

    assert (refused.status_code, refused.json()["code"]) == (401, "owner_deactivated")
    assert program.refresh(tokens["refresh_token"]).status_code == 400
    assert program.exchange(code).status_code == 400
    assert not program.post("introspect", token=tokens["access_token"]).json()["active"]


def test_a_scope_that_was_not_allowed_is_403_and_named(program: Program, danas: Browser) -> None:
    tokens = program.connect(danas, scope="jobs:read")

    refused = call(tokens["access_token"], "candidates/")

    told = refused.json()
    assert (refused.status_code, told["code"], told["required_scope"]) == (403, "missing_scope", "candidates:read")


def test_a_token_opens_the_api_and_no_page(program: Program, danas: Browser) -> None:
    token = program.connect(danas)["access_token"]

    page = Browser().get("/settings/", headers={"Authorization": f"Bearer {token}"})
    in_the_address = Browser().get("/api/v1/jobs/", {"access_token": token})

    assert page.status_code == 302
    assert in_the_address.status_code == 401
    assert call(program.connect(danas)["refresh_token"]).status_code == 401


def test_a_missing_or_bad_token_is_told_where_one_is_to_be_had(db: None) -> None:
    metadata = 'resource_metadata="http://testserver/.well-known/oauth-protected-resource"'

    missing = Browser().get("/api/v1/jobs/")
    bad = call("tlo_nonsense")

    assert missing.headers["WWW-Authenticate"] == f'Bearer realm="Throughline", {metadata}'
    assert bad.headers["WWW-Authenticate"] == f'Bearer realm="Throughline", error="invalid_token", {metadata}'
    assert (missing.status_code, bad.status_code) == (401, 401)


def test_revoking_either_token_ends_both_and_only_ones_own(
    program: Program, danas: Browser, register: Register
) -> None:
    other = register()
    for name in _BOTH:
        tokens = program.connect(danas)
        assert other.post("revoke", token=tokens[name]).status_code == 200
        assert call(tokens["access_token"]).status_code == 200

        assert program.post("revoke", token=tokens[name], token_type_hint="nonsense").status_code == 200

        assert call(tokens["access_token"]).status_code == 401
        assert program.refresh(tokens["refresh_token"]).status_code == 400
    assert program.post("revoke", token="unknown").status_code == 200
    assert program.post("revoke", token="x", client_secret="wrong").status_code == 401


def test_introspection_is_for_the_client_itself(program: Program, danas: Browser, register: Register) -> None:
    tokens = program.connect(danas, scope="jobs:read")

    own = program.post("introspect", token=tokens["access_token"]).json()

    assert (own["active"], own["scope"], own["client_id"]) == (True, "jobs:read", program.client.client_id)
    assert register().post("introspect", token=tokens["access_token"]).json() == {"active": False}
    assert program.post("introspect", token=tokens["refresh_token"]).json() == {"active": False}
    assert program.post("introspect", token=tokens["access_token"], client_secret="wrong").status_code == 401


def test_a_refresh_with_fewer_scopes_narrows_the_access_token_alone(program: Program, danas: Browser) -> None:
    tokens = program.connect(danas)

    narrow = program.refresh(tokens["refresh_token"], scope="jobs:read").json()
    assert narrow["scope"] == "jobs:read"
    assert call(narrow["access_token"], "candidates/").status_code == 403

    whole = program.refresh(narrow["refresh_token"]).json()
    assert set(whole["scope"].split()) == set(SCOPES.split())
    assert call(whole["access_token"], "candidates/").status_code == 200
    more = program.refresh(whole["refresh_token"], scope=f"{SCOPES} notes:write")
    assert (more.status_code, more.json()["error"]) == (400, "invalid_scope")


# ── Odd input ────────────────────────────────────────────────────────────────────────────────────────────────────────
ODD = ["", "\x00", "é" * 400, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"), "%00", "[]", "x" * 100_000]


@pytest.mark.parametrize("odd", ODD)
def test_odd_input_is_refused_and_no_error_of_ours(program: Program, danas: Browser, odd: str) -> None:
    asked = [program.ask(danas, **{name: odd}) for name in ("scope", "state", "code_challenge", "response_type", "odd")]
    sent = [
        program.post(path, **{name: odd})
        for path in ("token", "revoke", "introspect")
        for name in ("grant_type", "code", "refresh_token", "token", "client_id", "client_secret", "scope", "client")
    ]

    assert not [response for response in (*asked, *sent) if response.status_code >= 500]


def test_odd_bodies_and_headers_are_refused(program: Program) -> None:
    anybody = Browser(raise_request_exception=False)
    for path in ("token", "revoke", "introspect"):
        for kind, body in (
            ("application/json", b'{"grant_type": "password"}'),
            ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
            ("application/x-www-form-urlencoded", b"\xff\xfe=%zz&%"),
            ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(2000))),
            ("application/x-www-form-urlencoded", b"token=" + b"a" * 3_000_000),
            ("multipart/form-data", b"nothing"),
            ("", b""),
        ):
            for header in ("", "Basic é", "Basic !!!", "Basic YTpi", "Basic OjpiOg==", "Bearer x", "Basic"):
                response = anybody.generic(
                    "POST", f"/oauth/{path}/", body, kind, headers={"Authorization": header} if header else {}
                )
                assert response.status_code in (400, 401), (path, kind, body[:20], header)
                assert response.json()["error"], (path, kind, body[:20], header)
