"""Profile, switching companies, and the pages of Company Settings: who opens them, what they say, what they change."""

import re
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from recruiting import events, extensions
from recruiting.companies.models import Company, Membership
from recruiting.companies.services import change_details
from recruiting.extensions import Badge, Extension, SettingsPage
from recruiting.foundation.permissions import CompanyRole
from recruiting.web.access import NO_COMPANY
from tests.cases import case, undone
from tests.companies.conftest import SignIn
from tests.factories import CompanyFactory, MembershipFactory, UserFactory

SETTINGS_PAGES = ["settings", "general", "users", "invite", "integrations"]
EVERYBODYS_PAGES = ["profile", "switch"]


def test_only_administrators_find_company_settings(acme: Company, sign_in: SignIn) -> None:
    for name in SETTINGS_PAGES:
        for role, status in [
            (CompanyRole.ADMINISTRATOR, 200),
            (CompanyRole.STAFFING, 404),
            (CompanyRole.STANDARD, 404),
        ]:
            with undone(name, role, status):
                member = MembershipFactory(company=acme, role=role)

                assert sign_in(member).get(reverse(f"companies:{name}")).status_code == status


def test_everybody_has_a_profile(acme: Company, sign_in: SignIn) -> None:
    for name in EVERYBODYS_PAGES:
        for role in list(CompanyRole):
            with undone(name, role):
                member = MembershipFactory(company=acme, role=role)

                assert sign_in(member).get(reverse(f"companies:{name}")).status_code == 200


@pytest.mark.django_db
def test_signed_out_people_go_to_sign_in_and_come_back(client: Client) -> None:
    for name in [*SETTINGS_PAGES, *EVERYBODYS_PAGES]:
        with case(name):
            address = reverse(f"companies:{name}")

            response = client.get(address)

            assert response.status_code == 302
            assert response.headers["Location"] == f"/accounts/login/?next={address}"


def test_no_page_is_kept_by_the_browser(dana: Membership, sign_in: SignIn) -> None:
    for name in [*SETTINGS_PAGES, *EVERYBODYS_PAGES]:
        with case(name):
            response = sign_in(dana).get(reverse(f"companies:{name}"))

            assert "no-store" in response.headers["Cache-Control"]


def test_a_person_without_a_company_is_signed_out_and_told_so(db: None, client: Client) -> None:
    client.force_login(UserFactory())

    response = client.get(reverse("companies:profile"), follow=True)

    assert response.redirect_chain == [("/accounts/login/", 302)]
    assert NO_COMPANY in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_platform_staff_without_a_company_land_in_the_admin(db: None, client: Client) -> None:
    client.force_login(UserFactory(is_staff=True))

    response = client.get(reverse("companies:profile"))

    assert (response.status_code, response.headers["Location"]) == (302, "/admin/")
    assert "_auth_user_id" in client.session


# ── Profile ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_profile_saves_name_and_time_zone(kim: Membership, sign_in: SignIn) -> None:
    response = sign_in(kim).post(
        reverse("companies:profile"), {"first_name": "Kimi", "last_name": "Ito", "time_zone": "Asia/Tokyo"}
    )

    assert (response.status_code, response.headers["Location"]) == (303, "/profile/")
    kim.user.refresh_from_db()
    assert (kim.user.first_name, kim.user.last_name, kim.user.time_zone) == ("Kimi", "Ito", "Asia/Tokyo")


def test_the_profile_refuses_an_unknown_zone_and_keeps_what_was_typed(kim: Membership, sign_in: SignIn) -> None:
    response = sign_in(kim).post(
        reverse("companies:profile"), {"first_name": "Kimi", "last_name": "", "time_zone": "Mars/Olympus"}
    )

    assert response.status_code == 422
    assert 'value="Kimi"' in response.content.decode()
    kim.user.refresh_from_db()
    assert (kim.user.first_name, kim.user.time_zone) == ("Kim", "")


def test_the_profile_leads_to_password_and_second_factor(kim: Membership, sign_in: SignIn) -> None:
    page = sign_in(kim).get(reverse("companies:profile")).content.decode()

    assert reverse("account_change_password") in page
    assert reverse("mfa_index") in page


def test_display_choices_are_kept_in_the_browser(kim: Membership, sign_in: SignIn) -> None:
    client = sign_in(kim)

    response = client.post(reverse("companies:display"), {"density": "compact"})

    assert response.status_code == 303
    assert (client.cookies["density"].value, client.cookies["keys"].value) == ("compact", "off")
    assert 'data-density="compact" data-keys="off"' in client.get(reverse("companies:profile")).content.decode()


def test_a_wrong_display_choice_changes_nothing(kim: Membership, sign_in: SignIn) -> None:
    client = sign_in(kim)

    client.post(reverse("companies:display"), {"density": "tiny", "keys": "on"})

    assert "density" not in client.cookies


