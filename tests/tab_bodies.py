"""What a tab of the candidate record says, without the record around it: half of a page's time is its frame.

That an integration's tab appears in the record, and is answered there, is held by tests/contract and each vendor's
story.
"""

from typing import Any

from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone

from recruiting import extensions
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.web.applications import record


def tab_body(application: Application, member: Membership, slug: str) -> str:
    """Return the markup of an extension's tab as this member gets it, read from the database like a new page.

    Raises:
        Http404: the member may not see the application.
    """
    reader = Membership.objects.select_related("company", "user").get(pk=member.pk)
    request: Any = RequestFactory().get(record.record_url(application, slug))
    request.user, request.membership, request.company = reader.user, reader, reader.company
    request.has_other_companies = False
    found = record.find_application(request, application.candidate_id, application.pk)
    (tab,) = (one for one in extensions.candidate_tabs() if one.slug == slug)
    with timezone.override(reader.zone):
        own = tab.get_context(request=request, application=found, membership=reader)
        frame = {"application": found, "candidate": found.candidate, "job": found.job}
        return render_to_string(tab.template_name, {**frame, **own}, request)
