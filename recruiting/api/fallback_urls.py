"""The last entry under /api/v1/, after every integration's addresses: clients get a problem, never a page."""

from django.urls import re_path

from recruiting.api.endpoints import NoSuchAddress

urlpatterns = [re_path(r"", NoSuchAddress.as_view())]