# ── Switching companies ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_person_of_two_companies_switches(kim: Membership, sign_in: SignIn) -> None:
    elsewhere = MembershipFactory(company=CompanyFactory(name="Globex"), user=kim.user, role=CompanyRole.ADMINISTRATOR)
    client = sign_in(kim)
    assert client.get(reverse("companies:general")).status_code == 404

    response = client.post(reverse("companies:switch"), {"membership": str(elsewhere.pk)})

    assert (response.status_code, response.headers["Location"]) == (303, "/")
    assert 'value="Globex"' in client.get(reverse("companies:general")).content.decode()


def test_switching_is_offered_only_to_people_of_several_companies(kim: Membership, sign_in: SignIn) -> None:
    client = sign_in(kim)
    assert "Switch company" not in client.get(reverse("companies:profile")).content.decode()

    MembershipFactory(company=CompanyFactory(), user=kim.user)

    assert "Switch company" in client.get(reverse("companies:profile")).content.decode()


@pytest.mark.parametrize("chosen", ["stranger", "garbage", "deactivated"])
def test_nobody_switches_to_what_is_not_theirs(
    kim: Membership, stranger: Membership, sign_in: SignIn, chosen: str
) -> None:
    deactivated = MembershipFactory(company=CompanyFactory(), user=kim.user, is_active=False)
    client = sign_in(kim)
    wanted = {"stranger": stranger.pk, "deactivated": deactivated.pk}.get(chosen, "no-id-at-all")

    response = client.post(reverse("companies:switch"), {"membership": str(wanted)})

    assert response.status_code == 404
    assert client.session["membership_id"] == str(kim.pk)


# ── General ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_name_is_saved_at_once(dana: Membership, sign_in: SignIn) -> None:
    response = sign_in(dana).post(reverse("companies:general"), {"name": "Acme Inc.", "time_zone": "America/New_York"})

    assert (response.status_code, response.headers["Location"]) == (303, "/settings/general/")
    dana.company.refresh_from_db()
    assert dana.company.name == "Acme Inc."


def test_a_new_time_zone_is_asked_about_first(dana: Membership, sign_in: SignIn) -> None:
    response = sign_in(dana).post(reverse("companies:general"), {"name": "Acme Two", "time_zone": "Europe/Berlin"})

    page = response.content.decode()
    assert response.status_code == 200
    assert '<input type="hidden" name="name" value="Acme Two">' in page
    assert "days begin at midnight in Berlin from now on." in page
    assert "Change time zone" in page
    assert "Keep New York" in page
    dana.company.refresh_from_db()
    assert dana.company.time_zone == "America/New_York"


@pytest.mark.parametrize(("decision", "zone"), [("change", "Europe/Berlin"), ("keep", "America/New_York")])
def test_the_answer_decides_about_the_zone_and_the_name_is_kept(
    dana: Membership, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch, decision: str, zone: str
) -> None:
    published: list[events.Event] = []
    monkeypatch.setattr(events, "publish", lambda event: published.append(event) or [])

    response = sign_in(dana).post(
        reverse("companies:general"), {"name": "Acme Two", "time_zone": "Europe/Berlin", "decision": decision}
    )

    assert response.status_code == 303
    dana.company.refresh_from_db()
    assert (dana.company.name, dana.company.time_zone) == ("Acme Two", zone)
    assert [event.after for event in published if isinstance(event, events.CompanyTimeZoneChanged)] == (
        [ZoneInfo("Europe/Berlin")] if decision == "change" else []
    )


def test_general_refuses_an_empty_name(dana: Membership, sign_in: SignIn) -> None:
    response = sign_in(dana).post(reverse("companies:general"), {"name": "  ", "time_zone": "America/New_York"})

    assert response.status_code == 422
    assert "Enter the company&#x27;s name." in response.content.decode()
    dana.company.refresh_from_db()
    assert dana.company.name == "Acme"


def seen_on(page: str) -> dict[str, str]:
    """Return what a page says that its reader saw."""
    (found,) = re.findall(r'<input type="hidden" name="seen" value="([^"]*)"', page)
    return {"seen": unescape(found)}


def test_general_overwrites_nobody_who_was_faster(dana: Membership, acme: Company, sign_in: SignIn) -> None:
    client = sign_in(dana)
    seen = seen_on(client.get(reverse("companies:general")).content.decode())
    other = MembershipFactory(company=acme, role=CompanyRole.ADMINISTRATOR)
    change_details(company=acme, name="Acme Group", time_zone="Europe/Paris", by=other)

    mine = {"name": "Acme Inc.", "time_zone": "Europe/Berlin"}
    refused = client.post(reverse("companies:general"), {**mine, **seen})

    page = refused.content.decode()
    assert refused.status_code == 409
    words = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "Name Theirs: Acme Group Yours: Acme Inc. Time zone Theirs: " in words
    assert 'value="Acme Inc."' in page and '<option value="Europe/Berlin" selected>' in page
    acme.refresh_from_db()
    assert (acme.name, acme.time_zone) == ("Acme Group", "Europe/Paris")

    # Having seen theirs, one may put one's own in its place; the new zone is asked about as always.
    asked = client.post(reverse("companies:general"), {**mine, **seen_on(page)}).content.decode()
    assert "Keep Paris" in asked
    saved = client.post(reverse("companies:general"), {**mine, **seen_on(asked), "decision": "change"})

    acme.refresh_from_db()
    assert (saved.status_code, acme.name, acme.time_zone) == (303, "Acme Inc.", "Europe/Berlin")


