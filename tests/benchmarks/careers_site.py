"""The addresses of the site that `bench_careers` serves: ours, and a view that only says hello.

It passes every middleware, as a page of the project does.
"""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path

HELLO = "/hello/"


def hello(request: HttpRequest) -> HttpResponse:
    """Say hello."""
    return HttpResponse("Hello")


urlpatterns = [path("hello/", hello), path("", include("recruiting.urls"))]
