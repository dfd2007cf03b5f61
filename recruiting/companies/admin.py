"""Companies and their people in the Django admin: platform staff create them and switch features on.

Whatever changes a company or its people goes through `services`, here too, so that what hangs on it follows.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import allauth.account.admin
import allauth.mfa.admin  # noqa: F401  (their own pages are registered first, so that they can be taken away)
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from recruiting import extensions
from recruiting.companies import selectors, services
from recruiting.companies.models import Company, CompanyFeature, Invitation, Membership, User
from recruiting.extensions import Extension
from recruiting.foundation import clock, text
from recruiting.foundation.adminsite import (
    ActionsAdmin,
    AdminAction,
    Denying,
    ModelAdmin,
    ReadOnlyAdmin,
    ReadOnlyInline,
    ReasonForm,
    ServiceAdmin,
    TabularInline,
)
from recruiting.foundation.permissions import CompanyRole
from recruiting.foundation.zones import zone_choices

admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)
admin.site.unregister(Group)


# ── Companies ────────────────────────────────────────────────────────────────────────────────────────────────────────
class CompanyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A company's name and zone, the zone from the list."""

    class Meta:
        model = Company
        fields = ("name", "time_zone")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = zone_choices(current=self.instance.time_zone)
        if self.instance._state.adding:
            choices = [("", "Choose a time zone"), *choices]
        self.fields["time_zone"] = forms.ChoiceField(choices=choices, initial="")


class FeatureInline(ReadOnlyInline):
    """What is switched on, since when, by whom and why."""

    model = CompanyFeature
    fields = ("feature", "created_at", "enabled_by", "reason")
    related = ("enabled_by",)
    verbose_name_plural = "features (switched on and off with the buttons above)"


class MembershipInline(ReadOnlyInline):
    """Who is here. A role or an access is changed on the membership's own page."""

    model = Membership
    fields = ("user", "service_name", "role", "is_active", "created_at")
    related = ("user",)
    show_change_link = True
    verbose_name_plural = "members"


class NewMembershipInline(Denying, TabularInline):
    """Rows to add members with."""

    model = Membership
    fields = ("user", "role")
    raw_id_fields = ("user",)
    extra = 1
    can_delete = False
    denied = ("change",)
    verbose_name_plural = "add members who have an account (invite the others)"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        """Return nobody: those who are here stand above."""
        return super().get_queryset(request).none()


def offered_extensions() -> list[Extension]:
    """Return what can be switched on for a company: extensions with a page in its settings."""
    return [extension for extension in extensions.all_extensions() if extension.settings_pages]


def _enable(extension: Extension, request: HttpRequest, company: Company, answers: Mapping[str, Any]) -> bool:
    assert isinstance(request.user, User)
    services.enable_feature(company=company, feature=extension.slug, by=request.user, reason=answers["reason"])
    return True


def _disable(extension: Extension, request: HttpRequest, company: Company, answers: Mapping[str, Any]) -> bool:
    services.disable_feature(company=company, feature=extension.slug)
    return True


