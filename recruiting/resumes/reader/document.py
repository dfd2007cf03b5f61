"""What the reader makes of a file: text, blocks, links, and whether there was anything to read.

Pure data. Nothing in this package knows Django: it runs in a process of its own (`__main__`).
"""

from dataclasses import dataclass, field
from enum import StrEnum

VERSION = 1
"""Of the reader as a whole, its libraries and `fields` included; `manage.py read_resumes` reads again what is older."""
MAX_TEXT = 200_000
"""Characters of text that are kept."""
MAX_BLOCKS = 4_000
MAX_PAGES = 200
"""Pages of a PDF that are read; the text of a résumé ends long before."""
MAX_LINKS = 100
MAX_XML = 12 * 2**20
"""Bytes that a part of a DOCX or ODT may unpack to."""


class State(StrEnum):
    """How reading went."""

    READ = "read"
    SCAN = "scan"
    """A PDF with pages and without text."""
    EMPTY = "empty"
    """Another document without text."""
    ENCRYPTED = "encrypted"
    UNREADABLE = "unreadable"


class BlockKind(StrEnum):
    """What a block is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    """One item of a list."""
    TABLE = "table"


@dataclass(frozen=True)
class Block:
    """A piece of a document, as our template draws it."""

    kind: str
    text: str
    """Plain text; of a table its cells, tabs between them and a line for each row."""
    level: int = 0
    """Of a heading 1 to 6; of an item of a list how deep it is, from 0."""
    cells: tuple[tuple[str, ...], ...] = ()
    """Of a table: its rows."""


@dataclass(frozen=True)
class Document:
    """A file, read."""

    state: State
    text: str = ""
    blocks: tuple[Block, ...] = ()
    links: tuple[str, ...] = ()
    """Addresses (mailto, tel, http, https) as the file has them, in its order, each once."""
    pages: int | None = None
    """Pages of a PDF."""
    is_cut: bool = False
    """Whether there is more in the file than was read."""


@dataclass
class Draft:
    """A document while it is being read."""

    blocks: list[Block] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    def add(self, kind: BlockKind, text: str, *, level: int = 0) -> None:
        """Add a block, unless it says nothing."""
        if text.strip():
            self.blocks.append(Block(kind, text, level))

    def add_table(self, rows: list[list[str]]) -> None:
        """Add a table, unless it says nothing."""
        if any(cell.strip() for row in rows for cell in row):
            told = "\n".join("\t".join(row) for row in rows)
            self.blocks.append(Block(BlockKind.TABLE, told, cells=tuple(tuple(row) for row in rows)))
