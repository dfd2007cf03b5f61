"""Telephone numbers as the vendor wants them."""

import phonenumbers


def e164(text: str, *, country: str = "") -> str:
    """Return a number as people type it in E.164 ("+15125550101"); "" when it is none or cannot be read.

    Args:
        text: as typed.
        country: ISO 3166-1 alpha-2 code of where a number without a country code is dialled.
    """
    try:
        number = phonenumbers.parse(text, country.upper() or None)
    except phonenumbers.NumberParseException:
        return ""
    if number.extension or not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
