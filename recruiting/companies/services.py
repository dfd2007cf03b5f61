"""Everything that changes a company or its people, one function and one transaction each."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from recruiting import events
from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, CompanyFeature, Invitation, Membership, User, validate_time_zone
from recruiting.foundation import clock, edits, limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotAllowed, NotFound
from recruiting.foundation.permissions import CompanyRole
from recruiting.foundation.tokens import digest
from recruiting.outbox import mail


def create_company(*, name: str, time_zone: str) -> Company:
    """Create a company. What a new company needs besides (a hiring process, sources) its apps add on `CompanyCreated`.

    Raises:
        InvalidInput: for an empty name or an unknown time zone.
    """
    company = Company(name=text.one_line(name), time_zone=time_zone)
    _require_details(company)
    with transaction.atomic():
        company.save()
        if failed := events.publish(events.CompanyCreated(company_id=company.id)):
            raise RuntimeError(f"A new company lacks what it needs, so it was not made: {', '.join(failed)} failed.")
    return company


@dataclass(frozen=True)
class CompanyDetails:
    """What Administrators decide about their company."""

    name: str
    time_zone: str


def details_of(company: Company) -> CompanyDetails:
    """Return what `change_details` would change."""
    return CompanyDetails(name=company.name, time_zone=company.time_zone)


def change_details(
    *, company: Company, name: str, time_zone: str, by: Membership | None, base: CompanyDetails | None = None
) -> Company:
    """Change a company's name and time zone; a new zone moves open deadlines in the same transaction.

    Here and below `by` is the Administrator, or None for platform staff in the Django admin.

    Args:
        company: which company.
        name: the new name.
        time_zone: the new zone.
        by: who changes it.
        base: what the actor saw when they began; what they left as it was stays as it is now.

    Raises:
        NotAllowed: when the actor may not manage the company.
        InvalidInput: for an empty name or an unknown time zone.
        EditConflict: when somebody else changed the same meanwhile.
    """
    _require_manager(by, company)
    with transaction.atomic():
        # Not the key: rows of the company are added meanwhile, and some of their writers hold what we lock next.
        locked = Company.objects.select_for_update(no_key=True).get(pk=company.pk)
        before = locked.zone
        details = CompanyDetails(text.one_line(name), time_zone)
        changed = edits.merge_changes(vars(details), base=vars(base) if base else None, now=vars(details_of(locked)))
        for field, value in changed.items():
            setattr(locked, field, value)
        _require_details(locked)
        locked.save()
        if locked.zone != before:
            failed = events.publish(
                events.CompanyTimeZoneChanged(company_id=locked.id, before=before, after=locked.zone, at=clock.now())
            )
            if failed:
                raise Conflict(
                    "The open deadlines could not be moved to the new time zone, so it was not changed. Try again."
                )
    return locked


def enable_feature(*, company: Company, feature: str, by: User | None, reason: str = "") -> CompanyFeature:
    """Switch a feature on for a company (platform staff); doing it twice changes nothing."""
    enabled, _ = CompanyFeature.objects.get_or_create(
        company=company, feature=feature, defaults={"enabled_by": by, "reason": text.one_line(reason)}
    )
    _forget_features(company)
    return enabled


def disable_feature(*, company: Company, feature: str) -> None:
    """Switch a feature off for a company (platform staff). What is under way runs on."""
    CompanyFeature.objects.for_company(company).filter(feature=feature).delete()
    _forget_features(company)


def add_member(*, company: Company, user: User, role: CompanyRole) -> Membership:
    """Make a user a member of a company."""
    with translate_integrity_errors(
        {"membership_once_per_company": Conflict(f"{user.email} is already here.", code="already_a_member")}
    ):
        return Membership.objects.create(company=company, user=user, role=role)


def invite(*, company: Company, email: str, role: CompanyRole, by: Membership | None) -> tuple[Invitation, str]:
    """Invite somebody by email; a new invitation to the same address replaces the open one.

    Returns:
        The invitation and its one-time link, which is kept nowhere else.

    Raises:
        NotAllowed: when `by` may not manage the company.
        InvalidInput: for what is no address.
        Conflict: when the address belongs to a member.
    """
    _require_manager(by, company)
    email = text.email(email)
    limits.require_address(Invitation, email)
    present = Membership.objects.for_company(company).filter(user__in=User.objects.with_email(email)).first()
    if present is not None and not present.is_active:
        raise Conflict(f"{email} was deactivated here. Reactivate them instead.", code="already_a_member")
    if present is not None:
        raise Conflict(f"{email} is already here.", code="already_a_member")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        Company.objects.select_for_update().get(pk=company.pk)
        Invitation.objects.for_company(company).filter(email_key=email, accepted_at__isnull=True).delete()
        link = f"{settings.PUBLIC_BASE_URL}/invitations/{token}/"
        inviter = by.name if by else "Throughline"
        message = mail.send(
            to=email,
            subject=f"{inviter} invites you to {company.name} on Throughline",
            text=(
                f"{inviter} invites you to join {company.name} on Throughline as {CompanyRole(role).label}.\n\n"
                f"Open this link to set your password; it works once, for {settings.INVITATION_DAYS} days:\n{link}\n"
            ),
            company=company,
            reply_to=(by.name, by.email) if by and by.is_person else None,
            link_until=clock.machine_now() + timedelta(days=settings.INVITATION_DAYS),
        )
        invitation = Invitation.objects.create(
            company=company,
            email=email,
            role=role,
            token_digest=digest(token),
            invited_by=by,
            mail=message,
            expires_at=clock.now() + timedelta(days=settings.INVITATION_DAYS),
        )
    return invitation, link


def revoke_invitation(*, invitation: Invitation, by: Membership | None) -> None:
    """Take an open invitation back: its link stops working. Raises Conflict when it was accepted meanwhile."""
    _require_manager(by, invitation.company)
    gone, _ = Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).delete()
    if not gone and Invitation.objects.filter(pk=invitation.pk).exists():
        raise Conflict(f"{invitation.email} accepted the invitation meanwhile.", code="invitation_accepted")


def find_invitation(token: str, *, now: datetime | None = None) -> Invitation:
    """Return the open invitation behind a link. Raises NotFound when it was used, replaced or is too old."""
    still_open = Invitation.objects.filter(accepted_at__isnull=True, expires_at__gt=now or clock.now())
    invitation = still_open.filter(token_digest=digest(token)).select_related("company", "invited_by__user").first()
    if invitation is None:
        raise NotFound("This invitation was used or is too old. Ask the person who invited you for a new one.")
    return invitation


def accept_invitation(
    *, token: str, as_user: User | None = None, first_name: str = "", last_name: str = "", password: str = ""
) -> Membership:
    """Use an invitation: make the user where there is none, and the membership.

    Args:
        token: the secret part of the link.
        as_user: who is signed in. A person who has an account keeps their name and password, and the link alone does
            not prove who they are.
        first_name: of a new account.
        last_name: of a new account.
        password: of a new account.

    Raises:
        NotFound: when the link was used, replaced or is too old.
        NotAllowed: when the address has an account and somebody else, or nobody, is signed in.
        InvalidInput: when a new account lacks a password.
    """
    with transaction.atomic():
        invitation = find_invitation(token)
        # Two clicks on one link: the second finds it used.
        locked = Invitation.objects.select_for_update().filter(pk=invitation.pk, accepted_at__isnull=True).first()
        if locked is None:
            raise NotFound("This invitation was used a moment ago. Sign in instead.")
        user = User.objects.with_email(locked.email).first()
        if user is not None and (as_user is None or as_user.pk != user.pk):
            raise NotAllowed(f"Sign in as {locked.email} to accept this invitation.")
        if user is None:
            if not password:
                raise InvalidInput(fields={"password": "Choose a password."})
            taken = Conflict(f"{locked.email} has an account since a moment ago. Sign in to accept this invitation.")
            with translate_integrity_errors({"user_email_unique": taken}):
                user = User.objects.create_user(
                    locked.email,
                    password,
                    first_name=text.person_name(first_name),
                    last_name=text.person_name(last_name),
                )
        membership = add_member(company=locked.company, user=user, role=CompanyRole(locked.role))
        locked.write(accepted_at=clock.now())
    return membership


def change_role(*, membership: Membership, role: CompanyRole, by: Membership | None) -> Membership:
    """Change what a member is in the company. Raises Conflict for the last Administrator."""
    with transaction.atomic():
        locked = _lock_member(membership, by)
        if locked.role == CompanyRole.ADMINISTRATOR and role != CompanyRole.ADMINISTRATOR and locked.is_active:
            _require_another_administrator(locked)
        return locked.write(role=role)


def deactivate(*, membership: Membership, by: Membership | None, successor: Membership | None = None) -> Membership:
    """Take away a member's access: signed out at the next click, keys stop being used.

    Doing it twice changes nothing.

    Args:
        membership: whose access.
        by: the Administrator, or None for platform staff.
        successor: who gets their roles on jobs that are not closed; None leaves these without.

    Raises:
        Conflict: for the last Administrator.
        NotFound: when the successor is no other active member of the company.
    """
    if successor is not None:
        others = Membership.objects.for_company(membership.company).active().exclude(pk=membership.pk)
        if not others.filter(pk=successor.pk).exists():
            raise NotFound("There is no such active member in your company.")
    with transaction.atomic():
        locked = _lock_member(membership, by)
        if not locked.is_active:
            return locked
        if locked.role == CompanyRole.ADMINISTRATOR:
            _require_another_administrator(locked)
        locked.write(is_active=False)
        if successor is not None:
            _hand_over(locked, successor, by)
        # Last: what follows from it stands above the hand-over in the newsfeed.
        events.publish(events.MembershipDeactivated(company_id=locked.company_id, membership_id=locked.id))
    return locked


def reactivate(*, membership: Membership, by: Membership | None) -> Membership:
    """Give a deactivated member access again."""
    with transaction.atomic():
        locked = _lock_member(membership, by)
        if locked.change(is_active=True):
            events.publish(events.MembershipReactivated(company_id=locked.company_id, membership_id=locked.id))
    return locked


def deactivate_account(*, user: User) -> User:
    """Take away a person's access everywhere (platform staff); doing it twice changes nothing."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if locked.is_active:
            locked.is_active = False
            locked.save(update_fields=["is_active"])
            if failed := events.publish(events.AccountDeactivated(user_id=locked.pk)):
                raise Conflict(f"{locked.email} was not deactivated: {', '.join(failed)} failed. Try again.")
    return locked


