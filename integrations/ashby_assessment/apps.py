"""Ashby assessment partners as a Django app."""

from integrations.vendor import VendorConfig


class AshbyAssessmentConfig(VendorConfig):
    """Assessments by Ashby's partner contract."""

    name = "integrations.ashby_assessment"
    verbose_name = "Ashby assessments"
