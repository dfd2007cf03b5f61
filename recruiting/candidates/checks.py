"""Rules of people that span rows and tables, for `manage.py check_data`."""

from collections.abc import Iterator
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from recruiting.candidates.models import Candidate, CandidateField
from recruiting.company_fields.checks import rules_of
from recruiting.foundation import text
from recruiting.foundation.integrity import Rule
from recruiting.search import tokens

MOST_FOUND = 1_000
"""Further people whose documents are wrong are not counted."""


def _unsearchable() -> "QuerySet[Candidate]":
    return Candidate._base_manager.filter(pk__in=list(islice(_with_wrong_documents(), MOST_FOUND)))


def _with_wrong_documents() -> Iterator[UUID]:
    columns = ("first_name", "last_name", "email", "phone")
    rows = Candidate._base_manager.values_list(
        "pk", "company", *columns, "search_document__company", "search_document__tokens"
    )
    for pk, company, *about, of_company, written in rows.iterator():
        if (company, tokens.of(text.person_search_key(*about))) != (of_company, written):
            yield pk


RULES = (
    Rule(
        "candidates.Candidate: an email is one person's (change or remove it in one of the records)",
        lambda: Candidate.objects.sharing_an_address(),
    ),
    Rule("candidates.Candidate: a search reads their name, email and phone as they are", _unsearchable),
    *rules_of(CandidateField),
)
