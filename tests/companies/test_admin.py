"""The Django admin: who gets in, what platform staff create and switch, and what it never shows."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.db import connection as database
from django.db import models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from integrations.models import Credential, Installation, WebhookDelivery
from integrations.redaction import redacted
from recruiting import events, extensions
from recruiting.companies import services
from recruiting.companies.models import Company, CompanyFeature, Invitation, Membership, User
from recruiting.extensions import Badge, Extension, SettingsPage
from recruiting.foundation import adminsite, clock
from recruiting.foundation.encryption import EncryptedTextField
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.models import HiringProcess
from recruiting.outbox import heartbeat, messages, schedules, tasks
from recruiting.outbox.models import OutboxMessage
from tests.careers.factories import (
    BoardKeyFactory,
    CareersSiteFactory,
    PostingFactory,
    QuestionFactory,
    QuestionSetFactory,
)
from tests.cases import case, undone
from tests.companies.conftest import SignIn
from tests.connected_apps.factories import ConnectionFactory
from tests.factories import (
    ApiTokenFactory,
    ApplicationFactory,
    AttachmentFactory,
    CandidateFactory,
    CandidateFieldValueFactory,
    CredentialFactory,
    DeliveryFactory,
    HiringTeamMemberFactory,
    InstallationFactory,
    InvitationFactory,
    JobFactory,
    JobFieldValueFactory,
    MembershipFactory,
    NewsfeedEntryFactory,
    OutboxMessageFactory,
    RunFactory,
    SharedFileFactory,
    StageAutomationFactory,
    SubscriptionFactory,
    UserFactory,
    WebhookDeliveryFactory,
)

PASSWORD = "correct-horse-battery"
SECRET = "sk-do-not-show-7f3a9c"


class Interviews(Extension):
    """Something to switch on."""

    slug = "planted-interviews"
    name = "Planted Interviews"
    settings_pages = (
        SettingsPage(
            slug="planted-interviews",
            label="Planted Interviews",
            url_name="companies:general",
            sentence="",
            state=lambda company: (Badge("On", "plug-connected", "success"), ""),
        ),
    )


@pytest.fixture
def interviews() -> Iterator[Interviews]:
    """Register the extension for one test."""
    extension = Interviews()
    extensions.register(extension)
    yield extension
    extensions.unregister(extension.slug)


@pytest.fixture
def root(db: None) -> User:
    """Return a member of the platform staff with every right."""
    return User.objects.create_superuser("root@platform.example", first_name="Robin")


@pytest.fixture
def staff(root: User) -> Client:
    """Return their browser."""
    client = Client()
    client.force_login(root)
    return client


def url(model: type[models.Model], page: str = "changelist", *args: Any) -> str:
    """Return an address of a model in the admin."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# ── Getting in ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db
def test_the_admin_uses_everybodys_sign_in(client: Client) -> None:
    response = client.get("/admin/", follow=True)

    assert response.redirect_chain[-1] == ("/accounts/login/?next=%2Fadmin%2F", 302)


def test_administrators_of_companies_do_not_get_in(dana: Membership, sign_in: SignIn) -> None:
    client = sign_in(dana)

    assert client.get("/admin/", follow=True).status_code == 403
    assert client.get(url(Company), follow=True).status_code == 403


