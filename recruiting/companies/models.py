"""Companies and the people in them: users, memberships, invitations and the features a company has.

A user signs in; a membership is who that person is in one company. Everything a person does is done by a membership.
"""

from datetime import date
from typing import Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from recruiting import events
from recruiting.foundation import clock, permissions, text
from recruiting.foundation.compiled import compiled
from recruiting.foundation.keys import KeyedModel, KeyedQuerySet, KeyField
from recruiting.foundation.models import BaseModel, ChoiceField, CompanyModel, CompanyQuerySet
from recruiting.foundation.permissions import Action, CompanyRole
from recruiting.outbox.models import OutboxMessage


def validate_time_zone(name: str) -> None:
    """Raise ValidationError unless `name` is an IANA time zone that this machine knows."""
    if name not in clock.zone_names():
        raise ValidationError(f"{name} is not a time zone. Choose one like America/New_York.")


class Company(BaseModel):
    """A tenant. Its time zone decides when its days begin."""

    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="America/New_York", validators=[validate_time_zone])

    class Meta:
        verbose_name_plural = "companies"
        constraints = [models.CheckConstraint(name="company_name_not_empty", condition=~Q(name=""))]

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The company's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def enabled_features(self) -> frozenset[str]:
        """What platform staff switched on for it (slugs), read once per object: a page asks many times."""
        return frozenset(_features_of(self.pk))

    def today(self) -> date:
        """Return today's date as the company's calendar has it."""
        return clock.today(self.zone)


@compiled
def _features_of(company_id: UUID) -> QuerySet["CompanyFeature", str]:
    return CompanyFeature.objects.filter(company=company_id).values_list("feature", flat=True)


class UserManager(BaseUserManager["User"]):
    """Makes and finds users by email address."""

    def get_queryset(self) -> "KeyedQuerySet[User]":
        """Return users whose keys follow their addresses."""
        return KeyedQuerySet(self.model, using=self._db)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user; the address is stored in small letters."""
        user = self.model(email=text.email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a member of the platform staff with every right in the Django admin.

        Raises:
            ValidationError: for what is no address, which `manage.py createsuperuser --noinput` does not check itself.
        """
        validate_email(text.email(email))
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this address, however it is written."""
        return self.get(email_key=username)

    def with_email(self, email: str) -> "models.QuerySet[User]":
        """Return whose address this is, however it is written: one account, first, before later ones that share it."""
        if not text.email_key(email):
            return self.none()
        typed = {email, email.strip().lower(), text.email(email)}
        return self.filter(Q(email_key=email) | Q(email_key="", email__in=typed)).order_by("-email_key", "pk")


class User(KeyedModel, AbstractBaseUser, PermissionsMixin):
    """A person who signs in, with an email address and no user name."""

    id = BaseModel._meta.get_field("id").clone()
    email = models.EmailField(max_length=254)
    # Empty: an earlier account has the address, too, from before addresses were compared like this.
    email_key = KeyField(sources=["email"], key=text.email_key)
    first_name = models.CharField(max_length=80, blank=True)
    last_name = models.CharField(max_length=80, blank=True)
    time_zone = models.CharField(
        max_length=64, blank=True, default="", validators=[validate_time_zone], help_text="Empty: the company's."
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False, help_text="Platform staff: may open the Django admin.")
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"],
                condition=~Q(email_key=""),
                name="user_email_unique",
                violation_error_message="This address has an account.",
            )
        ]
        indexes = [models.Index(name="user_waiting_address", fields=["email"], condition=Q(email_key=""))]

    def __str__(self) -> str:
        return self.get_full_name()

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a new password of an account that exists is told, whoever set it, and undone when that fails."""
        # A hash that is only brought up to date at sign-in comes without the raw password.
        has_new_password = self._password is not None and not self._state.adding  # type: ignore[attr-defined]
        with transaction.atomic():
            super().save(*args, **kwargs)
            if has_new_password and (failed := events.publish(events.PasswordChanged(user_id=self.pk))):
                raise RuntimeError(f"The password was not changed: {', '.join(failed)} failed.")

    def get_full_name(self) -> str:
        """Return the name, or the address of someone who gave none."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    def get_short_name(self) -> str:
        """Return the first name, or the address."""
        return self.first_name or self.email


class MembershipQuerySet(CompanyQuerySet["Membership"]):
    """Questions about who belongs to a company."""

    def active(self) -> "MembershipQuerySet":
        """Return memberships that may sign in: people's."""
        return self.filter(is_active=True, user__is_active=True)

    def acting(self) -> "MembershipQuerySet":
        """Return memberships that may do something: those that may sign in, and service accounts."""
        return self.filter(Q(user__isnull=True) | Q(user__is_active=True), is_active=True)

    def people(self) -> "MembershipQuerySet":
        """Return people's memberships."""
        return self.filter(user__isnull=False)

    def service_accounts(self) -> "MembershipQuerySet":
        """Return the memberships that nobody signs in with."""
        return self.filter(user__isnull=True)


