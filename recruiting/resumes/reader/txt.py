"""Plain text: UTF-8, UTF-16 and UTF-32 by their marks or their look, else cp1252."""

from recruiting.foundation import documents
from recruiting.resumes.reader import cleaning
from recruiting.resumes.reader.document import MAX_TEXT, Document, Draft


def read(content: bytes) -> Document:
    """Return what a text file says."""
    text = cleaning.clean(_decoded(content[: 8 * MAX_TEXT]))
    draft = Draft()
    cleaning.add_lines(draft, text)
    return cleaning.finished(draft, text=text, is_cut=len(content) > 8 * MAX_TEXT)


def _decoded(content: bytes) -> str:
    encoding = documents.encoding_of(content[: documents.HEAD_BYTES])
    if encoding != "utf-8":
        return content.decode(encoding, "replace").removeprefix("\ufeff")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The last character may be cut.
        if error.start >= len(content) - 4 and len(content) == 8 * MAX_TEXT:
            return content[: error.start].decode("utf-8-sig")
        return content.decode("cp1252", "replace")
