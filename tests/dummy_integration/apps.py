"""Acme as a Django app."""

from integrations.vendor import VendorConfig


class DummyConfig(VendorConfig):
    """Assessments by Acme."""

    name = "tests.dummy_integration"
    verbose_name = "Assessments (Acme)"
