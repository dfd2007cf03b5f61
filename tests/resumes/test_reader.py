"""What the reader makes of the traps that real documents set, and of what is none."""

import pytest

from recruiting.resumes.reader import cleaning, reading
from recruiting.resumes.reader.document import Block, BlockKind, Document, State
from tests.resumes import making
from tests.resumes.making import paragraph


def read(ending: str, content: bytes) -> Document:
    document = reading.read(ending, content)
    assert document.state == State.READ
    return document


def blocks(document: Document) -> list[tuple[str, str, int]]:
    return [(block.kind, block.text, block.level) for block in document.blocks]


# ── What is done after a library ─────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("found", "kept"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("Ada\0Lovelace", "Ada Lovelace"),
        ("inter\ufffenational", "international"),
        ("inter\ufffe\r\nnational", "international"),
        ("Anglo\ufffeSaxon", "Anglo-Saxon"),
        ("1990\ufffe2000", "1990-2000"),
        ("ada@mail\ufffeserver.example", "ada@mail-server.example"),
        ("www.x.example/well\ufffeknown\ufffepath", "www.x.example/well-known-path"),
        ("\uf0e0 ada@x.example", "ada@x.example"),
        ("inter\xadna\xadtional", "international"),
        ("Ada\xa0Lovelace", "Ada Lovelace"),
        ("E X P E R I E N C E\nAda B C", "EXPERIENCE\nAda B C"),
        ("½ m² Acme™", "½ m² Acme™"),
        ("\ud83d\ude00 \ud83d", "😀 \ufffd"),
        ("a\n\n\n\n\nb", "a\n\nb"),
    ],
)
def test_text_is_mended_as_it_was_measured(found: str, kept: str) -> None:
    assert cleaning.clean(found) == kept


@pytest.mark.parametrize(
    ("line", "section"),
    [
        ("Work Experience", "experience"),
        ("EXPERIENCE:", "experience"),
        ("E D U C A T I O N", "education"),
        ("Education University of Oklahoma", "education"),
        ("BERUFSERFAHRUNG", "experience"),
        ("Experience with engines", ""),
        ("Educational games", ""),
        ("", ""),
    ],
)
def test_a_heading_counts_at_the_start_of_a_line_with_its_spaces_squeezed(line: str, section: str) -> None:
    assert cleaning.section_of(line) == section


# ── PDF ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_links_of_a_pdf_come_from_its_annotations() -> None:
    links = [
        "mailto:ada@x.example",
        "tel:+442079460018",
        "https://ada.example/cv",
        "javascript:alert(1)",
        "tel:+442079460018",
    ]

    document = read("pdf", making.pdf(["Ada (Lovelace)", "Analyst"], links=links))

    assert document.text == "Ada (Lovelace)\nAnalyst"
    assert document.links == ("mailto:ada@x.example", "tel:+442079460018", "https://ada.example/cv")
    assert (document.pages, document.is_cut) == (1, False)


def test_a_pdf_of_400_pages_is_read_as_far_as_a_resume_goes() -> None:
    document = read("pdf", making.pdf(["A page of many."], pages=400))

    assert (document.pages, document.is_cut) == (400, True)
    assert document.text.count("A page of many.") == 200


def test_a_pdf_without_text_is_a_scan_and_one_with_a_password_is_encrypted() -> None:
    assert reading.read("pdf", making.pdf([])) == Document(State.SCAN, pages=1)
    assert reading.read("pdf", making.encrypted_pdf()).state == State.ENCRYPTED


def test_what_stands_before_the_mark_of_a_pdf_does_not_matter() -> None:
    assert read("pdf", b"\xef\xbb\xbf\r\n" + making.pdf(["Ada"])).text == "Ada"