@pytest.mark.parametrize("path", ["/admin/", "/admin/companies/company/", "/admin/login/"])
def test_staff_set_up_a_second_factor_before_the_admin_opens(
    db: None, settings: Any, client: Client, path: str
) -> None:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = True
    settings.MFA_TOTP_TOLERANCE = 1  # a code may grow old between here and there
    root = UserFactory(password=PASSWORD, is_staff=True, is_superuser=True)
    client.post("/accounts/login/", {"login": root.email, "password": PASSWORD})

    led = client.get(path, follow=True)

    assert ("/accounts/2fa/totp/activate/", 302) in led.redirect_chain
    assert "The admin needs a second step at sign-in. Set it up, then open the admin again." in led.content.decode()

    confirmed = client.post(led.request["PATH_INFO"], {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    secret = client.get(confirmed.headers["Location"]).context["form"].secret
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    assert client.get("/admin/companies/company/").status_code == 302
    client.post("/accounts/2fa/totp/activate/", {"code": code})

    assert client.get("/admin/companies/company/").status_code == 200


def test_recovery_codes_alone_do_not_open_the_admin(staff: Client, root: User, settings: Any) -> None:
    settings.ADMIN_REQUIRES_SECOND_FACTOR = True
    RecoveryCodes.activate(root)

    assert staff.get("/admin/").status_code == 302

    TOTP.activate(root, generate_totp_secret())
    assert staff.get("/admin/").status_code == 200


def test_a_sandbox_lets_staff_in_without_a_second_factor(staff: Client) -> None:
    assert not settings.ADMIN_REQUIRES_SECOND_FACTOR
    assert staff.get("/admin/").status_code == 200


def test_staff_who_may_only_look_cannot_act(acme: Company, interviews: Interviews) -> None:
    onlooker = UserFactory(is_staff=True)
    onlooker.user_permissions.add(Permission.objects.get(codename="view_company"))
    client = Client()
    client.force_login(onlooker)
    page = client.get(url(Company, "change", acme.pk))
    assert page.status_code == 200
    assert "Enable Planted Interviews" not in page.content.decode()

    answer = client.post(url(Company, "act", acme.pk, "enable-planted-interviews"), {"confirmed": "yes", "reason": "x"})

    assert answer.status_code == 403
    assert not CompanyFeature.objects.exists()


# ── Features (S1) ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_staff_enable_a_feature_with_a_reason(staff: Client, root: User, acme: Company, interviews: Interviews) -> None:
    page = staff.get(url(Company, "change", acme.pk)).content.decode()
    assert "Enable Planted Interviews for this company" in page
    assert "Disable Planted Interviews" not in page
    act = url(Company, "act", acme.pk, "enable-planted-interviews")
    assert "Enable for 1 company" in staff.get(act).content.decode()

    response = staff.post(act, {"confirmed": "yes", "reason": "They signed the order."})

    assert response.status_code == 302
    feature = CompanyFeature.objects.get()
    assert (feature.company, feature.feature, feature.enabled_by, feature.reason) == (
        acme,
        "planted-interviews",
        root,
        "They signed the order.",
    )
    assert "They signed the order." in LogEntry.objects.get().change_message
    page = staff.get(url(Company, "change", acme.pk)).content.decode()
    assert "Disable Planted Interviews for this company" in page
    assert "Robin" in page


def test_a_feature_needs_a_reason(staff: Client, acme: Company, interviews: Interviews) -> None:
    response = staff.post(
        url(Company, "act", acme.pk, "enable-planted-interviews"), {"confirmed": "yes", "reason": " "}
    )

    assert response.status_code == 200
    assert "Write down why." in response.content.decode()
    assert not CompanyFeature.objects.exists()


def test_only_features_that_exist_can_be_enabled(staff: Client, acme: Company, interviews: Interviews) -> None:
    response = staff.post(url(Company, "act", acme.pk, "enable-telepathy"), {"confirmed": "yes", "reason": "x"})

    assert response.status_code == 404
    assert not CompanyFeature.objects.exists()


def test_staff_disable_a_feature(staff: Client, acme: Company, interviews: Interviews) -> None:
    services.enable_feature(company=acme, feature="planted-interviews", by=None)

    staff.post(url(Company, "act", acme.pk, "disable-planted-interviews"), {"confirmed": "yes", "reason": "Unpaid."})

    assert not CompanyFeature.objects.exists()
    assert "Unpaid." in LogEntry.objects.get().change_message


# ── Companies and people ─────────────────────────────────────────────────────────────────────────────────────────────
NO_NEW_MEMBERS = {
    "memberships-TOTAL_FORMS": "0",
    "memberships-INITIAL_FORMS": "0",
    "memberships-MIN_NUM_FORMS": "0",
    "memberships-MAX_NUM_FORMS": "1000",
}


def test_a_new_company_has_no_time_zone_until_somebody_chooses_it(staff: Client) -> None:
    named = {"name": "Initech", "time_zone": "", **NO_NEW_MEMBERS}

    assert '<option value="" selected>Choose a time zone</option>' in staff.get(url(Company, "add")).content.decode()
    assert staff.post(url(Company, "add"), named).status_code == 200
    assert Company.objects.count() == 0


def test_staff_create_a_company_with_all_that_a_company_needs(staff: Client) -> None:
    member = UserFactory()

    response = staff.post(
        url(Company, "add"),
        {
            "name": "Initech",
            "time_zone": "Europe/Berlin",
            **NO_NEW_MEMBERS,
            "memberships-TOTAL_FORMS": "1",
            "memberships-0-user": str(member.pk),
            "memberships-0-role": "administrator",
        },
    )

    assert response.status_code == 302
    company = Company.objects.get()
    assert (company.name, company.time_zone) == ("Initech", "Europe/Berlin")
    assert HiringProcess.objects.for_company(company).get().is_default
    added = Membership.objects.get()
    assert (added.company, added.user, added.role) == (company, member, CompanyRole.ADMINISTRATOR)


def test_a_zone_changed_by_staff_moves_deadlines_too(
    staff: Client, acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[Any] = []
    monkeypatch.setattr(events, "publish", lambda event: published.append(event) or [])
    formsets = {
        key.replace("memberships", f"memberships{n}"): value
        for n in ("", "-2")
        for key, value in NO_NEW_MEMBERS.items()
    }
    features = {key.replace("memberships", "features"): value for key, value in NO_NEW_MEMBERS.items()}

    response = staff.post(
        url(Company, "change", acme.pk), {"name": "Acme", "time_zone": "Europe/Berlin", **formsets, **features}
    )

    assert response.status_code == 302
    acme.refresh_from_db()
    assert acme.time_zone == "Europe/Berlin"
    assert [type(event) for event in published] == [events.CompanyTimeZoneChanged]


def test_staff_deactivate_a_member_through_the_service(
    staff: Client, dana: Membership, kim: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[Any] = []
    monkeypatch.setattr(events, "publish", lambda event: published.append(event) or [])

    response = staff.post(url(Membership, "change", kim.pk), {"role": "standard"})

    assert response.status_code == 302
    kim.refresh_from_db()
    assert not kim.is_active
    assert published == [events.MembershipDeactivated(company_id=kim.company_id, membership_id=kim.pk)]


def test_staff_cannot_take_the_last_administrator_either(staff: Client, dana: Membership) -> None:
    response = staff.post(url(Membership, "change", dana.pk), {"role": "standard", "is_active": "on"}, follow=True)

    assert "Acme needs at least one Administrator." in response.content.decode()
    dana.refresh_from_db()
    assert dana.role == CompanyRole.ADMINISTRATOR
    assert not LogEntry.objects.exists()


def test_staff_create_an_account(staff: Client) -> None:
    response = staff.post(
        url(User, "add"), {"email": "Lee@Acme.example", "first_name": "Lee", "usable_password": "false"}
    )

    assert response.status_code == 302
    lee = User.objects.get(first_name="Lee")
    assert (lee.email, lee.has_usable_password(), lee.is_staff) == ("lee@acme.example", False, False)


def test_two_accounts_cannot_share_an_address(staff: Client, kim: Membership) -> None:
    response = staff.post(url(User, "add"), {"email": "KIM@acme.example", "usable_password": "false"})

    assert response.status_code == 200
    assert "This address has an account." in response.content.decode()


def test_staff_who_are_no_superusers_cannot_make_superusers(kim: Membership) -> None:
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(*Permission.objects.filter(codename__in=["view_user", "change_user"]))
    client = Client()
    client.force_login(clerk)

    client.post(url(User, "change", clerk.pk), {"email": clerk.email, "is_active": "on", "is_superuser": "on"})

    clerk.refresh_from_db()
    assert not clerk.is_superuser


def test_staff_invite(staff: Client, acme: Company) -> None:
    response = staff.post(
        url(Invitation, "add"), {"company": str(acme.pk), "email": "lee@acme.example", "role": "administrator"}
    )

    assert response.status_code == 302
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.invited_by) == ("lee@acme.example", "administrator", None)
    assert OutboxMessage.objects.get().topic == "mail.send"


# ── Processes ────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_staff_look_at_the_steps_of_a_process_and_change_none(staff: Client, acme: Company) -> None:
    process = HiringProcess.objects.for_company(acme).get()
    first = process.stages.order_by("position")[0]
    StageAutomationFactory(stage=first, action="dummy.ask", mode="ask")

    page = staff.get(url(HiringProcess, "change", process.pk)).content.decode()
    answer = staff.post(url(HiringProcess, "change", process.pk), {"name": "Mine"})

    assert "Phone Screen" in page and "dummy.ask (Create a task)" in page
    assert answer.status_code == 403
    assert HiringProcess.objects.get(pk=process.pk).name == "Standard"


# ── Outbox ───────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def buried() -> Iterator[list[str]]:
    """Register a topic, and return the reasons for which its messages were buried."""
    reasons: list[str] = []
    planted = tasks.Task(
        "planted.send", lambda attempt: None, on_failure=lambda attempt, reason: reasons.append(reason)
    )
    tasks.register(planted)
    yield reasons
    tasks._tasks.pop("planted.send")


def test_staff_retry_from_the_list_after_one_question(staff: Client, acme: Company) -> None:
    later = clock.machine_now() + timedelta(hours=1)
    messages = [
        OutboxMessageFactory(company=acme, topic="planted.send", state="parked"),
        OutboxMessageFactory(company=acme, topic="planted.send", available_at=later, attempts=3),
        OutboxMessageFactory(company=acme, topic="planted.send", state="done", finished_at=later),
    ]
    chosen = {"action": "retry", "_selected_action": [str(message.pk) for message in messages]}

    asked = staff.post(url(OutboxMessage), chosen)
    assert 'value="Retry 3 outbox messages"' in asked.content.decode()
    messages[0].refresh_from_db()
    assert messages[0].state == "parked"

    done = staff.post(url(OutboxMessage), {**chosen, "confirmed": "yes"}, follow=True)

    assert "Retry 2 outbox messages: done. 1 left as they were." in done.content.decode()
    for message in messages:
        message.refresh_from_db()
    assert [message.state for message in messages] == ["waiting", "waiting", "done"]
    assert messages[1].available_at < later
    assert LogEntry.objects.count() == 2


def test_giving_up_buries_a_promise_with_its_reason(staff: Client, acme: Company, buried: list[str]) -> None:
    message = OutboxMessageFactory(company=acme, topic="planted.send")
    act = url(OutboxMessage, "act", message.pk, "give-up")
    refused = staff.post(act, {"confirmed": "yes", "reason": ""})
    assert "Write down why." in refused.content.decode()

    staff.post(act, {"confirmed": "yes", "reason": "The vendor closed this account."})

    message.refresh_from_db()
    assert (message.state, message.error, message.error_class) == ("dead", "The vendor closed this account.", "GivenUp")
    assert buried == ["The vendor closed this account."]


@pytest.mark.parametrize("state", ["leased", "done", "dead"])
def test_nobody_gives_up_on_what_runs_or_is_over(acme: Company, buried: list[str], state: str) -> None:
    now = clock.machine_now()
    lease = {"lease_id": "00000000-0000-4000-8000-000000000000", "lease_until": now} if state == "leased" else {}
    over = {} if state == "leased" else {"finished_at": now}
    message = OutboxMessageFactory(company=acme, topic="planted.send", state=state, **lease, **over)

    assert messages.give_up(message, reason="Too late.") is False

    message.refresh_from_db()
    assert (message.state, message.error) == (state, "")
    assert buried == []


# ── Installations and deliveries ─────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def connection(kim: Membership) -> Installation:
    """Return Acme's connection with Kim's key, and a message that waits on it."""
    installation = InstallationFactory(company=kim.company, is_on=True)
    CredentialFactory(installation=installation, membership=kim, secret=SECRET, last4="3a9c", state="accepted")
    OutboxMessageFactory(company=kim.company, channel=installation.channel, state="parked")
    return installation


def test_staff_pause_and_resume_a_connection(staff: Client, connection: Installation) -> None:
    until = clock.machine_now().replace(second=0, microsecond=0) + timedelta(days=1)

    staff.post(
        url(Installation, "act", connection.pk, "pause"),
        {"confirmed": "yes", "until": f"{until:%Y-%m-%dT%H:%M}", "reason": "They move house."},
    )
    connection.refresh_from_db()
    assert connection.paused_until == until
    assert f"Paused until {until:%d %b %Y, %H:%M} UTC." in staff.get(url(Installation)).content.decode()

    staff.post(url(Installation, "act", connection.pk, "resume"), {"confirmed": "yes"})
    connection.refresh_from_db()
    assert connection.paused_until is None
    assert OutboxMessage.objects.get().state == "waiting"


@pytest.mark.parametrize("until", ["", "tomorrow", "2001-01-01T00:00", "2999-01-01T00:00"])
def test_a_senseless_pause_is_refused(staff: Client, connection: Installation, until: str) -> None:
    response = staff.post(
        url(Installation, "act", connection.pk, "pause"), {"confirmed": "yes", "until": until, "reason": "x"}
    )

    assert response.status_code == 200
    connection.refresh_from_db()
    assert connection.paused_until is None


def test_staff_retry_what_waits_on_a_connection(staff: Client, connection: Installation) -> None:
    staff.post(url(Installation, "act", connection.pk, "retry-waiting"), {"confirmed": "yes"})

    assert OutboxMessage.objects.get().state == "waiting"


def test_only_the_vendors_address_is_edited(staff: Client, connection: Installation) -> None:
    response = staff.post(
        url(Installation, "change", connection.pk),
        {"base_url_override": "https://test.vendor.example/v1", "is_on": "", "last_error": "changed"},
    )

    assert response.status_code == 302
    connection.refresh_from_db()
    assert (connection.base_url_override, connection.is_on, connection.last_error) == (
        "https://test.vendor.example/v1",
        True,
        "",
    )


def test_keys_are_told_in_words_only(staff: Client, connection: Installation) -> None:
    page = staff.get(url(Installation, "change", connection.pk)).content.decode()

    assert re.search(r"Kim Ito: set \w+ \d+ \w+, (never checked|checked [^,]+), accepted", page)
    assert SECRET not in page
    assert "3a9c" not in page
    assert connection.webhook_token not in page


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"[]", "[]"),
        (b"<html>", "Not JSON (6 bytes)."),
        (b'{"a": "secret text"}', '{\n  "a": "…"\n}'),
        (b'{"status": "complete"}', '{\n  "status": "complete"\n}'),
        (b'{"status": "Ada Lovelace"}', '{\n  "status": "…"\n}'),
        (b'{"id": "ada@example.com"}', '{\n  "id": "…"\n}'),
        (
            b'{"candidate": {"email": "ada@example.com", "id": 7}}',
            '{\n  "candidate": {\n    "email": "…",\n    "id": 7\n  }\n}',
        ),
        (b'{"phone": 15551234567, "ok": true}', '{\n  "phone": "…",\n  "ok": true\n}'),
    ],
)
def test_a_body_keeps_its_shape_and_loses_its_people(body: bytes, shown: str) -> None:
    assert redacted(body) == shown


