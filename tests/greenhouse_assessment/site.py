"""Its addresses, in the tests that visit every address of the site."""

from integrations.greenhouse_assessment.models import AssessmentRequest
from tests.standard import StandardSite


class GreenhouseSite(StandardSite):
    """The kit's addresses."""

    namespace = "greenhouse_assessment"
    tables = (AssessmentRequest,)
