"""Handing files out: to be saved, never to run as a page of ours, whatever somebody who sent one claims it to be."""

from collections.abc import Mapping

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def hand_out(
    stored: FieldFile, *, name: str, content_type: str, headers: Mapping[str, str] | None = None
) -> FileResponse:
    """Return a file to be saved, with headers besides `HARMLESS`. Raises Http404 when it is no longer stored."""
    try:
        content = stored.open("rb")
    except FileNotFoundError:
        raise Http404("The file is no longer stored.") from None
    kept = {**HARMLESS, **(headers or {})}
    return FileResponse(content, as_attachment=True, filename=name, content_type=content_type, headers=kept)