def test_the_question_about_the_zone_overwrites_nobody_either(dana: Membership, acme: Company, sign_in: SignIn) -> None:
    client = sign_in(dana)
    mine = {"name": "Acme", "time_zone": "Europe/Berlin"}
    seen = seen_on(client.get(reverse("companies:general")).content.decode())
    asked = client.post(reverse("companies:general"), {**mine, **seen}).content.decode()
    change_details(company=acme, name="Acme Group", time_zone="Europe/Paris", by=dana)

    refused = client.post(reverse("companies:general"), {**mine, **seen_on(asked), "decision": "change"})

    acme.refresh_from_db()
    assert (refused.status_code, acme.name, acme.time_zone) == (409, "Acme Group", "Europe/Paris")


def test_a_new_zone_leaves_the_name_that_somebody_else_gave(dana: Membership, acme: Company, sign_in: SignIn) -> None:
    client = sign_in(dana)
    seen = seen_on(client.get(reverse("companies:general")).content.decode())
    change_details(company=acme, name="Acme Group", time_zone=acme.time_zone, by=dana)

    mine = {"name": "Acme", "time_zone": "Europe/Berlin", "decision": "change"}
    saved = client.post(reverse("companies:general"), {**mine, **seen})

    acme.refresh_from_db()
    assert (saved.status_code, acme.name, acme.time_zone) == (303, "Acme Group", "Europe/Berlin")


@pytest.mark.parametrize("role", [CompanyRole.STAFFING, CompanyRole.STANDARD])
def test_others_cannot_post_to_general(acme: Company, sign_in: SignIn, role: CompanyRole) -> None:
    member = MembershipFactory(company=acme, role=role)

    response = sign_in(member).post(reverse("companies:general"), {"name": "Mine", "time_zone": "Europe/Berlin"})

    assert response.status_code == 404
    acme.refresh_from_db()
    assert (acme.name, acme.time_zone) == ("Acme", "America/New_York")


# ── Integrations ─────────────────────────────────────────────────────────────────────────────────────────────────────
class Planted(Extension):
    """An extension with one settings page, in the state a test gives it."""

    def __init__(self, *, slug: str, state: tuple[Badge, str] | None, enabled: bool = True) -> None:
        def answer(company: Company) -> tuple[Badge, str]:
            if state is None:
                raise RuntimeError("planted fault")
            return state

        self.slug = slug
        self.name = slug.title()
        self.enabled = enabled
        self.settings_pages = [
            SettingsPage(
                slug=slug, label=self.name, url_name="companies:general", sentence=f"About {slug}.", state=answer
            )
        ]

    def is_enabled_for(self, company: object) -> bool:
        return self.enabled


@pytest.fixture
def plant(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Register extensions for one test, in place of the real ones."""
    monkeypatch.setattr(extensions, "_extensions", {})
    return extensions.register


def test_integrations_that_need_attention_come_first(dana: Membership, sign_in: SignIn, plant) -> None:  # type: ignore[no-untyped-def]
    plant(Planted(slug="apples", state=(Badge("On", "plug-connected", "success"), "Last heard from 3 min ago.")))
    plant(Planted(slug="bananas", state=(Badge("Needs attention", "alert-triangle", "danger"), "Kim's key.")))

    page = sign_in(dana).get(reverse("companies:integrations")).content.decode()

    assert page.index('id="integration-bananas"') < page.index('id="integration-apples"')
    assert "Last heard from 3 min ago." in page
    assert 'aria-label="Open Apples"' in page


def test_an_integration_on_request_has_no_way_in(dana: Membership, sign_in: SignIn, plant) -> None:  # type: ignore[no-untyped-def]
    sentence = "Reach out to the Recruiting Support Team to have it enabled."
    plant(Planted(slug="apples", state=(Badge("Available on request", "lock", "neutral"), sentence), enabled=False))

    page = sign_in(dana).get(reverse("companies:integrations")).content.decode()

    assert sentence in page
    assert 'aria-label="Open Apples"' not in page


def test_a_broken_integration_costs_its_own_card_only(dana: Membership, sign_in: SignIn, plant) -> None:  # type: ignore[no-untyped-def]
    plant(Planted(slug="apples", state=None))
    plant(Planted(slug="bananas", state=(Badge("On", "plug-connected", "success"), "All is well.")))

    response = sign_in(dana).get(reverse("companies:integrations"))

    assert response.status_code == 200
    assert "The state of Apples could not be read." in response.content.decode()
    assert "All is well." in response.content.decode()
