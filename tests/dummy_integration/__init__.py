"""Assessments by Acme, a vendor that does not exist: see `docs/adding-a-vendor.md`. Read `integration` first."""
