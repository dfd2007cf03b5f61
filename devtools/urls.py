"""The product's addresses and the style guide."""

from django.urls import include, path

from recruiting.urls import *  # noqa: F403
from recruiting.urls import urlpatterns

urlpatterns = [*urlpatterns, path("styleguide/", include("devtools.styleguide.urls"))]
