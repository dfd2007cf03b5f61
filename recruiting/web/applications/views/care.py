"""Who looks after a person, and the tags on them: from the rail of the candidate's record."""

from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render

from recruiting.applications import selectors
from recruiting.applications.models import Application
from recruiting.candidates import services
from recruiting.candidates.models import Tag
from recruiting.foundation import text
from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import pages
from recruiting.web.applications.forms import OwnerForm, TagForm
from recruiting.web.responses import came_from, saved

SUGGESTED = 20
TAG_FIELD = "id_tag"


@page("GET", "POST")
def owner(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Ask who looks after the person, and keep the answer."""
    application = _editable(request, candidate_id, application_id)
    candidate = application.candidate
    choices = selectors.possible_owners(application)
    if request.method == "POST":
        form = OwnerForm(request.POST, choices=choices)
        if form.is_valid():
            chosen = form.cleaned_data["owner"]
            services.set_owner(candidate=candidate, owner=chosen, by=request.membership)
            sentence = f"{chosen.name} is now the owner of {candidate}." if chosen else f"{candidate} has no owner now."
            return saved(request, sentence, came_from(request, pages.record_url(application)))
    else:
        form = OwnerForm(initial={"owner": candidate.owner_id}, choices=choices)
    context = {
        "form": form,
        "candidate": candidate,
        "next": came_from(request, pages.record_url(application)),
    }
    return render(request, "applications/owner.html", context, status=422 if form.is_bound else 200)


@page("GET", "POST")
def add_tag(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Put a tag on the person."""
    application = _editable(request, candidate_id, application_id)
    if request.method != "POST":
        return redirect(pages.record_url(application, pages.DETAILS_TAB))
    form = TagForm(request.POST)
    if form.is_valid():
        try:
            tag = services.add_tag(
                candidate=application.candidate, name=form.cleaned_data["tag"], by=request.membership
            )
        except InvalidInput as refusal:
            form.add_error("tag", refusal.message)
        else:
            to = came_from(request, pages.record_url(application))
            return saved(request, f"The tag {tag} was added.", to, focus=TAG_FIELD)
    return pages.render_tab(
        request, application=application, slug=pages.DETAILS_TAB, context={"tag_form": form}, status=422
    )


@page("POST")
def remove_tag(request: MemberRequest, candidate_id: UUID, application_id: UUID, tag_id: UUID) -> HttpResponse:
    """Take a tag off the person."""
    application = _editable(request, candidate_id, application_id)
    tag = get_object_or_404(Tag.objects.for_company(request.company), pk=tag_id)
    services.remove_tag(candidate=application.candidate, tag=tag, by=request.membership)
    following = application.candidate.tags.filter(name__gt=tag.name).order_by("name").first()
    focus = f"tag-{following.pk}" if following else TAG_FIELD
    return saved(request, f"The tag {tag} was removed.", came_from(request, pages.record_url(application)), focus=focus)


@page("GET")
def suggest_tags(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Return the company's tags that contain what was typed and that the person lacks."""
    application = _editable(request, candidate_id, application_id)
    typed = text.one_line(request.GET.get("q", ""))[:40]
    lacking = Tag.objects.for_company(request.company).exclude(candidates=application.candidate)
    found = lacking.filter(name_key__contains=text.compare_key(typed)).order_by("name")[:SUGGESTED]
    return JsonResponse([{"value": tag.name, "label": tag.name} for tag in found], safe=False)


def _editable(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> Application:
    application = pages.find_application(request, candidate_id, application_id)
    access.require(request.membership, Action.EDIT_CANDIDATE, application.job)
    return application
