"""Addresses of the careers pages."""

from django.urls import path

from recruiting.careers.public import applying

app_name = "careers_public"
_job = "careers/<str:handle>/jobs/<int:number>-<str:slug>/"
urlpatterns = [
    path(f"{_job}apply/", applying.apply, name="apply"),
    path(f"{_job}thanks/", applying.thanks, name="thanks"),
    path("application/<str:signed>/", applying.show_status, name="status"),
    path("application/", applying.lost_link, name="lost-link"),
]
