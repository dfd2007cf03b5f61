"""Whether a token's scopes cover what a view does. What the person behind it may see and do, services decide."""

from typing import TYPE_CHECKING, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from recruiting.api.errors import MissingScope

if TYPE_CHECKING:  # REST framework imports this module while it makes its own view
    from rest_framework.views import APIView

    from recruiting.api.authentication import Token
    from recruiting.api.scopes import AnyScope


class HasScope(BasePermission):
    """Lets a token in that carries the scope which the view declares for the method; none declared, nobody enters."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        """Return whether a token was sent; raise MissingScope when it lacks the permission."""
        token = cast("Token | None", request.auth)
        if token is None:
            return False
        if request.method == "OPTIONS" or not hasattr(view, (request.method or "").lower()):
            return True  # the view itself answers 405
        scope = scope_for(view, request.method or "")
        if scope is None:
            return False
        if scope.value not in token.scopes:
            raise MissingScope(scope)
        return True


def scope_for(view: object, method: str) -> "AnyScope | None":
    """Return the scope that a view asks of a method, None when it declares none; HEAD reads like GET."""
    declared = getattr(view, "required_scopes", {})
    found: AnyScope | None = declared.get("GET" if method == "HEAD" else method)
    return found
