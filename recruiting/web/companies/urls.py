"""Addresses of profile, invitations and Company Settings."""

from django.urls import URLPattern, path

from recruiting.web.companies.views import emails, invitations, profile, settings, users

app_name = "companies"
urlpatterns: list[URLPattern] = [
    path("profile/", profile.profile, name="profile"),
    path("profile/display/", profile.display, name="display"),
    path("profile/email/", emails.change, name="change-email"),
    path("profile/email/cancel/", emails.cancel, name="cancel-email"),
    path("profile/confirm-email/<str:link>/", emails.confirm, name="confirm-email"),
    path("switch-company/", profile.switch, name="switch"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("settings/", settings.index, name="settings"),
    path("settings/general/", settings.general, name="general"),
    path("settings/users/", users.index, name="users"),
    path("settings/users/invite/", users.invite, name="invite"),
    path("settings/users/<uuid:membership_id>/role/", users.change_role, name="change-role"),
    path("settings/users/<uuid:membership_id>/deactivate/", users.deactivate, name="deactivate"),
    path("settings/users/<uuid:membership_id>/reactivate/", users.reactivate, name="reactivate"),
    path("settings/invitations/<uuid:invitation_id>/resend/", users.resend_invitation, name="resend-invitation"),
    path("settings/invitations/<uuid:invitation_id>/revoke/", users.revoke_invitation, name="revoke-invitation"),
    path("settings/integrations/", settings.integrations, name="integrations"),
]
