"""The reader's process with a reading that ends it, takes all memory, or never ends, as a file says."""

import os
import sys
from typing import Any

from recruiting.resumes.reader import __main__ as process
from recruiting.resumes.reader import reading
from recruiting.resumes.reader.document import Document

_read = reading.read


def read(ending: str, content: bytes) -> Document:
    """Do what the content says, else read it."""
    taken: list[Any] = []
    if content == b"die":
        os._exit(1)
    while content == b"fill":
        taken.append(bytearray(2**24))
    while content == b"spin":
        pass
    if content == b"talk":
        return Document(_read("txt", b"words").state, "x" * 5_000_000)
    print("What a library prints goes nowhere.")
    return _read(ending, content)


if __name__ == "__main__":
    reading.read = read
    process.CPU_SECONDS = 0
    sys.exit(process.main())
