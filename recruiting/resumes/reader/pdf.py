"""PDF: text by PDFium (it undoes ActualText and drops what is printed twice), links by pypdf."""

import io
from collections.abc import Iterator
from typing import Any

import pypdfium2

from recruiting.resumes.reader import cleaning
from recruiting.resumes.reader.document import MAX_LINKS, MAX_PAGES, MAX_TEXT, Document, Draft, State

_PASSWORD = pypdfium2.raw.FPDF_ERR_PASSWORD
_SECURITY = pypdfium2.raw.FPDF_ERR_SECURITY


def read(content: bytes) -> Document:
    """Return what a PDF says. Raises PdfiumError for one that is broken."""
    try:
        opened = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (_PASSWORD, _SECURITY):
            return Document(State.ENCRYPTED)
        raise
    try:
        pages = len(opened)
        draft, parts, length = Draft(), [], 0
        for number in range(min(pages, MAX_PAGES)):
            part = cleaning.clean(_text_of(opened, number))
            parts.append(part)
            cleaning.add_lines(draft, part)
            length += len(part)
            if length > MAX_TEXT:
                break
    finally:
        opened.close()
    draft.links.extend(_links(content))
    text = "\n\n".join(part for part in parts if part)
    return cleaning.finished(draft, text=text, pages=pages, is_cut=len(parts) < pages)


def _text_of(opened: Any, number: int) -> str:
    """Return the text of a page, "" for one that is broken among others."""
    try:
        page = opened[number]
        try:
            words = page.get_textpage()
            try:
                return str(words.get_text_range())
            finally:
                words.close()
        finally:
            page.close()
    except pypdfium2.PdfiumError:
        return ""


def _links(content: bytes) -> list[str]:
    """Return the addresses of a PDF's link annotations in the order of its pages; what is broken has none."""
    # Most that have none say so: annotations stand in plain text, or in streams of objects.
    if b"/URI" not in content and b"/ObjStm" not in content:
        return []
    import pypdf

    found: list[str] = []
    try:
        opened = pypdf.PdfReader(io.BytesIO(content), strict=False)
        for number, page in enumerate(opened.pages):
            if number >= MAX_PAGES or len(found) >= MAX_LINKS:
                break
            found.extend(_links_of(page))
    except Exception:  # a library's own errors, and whatever else broken objects lead to
        return found
    return found


def _links_of(page: Any) -> Iterator[str]:
    annotations = page.get("/Annots")
    annotations = annotations.get_object() if annotations is not None else ()
    for annotation in annotations or ():
        action = annotation.get_object().get("/A")
        address = action.get_object().get("/URI") if action is not None else None
        if address is not None:
            address = address.get_object()
            yield address.decode("utf-8", "replace") if isinstance(address, bytes) else str(address)
