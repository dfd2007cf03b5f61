"""Its part of the permission table."""

from tests.matrix.standard import StandardRights


class AshbyRights(StandardRights):
    """The kit's addresses."""

    namespace = "ashby_assessment"
