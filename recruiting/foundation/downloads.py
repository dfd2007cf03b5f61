"""Handing files out: to be saved, or a PDF to be looked at; never to run as a page of ours, whatever somebody who sent
one claims it to be.
"""

from collections.abc import Mapping

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

from recruiting.foundation import documents
from recruiting.foundation.errors import InvalidInput

HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


# What a PDF is shown under: a frame of ours may hold it, and from within nothing of ours can be reached. The frame
# itself has no `sandbox`, in which Chromium shows no PDF.
SHOWN = {
    **HARMLESS,
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
}


def show_pdf(stored: FieldFile, *, name: str) -> FileResponse:
    """Return a PDF to be looked at. Raises Http404 when it is no longer stored, or when its bytes are none of a PDF."""
    try:
        content = stored.open("rb")
    except FileNotFoundError:
        raise Http404("The file is no longer stored.") from None
    try:
        is_pdf = documents.kind_of(content) == "pdf"
    except InvalidInput:
        is_pdf = False
    if not is_pdf:
        content.close()
        raise Http404("This file is not a PDF.")
    content.seek(0)
    return FileResponse(content, filename=name, content_type=documents.TYPES["pdf"], headers=SHOWN)


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
