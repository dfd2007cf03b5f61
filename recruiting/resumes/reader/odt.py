"""ODT: our own walk of its content and of the headers and footers in its styles.

What tracked changes took away and what annotations say is left out; a text box is read once.
"""

from typing import Any

from recruiting.resumes.reader import cleaning, xml
from recruiting.resumes.reader.document import BlockKind, Document, Draft, State

_SKIPPED = {"tracked-changes", "annotation", "annotation-end", "hidden-text", "note-citation", "title", "desc"}
_SPACES = {"tab": "\t", "line-break": "\n", "soft-page-break": ""}
_MAX_SPACES = 200


def read(content: bytes) -> Document:
    """Return what an ODT says. Raises BadZipFile, InvalidInput or KeyError for one that is broken or too large."""
    zipped = xml.open_zip(content)
    manifest = xml.part(zipped, "META-INF/manifest.xml")
    if manifest is not None and any(xml.name_of(element) == "encryption-data" for element in manifest.iter()):
        return Document(State.ENCRYPTED)
    root = xml.part(zipped, "content.xml")
    body = xml.child(xml.child(root, "body"), "text")
    if body is None:
        raise KeyError("content.xml")
    draft = Draft()
    styles = xml.part(zipped, "styles.xml")
    hidden = _hidden_styles(root) | (_hidden_styles(styles) if styles is not None else set())
    frames = _frames(styles)
    for element in frames["header"]:
        _Walk(draft, hidden).blocks(element)
    _Walk(draft, hidden).blocks(body)
    for element in frames["footer"]:
        _Walk(draft, hidden).blocks(element)
    return cleaning.finished(draft)


def _hidden_styles(root: Any) -> set[str]:
    """Return the names of styles whose text is not shown."""
    found = set()
    for style in root.iter("{*}style"):
        properties = xml.child(style, "text-properties")
        if properties is not None and xml.attribute(properties, "display") == "none":
            found.add(xml.attribute(style, "name"))
    return found


def _frames(styles: Any) -> dict[str, list[Any]]:
    """Return headers and footers of the pages, of the same text once."""
    found: dict[str, list[Any]] = {"header": [], "footer": []}
    said: set[str] = set()
    for page in styles.iter("{*}master-page") if styles is not None else ():
        for element in page:
            kind = xml.name_of(element).removesuffix("-first").removesuffix("-left")
            text = "".join(element.itertext())
            if kind in found and text not in said:
                said.add(text)
                found[kind].append(element)
    return found


class _Walk:
    """Reads the blocks of one part."""

    def __init__(self, draft: Draft, hidden: set[str]) -> None:
        self.draft, self.hidden = draft, hidden
        self.boxes: list[Any] = []

    def blocks(self, parent: Any, depth: int = -1) -> None:
        """Add the blocks under an element; `depth`: how many lists it is in, less one."""
        for element in parent:
            name = xml.name_of(element)
            if name == "h":
                level = xml.attribute(element, "outline-level")
                self._add(BlockKind.HEADING, element, min(int(level), 6) if level.isdecimal() else 1)
            elif name == "p":
                kind = BlockKind.PARAGRAPH if depth < 0 else BlockKind.LIST
                self._add(kind, element, max(depth, 0))
            elif name == "list":
                self.blocks(element, depth + 1)
            elif name == "table":
                self.draft.add_table(self._rows(element))
                self._read_boxes()
            elif name == "text-box":
                self.blocks(element)
            elif name not in _SKIPPED:
                self.blocks(element, depth)

    def _add(self, kind: BlockKind, element: Any, level: int) -> None:
        self.draft.add(kind, self._text(element), level=level)
        self._read_boxes()

    def _read_boxes(self) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box)

    def _text(self, element: Any) -> str:
        if xml.attribute(element, "style-name") in self.hidden:
            return ""
        found = [element.text or ""]
        for each in element:
            name = xml.name_of(each)
            if name in _SPACES:
                found.append(_SPACES[name])
            elif name == "s":
                count = xml.attribute(each, "c", "1")
                found.append(" " * (min(int(count), _MAX_SPACES) if count.isdecimal() else 1))
            elif name == "text-box":
                self.boxes.append(each)
            elif name and name not in _SKIPPED:
                if name == "a":
                    self.draft.links.append(xml.attribute(each, "href"))
                found.append(self._text(each))
            found.append(each.tail or "")
        return "".join(found)

    def _rows(self, table: Any) -> list[list[str]]:
        """Return the texts of a table's cells; what a merged cell covers says nothing."""
        rows: list[list[str]] = []
        for element in table:
            name = xml.name_of(element)
            if name == "table-row":
                rows.append([self._cell(cell) for cell in element if xml.name_of(cell) == "table-cell"])
            elif name in ("table-header-rows", "table-rows", "table-row-group"):
                rows += self._rows(element)
        return rows

    def _cell(self, cell: Any) -> str:
        own = Draft()
        _Walk(own, self.hidden).blocks(cell)
        self.draft.links += own.links
        return "\n".join(block.text.replace("\t", " ") for block in own.blocks)
