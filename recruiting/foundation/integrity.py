"""Integrity rules over several tables, such as: both ends of a foreign key belong to the same company.

The checks of companies are generated from the models, so that a new table is looked at without anybody thinking of it;
further rules are registered by the apps that know them. Services keep the rules; this module only finds where one was
broken, and mends nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import F

COMPANY = "company"


@dataclass(frozen=True)
class Check:
    """One foreign key between two tables that both carry a company."""

    model: type[models.Model]
    field: str

    def __str__(self) -> str:
        return f"{self.model._meta.label}.{self.field}"

    def broken(self) -> "models.QuerySet[Any]":
        """Return the rows whose foreign key leads to another company. Rows of no company are left out."""
        rows: models.QuerySet[Any] = self.model._base_manager.all()
        return rows.filter(**{f"{self.field}__isnull": False, f"{COMPANY}__isnull": False}).exclude(
            **{f"{self.field}__{COMPANY}": F(COMPANY)}
        )

    def finding(self) -> str:
        """Return a sentence about the broken rows with an example, or "" when there are none."""
        return _finding(self.broken(), f"{self}: ", "leads to another company", "lead to another company")


@dataclass(frozen=True)
class Rule:
    """Something else that must hold over several tables."""

    sentence: str
    """What must hold, starting with the model's label: "jobs.JobField: an active single select has a choice"."""
    broken: "Callable[[], models.QuerySet[Any]]"
    """Returns the rows that break it."""

    def __str__(self) -> str:
        return self.sentence

    def finding(self) -> str:
        """Return a sentence about the broken rows with an example, or "" when there are none."""
        return _finding(self.broken(), f"{self}; ", "breaks this", "break this")


_rules: dict[str, Rule] = {}


def register_rules(*rules: Rule) -> None:
    """Look at these rules too."""
    _rules.update({rule.sentence: rule for rule in rules})


def rules() -> list[Rule]:
    """Return the registered rules."""
    return sorted(_rules.values(), key=str)


def checks() -> list[Check]:
    """Return a check for each foreign key between tables that carry a company, over all installed models."""
    return sorted(
        (Check(model, field.name) for model in apps.get_models() for field in _to_company_tables(model)), key=str
    )


def _finding(broken: "models.QuerySet[Any]", begin: str, one: str, many: str) -> str:
    count = broken.count()
    if not count:
        return ""
    rows = f"1 row {one}" if count == 1 else f"{count} rows {many}"
    return f"{begin}{rows}, for example {broken.order_by('pk').values_list('pk', flat=True)[0]}."


def _to_company_tables(model: type[models.Model]) -> Iterator["models.ForeignKey[Any, Any]"]:
    if not _carries_company(model):
        return
    for field in model._meta.concrete_fields:
        related = field.related_model if isinstance(field, models.ForeignKey) else None
        if isinstance(related, type) and field.name != COMPANY and _carries_company(related):
            yield field  # type: ignore[misc]


def _carries_company(model: type[models.Model]) -> bool:
    return any(field.name == COMPANY and isinstance(field, models.ForeignKey) for field in model._meta.concrete_fields)
