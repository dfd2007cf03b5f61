"""What platform staff who are no superusers cannot do in the Django admin: become one, or read what no page shows."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.test import Client
from django.urls import reverse

from recruiting.api.models import ApiToken
from recruiting.companies.models import Membership, User
from recruiting.foundation import adminsite
from tests.cases import case
from tests.factories import ApiTokenFactory, OutboxMessageFactory, UserFactory

MATCHES = ("", "exact", "contains", "icontains", "startswith", "istartswith", "regex", "gt", "lte", "in", "isnull")
TELLING = ("contains", "startswith", "endswith", "regex", "search", "range", "in")


@pytest.fixture
def root(db: None) -> User:
    """Return a superuser."""
    return User.objects.create_superuser("root@platform.example", "correct-horse-battery", first_name="Robin")


@pytest.fixture
def clerk(db: None) -> User:
    """Return platform staff who may look at everything, change accounts, and take second factors away."""
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.add(
        *Permission.objects.filter(codename__startswith="view_"),
        *Permission.objects.filter(codename__in=["change_user", "change_group", "add_group", "delete_authenticator"]),
    )
    return clerk


@pytest.fixture
def window(clerk: User) -> Client:
    """Return the clerk's browser."""
    client = Client(raise_request_exception=False)
    client.force_login(clerk)
    return client


# ── Accounts of platform staff ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("whose", ["superuser", "colleague", "own"])
def test_an_account_of_platform_staff_is_read_only(window: Client, root: User, clerk: User, whose: str) -> None:
    user = {"superuser": root, "colleague": UserFactory(is_staff=True), "own": clerk}[whose]
    address = reverse("admin:companies_user_change", args=[user.pk])

    shown = window.get(address)
    refused = window.post(address, {"first_name": "Taken", "is_active": ""})

    assert shown.status_code == 200
    assert 'name="first_name"' not in shown.content.decode()
    assert refused.status_code == 403
    user.refresh_from_db()
    assert (user.is_active, user.first_name != "Taken") == (True, True)


def test_the_account_of_a_companys_member_is_changed(window: Client, kim: Membership) -> None:
    ApiTokenFactory(membership=kim)
    address = reverse("admin:companies_user_change", args=[kim.user_id])
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}

    response = window.post(address, {"first_name": "Kimberly", "last_name": "Ito", **inline})

    assert response.status_code == 302
    kim.user.refresh_from_db()
    assert (kim.user.first_name, kim.user.is_active) == ("Kimberly", False)
    assert ApiToken.objects.get().revoked_at is not None


@pytest.mark.parametrize("superuser", [True, False])
def test_no_address_of_the_admin_sets_a_password(window: Client, root: User, kim: Membership, superuser: bool) -> None:
    if superuser:
        window.force_login(root)
    password = {"password1": "another-horse-battery", "password2": "another-horse-battery", "usable_password": "true"}

    answers = [
        window.post(address, {**password, "old_password": "correct-horse-battery"}).status_code
        for address in (
            f"/admin/companies/user/{root.pk}/password/",
            f"/admin/companies/user/{kim.user_id}/password/",
            "/admin/password_change/",
        )
    ]

    # Django's page of a model leads old addresses of a row to its list.
    assert set(answers) <= {302, 404}
    assert User.objects.get(pk=root.pk).check_password("correct-horse-battery")
    assert not User.objects.get(pk=kim.user_id).check_password("another-horse-battery")
    named = {pattern.name for pattern in admin.site.get_urls() if hasattr(pattern, "name")}
    named |= {pattern.name for model_admin in admin.site._registry.values() for pattern in model_admin.get_urls()}
    assert [name for name in named if "password" in (name or "")] == []


def test_the_head_of_the_admin_leads_to_everybodys_page_for_the_password(window: Client) -> None:
    page = window.get("/admin/").content.decode()

    assert '<a href="/accounts/password/change/">Change password</a>' in page