def test_a_very_deep_body_is_cut() -> None:
    assert redacted(b'{"\\ud800a": {"id": "b\\u0000"}}') == '{\n  "a": {\n    "id": "b"\n  }\n}'
    assert "…" in redacted(b'{"a":' * 60 + b"1" + b"}" * 60)
    assert redacted(b"[" * 100_000) == "Not JSON (100000 bytes)."


# ── The status panel ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_status_panel_says_how_the_platform_is(staff: Client, acme: Company) -> None:
    heartbeat.touch()

    page = staff.get("/admin/").content.decode()

    assert "Running" in page
    assert re.search(r"Heartbeat \d+ s ago", page)
    assert "0 waiting" in page
    assert "0 in the last hour" in page
    assert "0 on" in page


def test_the_status_panel_puts_warnings_first(staff: Client, acme: Company) -> None:
    heartbeat.touch()
    OutboxMessageFactory(company=acme, state="dead", finished_at=clock.machine_now())
    InstallationFactory(company=acme, needs_attention="Kim's key is no longer accepted.")

    assert [item.title for item in adminsite.status_items()][:2] == ["Outbox", "Installations"]


def test_a_stopped_worker_is_said_first(db: None) -> None:
    first = adminsite.status_items()[0]

    assert (first.title, first.word, first.tone) == ("Background work", "Stopped", "danger")


