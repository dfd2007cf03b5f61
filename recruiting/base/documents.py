"""What a document is, by its first bytes and not by its name alone: PDF, DOCX or plain text."""

import codecs

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
_LAST_ROW_OF_ALPHABETS = 0x20
"""Code points below U+2100 (every alphabet, and its punctuation) have a high byte of at most this in UTF-16."""


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
    """Tell UTF-16 without its mark from bytes with a NUL among them: one of each two bytes is small throughout."""
    pairs = head[: len(head) // 2 * 2]
    for high, encoding in ((pairs[1::2], "utf-16-le"), (pairs[0::2], "utf-16-be")):
        if high and max(high) <= _LAST_ROW_OF_ALPHABETS and _decodes(pairs, encoding):
            return True
    return False


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        # The last character may be cut.
        text = codecs.getincrementaldecoder(encoding)().decode(content)
    except UnicodeDecodeError:
        return False
    return "\0" not in text
