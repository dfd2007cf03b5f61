"""Tokens for platform staff: to read, and to revoke. Tokens are made by their owners alone."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from recruiting.api import services
from recruiting.api.models import ApiToken
from recruiting.foundation.adminsite import ModelAdmin


@admin.register(ApiToken)
class ApiTokenAdmin(ModelAdmin):
    """Whose tokens there are and when they were used. Nobody makes one for others, and a revoked one stays to tell."""

    denied = ("add", "delete")
    list_display = ["name", "last4", "membership", "company", "expires_at", "last_used_at", "revoked_at"]
    list_filter = ["company"]
    list_select_related = ["membership__user", "company"]
    search_fields = ["name", "membership__user__email"]
    readonly_fields = [
        "company",
        "membership",
        "name",
        "last4",
        "scopes",
        "created_at",
        "expires_at",
        "last_used_at",
        "revoked_at",
    ]
    actions = ["revoke"]

    @admin.action(description="Revoke the selected tokens", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """Make the selected tokens stop working now."""
        for token in queryset:
            services.revoke_as_staff(token=token)
        self.message_user(request, "The selected tokens no longer work.", messages.SUCCESS)
