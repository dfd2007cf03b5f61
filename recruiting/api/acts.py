"""Addresses under one thing at which something is done to it: `POST …/{id}/reject/`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.urls import URLPattern, path
from rest_framework.request import Request
from rest_framework.response import Response

from recruiting.api.schema import operation
from recruiting.api.scopes import AnyScope
from recruiting.api.shapes import Input
from recruiting.api.views import ApiView


@dataclass(frozen=True)
class Acts:
    """What can be done to things of one kind; each service is called with the thing by its name and `by`."""

    name: str
    """Of one, as services take it: `application`."""
    model: type[models.Model]
    shown: Any
    """What one looks like."""
    scope: AnyScope
    read_scope: AnyScope
    written: Callable[[ApiView, UUID], Response]
    """Answers what is there afterwards."""

    def act(self, name: str, does: str, service: Callable[..., Any], body: type[Input] = Input) -> URLPattern:
        """Return the address of something that is done.

        Args:
            name: as operations are named: `convert_lead`.
            does: what it does, for the schema.
            service: takes what `body` holds, besides.
            body: what has to be said.
        """
        acts = self

        class Act(ApiView):
            required_scopes = {"POST": self.scope}
            read_scope = self.read_scope

            @operation(
                f"{self.name}s.{name}",
                writes=self.shown,
                request=body if body is not Input else None,
                guarded=True,
                does=does,
            )
            def post(self, request: Request, **ids: UUID) -> Response:
                given = self.body(body)
                (pk,) = ids.values()
                visible: Any = acts.model._default_manager.all()
                row = self.find(visible.visible_to(self.membership), pk)
                with self.unchanged(row):
                    service(**{acts.name: row}, by=self.membership, **given)
                return acts.written(self, pk)

        hyphened = name.replace("_", "-")
        route = f"{self.name}s/<uuid:{self.name}_id>/{hyphened}/"
        return path(route, Act.as_view(), name=f"{self.name}-{hyphened}")
