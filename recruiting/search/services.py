"""Writing documents, in the transaction that writes the people they are about."""

from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from recruiting.search import tokens
from recruiting.search.models import SearchDocument


class Person(Protocol):
    """A candidate; candidates stand above this package."""

    pk: UUID
    company_id: UUID
    search_key: str


def write(people: Iterable[Person]) -> None:
    """Write the documents of people who were added or changed, in one query for some hundred of them."""
    SearchDocument.objects.bulk_create(
        [
            SearchDocument(company_id=person.company_id, candidate_id=person.pk, tokens=tokens.of(person.search_key))
            for person in people
        ],
        update_conflicts=True,
        unique_fields=["candidate"],
        update_fields=["tokens"],
    )
