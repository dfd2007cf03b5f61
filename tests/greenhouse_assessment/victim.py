"""Its kill test: nothing can be looked for, so a lost answer is a person's to settle."""

from integrations.greenhouse_assessment.integration import SLUG
from tests.faults.standard import StandardVictim


class Greenhouse(StandardVictim):
    """Requests that are posted once."""

    name = "Greenhouse contract"
    slug = SLUG
    can_list = False
    create_operation = "send_test"
