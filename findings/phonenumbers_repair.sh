#!/usr/bin/env bash
# Version: phonenumbers 9.0.43.
# Behavior: a number with "+" and its country code is parsed as another one when the digits of domestic dialing (0, 8,
#   06, 1) follow the code: they are dropped. In Argentina the domestic mobile 15 after the area code is dropped too,
#   and a 9 is put before the area code. is_valid_number() then says True, and nothing in the parsed number says that
#   digits were changed. Mexico's former mobile number, 1 after the code, is kept as typed and called invalid.
# Why it surprises: a number that names its country looks complete, so one expects it to be kept or refused; and valid
#   is an answer about the repaired number. Comparing the E.164 form with the digits that were given tells them apart.
# The numbers are made up.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43

"$folder/venv/bin/python" - <<'PYTHON'
import sys

import phonenumbers

EXPECTED = {
    "+54 9 11 2345 6789": ("+5491123456789", True),
    "+54 11 15 2345 6789": ("+5491123456789", True),
    "+7 495 123 45 67": ("+74951234567", True),
    "+7 8 495 123 45 67": ("+74951234567", True),
    "+36 06 1 234 5678": ("+3612345678", True),
    "+44 0 20 7946 0958": ("+442079460958", True),
    "+1 1 415 555 2671": ("+14155552671", True),
    "+52 1 55 1234 5678": ("+5215512345678", False),
}

print("phonenumbers", phonenumbers.__version__)
changed = False
for typed, expected in EXPECTED.items():
    number = phonenumbers.parse(typed, None)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    seen = (e164, phonenumbers.is_valid_number(number))
    kept = e164 == "+" + "".join(sign for sign in typed if sign.isdigit())
    print(f"{typed:<20} -> {e164:<15} valid: {seen[1]!s:<5} digits kept: {kept}")
    if seen != expected:
        print(f"  changed: it was {expected}")
        changed = True
sys.exit(1 if changed else 0)
PYTHON
