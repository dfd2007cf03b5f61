"""Greenhouse assessment partners as a Django app."""

from integrations.vendor import VendorConfig


class GreenhouseAssessmentConfig(VendorConfig):
    """Assessments by the Greenhouse partner contract."""

    name = "integrations.greenhouse_assessment"
    verbose_name = "Greenhouse assessments"