class Membership(CompanyModel):
    """Who a user is in one company; the actor of everything done there.

    A service account is a membership without a user: programs act as it, nobody signs in with it.
    """

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="memberships")
    service_name = models.CharField(max_length=80, blank=True, default="", help_text="Of a service account.")
    role = ChoiceField(CompanyRole, max_length=16, default=CompanyRole.STANDARD)
    is_active = models.BooleanField(default=True)

    objects: ClassVar = MembershipQuerySet.as_manager()
    decides = ("role",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "user"], name="membership_once_per_company"),
            models.CheckConstraint(
                name="membership_person_or_service",
                condition=Q(user__isnull=False, service_name="") | Q(user__isnull=True) & ~Q(service_name=""),
            ),
            models.UniqueConstraint(
                fields=["company", "service_name"],
                condition=~Q(service_name=""),
                name="membership_service_name_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The person's, or the service account's, name as the pages show it."""
        return self.user.get_full_name() if self.user else self.service_name

    @property
    def short_name(self) -> str:
        """The person's first name, or the service account's name."""
        return self.user.get_short_name() if self.user else self.service_name

    @property
    def email(self) -> str:
        """The person's address; a service account has none."""
        return self.user.email if self.user else ""

    @property
    def is_person(self) -> bool:
        """Whether somebody signs in with it: else it is a service account."""
        return self.user_id is not None

    @property
    def can_sign_in(self) -> bool:
        """Whether it is among those of `active`."""
        return self.is_active and self.user is not None and self.user.is_active

    @property
    def can_act(self) -> bool:
        """Whether it is among those of `acting`."""
        return self.is_active and (self.user is None or self.user.is_active)

    @property
    def is_administrator(self) -> bool:
        """Whether this member may open Company Settings."""
        return self.role == CompanyRole.ADMINISTRATOR

    @property
    def sees_all_jobs(self) -> bool:
        """Whether visibility does not depend on hiring teams."""
        return self.role in (CompanyRole.ADMINISTRATOR, CompanyRole.STAFFING)

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this reader's times are shown."""
        return ZoneInfo((self.user.time_zone if self.user else "") or self.company.time_zone)

    def works_at(self, company_id: UUID) -> bool:
        """Return whether this is an active person of a company, who may be chosen as one."""
        return self.company_id == company_id and self.is_active and self.is_person

    def can(self, action: Action) -> bool:
        """Return whether the company role alone allows `action`; job roles are `jobs.access`'s business."""
        return permissions.allows(action, company_role=self.role)


def member_or_none() -> "models.ForeignKey[Membership | None, Membership | None]":
    """Return a column for who did something: empty for what no member did, and once the member is deleted."""
    return models.ForeignKey(Membership, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")


class CompanyFeature(CompanyModel):
    """Something that platform staff switched on for a company (an extension's slug)."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="features")
    feature = models.CharField(max_length=60)
    enabled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "feature"], name="companyfeature_once_per_company"),
            models.CheckConstraint(name="companyfeature_named", condition=~Q(feature="")),
        ]

    def __str__(self) -> str:
        return f"{self.feature} for {self.company}"


class Invitation(CompanyModel):
    """A one-time link into a company. Only the digest of its token is kept."""

    company = models.ForeignKey(Company, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField(max_length=254)
    email_key = KeyField(sources=["email"], key=text.email_key)
    role = ChoiceField(CompanyRole, max_length=16, default=CompanyRole.STANDARD)
    token_digest = models.CharField(max_length=64)
    invited_by = member_or_none()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    mail = models.ForeignKey("base.OutboxMessage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="invitation_token_unique"),
            models.UniqueConstraint(
                fields=["company", "email_key"],
                condition=Q(accepted_at__isnull=True) & ~Q(email_key=""),
                name="invitation_one_open_per_email",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} to {self.company}"

    @property
    def undelivered(self) -> str:
        """Why the mail with the link was not delivered, as a sentence; "" when it was, or still may be."""
        return self.mail.error if self.mail and self.mail.state == OutboxMessage.State.DEAD else ""


class EmailChange(BaseModel):
    """An address that somebody wants to sign in with, until its link is opened. Only the token's digest is kept."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="email_change")
    email = models.EmailField(max_length=254)
    token_digest = models.CharField(max_length=64)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token_digest"], name="emailchange_token_unique")]

    def __str__(self) -> str:
        return f"{self.user} to {self.email}"
