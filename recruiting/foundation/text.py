"""Texts that people and vendors give: how they are cleaned before they are stored, and the keys that find them.

Pure functions over `str`; each is idempotent, `f(f(x)) == f(x)`. Which field takes which function is its form's or
service's business, how a text is shown `formatting`'s.

*Invisible* is Unicode's Default_Ignorable_Code_Point and U+2800 (braille blank), as literals: the general category Cf
holds visible signs, and lacks the Hangul fillers. Its source is DerivedCoreProperties.txt of Unicode 16, where the
property is the same as in 14. All bidirectional controls are in it, so that no text turns a page around.
"""

import contextlib
import re
import unicodedata
from typing import Any

import idna
import phonenumbers

MOST_WORDS = 8
"""Of a search; further ones are left out."""
INVISIBLE_RANGES = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
ZWNJ, ZWJ = "\u200c", "\u200d"


def _character_class(ranges: tuple[tuple[int, int], ...]) -> str:
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# What a database or a header cannot carry: NUL and lone surrogates.
_UNSTORABLE = "\\x00\\ud800-\\udfff"
# Controls of interlinear annotation and noncharacters: neither text nor default-ignorable.
_NO_TEXT = "\\ufff9-\\ufffb\\ufdd0-\\ufdef\\ufffe\\uffff"
_REMOVED = _character_class(INVISIBLE_RANGES) + _UNSTORABLE + _NO_TEXT
_JOINERS = ZWNJ + ZWJ
_VARIATION = "\\ufe00-\\ufe0f\\U000e0100-\\U000e01ef"

_unstorable = re.compile(f"[{_UNSTORABLE}]")
_removed = re.compile(f"[{_REMOVED}]+")
_removed_from_names = re.compile(f"(?:(?![{_JOINERS}])[{_REMOVED}])+")
_removed_from_lines = re.compile(f"(?:(?![{_JOINERS}{_VARIATION}])[{_REMOVED}])+")
_joiners = re.compile(f"[{_JOINERS}]+")
_shapers = re.compile(f"[{_JOINERS}{_VARIATION}]+")
_space = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_line_end = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_control_in_lines = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]+")
_space_at_line_end = re.compile(r"[^\S\n]+(?=\n|\Z)")


# ── Cleaned to be stored ─────────────────────────────────────────────────────────────────────────────────────────────
def one_line(value: str) -> str:
    """Return a text of one line, such as a title or a tag: breaks, controls and runs of space become one space.

    Invisible characters, NUL and lone surrogates are removed, the ends stripped, the rest is NFC.
    """
    return _spaced(unicodedata.normalize("NFC", _removed.sub("", value)))


def multi_line(value: str) -> str:
    """Return a text of several lines, such as a note: line ends become line feeds, other controls are removed.

    Tabs and empty lines stay; space at the ends of lines goes. Of the invisible, only what shapes a neighbor stays: one
    variation selector after a visible character, and one joiner between two (emoji, Persian, Indic).
    """
    text = _control_in_lines.sub("", _line_end.sub("\n", value))
    text = unicodedata.normalize("NFC", _removed_from_lines.sub("", text))
    text = _shapers.sub(_kept_shapers, text)
    return _space_at_line_end.sub("", text).strip()


def person_name(value: str) -> str:
    """Return a person's name: `one_line`, but one ZWNJ or ZWJ between two letters stays (Persian, Indic)."""
    text = unicodedata.normalize("NFC", _removed_from_names.sub("", value))
    return _spaced(_joiners.sub(_kept_joiner, text))


def email(value: str) -> str:
    """Return an address as it is stored and written to: one line in small letters. It may still be malformed."""
    return unicodedata.normalize("NFC", one_line(value).lower())


def file_name(value: str, *, max_length: int = 200) -> str:
    """Return a file's name on one line, path separators as hyphens, cut to `max_length` characters before its ending.

    A name of nothing visible becomes "file".
    """
    name = re.sub(r"[/\\]", "-", one_line(value)).rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if not stem or len(ending) > _ENDING_LENGTH:
        stem, dot, ending = name, "", ""
    stem = stem[: max(max_length - len(dot + ending), 1)]
    return f"{stem.rstrip()}{dot}{ending}".rstrip(" .") or "file"


def sent_file_name(value: str) -> str:
    """Return the name of an uploaded file as its sender knows it.

    In forms a quotation mark is sent as %22, and no other sign like that (WHATWG, *Multipart form data*); Django leaves
    it so (findings/django_form_file_name.sh).
    """
    return value.replace("%22", '"')


def vendor_text(value: object) -> str:
    """Return a vendor's text as a database can hold it, without NUL and lone surrogates; "" for what is no text."""
    return _unstorable.sub("", value) if isinstance(value, str) else ""


def vendor_data(value: Any) -> Any:
    """Return parsed JSON with every text and key in it as `vendor_text`, to be kept as it came."""
    if isinstance(value, str):
        return vendor_text(value)
    if isinstance(value, dict):
        return {vendor_text(key): vendor_data(member) for key, member in value.items()}
    if isinstance(value, list):
        return [vendor_data(member) for member in value]
    return value


