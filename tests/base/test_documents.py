"""What a file is by its content, as the world writes files."""

import codecs
import io
import zipfile

import pytest

from recruiting.foundation import documents
from recruiting.foundation.errors import InvalidInput

RUSSIAN = "Резюме\r\nАнна Иванова, инженер – «Москва»\r\n"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1016
MAIN = b'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"'
MACROS = b'ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"'


def zipped(**members: bytes) -> bytes:
    """Return a zip; `types` is the member that says what a DOCX holds."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr({"types": "[Content_Types].xml"}.get(name, name), content)
    return made.getvalue()


@pytest.mark.parametrize(
    ("ending", "head", "is_one"),
    [
        ("pdf", b"%PDF-1.7", True),
        ("pdf", codecs.BOM_UTF8 + b"%PDF-1.7", True),
        ("pdf", b"\r\n%PDF-1.7", True),
        ("pdf", b"x" * 1019 + b"%PDF-1.7 %%EOF", True),
        ("pdf", b"x" * 1020 + b"%PDF-1.7 %%EOF", False),
        ("pdf", b"<html>", False),
        ("docx", zipped(custom=b"first", types=MAIN), True),
        ("docx", zipped(types=MAIN)[:200], False),
        ("docx", zipped(types=b"spreadsheetml"), False),
        ("docx", b"PK\x03\x04...", False),
        ("odt", zipped(mimetype=documents.ODT.encode()), True),
        ("odt", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), False),
        ("rtf", b"{\\rtf1 Ada}", True),
        ("rtf", b"Ada", False),
        ("txt", b"{\\rtf1 Ada}", False),
        ("txt", b"%PDF-1.7 text only", False),
        ("txt", b"We read files that begin with %PDF- and others.", True),
        ("png", b"\x89PNG\r\n\x1a\n\0", True),
        ("jpeg", b"\xff\xd8\xff\xe0", True),
        ("jpg", b"\x89PNG\r\n\x1a\n\0", False),
        ("webp", b"RIFF\0\0\0\0WEBPVP8 ", True),
        ("gif", b"GIF89a\0", True),
        ("docx", b"%PDF-1.7", False),
        ("txt", b"", True),
        ("txt", codecs.BOM_UTF8 + "Müller".encode(), True),
        ("txt", "Müller".encode("latin-1"), True),
        ("txt", RUSSIAN.encode("utf-16"), True),
        ("txt", codecs.BOM_UTF16_BE + RUSSIAN.encode("utf-16-be"), True),
        ("txt", codecs.BOM_UTF16_LE + "李娜的简历\n".encode("utf-16-le") + b"x", True),
        ("txt", "Ada".encode("utf-32"), True),
        ("txt", RUSSIAN.encode("utf-16-le"), True),
        ("txt", "A curriculum vitae.\n".encode("utf-16-be"), True),
        ("txt", "氏名：山田 太郎\n".encode("utf-16-le"), True),
        ("txt", "이력서 2026\n".encode("utf-16-be"), True),
        ("txt", "✓ Ada 👩‍💻\n".encode("utf-16-le"), True),
        ("txt", b"text\0binary", False),
        ("txt", b"text\0binary!", False),
        ("txt", b"\0", False),
        ("txt", b"MZ\0\0", False),
        ("txt", b"\0\0\0\0", False),
        ("txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", False),
        ("txt", b"PK\x03\x04\x14\0\0\0\x08\0", False),
        ("txt", codecs.BOM_UTF16_LE + b"a\0\0\0", False),
        ("txt", codecs.BOM_UTF16_LE + b"\x00\xdc\x00\xdc", False),
    ],
)
def test_a_file_is_what_its_content_says(ending: str, head: bytes, is_one: bool) -> None:
    found = documents.kind_of(io.BytesIO(head))

    assert (documents.TYPES.get(found) == documents.TYPES[ending]) is is_one


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("cv.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "This document has a password."),
        ("cv.doc", OLE, "This is a document of an old Word (DOC). Save it as DOCX or PDF."),
        ("cv.doc", b"{\\rtf1 Ada}", "This file is not a DOC. Its content is RTF: let its name end in .rtf."),
        ("cv.docx", zipped(types=MACROS), "This document has macros."),
        ("cv.odt", b"%PDF-1.7", "This file is not an ODT. Its content is PDF: let its name end in .pdf."),
        ("cv.pdf", b"words", "This file is not a PDF."),
        ("cv", b"%PDF-1.7", "Choose a PDF, DOCX, ODT, RTF or TXT file."),
        ("cv.doc", b"MZ\0", "Choose a PDF, DOCX, ODT, RTF or TXT file."),
        ("cv.png", b"\x89PNG\r\n\x1a\n", "Choose a PDF, DOCX, ODT, RTF or TXT file."),
    ],
)
def test_what_is_not_what_its_name_says_is_told_so(name: str, content: bytes, words: str) -> None:
    file = io.BytesIO(content)

    with pytest.raises(InvalidInput) as refusal:
        documents.require(name, file, accepted=documents.TEXTS)

    assert refusal.value.fields["file"].startswith(words)
    assert file.tell() == 0


def test_a_zip_may_not_unpack_to_more_than_a_document() -> None:
    many = zipped(**{f"member{number}": b"" for number in range(documents.MAX_MEMBERS + 1)})
    large = zipped(types=b" " * (2**20 + 1))

    for content in (many, large):
        with pytest.raises(InvalidInput, match="This file unpacks to more than 100 MB"):
            documents.require("cv.docx", io.BytesIO(content))


def test_a_zip_that_unpacks_to_more_than_we_read_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_UNPACKED", 10_000)

    with pytest.raises(InvalidInput, match="unpacks to more than"):
        documents.open_zip(io.BytesIO(zipped(types=MAIN, body=b" " * 10_000)))