def test_a_second_factor_of_a_superuser_stays(window: Client, root: User, kim: Membership) -> None:
    strong = Authenticator.objects.create(user=root, type=Authenticator.Type.TOTP, data={})
    lost = Authenticator.objects.create(user=kim.user, type=Authenticator.Type.TOTP, data={})

    answers = [
        window.post(reverse("admin:mfa_authenticator_delete", args=[each.pk]), {"post": "yes"}).status_code
        for each in (strong, lost)
    ]
    window.post(
        reverse("admin:mfa_authenticator_changelist"),
        {"action": "delete_selected", "_selected_action": [str(strong.pk)], "post": "yes"},
    )

    assert answers == [403, 302]
    assert list(Authenticator.objects.all()) == [strong]


def test_nobody_widens_what_their_own_group_may(window: Client, clerk: User) -> None:
    group = Group.objects.create(name="Clerks")
    clerk.groups.add(group)
    everything = [permission.pk for permission in Permission.objects.all()]

    changed = window.post(
        reverse("admin:auth_group_change", args=[group.pk]), {"name": "Clerks", "permissions": everything}
    )
    added = window.post(reverse("admin:auth_group_add"), {"name": "Kings", "permissions": everything})

    assert (changed.status_code, added.status_code) == (403, 403)
    assert (group.permissions.count(), Group.objects.count()) == (0, 1)


# ── Look-ups ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_mail_is_not_read_letter_by_letter(window: Client) -> None:
    OutboxMessageFactory(topic="mail.send", payload={"text": "https://x.example/secret"})
    address = reverse("admin:base_outboxmessage_changelist")

    for query in (
        "payload__text__icontains=secret",
        "payload__text__startswith=h",
        "company__invitations__token_digest__gt=a",
    ):
        assert window.get(f"{address}?{query}").status_code == 400
    assert window.get(f"{address}?state__exact=waiting&attempts__exact=0").status_code == 200


def test_every_admin_has_the_base_that_refuses_foreign_lookups() -> None:
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, adminsite.ModelAdmin), model
        assert type(model_admin).lookup_allowed is adminsite.ModelAdmin.lookup_allowed, model
        telling = [each for each in model_admin.lookups if each.rsplit("__", 1)[-1] in TELLING]
        assert telling == [], model


def test_a_list_is_filtered_by_what_it_shows_alone() -> None:
    for model in list(admin.site._registry):
        with case(model._meta.label):
            model_admin = admin.site._registry[model]
            shown = {_column(each) for each in (*model_admin.list_display, *model_admin.list_filter)}
            shown |= {each.split("__", 1)[0] for each in model_admin.lookups}  # type: ignore[attr-defined]

            for path, column in _paths(model):
                for match in MATCHES:
                    lookup = f"{path}__{match}" if match else path
                    allowed = model_admin.lookup_allowed(lookup, "x", None)  # type: ignore[arg-type]
                    of_a_filter = column.removesuffix("__id") if match == "exact" else column
                    assert not allowed or (of_a_filter in shown and match not in TELLING), lookup


def test_each_list_answers_a_foreign_lookup_with_400(window: Client, root: User) -> None:
    window.force_login(root)

    for model in admin.site._registry:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert window.get(address).status_code == 200, model
        assert window.get(f"{address}?pk__regex=.").status_code == 400, model


def _column(shown: object) -> str:
    name = shown[0] if isinstance(shown, (list, tuple)) else shown
    return name.split("__", 1)[0] if isinstance(name, str) else ""


def _paths(model: type[models.Model]) -> list[tuple[str, str]]:
    """Return the look-up paths to a model's columns and to those one relation away, each with its first part."""
    found = [("pk", "pk")]
    for field in model._meta.get_fields():
        found.append((field.name, field.name))
        related = getattr(field, "related_model", None)
        if isinstance(related, type):
            found += [
                (f"{field.name}__{each.name}", f"{field.name}__{each.name}") for each in related._meta.get_fields()
            ]
    return found
