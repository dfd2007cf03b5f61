"""Addresses of profile, invitations and Company Settings."""

from django.urls import URLPattern

app_name = "companies"
urlpatterns: list[URLPattern] = []
