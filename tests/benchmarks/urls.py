"""The addresses of a site under measurement: ours, and the least that a view of the API can be."""

from django.urls import path
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api.scopes import Scope
from recruiting.api.views import ApiView
from recruiting.urls import *  # noqa: F403
from recruiting.urls import urlpatterns as _ours


class Trivial(ApiView):
    """Lets the caller in, as every view does, and says nothing."""

    required_scopes = {"GET": Scope.PROFILE_READ}

    def get(self, request: Request) -> Response:
        """Say nothing."""
        return Response({})


urlpatterns = [path("api/v1/trivial/", Trivial.as_view()), *_ours]
