"""Company Settings › Careers page: what the public reads of the company, its address and its privacy notice."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.careers import colors, publishing, sites
from recruiting.careers.forms import HandleForm, LogoForm, NoticeForm, SiteForm, site_as_typed
from recruiting.careers.models import Handle, Posting, PrivacyNotice
from recruiting.careers.public import addresses, assets, rendering
from recruiting.careers.public import selectors as public
from recruiting.careers.public.rendering import JobList
from recruiting.foundation import clock
from recruiting.foundation.edits import EditConflict
from recruiting.jobs.models import Job
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form

EXAMPLES = 3
_NO_HANDLE = "preview"


# ── The page ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST", role=ADMINISTRATOR)
def index(request: MemberRequest) -> HttpResponse:
    """Show everything about the careers page, and change what it says."""
    site = sites.of_company(request.company)
    form = SiteForm(_with_nearest(request.POST) if request.method == "POST" else None, site=site)

    def save() -> HttpResponse:
        try:
            sites.save(details=form.details(), base=form.base_details(), by=request.membership)
        except EditConflict as error:
            raise EditConflict(site_as_typed(error.theirs)) from error
        return responses.saved(request, "Saved.", "careers:site")

    def show(status: int) -> HttpResponse:
        return render(request, "careers/settings/site.html", {**_around(request), "form": form}, status=status)

    return respond_to_form(request, form, save, show, edited=lambda: ("", site.updated_at))


@page("GET", "POST", role=ADMINISTRATOR)
def change_logo(request: MemberRequest) -> HttpResponse:
    """Show another logo on the careers page, or none."""
    form = LogoForm(request.POST or None, request.FILES or None, auto_id="window_%s")

    def save() -> HttpResponse:
        sites.change_logo(logo=form.cleaned_data["logo"], by=request.membership)
        return responses.saved(request, "Logo saved.", "careers:site", focus="logo-title")

    if "remove" in request.POST:
        sites.change_logo(logo=None, by=request.membership)
        return responses.saved(request, "Logo removed.", "careers:site", focus="logo-title")
    return respond_to_form(request, form, save, "careers/settings/logo.html")


@page("GET", "POST", role=ADMINISTRATOR)
def change_handle(request: MemberRequest) -> HttpResponse:
    """Give the careers page another address."""
    current = sites.current_handle(request.company)
    form = HandleForm(request.POST or None, initial={"handle": current}, auto_id="window_%s")

    def save() -> HttpResponse:
        sites.change_handle(handle=form.cleaned_data["handle"], by=request.membership)
        return responses.saved(request, "Address saved.", "careers:site", focus="address-title")

    old = Handle.objects.for_company(request.company).filter(is_current=False).order_by("-id")
    before = addresses.absolute("/careers/")
    context = {"old": [each.handle for each in old], "current": current, "before": before}
    return respond_to_form(request, form, save, "careers/settings/handle.html", context)


# ── The privacy notice ───────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST", role=ADMINISTRATOR)
def notice(request: MemberRequest) -> HttpResponse:
    """Write the privacy notice; its versions stay."""
    current = sites.current_notice(request.company)
    words = current.text if current else sites.DEFAULT_NOTICE.replace("{company}", _name(request))
    form = NoticeForm(request.POST or None, initial={"text": words})

    def save() -> HttpResponse:
        before = form.before()
        base = before["text"] if before and current else None
        saved = sites.save_notice(words=form.cleaned_data["text"], base=base, by=request.membership)
        return responses.saved(request, f"Privacy notice saved as version {saved.number}.", "careers:site")

    versions = PrivacyNotice.objects.for_company(request.company).order_by("-number")
    context = {"current": current, "versions": versions}
    return respond_to_form(
        request,
        form,
        save,
        "careers/settings/notice.html",
        context,
        edited=lambda: ("", current.created_at if current else None),
    )


@page("GET", role=ADMINISTRATOR)
def notice_version(request: MemberRequest, notice_id: UUID) -> HttpResponse:
    """Show one version of the privacy notice."""
    found = get_object_or_404(PrivacyNotice.objects.for_company(request.company), pk=notice_id)
    return render(
        request, "careers/settings/notice_version.html", {"notice": found, "words": _words_of(request, found)}
    )


# ── As the public will see it ────────────────────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def preview(request: MemberRequest) -> HttpResponse:
    """Show the list of jobs as the public sees it, with some open jobs where none is public yet."""
    site, now = _public_site(request), clock.now()
    lines = public.lines(request.company.pk, now=now)
    if not lines:
        jobs = Job.objects.for_company(request.company).filter(state=Job.State.OPEN).order_by("-id")[:EXAMPLES]
        lines = [public.line_of(_posting(job)) for job in jobs.select_related("listed_department")]
    shown = JobList(site, lines, total=len(lines))
    return _as_public(site, rendering.list_page(shown, now=now))


@page("GET")
def preview_job(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Show a job's page as the public will see it."""
    job = find_job(request, job_id)
    site = _public_site(request)
    return _as_public(site, rendering.job_page(site, public.opening_of(_posting(job)), is_listed=False))


