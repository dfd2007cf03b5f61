"""The dummy's pages."""

from django.http import HttpResponse
from django.urls import path

from integrations import installations
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page


@page("GET", role=ADMINISTRATOR)
def settings_page(request: MemberRequest) -> HttpResponse:
    """Answer with a page of Company Settings: the webhook's token, to paste at Acme."""
    installation = installations.find(request.company, "dummy")
    return HttpResponse(f"Assessments by Acme. {installation.webhook_token if installation else 'Not connected.'}")


app_name = "dummy"
urlpatterns = [path("settings/integrations/assessments/", settings_page, name="settings")]
