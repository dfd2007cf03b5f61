"""What a document is, by its first bytes and not by its name alone: PDF, DOCX or plain text."""

import codecs
import unicodedata

HEAD_BYTES = 1024
"""How much of a file is looked at. Readers of PDF search as far for its mark."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
TYPES = {"pdf": "application/pdf", "docx": DOCX, "txt": "text/plain"}
"""Content types by the ending of a name."""

_MARKS = {
    # UTF-32 first: its mark begins with the one of UTF-16.
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_NO_TEXT = ("Cc", "Cn", "Co", "Cs")
_CONTROLS_OF_TEXT = "\t\n\v\f\r"
_FIRST_BEYOND_ALPHABETS = "\u2100"


def is_document(ending: str, head: bytes) -> bool:
    """Return whether the first `HEAD_BYTES` of a file are those of a file with this ending ("pdf", "docx", "txt")."""
    if ending == "pdf":
        return b"%PDF-" in head[:HEAD_BYTES]
    if ending == "docx":
        return head.startswith(b"PK\x03\x04")
    return is_text(head[:HEAD_BYTES])


def is_text(head: bytes) -> bool:
    """Return whether bytes are text: without NUL, or in UTF-16 or UTF-32, which have NUL in every Latin letter."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return _decodes(head[len(mark) :], encoding)
    return b"\0" not in head or _is_unmarked_utf16(head)


def _is_unmarked_utf16(head: bytes) -> bool:
    """Tell UTF-16 without its mark from bytes with a NUL among them: those soon make a sign that no text has.

    Two letters of ASCII make a Chinese one, so ASCII with a NUL somewhere is none.
    """
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = _decoded(head, encoding)
        except UnicodeDecodeError:
            continue
        is_likely = not head.isascii() or max(text, default=_FIRST_BEYOND_ALPHABETS) < _FIRST_BEYOND_ALPHABETS
        if is_likely and all(one in _CONTROLS_OF_TEXT or unicodedata.category(one) not in _NO_TEXT for one in text):
            return True
    return False


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        return "\0" not in _decoded(content, encoding)
    except UnicodeDecodeError:
        return False


def _decoded(content: bytes, encoding: str) -> str:
    # The last character may be cut.
    return codecs.getincrementaldecoder(encoding)().decode(content)
