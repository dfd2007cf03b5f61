"""Its part of the permission table."""

from tests.matrix.standard import StandardRights


class GreenhouseRights(StandardRights):
    """The kit's addresses."""

    namespace = "greenhouse_assessment"
