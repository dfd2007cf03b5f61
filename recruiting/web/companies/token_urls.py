"""Addresses of the pages where people make their API tokens."""

from django.urls import path

from recruiting.web.companies import tokens

urlpatterns = [
    path("profile/api-tokens/", tokens.tokens, name="tokens"),
    path("profile/api-tokens/new/", tokens.create, name="token-create"),
    path("profile/api-tokens/<uuid:token_id>/revoke/", tokens.revoke, name="token-revoke"),
]
