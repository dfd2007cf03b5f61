"""How the API describes itself (OpenAPI): the bearer token, the scope of each operation, the problems."""

from collections.abc import Callable
from typing import Any, Literal, TypeVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.serializers import PolymorphicProxySerializerExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.serializers import Serializer

from recruiting.api.errors import CONTENT_TYPE
from recruiting.api.permissions import scope_for
from recruiting.api.shapes import Query, Reading, written

Method = TypeVar("Method", bound=Callable[..., Any])
Kind = type[Serializer[Any]] | None

_PROBLEM = {
    "type": "object",
    "description": "Why something was refused (RFC 9457). Decide by `code`; it stays the same. Sentence and members "
    "say only what the token may read.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "example": "/problems/stale-move"},
        "title": {"type": "string", "example": "Moved meanwhile"},
        "status": {"type": "integer", "example": 409},
        "detail": {"type": "string", "description": "One sentence for people."},
        "code": {"type": "string", "example": "stale_move"},
        "request_id": {
            "type": "string",
            "description": "The `X-Request-ID` of the answer; name it when you ask for help.",
        },
        "errors": {
            "type": "object",
            "description": "Sentences by field; `body` for the body as a whole. There for 422 alone.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "additionalProperties": True,
}
_SENTENCES = {
    "400": "The request cannot be read: a body that is not JSON, an address with too much in it.",
    "401": "No token, or one that is not accepted (any more).",
    "403": "The token lacks the scope, or its owner may not do this.",
    "404": "Nothing there that the token's owner may see.",
    "406": "Only JSON is served.",
    "409": "The world changed, or the thing is in no state for this; nothing was done.",
    "412": "The object is not at the version that `If-Match` names; nothing was done.",
    "413": "The body is too large.",
    "415": "This kind of body is not understood.",
    "422": "Some fields cannot be accepted; `errors` says which and why.",
    "429": "Too many requests; `Retry-After` says for how many seconds to wait.",
    "500": "Something went wrong here. Look at the state before you send it again.",
}


FIELDS = OpenApiParameter(
    "fields",
    description="The members that are wanted, with commas between them; others are left out, required ones too. The "
    "`ETag` stays the same.",
)
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
    "description": "Makes the call happen once, however often it is sent within 24 hours with the same body.",
}
IF_MATCH = OpenApiParameter(
    "If-Match",
    location=OpenApiParameter.HEADER,
    description="The `ETag` that you saw. If the object has another by now, nothing is done (412 `changed`).",
)


def operation(
    name: str,
    *,
    reads: Kind = None,
    lists: Kind = None,
    writes: Kind = None,
    creates: Kind = None,
    query: type[Query] | None = None,
    guarded: bool = False,
    also: int = 0,
    tag: str = "",
    does: str = "",
    **more: Any,
) -> Callable[[Method], Method]:
    """Describe a method of a view in the schema, by the one thing that it does.

    Args:
        name: such as `jobs.list`: the id `jobs_list`, by which clients' code is named, so that it never changes.
        reads, lists, writes, creates: what one looks like.
        query: the filters of a list.
        guarded: whether it heeds `If-Match` (`ApiView.unchanged`); any other write refuses it.
        also: a second status with the same answer.
        tag: the heading under which it stands, else the first part of the name.
        does: what it does, for a method that has no docstring to say so.
        more: what `extend_schema` takes besides, such as `request`.
    """
    thing, _, _ = name.partition(".")
    kind, shown = writes or creates, lists or reads
    answer = written(kind) if kind else lists(many=True) if lists else reads
    described = extend_schema(
        tags=[tag or thing.replace("_", " ")],
        operation_id=name.replace(".", "_"),
        parameters=[one for one in (query, IF_MATCH if guarded else None, FIELDS if shown else None) if one],
        responses={status: answer for status in (201 if creates else 200, also) if status},
        **more,
    )

    def describe(method: Method) -> Method:
        method.__doc__ = does or method.__doc__
        method.shows, method.guarded = shown, guarded  # type: ignore[attr-defined]
        method.query = query or (Query if lists else Reading)  # type: ignore[attr-defined]
        described_method: Method = described(method)
        return described_method

    return describe


class BearerToken(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Describes `TokenAuthentication`."""

    target_class = "recruiting.api.authentication.TokenAuthentication"
    name = "personalToken"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        """Describe how a token is sent, whichever kind it is."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A personal token (`tl_…`) from Profile, API tokens, or `manage.py create_api_token`; or "
            "the access token (`tlo_…`) of a connected app.",
        }


class EitherAnswer(PolymorphicProxySerializerExtension):  # type: ignore[no-untyped-call]
    """Describes `serializers.written`: an object with an address of its own is also what one without it would be."""

    priority = 0

    def map_serializer(self, auto_schema: AutoSchema, direction: Literal["request", "response"]) -> dict[str, Any]:
        """Return both in words that let an answer be either and both."""
        mapped: dict[str, Any] = super().map_serializer(auto_schema, direction)  # type: ignore[no-untyped-call]
        return {"anyOf": mapped["oneOf"]}


class ApiSchema(AutoSchema):
    """Adds to each operation the scope it needs and the problems it may answer with."""

    def is_deprecated(self) -> bool:
        """Return whether the address is going away."""
        return getattr(self.view, "going", None) is not None

    def get_description(self) -> str:  # type: ignore[override]
        """Return the view's own words and the scope."""
        words: str = super().get_description() or ""
        scope = scope_for(self.view, self.method)
        return f"{words}\n\nScope: `{scope.value}`".strip() if scope else words

    def _get_parameters(self) -> Any:
        parameters = super()._get_parameters()
        if self.method == "POST" and scope_for(self.view, self.method) is not None:
            parameters.append(IDEMPOTENCY_KEY)
        return parameters

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> Any:
        responses = super()._get_response_bodies(direction)
        if scope_for(self.view, self.method) is None:
            return responses
        reference = self._problem()
        kinds = ["400", "401", "403", "406", "422", "429", "500"]
        if "{" in self.path:
            kinds.append("404")
        if getattr(getattr(self.view, self.method.lower()), "guarded", False):
            kinds.append("412")
        if self.method != "GET":
            kinds += ["409", "413", "415"]
        for status in sorted(kinds):
            responses.setdefault(
                status, {"description": _SENTENCES[status], "content": {CONTENT_TYPE: {"schema": reference}}}
            )
        return responses

    def _problem(self) -> dict[str, str]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name="Problem", type=ResolvedComponent.SCHEMA, schema=_PROBLEM, object="Problem"
        )
        self.registry.register_on_missing(component)
        reference: dict[str, str] = component.ref
        return reference