@page("GET")
def preview_style(request: MemberRequest) -> HttpResponse:
    """Answer the stylesheet of previews: the public's, under an address of ours."""
    return HttpResponse(assets.stylesheet(sites.of_company(request.company).color), content_type="text/css")


@page("GET")
def logo(request: MemberRequest) -> HttpResponse:
    """Answer the logo."""
    found = sites.of_company(request.company).logo
    if not found:
        raise Http404("There is no logo.")
    return HttpResponse(bytes(found), content_type="image/png")


def _public_site(request: MemberRequest) -> public.PublicSite:
    handle = sites.current_handle(request.company) or _NO_HANDLE
    return public.site_of(sites.of_company(request.company), handle=handle, zone=request.company.zone)


def _posting(job: Job) -> Posting:
    found = publishing.of_job(job)
    found.job, found.number = job, found.number or 0
    return found


def _as_public(site: public.PublicSite, drawn: str) -> HttpResponse:
    """Answer a public page on the staff's host, which has its style and picture under addresses of its own."""
    here = {rendering.style_path(site): reverse("careers:preview-style")}
    if site.logo:
        here[addresses.file_path(site.handle, site.logo_name)] = reverse("careers:logo-file")
    for path, own in here.items():
        drawn = drawn.replace(f'"{path}"', f'"{own}"')
    return HttpResponse(drawn)


def _around(request: MemberRequest) -> dict[str, Any]:
    """Return what the page shows beside its form."""
    company = request.company
    handle, current, site = sites.current_handle(company), sites.current_notice(company), sites.of_company(company)
    missing = {
        "address": not handle,
        "notice": current is None,
        "contact": not site.contact,
    }
    return {
        "site": site,
        "handle": handle,
        "url": addresses.absolute(addresses.list_path(handle)) if handle else "",
        "notice": current,
        "missing": missing,
        "is_ready": not any(missing.values()),
        "nearest": _nearest(request.POST.get("color", "")),
        "embed": addresses.absolute(f"/careers/{handle}/embed.js") if handle and site.embed_origins else "",
    }


def _nearest(typed: str) -> str:
    """Return the color to offer instead of one that cannot be read; "" where there is none to offer."""
    color = typed.lower()
    if not colors.is_color(color):
        return ""
    nearest = colors.nearest_readable(color)
    return nearest if nearest != color else ""


def _with_nearest(sent: QueryDict) -> QueryDict:
    """Return what was sent with the color that was offered, where it was taken."""
    if "nearest" not in sent:
        return sent
    changed = sent.copy()
    changed["color"] = str(sent["nearest"])
    return changed


def _words_of(request: MemberRequest, notice: PrivacyNotice) -> str:
    """Return a privacy notice as applicants read it."""
    return notice.text.replace("{company}", _name(request))


def _name(request: MemberRequest) -> str:
    return sites.of_company(request.company).name
