"""Connected apps for platform staff: they register clients for everybody, and see what companies have."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from oauth2_provider import admin as toolkit
from oauth2_provider.models import get_id_token_model

from recruiting.connected_apps import services
from recruiting.connected_apps.models import AccessToken, AuthorizationCode, Client, Connection, RefreshToken
from recruiting.foundation.adminsite import ActionsAdmin, AdminAction, ServiceAdmin, show

# The toolkit registers pages for columns that our models do not have, and one for a table that stays empty.
assert toolkit
admin.site.unregister([Client, AuthorizationCode, AccessToken, RefreshToken, get_id_token_model()])


_TIMES = ("created_at", "removed_at")


@admin.register(Client)
class ClientAdmin(ActionsAdmin, ServiceAdmin):
    """Programs that may ask. Staff add those for everybody, with the secret shown once, and take them out of use."""

    denied = ("delete",)
    list_display = ["name", "client_type", "company", "is_unverified", "created_at", "removed_at"]
    list_filter = ["client_type", "is_unverified"]
    list_select_related = ["company"]
    search_fields = ["name", "company__name"]

    def admin_actions(self) -> Sequence[AdminAction]:
        """Return how one is taken out of use."""
        return [
            AdminAction(
                name="remove",
                label="Take out of use",
                verb="Take out of use",
                sentence="It loses access now, for everybody who allowed it, and can never ask again.",
                run=_remove,
                applies_to=lambda client: client.removed_at is None,
            )
        ]

    def get_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        """Return what a new one needs, or all that is known about an old one."""
        asked = ("name", "redirect_uris", "client_type")
        return (*asked, "client_id", "company", "registered_by", "is_unverified", *_TIMES) if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Client | None = None) -> Any:
        """Return what is fixed once it is there."""
        fixed = ("client_type", "client_id", "company", "registered_by", "is_unverified", *_TIMES)
        return fixed if obj else ()

    def save_model(self, request: HttpRequest, obj: Client, form: Any, change: bool) -> None:
        """Register it, or change it, as the product does."""
        given: dict[str, Any] = {"name": obj.name, "redirect_uris": obj.redirect_uris, "by": None}
        if change:
            services.change_client(client=obj, **given)
            return
        client, secret = services.register_client(company=None, is_confidential=obj.is_confidential, **given)
        obj.pk, obj.client_id, obj._state.adding = client.pk, client.client_id, False
        request.secret_once = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Client, post_url_continue: str | None = None) -> HttpResponse:
        """Show the secret in this answer and nowhere else: a message would put it into a cookie."""
        context = {
            **self.admin_site.each_context(request),
            "title": f"{obj.name} registered",
            "opts": self.opts,
            "client": obj,
            "secret": request.secret_once,  # type: ignore[attr-defined]
        }
        page = "admin/connected_apps/client/registered.html"
        return TemplateResponse(request, page, context, status=201, headers={"Cache-Control": "no-store"})


def _remove(request: HttpRequest, client: Client, answers: Mapping[str, Any]) -> bool:
    services.remove_client(client=client, by=None)
    return True


show(Connection, ["client", "membership", "company", "scope", "created_at", "last_used_at", "revoked_at"])
