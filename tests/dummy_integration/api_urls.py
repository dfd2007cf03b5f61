"""The dummy's address under /api/v1/."""

from django.http import HttpRequest, JsonResponse
from django.urls import path


def alive(request: HttpRequest) -> JsonResponse:
    """Answer that the dummy is mounted."""
    return JsonResponse({"dummy": True})


app_name = "dummy-api"
urlpatterns = [path("dummy/", alive, name="alive")]
