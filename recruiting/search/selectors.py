"""Finding people by what somebody types: the same on both engines, whether or not there is an index.

What a search means is in `tokens` and in `LIKE`; indexes only make it fast, and no planner knows how. A word is *rare*
or *common*: of a rare one all documents are looked up by the index of fragments, of a common one the newest people are
looked through until a page is full. Each way takes seconds for the other's words.
"""

from dataclasses import dataclass

from django.db import connection
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from recruiting.companies.models import Company
from recruiting.foundation import pagination
from recruiting.search import indexes, tokens
from recruiting.search.models import SearchDocument

NEWEST, ENOUGH = 8_000, 51
"""A search is common when that many of the newest documents hold a page and one more."""


@dataclass(frozen=True)
class Found:
    """Whom a search finds in one company."""

    documents: "QuerySet[SearchDocument]"
    total: int
    """How many, up to `pagination.COUNT_TO`: of the whole company, whoever may see them."""
    is_common: bool

    def among(self, field: str) -> Q | Exists | Func:
        """Return the condition that a column (`pk` of people, `candidate` of applications) is one of them."""
        if self.is_common:
            return self.in_each(field)
        people = self.documents.values("candidate")
        if connection.vendor == "postgresql":
            return _Equal(F(field), _Any(people), output_field=BooleanField())
        return Q(**{f"{field}__in": people})

    def in_each(self, field: str) -> Exists:
        """Return the same condition, to be looked up row by row."""
        return Exists(self.documents.filter(candidate=OuterRef(field)))


class _Equal(Func):
    """Two expressions are the same."""

    template, arg_joiner = "%(expressions)s", " = "


class _Any(Subquery):
    """All rows of a query, read before the query around it: its LIMIT does not mislead the planner about this one."""

    template = "ANY(ARRAY(%(subquery)s))"


def find(typed: str, *, company: Company) -> Found | None:
    """Find people whose name, email or phone has every word of a text, or all its digits as one number.

    Accents, capitals and apostrophes do not count, nor how a number is written. A word of up to two letters is the
    beginning of a name or a part of one, a longer one any fragment.

    Returns:
        Whom it finds; None for a text that asks for nothing. It takes one query, and one more for what is common.
    """
    asked = tokens.fragments(typed)
    if not asked:
        return None
    alike = Q()
    for fragments in asked:
        alike |= Q(*map(_has, fragments))
    theirs = SearchDocument.objects.filter(company=company)
    indexed = indexes.narrow(asked, company=company.pk)
    rare = (theirs if indexed is None else indexed).filter(alike)
    total = pagination.bounded_count(rare)
    if total == pagination.COUNT_TO and _has_page(theirs, alike):
        return Found(theirs.filter(alike), total, is_common=True)
    return Found(rare, total, is_common=False)


def _has(fragment: str) -> Q:
    """Return the condition that a document has a fragment.

    An address is looked up by what stands before its host, which all of a company's people may share: the index would
    read the entries of everybody for each three letters of the host.
    """
    name, at, _host = fragment.partition("@")
    if not at or len(name) < indexes.LETTERS:
        return Q(tokens__contains=fragment)
    return Q(GreaterThan(StrIndex(F("tokens"), Value(fragment)), 0), tokens__contains=f"{name}@")


def _has_page(documents: "QuerySet[SearchDocument]", alike: Q) -> bool:
    newest = documents.order_by("-candidate").annotate(hit=Case(When(alike, then=Value(1))))[:NEWEST]
    return bool(newest.aggregate(hits=Count("hit"))["hits"] >= ENOUGH)
