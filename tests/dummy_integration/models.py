"""The one table: assessments asked for."""

from integrations.standard.models import StandardRequest


class Assessment(StandardRequest):
    """One assessment asked for at Acme."""
