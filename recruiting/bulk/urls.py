"""Addresses of acts on many."""

from django.urls import path

from recruiting.bulk import views

app_name = "bulk"
urlpatterns = [path("candidates/selected/<slug:name>/", views.act, name="act")]
