"""Reads one file by its kind; whatever breaks makes it unreadable and nothing else."""

import importlib

from recruiting.resumes.reader.document import Document, State

ENDINGS = ("pdf", "docx", "odt", "rtf", "txt")


def read(ending: str, content: bytes) -> Document:
    """Return what a file says.

    Args:
        ending: of its kind, one of `ENDINGS`.
        content: all of it.

    Raises:
        MemoryError: when the process may take no more memory.
    """
    if ending not in ENDINGS:
        return Document(State.UNREADABLE)
    # A library is loaded when a file needs it: half of a child's time would go into those that nobody needs.
    module = importlib.import_module(f"recruiting.resumes.reader.{ending}")
    try:
        document: Document = module.read(content)
    except MemoryError:
        raise
    except Exception:  # libraries raise whatever a broken file leads them to
        return Document(State.UNREADABLE)
    return document
