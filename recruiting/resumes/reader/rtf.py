"""RTF: striprtf, after the groups that it reads wrong were cut out or lifted.

It keeps what tracked changes deleted and loses text boxes, footnotes, headers and the addresses of links; cells of a
table it ends with `|`, which people type, too.
"""

import codecs
import re

from striprtf.striprtf import rtf_to_text

from recruiting.resumes.reader import cleaning
from recruiting.resumes.reader.document import BlockKind, Document, Draft

_token = re.compile(r"\\([a-z]+)(-?\d+)? ?|\\[^a-z]|[{}]", re.IGNORECASE)
_codepage = re.compile(r"\\ansicpg(\d+)")
_hyperlink = re.compile(r'HYPERLINK\s+(?:\\+\w\s+)*"([^"]+)"', re.IGNORECASE)
_binary = re.compile(rb"\\bin(\d+) ?")
_LIFTED = {
    "shptxt": "box",
    "header": "header",
    "headerl": "header",
    "headerr": "header",
    "headerf": "header",
    "footer": "footer",
    "footerl": "footer",
    "footerr": "footer",
    "footerf": "footer",
    "footnote": "footer",
}
# Where a cell and a row of a table end, while striprtf reads: letters of private use, which no text keeps.
_CELL, _ROW = "\ue000", "\ue001"
_MAX_DEPTH = 500


def read(content: bytes) -> Document:
    """Return what an RTF says."""
    source = _decoded(_without_binary(content))
    fonts = _head(source)
    draft = Draft()
    parts = _split(source, draft.links)
    for name in ("header", "body", "box", "footer"):
        said: set[str] = set()
        for part in parts[name]:
            whole = part if name == "body" else f"{fonts}{part}}}"
            text: str = rtf_to_text(whole, errors="replace")  # type: ignore[no-untyped-call]
            if text not in said:
                said.add(text)
                _add(draft, text)
    return cleaning.finished(draft)


def _without_binary(content: bytes) -> bytes:
    """Return an RTF without its raw bytes, in which braces are none."""
    found, at = [], 0
    for match in _binary.finditer(content):
        if match.start() >= at:
            found.append(content[at : match.start()])
            at = match.end() + int(match[1][:9])
    return b"".join([*found, content[at:]])


def _decoded(content: bytes) -> str:
    match = _codepage.search(content[:2000].decode("ascii", "replace"))
    encoding = f"cp{match[1]}" if match else "cp1252"
    try:
        codecs.lookup(encoding)
    except LookupError:
        encoding = "cp1252"
    return content.decode(encoding, "replace").lstrip("\ufeff \r\n\t")


def _head(source: str) -> str:
    """Return the beginning of an RTF to the end of its table of fonts, which says how the rest is encoded."""
    at = source.find(r"{\fonttbl")
    if at < 0:
        match = _codepage.search(source)
        return rf"{{\rtf1\ansi{match[0] if match else ''} "
    depth = 0
    for match in _token.finditer(source, at):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return source[: match.end()]
    return "{\\rtf1 "


def _split(source: str, links: list[str]) -> dict[str, list[str]]:
    """Return the parts of an RTF apart, without what was deleted; append where links lead to `links`."""
    parts: dict[str, list[str]] = {"header": [], "body": [], "box": [], "footer": []}
    # Of each open group: what it is lifted as, and what of it is kept so far.
    open_groups: list[tuple[str, list[str]]] = [("body", [])]
    deleted_at, at = 0, 0
    for match in _token.finditer(source):
        sign, word = match[0], match[1]
        is_kept = not deleted_at
        if is_kept:
            open_groups[-1][1].append(source[at : match.start()])
        at = match.end()
        if sign == "{":
            if len(open_groups) > _MAX_DEPTH:
                break
            open_groups.append(("", ["{"]))
        elif sign == "}":
            if deleted_at == len(open_groups):
                deleted_at = 0
            if len(open_groups) > 1:
                kind, own = open_groups.pop()
                whole = "".join([*own, "}"])
                if kind == "link":
                    links += _hyperlink.findall(whole.replace("\\\\", "\\"))
                elif not kind:
                    if not deleted_at:
                        open_groups[-1][1].append(whole)
                elif not deleted_at:
                    parts[kind].append(whole)
        elif word == "deleted":
            if match[2] == "0":
                deleted_at = 0 if deleted_at == len(open_groups) else deleted_at
            else:
                deleted_at = deleted_at or len(open_groups)
        elif word in _LIFTED and len(open_groups) > 2 and is_kept:
            open_groups[-1] = (_LIFTED[word], open_groups[-1][1])
        elif word == "fldinst":
            open_groups[-1] = ("link", open_groups[-1][1])
        elif is_kept:
            open_groups[-1][1].append({"cell": _CELL, "nestcell": _CELL, "row": _ROW, "nestrow": _ROW}.get(word, sign))
    # What was never closed is read as far as it goes.
    rest = "".join("".join(own) for _, own in open_groups) + ("" if deleted_at else source[at:])
    parts["body"].append(rest)
    return parts


def _add(draft: Draft, text: str) -> None:
    """Add the blocks of a text: rows of tables by their marks, all else by its lines."""
    rows: list[list[str]] = []
    lines: list[str] = []
    for piece in re.split(f"({_ROW})", text):
        if piece == _ROW or _CELL not in piece:
            if piece != _ROW and piece.strip():
                draft.add_table(rows)
                rows = []
                lines.append(piece)
            continue
        *cells, rest = piece.split(_CELL)
        # What stands before the first row is no cell's: all but the last line of it.
        before, _, first = cells[0].strip("\n").rpartition("\n")
        if before.strip():
            draft.add_table(rows)
            rows = []
            lines.append(before)
        _add_lines(draft, lines)
        rows.append([first, *(cell.strip("\n") for cell in cells[1:])])
        if rest.strip():
            lines.append(rest)
    draft.add_table(rows)
    _add_lines(draft, lines)


def _add_lines(draft: Draft, lines: list[str]) -> None:
    for line in "\n".join(lines).split("\n"):
        cleaned = cleaning.clean(line)
        if cleaned.startswith(("•\t", "·\t", "-\t")):
            draft.add(BlockKind.LIST, cleaned[2:])
        else:
            cleaning.add_lines(draft, cleaned)
    lines.clear()
