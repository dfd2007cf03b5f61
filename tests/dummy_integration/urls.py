"""The dummy's pages."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from recruiting.companies.access import administrator_required


@administrator_required
def settings_page(request: HttpRequest) -> HttpResponse:
    """Answer with a page of Company Settings."""
    return HttpResponse("Assessments by Acme.")


app_name = "dummy"
urlpatterns = [path("settings/integrations/assessments/", settings_page, name="settings")]
