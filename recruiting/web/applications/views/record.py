"""The candidate record: the newsfeed at its address, every other tab at its own."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect

from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import pages


@page("GET")
def record(
    request: MemberRequest, candidate_id: UUID, application_id: UUID, tab: str = pages.NEWSFEED_TAB
) -> HttpResponse:
    """Show one tab of a candidate record."""
    application = pages.find_application(request, candidate_id, application_id)
    if tab == pages.NEWSFEED_TAB and request.path != pages.record_url(application):
        return redirect(pages.record_url(application))
    return pages.render_tab(request, application=application, slug=tab)
