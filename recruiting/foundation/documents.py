"""What a document is, by its content and not by its name: documents that can be read as text, and pictures."""

import codecs
import struct
import unicodedata
import zipfile
import zlib
from typing import IO

from recruiting.foundation.errors import InvalidInput

HEAD_BYTES = 1024
"""How much of a file is looked at. Readers of PDF search as far for its mark."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
TEXTS = {"pdf": "application/pdf", "docx": DOCX, "odt": ODT, "rtf": "application/rtf", "txt": "text/plain"}
"""Content types of what can be read as text, by the ending of a name."""
PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "gif": "image/gif",
}
TYPES = {**TEXTS, **PICTURES}
A_TEXT = "PDF, DOCX, ODT, RTF or TXT"
A_FILE = "PDF, DOCX, ODT, RTF, TXT, PNG, JPEG, WebP or GIF"
MAX_UNPACKED = 100 * 2**20
"""Bytes that a DOCX or ODT may say it unpacks to."""
MAX_MEMBERS = 2_000
HAS_PASSWORD = "This document has a password. Save it without one, or as PDF."

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OF_WORD = ("doc", "docm", "dot", "dotx")
"""Endings that are looked into although nothing of theirs is taken, to say what to do."""
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
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


def require(name: str, file: IO[bytes], *, accepted: dict[str, str] = TYPES) -> str:
    """Return the content type of a file. Leaves the file at its beginning.

    Args:
        name: as people see it; its ending has to be that of the content.
        file: can be read and sought in.
        accepted: `TYPES` or `TEXTS`.

    Raises:
        InvalidInput: about `file`, for another kind, or for content that is not what the name says.
    """
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    other = InvalidInput(fields={"file": f"Choose a {A_FILE if accepted is TYPES else A_TEXT} file."})
    if ending not in accepted and ending not in _OF_WORD:
        raise other
    try:
        found = kind_of(file)
    finally:
        file.seek(0)
    if ending in accepted and TYPES[ending] == TYPES.get(found):
        return TYPES[ending]
    if not found and ending not in accepted:
        raise other
    told = f"This file is not {'an' if ending in ('odt', 'rtf') else 'a'} {ending.upper()}."
    if found in accepted and found != "txt":
        told += f" Its content is {found.upper()}: let its name end in .{found}."
    raise InvalidInput(fields={"file": told})


def kind_of(file: IO[bytes]) -> str:
    """Return the ending that belongs to the content of a file, "" for a kind that is none of `TYPES`.

    Raises:
        InvalidInput: about `file`, for a document with a password, from an old Word, with macros, or that unpacks to
            more than `MAX_UNPACKED`.
    """
    file.seek(0)
    head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04"):
        return _kind_of_zip(file)
    if head.startswith(_OLE):
        return _refuse_ole(file)
    for mark, ending in _PICTURES:
        if head.startswith(mark):
            return ending
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{\\rtf"):
        return "rtf"
    # A text may speak of the mark; what begins with it, or has bytes of no text, is a PDF.
    at = head.find(b"%PDF-")
    if at >= 0 and (
        not head[:at].removeprefix(codecs.BOM_UTF8).strip() or not is_text(head) or b"%%EOF" in _tail(file)
    ):
        return "pdf"
    return "txt" if is_text(head) else ""


_PICTURES = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))


def _tail(file: IO[bytes]) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(size - HEAD_BYTES, 0))
    return file.read(HEAD_BYTES)


def open_zip(file: IO[bytes]) -> zipfile.ZipFile:
    """Return a zip whose members are as few and small as those of a document.

    Raises:
        InvalidInput: about `file`, when they are not.
        zipfile.BadZipFile: when it is none.
    """
    try:
        found = zipfile.ZipFile(file)
    except (ValueError, OverflowError, struct.error, NotImplementedError) as error:
        raise zipfile.BadZipFile(str(error)) from error
    members = found.infolist()
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise InvalidInput(fields={"file": f"This file unpacks to more than {MAX_UNPACKED // 2**20} MB."})
    return found


def read_member(zipped: zipfile.ZipFile, name: str, *, limit: int = MAX_UNPACKED) -> bytes:
    """Return a member of a zip, b"" where it has none like it, is encrypted or broken.

    Raises:
        InvalidInput: about `file`, for one of more than `limit` bytes, whatever the zip says of its size.
    """
    try:
        with zipped.open(name) as member:
            content = member.read(limit + 1)
    except (KeyError, RuntimeError, NotImplementedError, EOFError, OSError, zipfile.BadZipFile, zlib.error):
        return b""
    if len(content) > limit:
        raise InvalidInput(fields={"file": f"This file unpacks to more than {MAX_UNPACKED // 2**20} MB."})
    return content


def _kind_of_zip(file: IO[bytes]) -> str:
    try:
        zipped = open_zip(file)
    except zipfile.BadZipFile:
        return ""
    if read_member(zipped, "mimetype", limit=2**20).strip() == ODT.encode():
        return "odt"
    types = read_member(zipped, "[Content_Types].xml", limit=2**20)
    if b"wordprocessingml.document.main+xml" in types:
        return "docx"
    if b"ms-word.document.macroEnabled" in types:
        raise InvalidInput(fields={"file": "This document has macros. Save it as DOCX without them, or as PDF."})
    return ""


def _refuse_ole(file: IO[bytes]) -> str:
    """Say what an OLE file is: a DOCX in its password, or what Word wrote before 2007."""
    file.seek(0)
    is_encrypted = _ENCRYPTED_PACKAGE in file.read()
    old = "This is a document of an old Word (DOC). Save it as DOCX or PDF."
    raise InvalidInput(fields={"file": HAS_PASSWORD if is_encrypted else old})


def is_text(head: bytes) -> bool:
    """Return whether bytes are text: without NUL, or in UTF-16 or UTF-32, which have NUL in every Latin letter."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return _decodes(head[len(mark) :], encoding)
    return b"\0" not in head or bool(_unmarked_utf16(head))


def encoding_of(head: bytes) -> str:
    """Return the encoding of a text by its first bytes: UTF-32 or UTF-16 by its mark or its look, else "utf-8"."""
    marked = next((encoding for mark, encoding in _MARKS.items() if head.startswith(mark)), "")
    return marked or (_unmarked_utf16(head) if b"\0" in head else "") or "utf-8"


def _unmarked_utf16(head: bytes) -> str:
    """Tell UTF-16 without its mark from bytes with a NUL among them: those soon make a sign that no text has.

    Two letters of ASCII make a Chinese one, so ASCII with a NUL somewhere is none. Returns the encoding, or "".
    """
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = _decoded(head, encoding)
        except UnicodeDecodeError:
            continue
        is_likely = not head.isascii() or max(text, default=_FIRST_BEYOND_ALPHABETS) < _FIRST_BEYOND_ALPHABETS
        if is_likely and all(one in _CONTROLS_OF_TEXT or unicodedata.category(one) not in _NO_TEXT for one in text):
            return encoding
    return ""


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        return "\0" not in _decoded(content, encoding)
    except UnicodeDecodeError:
        return False


def _decoded(content: bytes, encoding: str) -> str:
    # The last character may be cut.
    return codecs.getincrementaldecoder(encoding)().decode(content)
