"""The one table: assessments asked for."""

from integrations.standard.models import StandardRequest


class AssessmentOrder(StandardRequest):
    """One assessment asked for at a partner."""
