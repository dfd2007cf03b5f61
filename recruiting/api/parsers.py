"""Reads request bodies: JSON, and forms where a file is added, of bounded size, so that none takes the process down."""

import json
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.conf import settings
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser, MultiPartParser

from recruiting.api.errors import BodyTooLarge, MalformedForm
from recruiting.applications import files

AROUND_A_FILE = 64 * 1024
"""Bytes of a form beside its file."""


class BoundedJSONParser(BaseParser):
    """Strict JSON in UTF-8, with or without a byte-order mark, up to DATA_UPLOAD_MAX_MEMORY_SIZE bytes."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what the body says. Raises ParseError and BodyTooLarge."""
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise BodyTooLarge(f"Send at most {limit:,} bytes.")
        try:
            return json.loads(body.decode("utf-8-sig"), parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            raise ParseError("The body cannot be read as JSON in UTF-8.") from error


class BoundedFormParser(MultiPartParser):
    """A form with a file of up to `files.MAX_BYTES`."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Return what the form holds. Raises BodyTooLarge and MalformedForm."""
        limit = files.MAX_BYTES + AROUND_A_FILE
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
            raise BodyTooLarge(f"Send at most {limit:,} bytes.")
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, UnicodeDecodeError, LookupError) as error:
            raise MalformedForm("The form cannot be read. Send multipart/form-data in UTF-8.") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON.")
