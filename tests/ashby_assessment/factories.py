"""The factory of Ashby assessments."""

from integrations.ashby_assessment.integration import SLUG
from integrations.ashby_assessment.models import AssessmentOrder
from tests.standard import StandardRequestFactory, installed


class AssessmentOrderFactory(StandardRequestFactory):
    """A queued assessment."""

    class Meta:
        model = AssessmentOrder

    installation = installed(SLUG)
