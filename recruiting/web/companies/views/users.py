"""Company Settings › Users & roles: who is here, who is invited, who may open what."""

from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from recruiting import extensions
from recruiting.companies import services
from recruiting.companies.models import Invitation, Membership
from recruiting.companies.selectors import possible_successors
from recruiting.foundation import clock, formatting, pagination
from recruiting.foundation.permissions import CompanyRole
from recruiting.jobs.selectors import jobs_by_member, roles_on_jobs
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.companies.forms import InviteForm, RoleForm, SuccessorForm
from recruiting.web.forms import set_choices
from recruiting.web.responses import respond_to_form


@page("GET", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """List members and open invitations."""
    members = Membership.objects.for_company(request.company).people().select_related("user")
    order = ("user__first_name", "user__last_name", "id")
    page = pagination.page_of(members, order, request.GET, "person", "people")
    jobs = jobs_by_member(page.rows)
    rows = [(member, jobs[member.pk]) for member in page.rows]
    open_invitations = (
        Invitation.objects.for_company(request.company)
        .filter(accepted_at__isnull=True)
        .select_related("invited_by__user", "mail")
        .order_by("-id")[:200]
    )
    return render(
        request,
        "companies/settings/users.html",
        {"page": page, "rows": rows, "invitations": open_invitations, "now": clock.now()},
    )


@page("GET", "POST", role=ADMINISTRATOR)
def invite(request: MemberRequest) -> HttpResponse:
    """Invite somebody by email."""
    form = InviteForm(request.POST or None, initial={"role": CompanyRole.STANDARD})

    def save() -> HttpResponse:
        email, role = form.cleaned_data["email"], CompanyRole(form.cleaned_data["role"])
        invitation, _ = services.invite(company=request.company, email=email, role=role, by=request.membership)
        return responses.saved(request, f"An invitation is on its way to {invitation.email}.", "companies:users")

    template = "companies/settings/invite.html"
    return respond_to_form(request, form, save, template, conflict="email", conflict_status=422)


@page("POST", role=ADMINISTRATOR)
def resend_invitation(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Send a new link to the same address; the old one stops working."""
    invitation = _invitation(request, invitation_id)
    services.invite(
        company=request.company, email=invitation.email, role=CompanyRole(invitation.role), by=request.membership
    )
    return responses.saved(
        request, f"A new link is on its way to {invitation.email}; the old one no longer works.", "companies:users"
    )


@page("POST", role=ADMINISTRATOR)
def revoke_invitation(request: MemberRequest, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    invitation = _invitation(request, invitation_id)
    services.revoke_invitation(invitation=invitation, by=request.membership)
    return responses.saved(request, f"The invitation to {invitation.email} no longer works.", "companies:users")


@page("GET", "POST", role=ADMINISTRATOR)
def change_role(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    """Change what a member is in the company."""
    member = _member(request, membership_id)
    form = RoleForm(request.POST or None, initial={"role": member.role})

    def save() -> HttpResponse:
        role = CompanyRole(form.cleaned_data["role"])
        changed = services.change_role(membership=member, role=role, by=request.membership)
        sentence = f"{member.name} is {CompanyRole(changed.role).label} now."
        return responses.saved(request, sentence, _still_open_to(request, changed))

    template = "companies/settings/change_role.html"
    return respond_to_form(request, form, save, template, {"member": member}, conflict="role")


@page("GET", "POST", role=ADMINISTRATOR)
def deactivate(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    """Take away a member's access, after saying what that means."""
    member = _member(request, membership_id)
    form = SuccessorForm(request.POST if request.method == "POST" else None)
    set_choices(form, successor=possible_successors(member))

    def save() -> HttpResponse:
        successor = form.cleaned_data["successor"]
        changed = services.deactivate(membership=member, by=request.membership, successor=successor)
        taken_over = f" {successor.name} takes over on their jobs." if successor else ""
        sentence = f"{member.name} was deactivated.{taken_over}"
        return responses.saved(request, sentence, _still_open_to(request, changed))

    context = {
        "member": member,
        "is_oneself": member.pk == request.membership.pk,
        "impact": extensions.impact(extensions.MemberDeactivation(member)),
        "lost_roles": _lost_roles(member),
    }
    template = "companies/settings/deactivate.html"
    return respond_to_form(request, form, save, template, context, conflict="error")


@page("POST", role=ADMINISTRATOR)
def reactivate(request: MemberRequest, membership_id: UUID) -> HttpResponse:
    """Let a deactivated member in again."""
    member = _member(request, membership_id)
    services.reactivate(membership=member, by=request.membership)
    return responses.saved(
        request, f"{member.name} can sign in again. API tokens made before stay revoked.", "companies:users"
    )


def _lost_roles(member: Membership) -> str:
    """Return what jobs lose with a member, such as "4 jobs lose their Recruiter, 1 job loses its Executive."."""
    roles = roles_on_jobs(member)
    lost = [
        f"{formatting.plural(jobs, 'job loses its', 'jobs lose their')} {role.label}" for role, jobs in roles.items()
    ]
    return f"{', '.join(lost)}." if lost else ""


def _member(request: MemberRequest, membership_id: UUID) -> Membership:
    members = Membership.objects.for_company(request.company).people().select_related("user", "company")
    return get_object_or_404(members, pk=membership_id)


def _invitation(request: MemberRequest, invitation_id: UUID) -> Invitation:
    open_ones = Invitation.objects.for_company(request.company).filter(accepted_at__isnull=True)
    return get_object_or_404(open_ones.select_related("company"), pk=invitation_id)


def _still_open_to(request: MemberRequest, changed: Membership) -> str:
    """Return where to go: an Administrator who has just stopped being one cannot come back to this page."""
    is_lost = changed.pk == request.membership.pk and not (changed.is_administrator and changed.is_active)
    return settings.LOGIN_REDIRECT_URL if is_lost else "companies:users"
