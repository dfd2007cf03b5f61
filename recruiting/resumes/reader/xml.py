"""What DOCX and ODT share: zips of XML. No entity is resolved and nothing is fetched."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from recruiting.foundation import documents
from recruiting.resumes.reader.document import MAX_XML


def open_zip(content: bytes) -> zipfile.ZipFile:
    """Return a document's zip. Raises as `documents.open_zip`."""
    return documents.open_zip(io.BytesIO(content))


def part(zipped: zipfile.ZipFile, name: str) -> Any:
    """Return the root of a part, None where there is none like it. Raises InvalidInput for one that is too large."""
    content = documents.read_member(zipped, name.lstrip("/"), limit=MAX_XML)
    if not content:
        return None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, recover=True, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None


def name_of(element: Any) -> str:
    """Return an element's name without its namespace, "" for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: Any, name: str, default: str = "") -> str:
    """Return an attribute by its name without its namespace."""
    for key, value in element.attrib.items():
        if key.rpartition("}")[2] == name:
            return str(value)
    return default


def child(element: Any, name: str) -> Any:
    """Return the first child of this name, None for none."""
    return next((each for each in element if name_of(each) == name), None) if element is not None else None


def children(element: Any, name: str) -> Iterator[Any]:
    """Yield the children of this name."""
    return (each for each in element if name_of(each) == name)
