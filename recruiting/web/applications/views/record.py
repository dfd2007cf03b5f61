"""The candidate record: each tab at its own address, and at the record's the one with which it opens."""

from uuid import UUID

from django.http import HttpResponse

from recruiting.foundation import memo
from recruiting.web.access import MemberRequest, page
from recruiting.web.applications import record


@page("GET")
@memo.page()
def show(request: MemberRequest, candidate_id: UUID, application_id: UUID, tab: str = "") -> HttpResponse:
    """Show one tab of a candidate record."""
    application = record.find_application(request, candidate_id, application_id)
    tab = tab or record.first_tab(application, request.membership)
    since = request.GET.get("since", "")
    if since and since == record.version_of_tab(application, request.membership, tab):
        return HttpResponse(status=204)
    return record.render_tab(request, application=application, slug=tab)
