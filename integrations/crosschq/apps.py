"""Crosschq as a Django app."""

from integrations.vendor import VendorConfig


class CrosschqConfig(VendorConfig):
    """Crosschq reference checks."""

    name = "integrations.crosschq"
    verbose_name = "Crosschq reference checks"