# ── DOCX ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_docx_says_each_thing_once_as_it_was_left() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>".format
    box = f"<w:txbxContent>{paragraph('In a box')}</w:txbxContent>"
    body = (
        "<w:p>"
        f"<w:ins>{run('kept ')}</w:ins><w:del><w:r><w:delText>deleted</w:delText></w:r>{run('deleted')}</w:del>"
        f"<w:moveFrom>{run('moved away')}</w:moveFrom><w:moveTo>{run('moved here ')}</w:moveTo>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>shown</w:t></w:r>"
        "<w:r><w:tab/><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t><w:br/><w:t>inter</w:t><w:softHyphen/><w:t>nal</w:t></w:r>"
        f"<w:sdt><w:sdtContent>{run(' inline')}</w:sdtContent></w:sdt>"
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
        f"<w:sdt><w:sdtContent>{paragraph('In a control')}</w:sdtContent></w:sdt>"
    )

    document = read("docx", making.docx(body, headers=[paragraph("Ada Lovelace"), paragraph("Ada Lovelace")]))

    assert document.text.split("\n") == [
        "Ada Lovelace",
        "kept moved here shown\twell-known",
        "internal inline",
        "In a box",
        "In a control",
    ]


def test_a_docx_has_headings_lists_and_tables_with_merged_cells_once() -> None:
    cell = "<w:tc><w:tcPr>{}</w:tcPr>{}</w:tc>".format
    wide, tall = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>'
    rows = (
        f"<w:tr>{cell(wide, paragraph('Wide'))}</w:tr>"
        f"<w:tr>{cell(tall, paragraph('Tall'))}{cell('', paragraph('one'))}</w:tr>"
        f"<w:tr>{cell('<w:vMerge/>', paragraph(''))}{cell('', paragraph('two') + paragraph('lines'))}</w:tr>"
    )
    styles = (
        '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Mine"><w:name w:val="Mine"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
        '<w:style w:styleId="Bullets"><w:name w:val="List Bullet"/><w:pPr><w:numPr/></w:pPr></w:style>'
    )
    body = (
        paragraph("Experience", properties='<w:pStyle w:val="berschrift1"/>')
        + paragraph("Engineer", properties='<w:pStyle w:val="Mine"/>')
        + paragraph("First", properties='<w:numPr><w:ilvl w:val="1"/></w:numPr>')
        + paragraph("Second", properties='<w:pStyle w:val="Bullets"/>')
        + f"<w:tbl>{rows}</w:tbl>"
    )

    document = read("docx", making.docx(body, styles=styles))

    *others, table = document.blocks
    assert blocks(Document(State.READ, blocks=tuple(others))) == [
        ("heading", "Experience", 1),
        ("heading", "Engineer", 2),
        ("list", "First", 1),
        ("list", "Second", 0),
    ]
    assert table.cells == (("Wide",), ("Tall", "one"), ("", "two\nlines"))


def test_links_of_a_docx_come_from_relations_and_field_codes() -> None:
    body = (
        '<w:p><w:hyperlink r:id="a"><w:r><w:t>Mail</w:t></w:r></w:hyperlink>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> HYPER</w:instrText></w:r>'
        '<w:r><w:instrText>LINK "https://ada.example/" </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>site</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        "<w:fldSimple w:instr='HYPERLINK \\o \"mailto:x@y.example\"'><w:r><w:t>too</w:t></w:r></w:fldSimple></w:p>"
    )

    document = read("docx", making.docx(body, links={"a": "mailto:ada@x.example"}))

    assert document.text == "Mailsitetoo"
    assert document.links == ("mailto:ada@x.example", "https://ada.example/", "mailto:x@y.example")


def test_a_docx_whose_main_part_has_another_name_is_read() -> None:
    assert read("docx", making.docx(paragraph("Ada"), main="word/document2.xml")).text == "Ada"


def test_no_entity_of_a_docx_is_resolved() -> None:
    planted = making.docx("<w:p><w:r><w:t>Ada &planted; Lovelace</w:t></w:r></w:p>")

    assert read("docx", planted).text.split() == ["Ada", "Lovelace"]


