"""The one table: assessments asked for."""

from integrations.standard.models import StandardRequest


class AssessmentRequest(StandardRequest):
    """One assessment asked for at a partner."""