def change_profile(*, user: User, first_name: str, last_name: str, time_zone: str) -> User:
    """Change one's own name and time zone ("" for the company's)."""
    if time_zone:
        _require_zone(time_zone)
    user.first_name, user.last_name = text.person_name(first_name), text.person_name(last_name)
    user.time_zone = time_zone
    limits.require_fits(User, {"first_name": user.first_name, "last_name": user.last_name})
    user.save(update_fields=["first_name", "last_name", "time_zone"])
    return user


def _hand_over(leaver: Membership, successor: Membership, by: Membership | None) -> None:
    handed_over = events.JobsHandedOver(
        company_id=leaver.company_id, from_id=leaver.pk, to_id=successor.pk, by_id=by.pk if by else None
    )
    if events.publish(handed_over):
        raise Conflict(f"The jobs could not be handed over, so {leaver.name} was not deactivated. Try again.")


def _forget_features(company: Company) -> None:
    """Let this object read its features anew."""
    company.__dict__.pop("enabled_features", None)


def _require_details(company: Company) -> None:
    limits.require_fits(Company, {"name": company.name})
    if not company.name:
        raise InvalidInput(fields={"name": "Enter the company's name."})
    _require_zone(company.time_zone)


def _require_zone(name: str) -> None:
    try:
        validate_time_zone(name)
    except ValidationError as error:
        raise InvalidInput(fields={"time_zone": error.messages[0]}) from error


def _require_manager(by: Membership | None, company: Company) -> None:
    if by is None:
        return
    if by.company_id != company.pk:
        raise NotFound("There is no such company among yours.")
    require_administrator(by)


def _lock_member(membership: Membership, by: Membership | None) -> Membership:
    if by is not None and by.company_id != membership.company_id:
        raise NotFound("There is no such member in your company.")
    # The company row orders changes of roles, so that two Administrators cannot remove each other at once.
    company = Company.objects.select_for_update().get(pk=membership.company_id)
    if by is not None:
        by = Membership.objects.active().filter(pk=by.pk).first()
        if by is None:
            raise NotAllowed("Only Administrators change company settings. Ask one of them.")
    _require_manager(by, company)
    return Membership.objects.select_for_update().get(pk=membership.pk)


def _require_another_administrator(membership: Membership) -> None:
    others = Membership.objects.for_company(membership.company).active().exclude(pk=membership.pk)
    if not others.filter(role=CompanyRole.ADMINISTRATOR).exists():
        raise Conflict(
            f"{membership.company.name} needs at least one Administrator. Make somebody else one first.",
            code="last_administrator",
        )
