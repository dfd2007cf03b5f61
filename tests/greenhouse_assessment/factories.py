"""The factory of Greenhouse assessments."""

from integrations.greenhouse_assessment.integration import SLUG
from integrations.greenhouse_assessment.models import AssessmentRequest
from tests.standard import StandardRequestFactory, installed


class AssessmentRequestFactory(StandardRequestFactory):
    """A queued assessment."""

    class Meta:
        model = AssessmentRequest

    installation = installed(SLUG)