@admin.register(Company)
class CompanyAdmin(ActionsAdmin, ServiceAdmin):
    """Tenants. They are never deleted here: with a company everything of it would go."""

    denied = ("delete",)
    form = CompanyForm
    list_display = ("name", "time_zone", "created_at")
    search_fields = ("name",)
    ordering = ("name",)
    inlines = (FeatureInline, MembershipInline, NewMembershipInline)

    def admin_actions(self) -> Sequence[AdminAction]:
        """Return two actions for each feature there is."""
        return [action for extension in offered_extensions() for action in self._actions_of(extension)]

    def _actions_of(self, extension: Extension) -> list[AdminAction]:
        return [
            AdminAction(
                name=f"enable-{extension.slug}",
                label=f"Enable {extension.name} for this company",
                verb="Enable for",
                sentence=f"Administrators of the company can then set up {extension.name}.",
                run=partial(_enable, extension),
                form=ReasonForm,
                applies_to=lambda company: not selectors.has_feature(company, extension.slug),
            ),
            AdminAction(
                name=f"disable-{extension.slug}",
                label=f"Disable {extension.name} for this company",
                verb="Disable for",
                sentence="No new requests can be sent. Open ones run on, and their results still arrive.",
                run=partial(_disable, extension),
                form=ReasonForm,
                applies_to=lambda company: selectors.has_feature(company, extension.slug),
            ),
        ]

    def get_inlines(self, request: HttpRequest, obj: Company | None) -> Any:
        """Return the inlines; a company that is just being made has only members to add."""
        return self.inlines if obj else (NewMembershipInline,)

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Create or change the company as the product does it."""
        if change:
            services.change_details(company=obj, name=obj.name, time_zone=obj.time_zone, by=None)
            return
        created = services.create_company(name=obj.name, time_zone=obj.time_zone)
        obj.pk, obj._state.adding = created.pk, False

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Add new members as the product does it."""
        added = formset.save(commit=False)
        for membership in added:
            services.add_member(company=form.instance, user=membership.user, role=CompanyRole(membership.role))


# ── People ───────────────────────────────────────────────────────────────────────────────────────────────────────────
class NewUserForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new account; people of companies are better invited."""

    class Meta:
        model = User
        fields = ("email",)
        field_classes: dict[str, type[forms.Field]] = {}

    def clean_email(self) -> str:
        """Return the address in small letters; refuse one that has an account."""
        email: str = text.email(self.cleaned_data["email"])
        if User.objects.with_email(email).exists():
            raise forms.ValidationError("This address has an account.")
        return email


class UserMembershipInline(ReadOnlyInline):
    """Where somebody belongs."""

    model = Membership
    fields = ("company", "role", "is_active")
    related = ("company", "user")
    show_change_link = True


def is_platform(user: User) -> bool:
    """Return whether an account is platform staff's: only superusers touch these, or staff could become superusers."""
    return user.is_staff or user.is_superuser


