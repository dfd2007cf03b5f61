"""What a résumé says about its person: proposed, to be confirmed by somebody, and never more than that.

Links of the file come before its text: an address that wraps in a narrow column stands whole in its link, and only
there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

import phonenumbers

from recruiting.foundation import text as texts
from recruiting.resumes.reader.cleaning import is_heading, section_of
from recruiting.resumes.reader.document import BlockKind, Document

MAX_LINKS = 8
_HEAD_LINES = 12
_FIRST_CHARACTERS = 20_000

_address = re.compile(r"(?<![\w.+'-])[\w][\w.+'-]{0,63}@(?:[\w-]{1,63}\.){1,6}[^\W\d_]{2,24}(?![\w@-])")
_icon = re.compile(r"^(?:envelope|mail|email|e-mail|phone|mobile|location-dot|at|globe)(?=\S)", re.IGNORECASE)
_phone = re.compile(r"(?<![\w./-])(?:\+|00|\(\+?|\d)[\d\s().\u2010-\u2015/-]{5,24}\d(?![\w-])")
_years = re.compile(r"(?:19|20)\d\d\s*[-\u2010-\u2015/]\s*(?:19|20)?\d\d")
_date = re.compile(r"\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d[./-]\d{1,2}\b")
_web = re.compile(
    r"(?<![\w@.])(?:https?://|www\.|(?:[\w-]+\.)?(?:linkedin\.com|github\.com|gitlab\.com|xing\.com)/)[^\s<>\"|,;]{2,200}",
    re.IGNORECASE,
)
_title_words = re.compile(
    r"\b(?:engineer|developer|programmer|architect|manager|director|designer|analyst|consultant|scientist|specialist|"
    r"coordinator|assistant|administrator|officer|lead|head|chief|president|founder|owner|partner|associate|intern|"
    r"teacher|nurse|accountant|buyer|recruiter|representative|advisor|adviser|technician|researcher|professor|editor|"
    r"writer|clerk|supervisor|executive|strategist|planner|operator|mechanic|chef|cook|driver|cashier|salesperson|cto|"
    r"ceo|cfo|coo|vp|entwickler(?:in)?|ingenieur(?:in)?|leiter(?:in)?|referent(?:in)?|berater(?:in)?|"
    r"sachbearbeiter(?:in)?|ingénieure?|développeu(?:r|se)|directeur|directrice|responsable|ingenier[oa]|"
    r"desarrollador(?:a)?|gerente)\b",
    re.IGNORECASE,
)
_present = re.compile(
    r"\b(?:present|current|today|now|ongoing|heute|aktuell|bis jetzt|aujourd['’]hui|présent|actualidad|actual|"
    r"presente)\b",
    re.IGNORECASE,
)
_month = (
    r"(?:jan|feb|fév|mar|mär|apr|avr|may|mai|jun|juin|jul|juil|aug|août|sep|oct|okt|nov|dec|dez|déc|ene|abr|ago|dic)"
    r"[^\W\d]*\.?"
)
_when = re.compile(
    rf"(?:{_month}\s*|\d{{1,2}}[./])?(?:19|20)\d\d(?:[-./]\d{{1,2}}){{0,2}}"
    rf"|\b(?:since|from|until|to|seit|bis|depuis|desde)\b|{_present.pattern}|\({{1}}|\)",
    re.IGNORECASE,
)
_between = re.compile(r"\s+(?:at|bei|chez|en)\s+|\s*[|•·@\t\n]\s*|\s+[-\u2010-\u2015]\s+|,\s+")
_name_part = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*\.?\Z")
_no_names = re.compile(
    r"\b(?:curriculum|vitae|résumé|resume|cv|lebenslauf|bewerbung|profile|contact|address|phone|email|page|street|"
    r"road|avenue|stra(?:ß|ss)e|confidential|university|college|school|gmbh|inc|ltd|llc)\b",
    re.IGNORECASE,
)
_name_label = re.compile(
    r"^(?:name|full name|nom|nombre|(?:curriculum vitae|cv|résumé|resume|lebenslauf)(?:\s+(?:of|von|de))?)"
    r"\s*[:–—-]?\s+",
    re.IGNORECASE,
)
_PARTICLES = {"van", "von", "vom", "zu", "zum", "de", "del", "della", "der", "den", "di", "da", "dos", "das", "du",
              "la", "le", "bin", "ibn", "al", "el", "ter", "ten", "af", "av", "mc", "st.", "o'"}  # fmt: skip
_HAN = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff]{2,6}\Z")


@dataclass(frozen=True)
class Fields:
    """What was found; "" and () for nothing."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""
    """E.164 where its country is written, else as it is written."""
    links: tuple[str, ...] = ()
    employer: str = ""
    title: str = ""


def find(document: Document) -> Fields:
    """Return what a document says about the person who sends it."""
    text = document.text[:_FIRST_CHARACTERS]
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    email = _email(document.links, text)
    first, last = _name(lines, email)
    title, employer = _work(document, lines)
    return Fields(
        first_name=first[:80],
        last_name=last[:80],
        email=email,
        phone=_phone_of(document.links, lines),
        links=_links(document.links, text),
        employer=employer[:120],
        title=title[:120],
    )


# ── How to reach them ────────────────────────────────────────────────────────────────────────────────────────────────
def _email(links: Sequence[str], text: str) -> str:
    linked = [unquote(link[7:].partition("?")[0]) for link in links if link.lower().startswith("mailto:")]
    written = [match[0] for match in _address.finditer(text)]
    for found in (*linked, *written, *(_icon.sub("", each) for each in written)):
        address = texts.email(found).strip("<>.,;")
        if _address.fullmatch(address) and address.rpartition("@")[0].isascii() and len(address) <= 254:
            return address
    return ""


