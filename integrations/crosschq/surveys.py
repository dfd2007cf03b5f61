"""The vendor's surveys: asked live where a person chooses or saves, kept as rows for pages while the vendor is away."""

from dataclasses import dataclass

from integrations.crosschq.models import Survey
from integrations.models import Installation


@dataclass(frozen=True)
class Limit:
    """How many references of one kind a survey takes."""

    least: int
    most: int
    usual: int


def refresh(installation: Installation, *, fresh: bool = False) -> list[Survey]:
    """Ask the vendor, keep what it says and return the offered surveys by name. Raises VendorError."""
    raise NotImplementedError


def kept(installation: Installation) -> list[Survey]:
    """Return the offered surveys as last listed, by name."""
    raise NotImplementedError


def limits_of(survey: Survey) -> dict[str, Limit]:
    """Return the survey's limits by relationship."""
    raise NotImplementedError


def minimum_total(installation: Installation) -> int:
    """Return how many references a request needs in all, as the vendor last said."""
    raise NotImplementedError
