"""Makes résumés: small PDF, DOCX, ODT and RTF files, written here byte by byte, and what stands in them.

Whoever reads one knows the truth: `Person`.
"""

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True)
class Person:
    """Whose résumé it is."""

    first: str = "Ada"
    last: str = "Lovelace"
    email: str = "ada@lovelace.example"
    phone: str = "+44 20 7946 0018"
    title: str = "Senior Engineer"
    employer: str = "Analytical Engines Ltd"

    @property
    def lines(self) -> list[str]:
        """What stands in the résumé, line by line."""
        return [
            f"{self.first} {self.last}",
            f"{self.email} | {self.phone}",
            "Experience",
            f"{self.title}, {self.employer}",
            "March 2021 - Present",
            "Wrote programs for an engine that computes.",
            "Education",
            "Home schooled in London",
        ]


def pdf(lines: Sequence[str], *, links: Sequence[str] = (), pages: int = 1, drawn: bytes = b"") -> bytes:
    """Return a PDF whose every page says these lines below what is drawn; its first page has the links."""
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    annotations = []
    for link in links:
        action = f"<< /S /URI /URI ({link}) >>"
        objects.append(f"<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] /A {action} >>".encode())
        annotations.append(f"{len(objects)} 0 R")
    kids = []
    for page in range(pages):
        told = b"".join(b"(" + _escaped(line) + b") Tj 0 -14 Td\n" for line in lines)
        content = drawn + b"\nBT /F1 11 Tf 40 780 Td\n" + told + b"ET"
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        annots = f"/Annots [{' '.join(annotations)}]" if annotations and page == 0 else ""
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R {annots} "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {pages} >>".encode()
    return _pdf_of(objects)


def _escaped(line: str) -> bytes:
    told = line.encode("cp1252", "replace")
    return told.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pdf_of(objects: Sequence[bytes], *, trailer: bytes = b"") -> bytes:
    made, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(made)
    size = len(objects) + 1
    made += b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    return made + b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)


def encrypted_pdf() -> bytes:
    """Return a PDF with a password."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [] /Count 0 >>",
        b"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O <%s> /U <%s> >>" % (b"28" * 32, b"29" * 32),
    ]
    return _pdf_of(objects, trailer=b"/Encrypt 3 0 R /ID [<01> <01>]")


def docx(
    body: str,
    *,
    links: Mapping[str, str] | None = None,
    headers: Sequence[str] = (),
    styles: str = "",
    main: str = "word/document.xml",
) -> bytes:
    """Return a DOCX of this XML in its body; `links` are where its hyperlinks lead, by id."""
    relations = [
        f'<Relationship Id="{key}" Type="{R}/hyperlink" Target="{escape(target)}" TargetMode="External"/>'
        for key, target in (links or {}).items()
    ]
    parts = {}
    for number, header in enumerate(headers):
        relations.append(f'<Relationship Id="h{number}" Type="{R}/header" Target="header{number}.xml"/>')
        parts[f"word/header{number}.xml"] = f'<w:hdr xmlns:w="{W}" xmlns:r="{R}">{header}</w:hdr>'
    name = main.rpartition("/")[2]
    namespaces = (
        f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )
    parts |= {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"><Override PartName="/{main}" ContentType='
        '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r1" Type="{R}/officeDocument" Target="{main}"/></Relationships>',
        main: f"<w:document {namespaces}><w:body>{body}<w:sectPr/></w:body></w:document>",
        f"word/_rels/{name}.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(relations)}'
        "</Relationships>",
        "word/styles.xml": f'<w:styles xmlns:w="{W}">{styles}</w:styles>',
    }
    return _zip(parts)


def paragraph(text: str, *, properties: str = "") -> str:
    """Return a paragraph of a DOCX."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def odt(body: str, *, styles: str = "", automatic: str = "") -> bytes:
    """Return an ODT of this XML as its text."""
    names = ("office", "text", "table", "style", "draw", "meta")
    namespaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    namespaces = namespaces.replace(":draw:1.0", ":drawing:1.0") + ' xmlns:xlink="http://www.w3.org/1999/xlink"'
    return _zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {namespaces}><office:automatic-styles>{automatic}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {namespaces}>{styles}</office:document-styles>",
        }
    )


def rtf(body: str, *, fonts: str = r"{\f0\fcharset0 Arial;}") -> bytes:
    """Return an RTF of this body."""
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{{\fonttbl{fonts}}}{body}}}".encode("ascii")


def _zip(parts: Mapping[str, str]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def resume(ending: str, person: Person, *, filler: int = 0) -> bytes:
    """Return a résumé of this kind, with so many lines more."""
    lines = [*person.lines, *(f"Designed and tested part {number} of a larger machine." for number in range(filler))]
    if ending == "pdf":
        return pdf(lines, links=[f"mailto:{person.email}"], pages=2 if filler else 1)
    if ending == "docx":
        return docx("".join(paragraph(line) for line in lines))
    if ending == "odt":
        return odt("".join(f"<text:p>{escape(line)}</text:p>" for line in lines))
    if ending == "rtf":
        return rtf("".join(f"{line}\\par\n" for line in lines))
    return "\n".join(lines).encode()
