"""Its addresses, in the tests that visit every address of the site."""

from integrations.ashby_assessment.models import AssessmentOrder
from tests.standard import StandardSite


class AshbySite(StandardSite):
    """The kit's addresses."""

    namespace = "ashby_assessment"
    tables = (AssessmentOrder,)
