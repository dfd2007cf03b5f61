"""Addresses of jobs and the Job Info window."""

from django.urls import URLPattern

app_name = "jobs"
urlpatterns: list[URLPattern] = []
