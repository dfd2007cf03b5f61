"""Which typed numbers are dialed: those that certainly are one, and nothing guessed from the job."""

import pytest

from integrations.crosschq.payload import Person, phone

WORDS = "the phone number has words or an extension in it"
NO_COUNTRY = "the phone number has no country code"
NOT_TODAY = "the phone number is not one that can be dialed today, perhaps an old form or a mistyped one"
UNREADABLE = "the phone number could not be read"


@pytest.mark.parametrize(
    ("typed", "dialed"),
    [
        ("+1 415 555 2671", "+14155552671"),
        ("+1 (415) 555-2671", "+14155552671"),
        ("\u202a+1 415 555 2671\u202c", "+14155552671"),
        ("＋1 415 555 2671", "+14155552671"),
        ("+٤٩ ٣٠ ١٢٣٤٥٦٧", "+49301234567"),
        ("+49 (0)30 1234567", "+49301234567"),
        ("+49 30/1234567", "+49301234567"),
        ("+39 06 6988 2345", "+390669882345"),
        ("+54 9 11 2345 6789", "+5491123456789"),
        ("+225 07 08 09 10 11", "+2250708091011"),
        # Mexico without the 1 of mobile numbers.
        ("+52 55 1234 5678", "+525512345678"),
        ("+52 1 55 1234 5678", "+525512345678"),
    ],
)
def test_a_number_with_its_country_code_is_dialed_as_typed(typed: str, dialed: str) -> None:
    assert phone.read(typed) == phone.Number(dialed)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", ""),
        ("(415) 555-2671", NO_COUNTRY),
        ("030 1234567", NO_COUNTRY),
        # What is dialed before a country code differs from country to country.
        ("0049 30 1234567", NO_COUNTRY),
        ("011 49 30 1234567", NO_COUNTRY),
        ("49 30 1234567", NO_COUNTRY),
        # The library dials these letters as digits.
        ("030 1234567 (privat)", WORDS),
        ("+49 30 1234567 (privat)", WORDS),
        ("+49 30 1234567 Durchwahl 12", WORDS),
        ("+1-800-FLOWERS", WORDS),
        ("+1 512 555 0123 ext. 7", WORDS),
        ("+1 512 555 0123 x7", WORDS),
        ("+1 512 555 0123,,7#", UNREADABLE),
        ("+1 512 555 0123 / 0124", UNREADABLE),
        ("+49(30)1234567/8", UNREADABLE),
        ("ask at the desk", UNREADABLE),
        ("+", UNREADABLE),
        ("++1 415 555 2671", UNREADABLE),
        # Old forms and digits that are dialed within a country only: nobody rewrites them.
        ("+55 11 8765 4321", NOT_TODAY),
        ("+225 07 08 09 10", NOT_TODAY),
        ("+54 11 15-2345-6789", NOT_TODAY),
        ("+7 8 912 345-67-89", NOT_TODAY),
        ("+52 1 55 1234 567", NOT_TODAY),
        ("+1 415 555", NOT_TODAY),
    ],
)
def test_whatever_is_not_certain_gets_no_text_message_and_a_reason(typed: str, why: str) -> None:
    assert phone.read(typed) == phone.Number("", why)


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        ("Madonna", "", ("Madonna", "-")),
        ("", "Madonna", ("Madonna", "-")),
        ("Ada", "Lovelace", ("Ada", "Lovelace")),
        ("", "", ("ada", "-")),
    ],
)
def test_somebody_with_one_name_is_not_named_twice(first: str, last: str, names: tuple[str, str]) -> None:
    person = Person.named(first, last, "ada@x.example")

    assert (person.first_name, person.last_name) == names
