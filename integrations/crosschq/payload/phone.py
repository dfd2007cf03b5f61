"""Telephone numbers as the vendor wants them: those that say their country themselves, and nothing guessed.

Where somebody lives does not follow from the job that they apply for, so a number without a country code is dialed
nowhere. `phonenumbers` alone dials letters as digits, and repairs some numbers and not others; so what it reads must
be, digit by digit, what was typed.
"""

import re
from dataclasses import dataclass

import phonenumbers

from recruiting.foundation import text

# Old forms that are rewritten: the library knows none of them (it calls them invalid). Every other one is not texted.
REWRITINGS = (
    # Mexico: mobile numbers lost the 1 after the country code on 3 August 2019 (IFT, Plan Técnico Fundamental de
    # Numeración; ITU Operational Bulletin 1172).
    (re.compile(r"521(\d{10})"), r"52\1"),
)
HINT = "Write it as +1 415 555 2671, with the country code, to send a text message too."
# Separators, a decimal slash such as 30/1234567, and nothing that could be a word, an extension or a second number.
_plain = re.compile(r"\+[\d\s().\-‐-―−]*(?:\d/\d(?:[\s().\-‐-―−]*\d){4,})?")


@dataclass(frozen=True)
class Number:
    """A number in E.164 ("+15125550101"), or "" and why no text message is sent to what was typed."""

    e164: str
    why: str = ""


def read(typed: str) -> Number:
    """Return the number that a typed text certainly is. An empty text is none, and nothing is wrong with it."""
    shown = text.one_line(typed).replace("＋", "+")
    if not shown:
        return Number("")
    if not any(sign.isdecimal() for sign in shown):
        return Number("", "the phone number could not be read")
    if any(sign.isalpha() for sign in shown):
        return Number("", "the phone number has words or an extension in it")
    if not shown.startswith("+"):
        return Number("", "the phone number has no country code")
    if not _plain.fullmatch(shown):
        return Number("", "the phone number could not be read")
    digits = text.phone_digits(shown)
    for old, new in REWRITINGS:
        if old.fullmatch(digits):
            digits = old.sub(new, digits)
    if not _is_number(f"+{digits}"):
        return Number("", "the phone number is not one that can be dialed today, perhaps an old form or a mistyped one")
    return Number(f"+{digits}")


def _is_number(number: str) -> bool:
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return False
    same = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) == number
    return same and phonenumbers.is_valid_number(parsed)