def test_the_links_of_the_status_panel_work(staff: Client, acme: Company) -> None:
    for item in adminsite.status_items():
        for link in item.links:
            assert staff.get(link.url).status_code == 200, link.url


# ── Every page ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def everything(acme: Company, kim: Membership, connection: Installation, root: User) -> None:
    """Write a row of each model, with secrets where there are any."""
    application = ApplicationFactory(job=JobFactory(company=acme))
    HiringTeamMemberFactory(job=application.job, membership=kim)
    JobFieldValueFactory(job=application.job)
    CandidateFieldValueFactory(candidate=CandidateFactory(company=acme))
    InvitationFactory(company=acme, token_digest="d1" * 32)
    NewsfeedEntryFactory(application=application)
    services.enable_feature(company=acme, feature="anything", by=root)
    WebhookDeliveryFactory(installation=connection, body=b'{"email": "ada@candidate.example", "id": 1}')
    Authenticator.objects.create(user=root, type="totp", data={"secret": SECRET})
    OutboxMessage.objects.update(payload={"to": "lee@acme.example", "text": SECRET})
    ApiTokenFactory(membership=kim, digest="d2" * 32)
    ConnectionFactory(membership=kim)
    hook = SubscriptionFactory(membership=kim, url=f"https://hooks.example/{SECRET}", secret=f"whsec_{SECRET}")
    DeliveryFactory(subscription=hook)
    SharedFileFactory(attachment=AttachmentFactory(application=application), token_digest="d3" * 32)
    CareersSiteFactory(company=acme)
    PostingFactory(job=application.job)
    QuestionFactory(company=acme, posting=None, question_set=QuestionSetFactory(company=acme))
    BoardKeyFactory(company=acme)
    RunFactory(member=kim)
    Group.objects.create(name="Support")
    schedules.sync()
    heartbeat.touch()


