"""The candidate record: the newsfeed at its address, every other tab at its own."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record


@page("GET")
def show(
    request: MemberRequest, candidate_id: UUID, application_id: UUID, tab: str = record.NEWSFEED_TAB
) -> HttpResponse:
    """Show one tab of a candidate record."""
    application = record.find_application(request, candidate_id, application_id)
    if tab == record.NEWSFEED_TAB and request.path != record.record_url(application):
        return redirect(record.record_url(application))
    since = request.GET.get("since", "")
    if since and since == record.version_of_tab(application, request.membership, tab):
        return HttpResponse(status=204)
    return record.render_tab(request, application=application, slug=tab)
