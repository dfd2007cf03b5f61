"""How lists are paged: by key, so that a page costs the same wherever it is."""

import base64
import re
from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from django.db import models
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request

from recruiting.foundation.errors import InvalidInput
from recruiting.foundation.pagination import Listed

Row = TypeVar("Row", bound=models.Model)

# o: how many rows of the same key to pass over, r: backwards, p: the key.
_CURSOR = re.compile(rb"(?:(?:o=\d{1,6}|r=1|p=[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:&(?!$)|$))+")


class Rows(Generic[Row]):
    """The rows of a list whose queries are composed once, as REST framework's paginator asks for them."""

    def __init__(self, listed: Listed[Row], order: str = "-id", after: Sequence[Any] = ()) -> None:
        self._listed, self._order, self._after = listed, order, after

    def order_by(self, order: str) -> "Rows[Row]":
        """Return the same rows in another order."""
        return Rows(self._listed, order)

    def filter(self, **beyond: Any) -> "Rows[Row]":
        """Return those beyond a key, in their order."""
        return Rows(self._listed, self._order, tuple(beyond.values()))

    def __getitem__(self, asked: slice) -> list[Row]:
        return self._listed.read((self._order,), self._after, asked.stop)[asked.start :]


class KeysetPagination(CursorPagination):
    """Newest first, 50 a page unless `page_size` (1 to 200) asks otherwise."""

    ordering = "-id"
    cursor_query_description = "Follow `next` and `previous` instead of making one."
    page_size_query_param = "page_size"
    page_size_query_description = "From 1 to 200; 50 by default."
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the position that a link of ours carried. Raises InvalidInput for anything else."""
        invalid = InvalidInput(fields={"cursor": "Use the `next` and `previous` links as they are."})
        try:
            # REST framework passes over signs that are none of base64, and over what it does not know.
            asked = base64.b64decode(request.query_params.get(self.cursor_query_param, "cj0x"), validate=True)
            if not _CURSOR.fullmatch(asked):
                raise invalid
            cursor: Cursor | None = super().decode_cursor(request)
        except (NotFound, ValueError):
            raise invalid from None
        return cursor

    def _get_position_from_instance(self, instance: Any, ordering: Any) -> str:
        # Of columns the first is the key.
        return str(instance[0] if isinstance(instance, tuple) else instance.pk)

    def get_page_size(self, request: Request) -> int:
        """Return how many rows a page holds. Raises InvalidInput for what is no number from 1 to 200."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is None:
            return int(self.page_size or 50)
        if not (asked.isascii() and asked.isdecimal() and len(asked) <= 3 and 1 <= int(asked) <= self.max_page_size):
            raise InvalidInput(fields={"page_size": f"Use a number from 1 to {self.max_page_size}."})
        return int(asked)

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """Describe a page of results."""
        link = {"type": "string", "nullable": True, "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": link, "previous": link, "results": schema},
        }