def pages() -> list[tuple[type[models.Model], str]]:
    """Return every list, row and form of the admin; rows of a vendor's own are its tests' business."""
    shown = sorted(admin.site._registry, key=lambda model: model._meta.label)
    every = [(model, view) for model in shown for view in ("changelist", "change", "add")]
    vendors = tuple(settings.INTEGRATION_APPS)
    return [(model, view) for model, view in every if view != "change" or not model.__module__.startswith(vendors)]


def test_every_page_opens_obeys_the_csp_and_shows_no_secret(
    staff: Client, everything: None, connection: Installation, root: User
) -> None:
    for model, view in pages():
        with case(model._meta.label, view):
            arguments = []
            if view == "change":
                row = model._default_manager.first()
                assert row is not None
                arguments = [row.pk]

            response = staff.get(url(model, view, *arguments))

            if view == "add" and response.status_code == 403:
                continue
            assert response.status_code == 200
            html = response.content.decode()
            assert not re.findall(r"<[^>]+\sstyle=", html)
            assert not re.findall(r"<[^>]+\son[a-z]+=", html)
            assert not re.findall(r"<style", html)
            assert not [
                tag for tag in re.findall(r"<script[^>]*>", html) if "src=" not in tag and "application/json" not in tag
            ]
            digests = Credential.objects.get().secret_digest or SECRET
            for secret in (
                SECRET,
                "3a9c",
                connection.webhook_token,
                connection.webhook_token_digest,
                digests,
                "d1" * 32,
                "d2" * 32,
                "d3" * 32,
            ):
                assert secret not in html
            assert "ada@candidate.example" not in html
            assert root.password not in html


