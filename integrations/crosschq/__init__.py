"""Crosschq: reference checks. Read `integration` first."""

SLUG = "reference-checks"
VENDOR = "Crosschq"
