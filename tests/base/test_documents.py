"""What a file is by its first bytes, as the world writes files."""

import codecs

import pytest

from recruiting.foundation import documents

RUSSIAN = "Резюме\r\nАнна Иванова, инженер – «Москва»\r\n"


@pytest.mark.parametrize(
    ("ending", "head", "is_one"),
    [
        ("pdf", b"%PDF-1.7", True),
        ("pdf", codecs.BOM_UTF8 + b"%PDF-1.7", True),
        ("pdf", b"\r\n%PDF-1.7", True),
        ("pdf", b"x" * 1019 + b"%PDF-", True),
        ("pdf", b"x" * 1020 + b"%PDF-", False),
        ("pdf", b"<html>", False),
        ("docx", b"PK\x03\x04...", True),
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
def test_a_file_is_what_its_first_bytes_say(ending: str, head: bytes, is_one: bool) -> None:
    assert documents.is_document(ending, head) is is_one