def test_no_admin_offers_a_field_that_holds_a_secret(staff: Client, root: User, rf: Any) -> None:
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        with case(model._meta.label):
            request = rf.get("/admin/")
            request.user = root

            offered = {
                name
                for fieldset in admin.site._registry[model].get_fieldsets(request, model())
                for name in fieldset[1]["fields"]
                if isinstance(name, str)
            }

            hidden = {field.name for field in model._meta.fields if isinstance(field, EncryptedTextField)}
            hidden |= {
                field.name
                for field in model._meta.fields
                if re.search(r"secret|token|digest|password|share_url", field.name)
            }
            assert not offered & hidden


LEDGERS = [OutboxMessage, WebhookDelivery, Installation, Company, User, Membership]


def test_ledgers_cannot_be_deleted(staff: Client, everything: None) -> None:
    for model in LEDGERS:
        with undone(model._meta.label):
            row = model._default_manager.order_by("pk").first()
            assert row is not None

            response = staff.post(url(model, "delete", row.pk), {"post": "yes"})

            assert response.status_code == 403
            assert model._default_manager.filter(pk=row.pk).exists()


def test_ledgers_cannot_be_deleted_from_the_list(staff: Client, everything: None) -> None:
    for model in LEDGERS:
        with undone(model._meta.label):
            rows = [str(pk) for pk in model._default_manager.values_list("pk", flat=True)]

            staff.post(url(model), {"action": "delete_selected", "_selected_action": rows, "post": "yes"})

            assert model._default_manager.filter(pk__in=rows).count() == len(rows)


def test_a_list_asks_as_much_for_many_rows_as_for_few(
    staff: Client, everything: None, acme: Company, connection: Installation
) -> None:
    def count() -> dict[str, int]:
        counts = {}
        for model in admin.site._registry:
            with CaptureQueriesContext(database) as captured:
                staff.get(url(model))
            counts[model._meta.label] = len(captured)
        return counts

    count()
    few = count()
    for _ in range(12):
        member = MembershipFactory(company=acme)
        application = ApplicationFactory(job=JobFactory(company=acme))
        NewsfeedEntryFactory(application=application, actor=member)
        InvitationFactory(company=acme, invited_by=member)
        WebhookDeliveryFactory(installation=connection)
        OutboxMessageFactory(company=acme)
        DeliveryFactory(subscription=SubscriptionFactory(membership=member))

    assert count() == few
