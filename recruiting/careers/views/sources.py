"""Company Settings › Source links and Job board keys, and *Refer somebody* on a job.

A key's secret is shown in the answer to its form and nowhere else.
"""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.careers import publishing, selectors, sites
from recruiting.careers.forms import BoardKeyForm, SourceLinkForm
from recruiting.careers.models import BoardKey, SourceLink
from recruiting.careers.public import addresses
from recruiting.foundation import clock, pagination
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form


# ── Source links ─────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def links(request: MemberRequest) -> HttpResponse:
    """List the company's codes, who made them known, and how many came with each."""
    found = selectors.source_links(request.company)
    shown = pagination.page_of(found, ("code", "id"), request.GET, "link", "links")
    handle = sites.current_handle(request.company)
    rows = [(each, addresses.absolute(addresses.list_path(handle, each.code)) if handle else "") for each in shown.rows]
    return render(request, "careers/settings/links.html", {"page": shown, "rows": rows, "handle": handle})


@page("GET", "POST", role=ADMINISTRATOR)
def create_link(request: MemberRequest) -> HttpResponse:
    """Make a code that says where somebody comes from."""
    form = SourceLinkForm(request.POST or None, company=request.company, auto_id="window_%s")

    def save() -> HttpResponse:
        made = sites.add_source_link(**form.cleaned_data, by=request.membership)
        return responses.saved(request, f"{made} was added.", "careers:links", focus=f"row-{made.pk}")

    return respond_to_form(request, form, save, "careers/settings/link.html")


@page("GET", "POST", role=ADMINISTRATOR)
def delete_link(request: MemberRequest, link_id: UUID) -> HttpResponse:
    """Ask, and forget a code."""
    link = get_object_or_404(SourceLink.objects.for_company(request.company).select_related("source"), pk=link_id)
    if request.method != "POST":
        return render(request, "careers/settings/delete_link.html", {"link": link})
    sites.delete_source_link(link=link, by=request.membership)
    return responses.saved(request, f"{link} was deleted.", "careers:links")


@page("GET", "POST")
def refer(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show one's own link to a job, for somebody whom one would like to see there; make it when it is first asked."""
    job = find_job(request, job_id)
    context = {"job": job, "url": _referral_url(request, job), "why_not": _why_not(request, job)}

    def save() -> HttpResponse:
        sites.referral_link(by=request.membership)
        return responses.saved(request, "", reverse("careers:refer", args=[job.pk]))

    return respond_to_form(request, None, save, "careers/job/refer.html", context, conflict="error")


def _referral_url(request: MemberRequest, job: Job) -> str:
    link, posting, handle = (
        sites.own_link(request.membership),
        publishing.of_job(job),
        sites.current_handle(request.company),
    )
    if link is None or not handle or posting.number is None:
        return ""
    return addresses.absolute(addresses.job_path(handle, posting.number, job.title, link.code))


def _why_not(request: MemberRequest, job: Job) -> str:
    """Return in a sentence why nobody can be referred to a job now; "" where somebody can."""
    posting = publishing.of_job(job)
    posting.job = job
    if posting.takes_applications(now=clock.now()) and sites.current_handle(request.company):
        return ""
    return "Nobody can apply for this job now. It takes applications while it is open, published and not past its date."


# ── Keys of the job board ────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def keys(request: MemberRequest) -> HttpResponse:
    """List the keys with which programs send applications."""
    found = BoardKey.objects.for_company(request.company).select_related("made_by__user")
    shown = pagination.page_of(found, ("-id",), request.GET, "key", "keys")
    handle = sites.current_handle(request.company)
    board = addresses.absolute(addresses.board_path(handle)) if handle else ""
    return render(request, "careers/settings/keys.html", {"page": shown, "board": board})


@page("GET", "POST", role=ADMINISTRATOR)
def create_key(request: MemberRequest) -> HttpResponse:
    """Make a key and show its secret once."""
    form = BoardKeyForm(request.POST or None)

    def save() -> HttpResponse:
        made, secret = sites.add_board_key(name=form.cleaned_data["name"], by=request.membership)
        return render(request, "careers/settings/key_created.html", {"key": made, "secret": secret}, status=201)

    return respond_to_form(request, form, save, "careers/settings/key.html")


@page("GET", "POST", role=ADMINISTRATOR)
def revoke_key(request: MemberRequest, key_id: UUID) -> HttpResponse:
    """Ask, and end a key."""
    key = get_object_or_404(BoardKey.objects.for_company(request.company), pk=key_id)
    if request.method != "POST":
        return render(request, "careers/settings/revoke_key.html", {"key": key})
    sites.revoke_board_key(key=key, by=request.membership)
    return responses.saved(request, f"{key} was revoked.", "careers:keys")
