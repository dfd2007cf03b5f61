"""The factory of Acme's assessments."""

from tests.dummy_integration.integration import FLOW
from tests.dummy_integration.models import Assessment
from tests.standard import StandardRequestFactory, installed


class AssessmentFactory(StandardRequestFactory):
    """A queued assessment."""

    class Meta:
        model = Assessment

    installation = installed(FLOW.slug)
