"""Its kill test: nothing can be looked for, so a lost answer is a person's to settle."""

from integrations.ashby_assessment.integration import SLUG
from tests.faults.standard import StandardVictim


class Ashby(StandardVictim):
    """Requests that are posted once."""

    name = "Ashby contract"
    slug = SLUG
    can_list = False
    create_operation = "start"
