"""Addresses of OAuth and of the pages of connected apps."""

from django.urls import path

from recruiting.api.authentication import RESOURCE_METADATA
from recruiting.connected_apps import account_pages, oauth, pages, registration

app_name = "connected_apps"
urlpatterns = [
    path("oauth/authorize/", oauth.authorize, name="authorize"),
    path("oauth/token/", oauth.token, name="token"),
    path("oauth/register/", registration.register, name="register"),
    path("oauth/revoke/", oauth.revoke_token, name="revoke"),
    path("oauth/introspect/", oauth.introspect, name="introspect"),
    path(".well-known/oauth-authorization-server", oauth.server_metadata, name="server-metadata"),
    path(RESOURCE_METADATA.lstrip("/"), oauth.resource_metadata, name="resource-metadata"),
    path("profile/connected-apps/", pages.mine, name="mine"),
    path("profile/connected-apps/<uuid:connection_id>/revoke/", pages.revoke_mine, name="revoke-mine"),
    path("settings/connected-apps/", pages.index, name="index"),
    path("settings/connected-apps/<uuid:connection_id>/revoke/", pages.revoke, name="revoke-connection"),
    path("settings/connected-apps/register/", pages.new_client, name="client-new"),
    path("settings/connected-apps/registered/<uuid:client_id>/", pages.edit_client, name="client-edit"),
    path("settings/connected-apps/registered/<uuid:client_id>/secret/", pages.rotate_secret, name="client-secret"),
    path("settings/connected-apps/registered/<uuid:client_id>/remove/", pages.remove_client, name="client-remove"),
    path("settings/connected-apps/accounts/new/", account_pages.create, name="account-new"),
    path("settings/connected-apps/accounts/<uuid:account_id>/", account_pages.edit, name="account-edit"),
    path("settings/connected-apps/accounts/<uuid:account_id>/connect/", account_pages.connect, name="account-connect"),
    path(
        "settings/connected-apps/accounts/<uuid:account_id>/deactivate/",
        account_pages.deactivate,
        name="account-deactivate",
    ),
    path(
        "settings/connected-apps/accounts/<uuid:account_id>/reactivate/",
        account_pages.reactivate,
        name="account-reactivate",
    ),
]
