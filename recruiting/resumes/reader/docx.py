"""DOCX: our own walk of its parts, since no library reads all of it right.

Each text once: of changes that are tracked what they lead to, of a text box the one that is drawn, of a header what all
its kinds say. Names of elements count without their namespace, so that Strict Open XML is read, too.
"""

import posixpath
import re
import zipfile
from typing import Any

from recruiting.resumes.reader import cleaning, xml
from recruiting.resumes.reader.document import BlockKind, Document, Draft

_SKIPPED = {
    "del", "moveFrom", "Fallback", "instrText", "delText", "delInstrText", "rPr", "pPr", "sdtPr", "sdtEndPr", "tblPr",
    "tblGrid", "sectPr", "annotationRef", "footnoteReference", "commentReference", "fldData",
}  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "", "sym": " "}
_FALSE = ("0", "false", "off", "none")
_hyperlink = re.compile(r'HYPERLINK\s+(?:\\\w\s+)*(?:"([^"]+)"|(\S+))', re.IGNORECASE)
_heading = re.compile(r"(?:heading|überschrift|titre|título)\s*([1-6])\Z", re.IGNORECASE)


def read(content: bytes) -> Document:
    """Return what a DOCX says. Raises BadZipFile, InvalidInput or KeyError for one that is broken or too large."""
    zipped = xml.open_zip(content)
    main = _main_part(zipped)
    root = xml.part(zipped, main)
    body = xml.child(root, "body")
    if body is None:
        raise KeyError(main)
    draft = Draft()
    links = _relations(zipped, main)
    styles = _Styles(xml.part(zipped, posixpath.join(posixpath.dirname(main), "styles.xml")))
    folder = posixpath.dirname(main)
    said: set[str] = set()
    for kind in ("header", "body", "footer"):
        if kind == "body":
            _Walk(draft, styles, {key: target for key, (_, target) in links.items()}).blocks(body)
            continue
        for relation, target in links.values():
            if relation == kind:
                _add_frame(zipped, posixpath.normpath(posixpath.join(folder, target)), draft, styles, said)
    return cleaning.finished(draft)


def _add_frame(zipped: zipfile.ZipFile, name: str, draft: Draft, styles: "_Styles", said: set[str]) -> None:
    """Add a header or footer, of the same text once."""
    root = xml.part(zipped, name)
    if root is None:
        return
    own = Draft()
    _Walk(own, styles, {key: target for key, (_, target) in _relations(zipped, name).items()}).blocks(root)
    text = "\n".join(block.text for block in own.blocks)
    if text not in said:
        said.add(text)
        draft.blocks += own.blocks
        draft.links += own.links


def _main_part(zipped: zipfile.ZipFile) -> str:
    relations = _relations(zipped, "")
    found = next((target for kind, target in relations.values() if kind == "officeDocument"), "word/document.xml")
    return found.lstrip("/")


def _relations(zipped: zipfile.ZipFile, name: str) -> dict[str, tuple[str, str]]:
    """Return what a part leads to, by id: the last word of the kind, and where."""
    folder, file = posixpath.split(name)
    root = xml.part(zipped, posixpath.join(folder, "_rels", f"{file}.rels"))
    if root is None:
        return {}
    return {
        each.get("Id", ""): (each.get("Type", "").rpartition("/")[2], each.get("Target", ""))
        for each in xml.children(root, "Relationship")
    }


class _Styles:
    """Which paragraph styles are headings, of which level, and which are items of lists."""

    def __init__(self, root: Any) -> None:
        self.headings: dict[str, int] = {}
        self.lists: set[str] = set()
        for style in xml.children(root, "style") if root is not None else ():
            key = xml.attribute(style, "styleId")
            name = xml.child(style, "name")
            called = xml.attribute(name, "val") if name is not None else ""
            properties = xml.child(style, "pPr")
            found = _heading.match(called) or _heading.match(key)
            if found:
                self.headings[key] = int(found[1])
            elif called.lower() == "title":
                self.headings[key] = 1
            elif (level := _outline(properties)) is not None:
                self.headings[key] = level
            if xml.child(properties, "numPr") is not None:
                self.lists.add(key)


def _outline(properties: Any) -> int | None:
    """Return the level of a heading that paragraph properties say, None for body text."""
    found = xml.child(properties, "outlineLvl")
    level = xml.attribute(found, "val") if found is not None else ""
    return int(level) + 1 if level in ("0", "1", "2", "3", "4", "5") else None