# ── ODT and RTF ──────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_odt_says_each_thing_once_as_it_was_left() -> None:
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>deleted</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="2">Experience</text:h>'
        '<text:p>one<text:s text:c="2"/>two<text:tab/>three<text:line-break/>'
        '<text:a xlink:href="mailto:ada@x.example">mail</text:a>'
        "<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame>"
        '<text:span text:style-name="T1">hidden</text:span>'
        "<office:annotation><text:p>said</text:p></office:annotation>.</text:p>"
        "<text:list><text:list-item><text:p>First</text:p>"
        "<text:list><text:list-item><text:p>Deeper</text:p></text:list-item>"
        "</text:list></text:list-item></text:list>"
        '<table:table><table:table-row><table:table-cell table:number-columns-spanned="2">'
        "<text:p>Wide</text:p></table:table-cell>"
        "<table:covered-table-cell/></table:table-row></table:table>"
    )
    automatic = '<style:style style:name="T1"><style:text-properties text:display="none"/></style:style>'
    styles = "<style:master-page><style:header><text:p>Ada Lovelace</text:p></style:header></style:master-page>"

    document = read("odt", making.odt(body, automatic=automatic, styles=styles))

    assert blocks(document) == [
        ("paragraph", "Ada Lovelace", 0),
        ("heading", "Experience", 2),
        ("paragraph", "one two\tthree\nmail.", 0),
        ("paragraph", "In a box", 0),
        ("list", "First", 0),
        ("list", "Deeper", 1),
        ("table", "Wide", 0),
    ]
    assert document.links == ("mailto:ada@x.example",)


def test_an_rtf_keeps_what_striprtf_loses_and_loses_what_it_keeps() -> None:
    body = (
        r"{\header Ada Lovelace\par}"
        r"Salary {\deleted\revauthdel1 90000 EUR}{\revised 60000 EUR}\par "
        r"{\field{\*\fldinst{HYPERLINK \"mailto:ada@x.example\"}}{\fldrslt{write me}}}\par "
        r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt In a box\par}}}"
        r"\trowd\cellx1\cellx2 Job\cell a|b\cell\row \trowd\cellx1\cellx2 Next\cell c\cell\row\pard "
        r"{\f1 \'b3\'f3d\'9f} \u8364?\_x\-y \u-10179?\u-8704?\par "
        r"{\footnote A note\par}"
    ).replace('\\"', '"')

    document = read("rtf", making.rtf(body, fonts=r"{\f0\fcharset0 Arial;}{\f1\fcharset238 Arial;}"))

    lines = document.text.split("\n")
    assert lines[:3] == ["Ada Lovelace", "Salary 60000 EUR", "write me"]
    assert {"Job\ta|b", "Next\tc", "łódź €-xy 😀", "In a box", "A note"} <= set(lines)
    assert [block.cells for block in document.blocks if block.cells] == [(("Job", "a|b"), ("Next", "c"))]
    assert document.links == ("mailto:ada@x.example",)


# ── Text, and what is none ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1252"])
def test_a_text_is_read_in_the_encodings_that_people_have(encoding: str) -> None:
    assert read("txt", "Jürgen Weiß\r\nKöln".encode(encoding)).text == "Jürgen Weiß\nKöln"


def test_lines_of_a_text_are_headings_items_and_paragraphs() -> None:
    document = read("txt", b"Ada\nLondon\n\nSKILLS\n- Engines\n* Proofs\n")

    assert document.blocks == (
        Block(BlockKind.PARAGRAPH, "Ada\nLondon"),
        Block(BlockKind.HEADING, "SKILLS", 2),
        Block(BlockKind.LIST, "Engines"),
        Block(BlockKind.LIST, "Proofs"),
    )


def test_what_is_empty_broken_or_of_another_kind_is_said_to_be() -> None:
    pdf, docx, odt = making.pdf(["Ada"]), making.docx(paragraph("Ada")), making.odt("<text:p>Ada</text:p>")
    cases = (
        ("txt", b"", State.EMPTY),
        ("txt", b" \n\t ", State.EMPTY),
        ("docx", making.docx(""), State.EMPTY),
        ("odt", making.odt(""), State.EMPTY),
        ("rtf", making.rtf(""), State.EMPTY),
        ("pdf", b"", State.UNREADABLE),
        ("pdf", pdf[:60], State.UNREADABLE),
        ("docx", docx[:-40], State.UNREADABLE),
        ("docx", odt, State.UNREADABLE),
        ("odt", docx, State.UNREADABLE),
        ("odt", pdf, State.UNREADABLE),
        ("png", b"\x89PNG\r\n\x1a\n", State.UNREADABLE),
    )
    for ending, content, state in cases:
        assert reading.read(ending, content).state == state, (ending, content[:20])


def test_what_is_too_long_is_cut_and_says_so() -> None:
    document = read("docx", making.docx("".join(paragraph("word " * 200) for _ in range(300))))

    assert document.is_cut
    assert 190_000 < len(document.text) <= 200_000
