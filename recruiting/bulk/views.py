"""Asking about an act on everybody who is selected, and beginning it."""

import time
from typing import Any

from django.contrib import messages
from django.db.models import F, QuerySet
from django.db.models.functions import JSONObject
from django.http import Http404, HttpResponse
from django.shortcuts import render

from recruiting import extensions
from recruiting.applications.models import Application
from recruiting.bulk.acts import ACTS, KINDS, REJECT, Act, title_of
from recruiting.bulk.extension import BulkExtension
from recruiting.bulk.forms import FORMS, ActForm
from recruiting.extensions import ClosingChoice
from recruiting.foundation import formatting
from recruiting.runs import services as runs
from recruiting.runs.extension import address_of
from recruiting.web import responses
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications.selection import Selection

AT_ONCE = 50
"""So many are done while one waits; more are long work."""
SECONDS = 4.0


@page("POST")
def act(request: MemberRequest, name: str) -> HttpResponse:
    """Ask what an act needs to know and how many it is about; once that is confirmed, begin."""
    chosen = ACTS.get(name)
    selection = Selection.read(request.POST, request.membership)
    if chosen is None or not _is_offered(chosen, selection):
        raise Http404
    back = responses.came_from(request, "applications:candidates")
    people: QuerySet[Any] = selection.people() if chosen.on_people else selection.applications()
    count = people.order_by().count()
    if not count:
        return responses.saved(request, "Tick somebody first. Nothing was done.", back, level=messages.ERROR)
    is_confirmed = "confirmed" in request.POST
    form = FORMS[name](request.POST if is_confirmed else None, selection=selection)
    offered = _choices(chosen, people, selection)
    if is_confirmed and form.is_valid():
        return _begin(request, chosen, form, people, count, back, offered)
    context = {
        "act": chosen,
        "title": title_of(chosen, count),
        "form": form,
        "count": formatting.number(count),
        "repeated": selection.repeated,
        "choices": offered,
        "unseen": extensions.not_looked_at(people.order_by()) if chosen is REJECT else 0,
        "next": back,
    }
    return render(request, "bulk/act.html", context, status=422 if is_confirmed else 200)


def _is_offered(chosen: Act, selection: Selection) -> bool:
    offered = BulkExtension().selection_acts(selection.membership, selection.job)
    return any(each.label == chosen.label for each in offered)


def _choices(chosen: Act, people: "QuerySet[Any]", selection: Selection) -> list[ClosingChoice]:
    """Return what may be ticked where somebody is rejected, as one of those selected would be offered it."""
    one = people.first() if chosen is REJECT else None
    if not isinstance(one, Application):
        return []
    asked = extensions.collect(
        lambda extension: extension.closing_choices(one),
        label="closing choices",
        enabled_in=selection.membership.company,
    )
    return list(asked)


def _begin(
    request: MemberRequest,
    chosen: Act,
    form: ActForm,
    people: "QuerySet[Any]",
    count: int,
    back: str,
    offered: list[ClosingChoice],
) -> HttpResponse:
    """Freeze the selection and begin; few are done at once, and one is back where they were selected."""
    known = {choice.key for choice in offered}
    params = {**form.params(), "back": back}
    if form.choices:
        params["choices"] = [key for key in request.POST.getlist("choice") if key in known]
    if not chosen.on_people:
        people = people.annotate(before=JSONObject(stage=F("stage_id")))
    title = title_of(chosen, count, form.said())
    run = runs.start(kind=KINDS[chosen.name], title=title, by=request.membership, params=params, subjects=people)
    if run.total <= AT_ONCE:
        run = runs.work_now(run, until=time.monotonic() + SECONDS)
    if run.is_open or run.skipped_count:
        return responses.saved(request, "", address_of(run))
    return responses.saved(request, f"{title}: done.", back, undo_url=f"{address_of(run)}undo/")
