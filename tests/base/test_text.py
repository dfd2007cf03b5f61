"""Texts that people and vendors give: what is stored of them, and what they are found by."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recruiting.foundation import text
from tests.cases import case

ASSIGNED = [*map(chr, range(0x33480)), *map(chr, range(0xE0000, 0xE1000))]
# Text with what is hard in it: controls, invisible and bidirectional characters, marks, halves of surrogate pairs.
HARD = "\0\t\n\r\v\x1c\x85\u2028 \u00a0\u2000\u00ad\u034f\u200b\u200c\u200d\u202e\u2066\u2800\u3164\ufe0f\ufeff\ud800"
MARKED = "aAİıßẞſσςΣéÉ\u0301\u0308\u0327\u3099かがﷺ½´¨\u037a\u0345ẛłŁæ’'😀👩\u094dकر.@-/\\x\u1fb3\ufffe"
TEXTS = st.text(st.one_of(st.sampled_from(HARD + MARKED), st.characters()), max_size=12)
FUNCTIONS = (
    text.one_line,
    text.multi_line,
    text.person_name,
    text.email,
    text.file_name,
    text.vendor_text,
    text.compare_key,
    text.email_key,
    text.search_key,
    text.phone_digits,
)


# ── What is invisible ────────────────────────────────────────────────────────────────────────────────────────────────
def test_invisible_is_what_unicode_ignores_by_default_and_the_braille_blank() -> None:
    invisible = {point for first, last in text.INVISIBLE_RANGES for point in range(first, last + 1)}

    assert len(invisible) == 4174 + 1
    assert {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x180E, 0x180F, 0x200B, 0x200F, 0x2060} <= invisible
    assert {0x2800, 0x3164, 0xFFA0, 0xFE0F, 0xFEFF, 0xFFF8, 0x1BCA0, 0x1D173, 0xE0001, 0xE01EF, 0xE0FFF} <= invisible
    # Signs of the category Cf that are seen, and letters beside the ranges.
    assert not {0x0600, 0x06DD, 0x070F, 0x08E2, 0x110BD, 0x200A, 0x2010, 0x2801, 0x3163, 0x3165, 0xFFFC} & invisible


def test_every_control_format_and_bidi_character_of_this_python_is_dropped_or_seen() -> None:
    kept = [sign for sign in ASSIGNED if text.one_line(f"a{sign}b") == f"a{sign}b"]

    assert not [sign for sign in kept if unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp")]
    assert not [sign for sign in kept if unicodedata.bidirectional(sign) in ("LRE", "RLE", "LRO", "RLO", "PDF")]
    assert not [sign for sign in kept if unicodedata.bidirectional(sign) in ("LRI", "RLI", "FSI", "PDI")]
    assert [sign for sign in kept if unicodedata.category(sign) == "Zs"] == [" "]


def test_what_nobody_sees_is_no_text() -> None:
    for nothing in ["", " ", "\u200b", "\u3164", "\u2800", "\ufeff\u00ad", "\u202e\u2066", "\0\n", "\ufe0f"]:
        with case(ascii(nothing)):
            assert not text.has_visible(nothing)
            assert text.one_line(nothing) == text.multi_line(nothing) == text.person_name(nothing) == ""


# ── Idempotent ───────────────────────────────────────────────────────────────────────────────────────────────────────
@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_twice_is_once(value: str) -> None:
    for function in FUNCTIONS:
        once = function(value)
        assert function(once) == once, function.__name__
        once.encode()
        assert "\0" not in once


@settings(max_examples=300, deadline=None, derandomize=True)
@given(TEXTS)
def test_what_is_stored_has_the_key_of_what_was_typed(value: str) -> None:
    for key in (text.compare_key, text.search_key, text.email_key):
        assert key(text.one_line(value)) == key(value), key.__name__
    assert text.compare_key(text.person_name(value)) == text.compare_key(value)


def test_the_keys_of_every_single_character_are_stable() -> None:
    folded = [sign for sign in ASSIGNED if unicodedata.normalize("NFKC", sign.casefold()) != sign]

    assert len(folded) > 6000
    for function in (text.compare_key, text.search_key, text.email):
        assert [sign for sign in folded if function(function(sign)) != function(sign)] == []


# ── One line, several lines, names ───────────────────────────────────────────────────────────────────────────────────
def test_a_line() -> None:
    for typed, stored in [
        ("A\nB", "A B"),
        ("A\r\n\tB\u2028C\x85D\x1bE", "A B C D E"),
        ("  Data\u00a0\u2003 Science ", "Data Science"),
        ("A\0B\ud800C", "ABC"),
        ("A\u200bda", "Ada"),
        ("\u202ecod.exe", "cod.exe"),
        ("Soft\u00adware", "Software"),
        ("Zoe\u0308", "Zoë"),
        ("می\u200cخواهم", "میخواهم"),
        ("\ufff9a\ufffbb\uffff", "ab"),
    ]:
        with case(ascii(typed)):
            assert text.one_line(typed) == stored


def test_lines() -> None:
    for typed, stored in [
        ("one\r\ntwo\rthree\u2028four\u2029five\x85six\vseven", "one\ntwo\nthree\nfour\nfive\nsix\nseven"),
        ("\n a \t\n\n  b\u00a0\n", "a\n\n  b"),
        ("a\tb\x07\0c\ud800", "a\tbc"),
        ("pay \u202e001\u202c \u2066x\u2069\u200e\u061c", "pay 001 x"),
        ("\u200b\n\u3164", ""),
        ("I \u2764\ufe0f it", "I \u2764\ufe0f it"),
        ("👩\u200d❤\ufe0f\u200d👨", "👩\u200d❤\ufe0f\u200d👨"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("a\ufe0f\ufe01\ufe02b\u200d\u200d\u200cc\u200d \u200dd\u200d", "a\ufe0fb\u200dc d"),
        ("x\U000e0041\U000e0042y", "xy"),
    ]:
        with case(ascii(typed)):
            assert text.multi_line(typed) == stored


def test_a_name() -> None:
    for typed, stored in [
        ("مه\u200cدخت", "مه\u200cدخت"),
        ("ක්\u200dෂ", "ක්\u200dෂ"),
        ("র\u200d্য", "র\u200d্য"),
        ("\u200dAda\u200c Lovelace\u200b\u200d", "Ada Lovelace"),
        ("A\u200d\u200c\u200da", "A\u200da"),
        ("Ada\nB.", "Ada B."),
        ("\u202eadA", "adA"),
    ]:
        with case(ascii(typed)):
            assert text.person_name(typed) == stored


# ── Addresses and files ──────────────────────────────────────────────────────────────────────────────────────────────
def test_an_address() -> None:
    for typed, key in [
        (" Ada.L@X.Example\u200b ", "ada.l@x.example"),
        ("ada@mu\u0308ller.example", "ada@xn--mller-kva.example"),
        ("ada@XN--MLLER-KVA.example", "ada@xn--mller-kva.example"),
        ("Strauß@x.example", "strauß@x.example"),
        ("strauss@x.example", "strauss@x.example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),
        ("Jose\u0301@x.example", "josé@x.example"),
        ("a@ü_b.example", "a@ü_b.example"),
        ("no address", "no address"),
        ("", ""),
    ]:
        with case(ascii(typed)):
            assert text.email_key(typed) == key


def test_an_address_is_stored_as_it_is_read() -> None:
    assert text.email(" Ada@Mu\u0308ller.example\n") == "ada@müller.example"


def test_a_file_name() -> None:
    for given_name, stored in [
        ("cv\u202efdp.exe", "cvfdp.exe"),
        ("../..\\etc/passwd", "..-..-etc-passwd"),
        ("my\ncv .PDF ", "my cv.PDF"),
        ("cv.pdf. .", "cv.pdf"),
        ("\u200b", "file"),
        (".pdf", ".pdf"),
        ("\u200b .pdf", ".pdf"),
        ("a" * 300 + ".pdf", "a" * 196 + ".pdf"),
        ("a" * 300, "a" * 200),
        ("a. " + "b" * 300, ("a. " + "b" * 300)[:200]),
    ]:
        with case(ascii(given_name)):
            assert text.file_name(given_name) == stored


def test_a_vendor_s_data_can_be_stored() -> None:
    assert text.vendor_text("a\0b\ud83d") == "ab"
    assert text.vendor_text("a\n\u202eb") == "a\n\u202eb"
    assert text.vendor_text(None) == text.vendor_text(7) == ""
    assert text.vendor_data({"a\0": ["\ud800x", {"n": 1, "t": None}]}) == {"a": ["x", {"n": 1, "t": None}]}


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_names_that_are_one_name() -> None:
    for one, other in [
        ("Élan", "élan"),
        ("Élan", "E\u0301LAN"),
        ("Data  Science", "data\u00a0science"),
        ("STRASSE", "Straße"),
        ("Ｄａｔａ", "data"),
        ("ﬁx", "FIX"),
        ("ΟΔΟΣ", "οδος"),
        ("a\u200b\u200db\u200c", "ab"),
        ("ᾳ", "ΑΙ"),
    ]:
        with case(ascii(one)):
            assert text.compare_key(one) == text.compare_key(other)


def test_names_that_are_two_names() -> None:
    for one, other in [("Élan", "Elan"), ("Müller", "Muller"), ("C", "C#"), ("か", "が")]:
        with case(ascii(one)):
            assert text.compare_key(one) != text.compare_key(other)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("élodie", "elodie"),
        ("E\u0301LODIE", "elodie"),
        ("MÜLLER", "muller"),
        ("ΣΟΦΊΑ", "σοφια"),
        ("Σοφία", "σοφια"),
        ("O’Connor", "oconnor"),
        ("o'connor", "oconnor"),
        ("OʼConnor", "oconnor"),
        ("O´Connor", "oconnor"),
        ("Łukasz Đặng Ørsted İpek Işıl Straße", "lukasz dang orsted ipek isil strasse"),
        ("Æsa Œuvre Þór Guðrún Ǿ", "aesa oeuvre thor gudrun o"),
        ("Nguyễn", "nguyen"),
        ("がぎ ｶﾞ", "がぎ ガ"),
        ("か\u3099", "が"),
        ("Андре\u0438\u0306 Алёна", "андрей алена"),
        ("김민준", "김민준"),
        ("राम किशोर", "राम किशोर"),
        ("أحمد", "احمد"),
        ("مُحَمَّد", "محمد"),
        ("Ann‑Marie", "ann-marie"),
        ("مه\u200cدخت", "مهدخت"),
    ],
)
def test_what_a_search_compares(typed: str, key: str) -> None:
    assert text.search_key(typed) == key


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("+1 (415) 555-2671", "14155552671"),
        ("+49 (0)171 123", "49171123"),
        ("٠١٢-３４", "01234"),
        ("call me", ""),
        ("①²", ""),
    ],
)
def test_digits_of_a_telephone_number(typed: str, digits: str) -> None:
    assert text.phone_digits(typed) == digits