@admin.register(User)
class UserAdmin(ModelAdmin, DjangoUserAdmin):  # type: ignore[type-arg]
    """Accounts. They are deactivated, never deleted: what people did stays theirs.

    Platform staff are read-only to everybody but superusers, and nobody sets a password here.
    """

    denied = ("delete",)
    add_form = NewUserForm
    list_display = ("email", "first_name", "last_name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("email", "first_name", "last_name")
    ordering = ("email",)
    show_full_result_count = False
    list_per_page = 50
    inlines = (UserMembershipInline,)
    filter_horizontal = ()
    # No password field: not even the beginning of its hash is shown. People reset theirs by mail.
    fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "time_zone")}),
        ("Access", {"fields": ("is_active", "is_staff", "is_superuser", "groups")}),
        ("Times", {"fields": ("last_login", "created_at")}),
    )
    add_fieldsets = (
        (None, {"fields": ("email", "first_name", "last_name", "usable_password", "password1", "password2")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> list[str]:
        """Return what is only shown; who is staff and may do what is a superuser's matter."""
        fixed = ["last_login", "created_at", *(["email"] if obj else [])]
        if not request.user.is_superuser:
            fixed += ["is_staff", "is_superuser", "groups"]
        return fixed

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save the account; losing access is a service, since more hangs on it."""
        if change and "is_active" in form.changed_data and not obj.is_active:
            services.deactivate_account(user=obj)
        super().save_model(request, obj, form, change)

    def get_urls(self) -> list[URLPattern]:
        """Return a model's usual addresses, without Django's one for passwords."""
        return [address for address in super().get_urls() if address.name != "auth_user_password_change"]

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Return whether the account may be changed; one of platform staff by superusers alone."""
        may: bool = super().has_change_permission(request, obj)
        return may and (request.user.is_superuser or obj is None or not is_platform(obj))

    def get_inlines(self, request: HttpRequest, obj: User | None) -> Any:
        """Return the memberships of an account that exists."""
        return self.inlines if obj else ()


@admin.register(Group)
class GroupAdmin(ModelAdmin, DjangoGroupAdmin):
    """What groups of platform staff may do, which is for superusers to say: whoever is in one could widen it."""

    def has_add_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Return whether this is a superuser."""
        return request.user.is_superuser

    has_change_permission = has_delete_permission = has_add_permission


@admin.register(Membership)
class MembershipAdmin(ServiceAdmin):
    """Who somebody is in one company. Members are deactivated, not deleted."""

    denied = ("delete",)
    list_display = ("__str__", "company", "role", "is_active", "created_at")
    list_filter = ("role", "is_active")
    list_select_related = ("user", "company")
    search_fields = ("user__email", "user__first_name", "user__last_name", "service_name", "company__name")
    raw_id_fields = ("user", "company")
    fields = ("company", "user", "service_name", "role", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Membership | None = None) -> tuple[str, ...]:
        """Return what is fixed: who and where once made; a new member is an active person."""
        return ("company", "user", "service_name") if obj else ("service_name", "is_active")

    def save_model(self, request: HttpRequest, obj: Membership, form: Any, change: bool) -> None:
        """Add a member, or change role and access, as the product does it."""
        role = CompanyRole(obj.role)
        if not change:
            added = services.add_member(company=obj.company, user=form.cleaned_data["user"], role=role)
            obj.pk, obj._state.adding = added.pk, False
            return
        if "role" in form.changed_data:
            services.change_role(membership=obj, role=role, by=None)
        if "is_active" in form.changed_data:
            service = services.reactivate if obj.is_active else services.deactivate
            service(membership=obj, by=None)


@admin.register(Invitation)
class InvitationAdmin(ServiceAdmin):
    """One-time links. Adding one sends the mail, deleting an open one revokes it; the link itself is kept nowhere."""

    denied = ("change",)
    list_display = ("email", "company", "role", "state", "invited_by", "created_at")
    list_select_related = ("company", "invited_by__user")
    search_fields = ("email", "company__name")
    raw_id_fields = ("company",)

    def get_fields(self, request: HttpRequest, obj: Invitation | None = None) -> Any:
        """Return what a new one needs, or all that is known about an old one."""
        asked = ("company", "email", "role")
        return (*asked, "state", "invited_by", "created_at", "expires_at", "accepted_at") if obj else asked

    def has_delete_permission(self, request: HttpRequest, obj: Invitation | None = None) -> bool:
        """Return whether it may be revoked: an accepted one tells how somebody came in, and stays."""
        return obj is not None and obj.accepted_at is None and super().has_delete_permission(request, obj)

    def delete_model(self, request: HttpRequest, obj: Invitation) -> None:
        """Revoke."""
        services.revoke_invitation(invitation=obj, by=None)

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        """Invite."""
        invitation, _ = services.invite(company=obj.company, email=obj.email, role=CompanyRole(obj.role), by=None)
        obj.pk, obj._state.adding = invitation.pk, False

    @admin.display(description="state")
    def state(self, invitation: Invitation) -> str:
        """Return in a word whether the link works."""
        if invitation.accepted_at:
            return "Accepted"
        return "Open" if invitation.expires_at > clock.now() else "Too old"


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Second factors: that there is one, never its secret. Deleting it lets somebody in who lost their device."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    search_fields = ("user__email",)
    fields = ("user", "type", "created_at", "last_used_at")

    def has_delete_permission(self, request: HttpRequest, obj: Authenticator | None = None) -> bool:
        """Return whether staff may take a second factor away; platform staff's only superusers."""
        may: bool = request.user.has_perm("mfa.delete_authenticator")
        return may and (request.user.is_superuser or obj is None or not is_platform(obj.user))