def has_visible(value: str) -> bool:
    """Return whether a reader sees anything of a text."""
    return bool(one_line(value))


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def compare_key(value: str) -> str:
    """Return what unique names are compared by: width, case, spacing and the invisible do not count; accents do."""
    if value.isascii():
        return one_line(value).lower()
    text = _removed.sub("", value)
    for _ in range(2):
        text = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", text).casefold())
    return _spaced(_removed.sub("", text))


def email_key(value: str) -> str:
    """Return what addresses are compared by: `email`, with its domain in ASCII by IDNA 2008.

    Never casefolded, which would make one mailbox of strauß@ and strauss@. A domain that IDNA refuses stays as it is.
    """
    address = email(value)
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{idna.encode(domain, uts46=True).decode('ascii')}"
    except UnicodeError:
        return address


def search_key(value: str) -> str:
    """Return what a search compares, never what is unique: `compare_key` without accents, apostrophes and other
    things that people leave out when they type a name (ł đ ø æ œ þ ı as plain letters).

    Marks that make another letter stay: Japanese, Cyrillic й, vowel signs of Indic scripts and Thai.
    """
    text = compare_key(value.translate(_APOSTROPHES))
    if not text.isascii():
        text = "".join(letter if letter in _OWN_LETTERS else _accent.sub("", _decomposed(letter)) for letter in text)
        text = unicodedata.normalize("NFC", text).translate(_LETTERS)
    return _spaced(text.translate(_APOSTROPHES))


def lines_search_key(*values: str) -> str:
    """Return what a search looks for in several texts of one thing: each that is not empty, on its line."""
    return "\n".join(filter(None, map(search_key, values)))


def search_words(typed: str) -> list[str]:
    """Return the words that a search key must all contain, given a search as it was typed; the first 8 count."""
    return search_key(typed).split()[:MOST_WORDS]


def person_search_key(first_name: str, last_name: str, address: str, phone: str) -> str:
    """Return what a search looks for in a person: the name, the address and the number's digits, each on its line."""
    parts = (search_key(f"{first_name} {last_name}"), search_key(address), phone_digits(phone))
    return "\n".join(part for part in parts if part)


def phone_digits(value: str) -> str:
    """Return the digits of a telephone number in ASCII, without the (0) that is dialed only within a country."""
    return "".join(str(unicodedata.decimal(sign)) for sign in value.replace("(0)", "") if sign.isdecimal())


def phone_part(typed: str) -> str:
    """Return the digits that a telephone number holds however it is written, given one as somebody types it to search.

    That is without zeros in front and without the country's code, where + or 00 says that there is one. "" for what is
    no number, or has fewer than 3 digits.
    """
    number = one_line(typed).replace("(0)", "")
    digits = phone_digits(number)
    if len(digits) < 3 or not _number.fullmatch(number):
        return ""
    if number.startswith("+") or digits.startswith("00"):
        with contextlib.suppress(phonenumbers.NumberParseException):
            digits = str(phonenumbers.parse(f"+{digits.lstrip('0')}").national_number)
    digits = digits.lstrip("0")
    return digits if len(digits) >= 3 else ""


_number = re.compile(r"[\d\s()+./\-‐‑‒–—−]+")
_ENDING_LENGTH = 16
# Apostrophes and what is typed for them.
_APOSTROPHES = {ord(sign): None for sign in "'`´‘’‛ʹʻʼʽʾʿˈ′׳＇"}
_LETTERS = {
    **str.maketrans("łđðøħŧıȷĸŋəǝɛɔɓɗƙƴƒɨʉƶ", "lddohtijkneeeobdkyfiuz"),
    **{ord(letter): plain for letter, plain in (("æ", "ae"), ("œ", "oe"), ("þ", "th"))},
    **str.maketrans("كيى", "کیی"),
    **str.maketrans("‐‒–—−", "-----"),
    ord("ـ"): None,
}
_OWN_LETTERS = frozenset("йїўѓќ")
# Marks of Latin, Greek and Cyrillic, and the vowel points of Hebrew, Arabic and Syriac.
_accent = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0"
    "\ufe20-\ufe2f]"
)


def _decomposed(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)


def _spaced(text: str) -> str:
    return _space.sub(" ", text).strip()


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LM"


def _is_seen(sign: str) -> bool:
    return not _space.match(sign)


def _neighbors(match: re.Match[str]) -> tuple[str, str]:
    return match.string[match.start() - 1 : match.start()], match.string[match.end() : match.end() + 1]


def _kept_joiner(match: re.Match[str]) -> str:
    before, after = _neighbors(match)
    return match[0][0] if before and after and _is_letter(before) and _is_letter(after) else ""


def _kept_shapers(match: re.Match[str]) -> str:
    before, after = _neighbors(match)
    if not before or not _is_seen(before):
        return ""
    selector = next((sign for sign in match[0][:1] if sign not in _JOINERS), "")
    joiner = next((sign for sign in match[0] if sign in _JOINERS), "") if after and _is_seen(after) else ""
    return selector + joiner
