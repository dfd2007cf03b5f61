"""Views of the owner and the tags of a candidate, in the sidebar of the record."""

from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from recruiting.applications import selectors
from recruiting.applications.models import Application
from recruiting.candidates import services
from recruiting.candidates.models import Tag
from recruiting.foundation import text
from recruiting.foundation.permissions import Action
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record
from recruiting.web.applications.forms import OwnerForm, TagForm
from recruiting.web.forms import set_choices
from recruiting.web.responses import came_from, respond_to_form, saved, suggestions

SUGGESTED = 20
TAG_FIELD = "id_tag"


@page("GET", "POST")
def owner(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Ask who looks after the person, and keep the answer."""
    application = _editable(request, candidate_id, application_id)
    candidate, back = application.candidate, came_from(request, record.record_url(application))
    data = request.POST if request.method == "POST" else None
    form = OwnerForm(data, initial={"owner": candidate.owner_id})
    set_choices(form, owner=selectors.possible_owners(application))

    def save() -> HttpResponse:
        chosen = form.cleaned_data["owner"]
        services.set_owner(candidate=candidate, owner=chosen, by=request.membership)
        sentence = f"{chosen.name} is now the owner of {candidate}." if chosen else f"{candidate} has no owner now."
        return saved(request, sentence, back)

    return respond_to_form(request, form, save, "applications/owner.html", {"candidate": candidate, "next": back})


@page("GET", "POST")
def add_tag(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Put a tag on the person."""
    application = _editable(request, candidate_id, application_id)
    if request.method != "POST":
        return redirect(record.record_url(application, record.DETAILS_TAB))
    form = TagForm(request.POST)

    def save() -> HttpResponse:
        name = form.cleaned_data["tag"]
        tag = services.add_tag(candidate=application.candidate, name=name, by=request.membership)
        to = came_from(request, record.record_url(application))
        return saved(request, f"The tag {tag} was added.", to, focus=TAG_FIELD)

    context = {"tag_form": form}
    show = partial(record.render_tab, request, application=application, slug=record.DETAILS_TAB, context=context)
    return respond_to_form(request, form, save, show)


@page("POST")
def remove_tag(request: MemberRequest, candidate_id: UUID, application_id: UUID, tag_id: UUID) -> HttpResponse:
    """Take a tag off the person."""
    application = _editable(request, candidate_id, application_id)
    tag = get_object_or_404(Tag.objects.for_company(request.company), pk=tag_id)
    services.remove_tag(candidate=application.candidate, tag=tag, by=request.membership)
    following = application.candidate.tags.filter(name__gt=tag.name).order_by("name").first()
    focus = f"tag-{following.pk}" if following else TAG_FIELD
    back = came_from(request, record.record_url(application))
    return saved(request, f"The tag {tag} was removed.", back, focus=focus)


@page("GET")
def suggest_tags(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> HttpResponse:
    """Return the company's tags that contain what was typed and that the person lacks."""
    application = _editable(request, candidate_id, application_id)
    typed = text.one_line(request.GET.get("q", ""))[:40]
    lacking = services.tags_like(request.company, typed).exclude(candidates=application.candidate)
    return suggestions(tag.name for tag in lacking.order_by("name")[:SUGGESTED])


def _editable(request: MemberRequest, candidate_id: UUID, application_id: UUID) -> Application:
    return record.find_application(request, candidate_id, application_id, Action.EDIT_CANDIDATE)
