"""Addresses of home, boards and candidates."""

from django.urls import URLPattern

app_name = "applications"
urlpatterns: list[URLPattern] = []
