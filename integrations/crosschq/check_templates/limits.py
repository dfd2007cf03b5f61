"""Whether what a template asks for is what its survey takes, in words; pure, over numbers that were read elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from integrations.crosschq.check_templates.surveys import Limit
from integrations.crosschq.payload import RELATIONSHIPS
from recruiting.foundation import formatting

PLURALS = {
    "managers": ("manager", "managers"),
    "employees": ("direct report", "direct reports"),
    "peers": ("peer", "peers"),
    "business": ("customer or supplier", "customers or suppliers"),
    "social": ("mentor", "mentors"),
}


@dataclass(frozen=True)
class Wanted:
    """What is asked for: so many of each kind, or (`any_count`) so many of any kind."""

    counts: Mapping[str, int]
    any_count: int = 0

    @property
    def total(self) -> int:
        """How many references in all."""
        return self.any_count or sum(self.counts.values())


def form_errors(wanted: Wanted, limits: Mapping[str, Limit], minimum: int) -> dict[str, str]:
    """Return what a form says about each field that is out of the survey's limits."""
    errors = {}
    if not wanted.any_count:
        for key, limit in limits.items():
            if not limit.least <= wanted.counts.get(key, 0) <= limit.most:
                errors[f"asked.{key}"] = f"{RELATIONSHIPS[key]}: between {limit.least} and {limit.most}."
        for key, count in wanted.counts.items():
            if count and key not in limits:
                errors[f"asked.{key}"] = f"{RELATIONSHIPS.get(key, key)}: this survey has none."
    field = "any_count" if wanted.any_count else "asked"
    least, most = _bounds(wanted, limits, minimum)
    if wanted.total < max(least, 1):
        errors[field] = f"This survey needs at least {_references(max(least, 1))} in all."
    elif wanted.total > most:
        errors.setdefault(field, f"This survey takes at most {_references(most)} in all.")
    return errors


def sentence(name: str, wanted: Wanted, limits: Mapping[str, Limit], minimum: int) -> str:
    """Return why a saved template no longer fits its survey: "Engineering asks for 1 manager; the survey now needs 2."

    "" when it fits.
    """
    if not wanted.any_count:
        for key in RELATIONSHIPS:
            count, limit = wanted.counts.get(key, 0), limits.get(key, Limit(0, 0, 0))
            if limit.least <= count <= limit.most:
                continue
            asked = formatting.plural(count, *PLURALS[key], zero=f"no {PLURALS[key][1]}")
            needs = f"needs {limit.least}" if count < limit.least else f"takes at most {limit.most}"
            return f"{name} asks for {asked}; the survey now {needs}."
    least, most = _bounds(wanted, limits, minimum)
    if least <= wanted.total <= most:
        return ""
    needs = f"needs {least}" if wanted.total < least else f"takes at most {most}"
    return f"{name} asks for {_references(wanted.total)}; the survey now {needs}."


def _bounds(wanted: Wanted, limits: Mapping[str, Limit], minimum: int) -> tuple[int, int]:
    """Return how few references and how many a survey takes in all."""
    least = sum(limit.least for limit in limits.values()) if wanted.any_count else 0
    return max(minimum, least), sum(limit.most for limit in limits.values())


def _references(count: int) -> str:
    return formatting.plural(count, "reference", "references")


def spread(total: int, limits: Mapping[str, Limit]) -> dict[str, int]:
    """Return so many references over the kinds: what each needs first, then one of each in turn.

    The vendor wants a number for each kind also where the candidate may choose.
    """
    counts = {key: limit.least for key, limit in limits.items()}
    while sum(counts.values()) < total:
        open_ones = [key for key, limit in limits.items() if counts[key] < limit.most]
        if not open_ones:
            break
        fewest = min(open_ones, key=lambda key: counts[key])
        counts[fewest] += 1
    return counts
