"""What is done to text that a library returned, in this order, and which lines of plain text are what.

Measured on documents of many makers: PDFium says U+FFFE where a hyphen stood at the end of a line, icons are letters of
private use, and headings come with their letters spaced out.
"""

import re

from recruiting.foundation import text as texts
from recruiting.resumes.reader.document import MAX_BLOCKS, MAX_LINKS, MAX_TEXT, Block, BlockKind, Document, Draft, State

_hyphen = re.compile("(?P<before>\\S*)\ufffe(?P<gap>[ \t]*\n?)(?P<after>\\S*)")
_private = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_spaced_out = re.compile(r"^(?:\w ){3,}\w$", re.MULTILINE)
_gaps = re.compile(r"[ \u00a0\u2002-\u200a\u202f\u3000]+")
_empty_lines = re.compile(r"\n{3,}")
_bullet = re.compile(r"^\s*(?:[•‣◦▪▫●○■□∙·⁃➢➤►–—*-])\s+(?=\S)")
_ADDRESS = ("@", "www.", "://", ".com", ".org", ".net")
SCHEMES = ("mailto:", "tel:", "http://", "https://")

SECTIONS: dict[str, tuple[str, ...]] = {
    "summary": ("summary", "professional summary", "profile", "about", "about me", "objective", "profil", "perfil"),
    "experience": (
        "experience", "work experience", "professional experience", "work", "work history", "employment",
        "employment history", "career", "career history", "relevant experience", "berufserfahrung", "berufspraxis",
        "beruflicher werdegang", "expérience", "expériences", "expérience professionnelle",
        "expériences professionnelles", "experiencia", "experiencia laboral", "experiencia profesional",
    ),
    "education": ("education", "academic background", "ausbildung", "bildung", "studium", "formation", "formación",
                  "educación", "études"),
    "skills": ("skills", "technical skills", "skills and tools", "core skills", "kenntnisse", "fähigkeiten",
               "compétences", "competencias", "habilidades"),
    "other": (
        "projects", "publications", "languages", "certificates", "certifications", "awards", "volunteer",
        "volunteering", "interests", "references", "contact", "sprachen", "projekte", "interessen", "langues",
        "projets", "idiomas", "proyectos", "referencias", "kontakt", "references available on request",
    ),
}  # fmt: skip
"""Headings of résumés, in small letters, by what follows."""
_SECTION_OF = {name.replace(" ", ""): section for section, names in SECTIONS.items() for name in names}
_NAMES = sorted(_SECTION_OF, key=len, reverse=True)


def clean(value: str, *, near_lines: bool = True) -> str:
    """Return text that can be stored and read.

    Args:
        value: as a library returned it.
        near_lines: whether letters that are spaced out over a whole line are drawn together.
    """
    value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    value = _joined_surrogates(value)
    # Runs of soft line ends in one word are joined one after the other.
    for _ in range(3):
        if "\ufffe" not in value:
            break
        value = _hyphen.sub(_mended, value)
    value = _private.sub(" ", value.replace("\ufffe", "-"))
    value = value.replace("\xad", "").replace("\u2011", "-")
    value = _gaps.sub(" ", value)
    if near_lines:
        value = _spaced_out.sub(lambda match: match[0].replace(" ", ""), value)
    return _empty_lines.sub("\n\n", texts.multi_line(value))


def _joined_surrogates(value: str) -> str:
    """Return text whose halves of characters are joined where they stand in pairs, as RTF writes them."""
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _mended(match: re.Match[str]) -> str:
    before, gap, after = match["before"], match["gap"], match["after"]
    # PDFium replaces hyphens that were typed, too; those of an address stay.
    if any(mark in before + after for mark in _ADDRESS):
        return f"{before}-{after}"
    if before[-1:].islower() and after[:1].islower():
        return before + after
    return f"{before}-{'' if after else gap}{after}"


def section_of(line: str) -> str:
    """Return which section a line begins ("experience", …), "" for none.

    A heading stands alone, or at the start of a line beside its text; its letters may be spaced out.
    """
    squeezed = _squeezed(line)
    if squeezed in _SECTION_OF:
        return _SECTION_OF[squeezed]
    for name in _NAMES:
        if squeezed.startswith(name) and len(name) >= 5 and _begins_with(line, name):
            return _SECTION_OF[name]
    return ""


def is_heading(line: str) -> bool:
    """Return whether a line is a heading of `SECTIONS` and nothing else."""
    return _squeezed(line) in _SECTION_OF


def _squeezed(line: str) -> str:
    return re.sub(r"[\s:]+", "", line.strip().strip(":•|–—- ").lower())


def _begins_with(line: str, name: str) -> bool:
    """Return whether a line begins with a heading as a title is written, and goes on with a word of its own."""
    letters, at = 0, 0
    for at, sign in enumerate(line):  # noqa: B007
        letters += not sign.isspace()
        if letters == len(name):
            break
    head, rest = line[: at + 1], line[at + 1 :]
    is_titled = head[:1].isupper()
    # Of more words than the heading's own, "Experience with …" is a sentence.
    return is_titled and rest[:1].isspace() and rest.strip()[:1].isupper()


def add_lines(draft: Draft, value: str) -> None:
    """Add the lines of a clean text to a draft: headings by their words, items by their bullets, else paragraphs."""
    paragraph: list[str] = []

    def end() -> None:
        draft.add(BlockKind.PARAGRAPH, "\n".join(paragraph))
        paragraph.clear()

    for line in value.split("\n"):
        if not line.strip():
            end()
        elif is_heading(line):
            end()
            draft.add(BlockKind.HEADING, line.strip(), level=2)
        elif found := _bullet.match(line):
            end()
            draft.add(BlockKind.LIST, line[found.end() :])
        else:
            paragraph.append(line)
    end()


def finished(draft: Draft, *, text: str | None = None, pages: int | None = None, is_cut: bool = False) -> Document:
    """Return what was read, cleaned and cut to what is kept.

    Args:
        draft: its blocks and links.
        text: the whole text, cleaned already; by default that of the blocks.
        pages: of a PDF.
        is_cut: whether something of the file was left out already.
    """
    blocks: list[Block] = []
    length = 0
    for block in draft.blocks:
        cleaned = _cleaned(block)
        length += len(cleaned.text) + 1
        if len(blocks) >= MAX_BLOCKS or length > MAX_TEXT:
            is_cut = True
            break
        if cleaned.text:
            blocks.append(cleaned)
    whole = "\n".join(block.text for block in blocks) if text is None else text
    is_cut = is_cut or len(whole) > MAX_TEXT
    whole = whole[:MAX_TEXT]
    if not any(sign.isalnum() for sign in whole):
        state = State.EMPTY if pages is None else State.SCAN
        return Document(state, pages=pages, links=_kept_links(draft.links))
    return Document(State.READ, whole, tuple(blocks), _kept_links(draft.links), pages, is_cut)


def _cleaned(block: Block) -> Block:
    if not block.cells:
        return Block(block.kind, clean(block.text), block.level)
    rows = tuple(tuple(clean(cell) for cell in row) for row in block.cells)
    return Block(block.kind, "\n".join("\t".join(row) for row in rows).strip(), cells=rows)


def _kept_links(found: list[str]) -> tuple[str, ...]:
    """Return links of schemes that people follow, each once, as one line."""
    kept: dict[str, None] = {}
    for link in found:
        tidy = texts.one_line(link).replace(" ", "")
        if tidy.lower().startswith(SCHEMES) and len(tidy) <= 500:
            kept[tidy] = None
    return tuple(kept)[:MAX_LINKS]