def _phone_of(links: Sequence[str], lines: Sequence[str]) -> str:
    linked = [unquote(link[4:].partition(";")[0]) for link in links if link.lower().startswith("tel:")]
    for found in (*linked, *_numbers(lines)):
        number = texts.one_line(found).strip(" .,-/")
        digits = texts.phone_digits(number)
        if not 7 <= len(digits) <= 15:
            continue
        if international := _e164(number):
            return international
        if not number.lstrip("(").startswith(("+", "00")):
            return number[:40]
    return ""


def _numbers(lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        for match in _phone.finditer(_years.sub(" ", line)):
            if not _date.search(match[0]):
                yield match[0]


def _e164(number: str) -> str:
    """Return a number with its country, "" where none is written or there is no such number."""
    bare = number.lstrip("( ").replace("(0)", "")
    if bare.startswith("00"):
        bare = f"+{bare[2:].lstrip()}"
    if not bare.startswith("+"):
        return ""
    try:
        parsed = phonenumbers.parse(bare)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def _links(links: Sequence[str], text: str) -> tuple[str, ...]:
    """Return addresses on the web, each once, those of the file's links first."""
    found: dict[str, str] = {}
    written = (match[0].rstrip(".,;:)]}") for match in _web.finditer(text))
    for link in (*links, *written):
        if "://" not in link and not link.lower().startswith(("mailto:", "tel:")):
            link = f"https://{link}"
        try:
            parts = urlsplit(link)
        except ValueError:
            continue
        if parts.scheme in ("http", "https") and "." in parts.netloc and "@" not in parts.netloc:
            key = f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}?{parts.query}"
            # An address that wraps in the text begins like its own link.
            if not any(known.startswith(key.rstrip("?")) for known in found):
                found.setdefault(key, link)
    return tuple(found.values())[:MAX_LINKS]


# ── Who they are ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _name(lines: Sequence[str], email: str) -> tuple[str, str]:
    """Return first and last name: of the first lines that look like a name, the one that the address speaks of."""
    candidates = [parts for line in lines[:_HEAD_LINES] if (parts := _name_parts(line))]
    if not candidates:
        return "", ""
    local = texts.search_key(email.partition("@")[0])

    def shared(parts: Sequence[str]) -> int:
        return sum(len(part) > 1 and texts.search_key(part) in local for part in parts)

    best = max(candidates, key=shared)
    chosen = best if shared(best) else candidates[0]
    return _split(chosen)


def _name_parts(line: str) -> list[str]:
    line = _name_label.sub("", line)
    line = re.split(r"\s*[|•·\t]\s*|,\s+|\s+[-\u2013\u2014]\s+|\s{2,}", line)[0]
    if section_of(line) or _no_names.search(line) or _title_words.search(line):
        return []
    parts = line.split()
    if len(parts) == 1 and _HAN.match(parts[0]):
        return parts
    if not 2 <= len(parts) <= 5 or not all(_name_part.match(part) for part in parts):
        return []
    capital = [part for part in parts if part.lower() not in _PARTICLES]
    # Scripts without capitals have none to miss.
    if not all(part[0].isupper() or part[0].lower() == part[0].upper() for part in capital):
        return []
    return [_cased(part) for part in parts] if line.isupper() else parts


def _cased(part: str) -> str:
    if part.lower() in _PARTICLES:
        return part.lower()
    return re.sub(r"[^\W\d_]+", lambda match: match[0].capitalize(), part)


def _split(parts: Sequence[str]) -> tuple[str, str]:
    """Return first and last name of words: particles go with the last name; one word alone is a first name."""
    at = len(parts) - 1
    while at > 1 and parts[at - 1].lower() in _PARTICLES:
        at -= 1
    return (" ".join(parts[:at]), " ".join(parts[at:])) if at else (parts[0], "")


# ── What they do ─────────────────────────────────────────────────────────────────────────────────────────────────────
def _work(document: Document, lines: Sequence[str]) -> tuple[str, str]:
    """Return title and employer of the first entry under *Experience*, where it goes on to this day."""
    entry = list(_first_entry(document, lines))
    if not any(_present.search(line) for line in entry):
        return "", ""
    title = employer = ""
    for part in _parts(entry):
        if not title and _title_words.search(part) and len(part.split()) <= 8:
            title = part
        elif not employer and len(part.split()) <= 7 and part[:1].isupper() | (not part[:1].isascii()):
            employer = part
        if title and employer:
            break
    return (title, employer) if title else ("", "")


def _first_entry(document: Document, lines: Sequence[str]) -> Iterable[str]:
    """Return the first lines after the heading, and what stands beside the heading on its own line."""
    for at, line in enumerate(lines):
        if section_of(line) != "experience":
            continue
        entry: list[str] = []
        # Beside: the heading is the first word or two of the line.
        words = line.split()
        for length in (1, 2) if not is_heading(line) else ():
            if len(words) > length and is_heading(" ".join(words[:length])):
                entry = [" ".join(words[length:])]
        for following in lines[at + 1 : at + 6]:
            # An entry ends where a section or a list begins.
            if section_of(following) or following.startswith(("•", "-", "*", "–")) or _is_item(document, following):
                break
            entry.append(following)
        return entry
    return ()


def _is_item(document: Document, line: str) -> bool:
    return any(block.kind == BlockKind.LIST and block.text == line for block in document.blocks[:80])


def _parts(entry: Iterable[str]) -> Iterator[str]:
    for line in entry:
        if len(line) > 160 or line.endswith("."):  # a sentence
            continue
        for part in _between.split(_when.sub(" ", line)):
            tidy = part.strip(" ,;:|-–—/·•")
            if len(tidy) > 1 and any(sign.isalpha() for sign in tidy):
                yield re.sub(r"\s+", " ", tidy)