class _Walk:
    """Reads the blocks of one part."""

    def __init__(self, draft: Draft, styles: _Styles, links: dict[str, str]) -> None:
        self.draft, self.styles, self.links = draft, styles, links
        self.boxes: list[Any] = []
        """Text boxes of the paragraph that is being read."""
        self.instruction = ""

    def blocks(self, parent: Any) -> None:
        """Add the blocks under an element."""
        for element in parent:
            name = xml.name_of(element)
            if name == "p":
                self._paragraph(element)
            elif name == "tbl":
                self.draft.add_table(self._rows(element))
                self._boxes()
            elif name not in _SKIPPED:
                self.blocks(element)

    def _paragraph(self, element: Any) -> None:
        properties = xml.child(element, "pPr")
        style = xml.child(properties, "pStyle")
        key = xml.attribute(style, "val") if style is not None else ""
        text = self._text(element)
        numbering = xml.child(properties, "numPr")
        level = _outline(properties) or self.styles.headings.get(key)
        if level is not None:
            self.draft.add(BlockKind.HEADING, text, level=level)
        elif numbering is not None or key in self.styles.lists:
            depth = (
                xml.attribute(xml.child(numbering, "ilvl"), "val") if xml.child(numbering, "ilvl") is not None else ""
            )
            self.draft.add(BlockKind.LIST, text, level=min(int(depth), 8) if depth.isdecimal() else 0)
        else:
            self.draft.add(BlockKind.PARAGRAPH, text)
        self._boxes()

    def _boxes(self) -> None:
        boxes, self.boxes = self.boxes, []
        for box in boxes:
            self.blocks(box)

    def _text(self, parent: Any) -> str:
        return "".join(self._pieces(parent))

    def _pieces(self, parent: Any) -> list[str]:
        found: list[str] = []
        for element in parent:
            name = xml.name_of(element)
            if name == "t":
                # An entity that is not resolved parts a text in two.
                found.append("".join([element.text or "", *(inner.tail or "" for inner in element)]))
            elif name in _SIGNS:
                found.append(_SIGNS[name])
            elif name == "instrText":
                self.instruction += element.text or ""
            elif name == "fldChar":
                self._note_field(xml.attribute(element, "fldCharType"))
            elif name == "txbxContent":
                self.boxes.append(element)
            elif name == "p":  # of a table in a cell
                found += [*self._pieces(element), "\n"]
            elif name not in _SKIPPED and not (name == "r" and _is_hidden(element)):
                if name == "hyperlink":
                    self.draft.links.append(self.links.get(xml.attribute(element, "id"), ""))
                elif name == "fldSimple":
                    self._note_link(xml.attribute(element, "instr"))
                found += self._pieces(element)
        return found

    def _note_field(self, kind: str) -> None:
        if kind == "begin":
            self.instruction = ""
        else:
            self._note_link(self.instruction)
            self.instruction = ""

    def _note_link(self, instruction: str) -> None:
        if found := _hyperlink.search(instruction):
            self.draft.links.append(found[1] or found[2])

    def _rows(self, table: Any) -> list[list[str]]:
        """Return the texts of a table's cells; a merged cell says its text once."""
        return [[self._cell(cell) for cell in _unwrapped(row, "tc")] for row in _unwrapped(table, "tr")]

    def _cell(self, cell: Any) -> str:
        properties = xml.child(cell, "tcPr")
        merge = xml.child(properties, "vMerge")
        if merge is not None and xml.attribute(merge, "val", "continue") == "continue":
            return ""
        parts: list[str] = []
        for element in _unwrapped(cell, "p", "tbl"):
            if xml.name_of(element) == "tbl":
                parts += [" ".join(row) for row in self._rows(element)]
            else:
                parts.append(self._text(element))
        boxes, self.boxes = self.boxes, []
        parts += [self._text(box) for box in boxes]
        return "\n".join(part for part in parts if part.strip())


def _unwrapped(parent: Any, *names: str) -> list[Any]:
    """Return the elements of these names under content controls and tracked insertions."""
    found: list[Any] = []
    for element in parent:
        name = xml.name_of(element)
        if name in names:
            if not (name == "tr" and _is_deleted_row(element)):
                found.append(element)
        elif name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"):
            found += _unwrapped(element, *names)
    return found


def _is_deleted_row(row: Any) -> bool:
    return xml.child(xml.child(row, "trPr"), "del") is not None


def _is_hidden(run: Any) -> bool:
    hidden = xml.child(xml.child(run, "rPr"), "vanish")
    return hidden is not None and xml.attribute(hidden, "val") not in _FALSE
