"""Sentinels by search: whoever finds somebody by a word has read it."""

from collections.abc import Iterator, Mapping
from typing import Any

from recruiting.candidates.models import Candidate
from tests.matrix.world import MEMBERS, STRANGER, World
from tests.sentinels import Reading
from tests.signing_in import session_of


def found(world: World, asker: Any, words: Mapping[str, tuple[str, str]]) -> Iterator[Reading]:
    """Have every member search for every word.

    What is read is the word, where somebody of its job is found: a page repeats what was typed, whoever is there.
    """
    people = {
        where: {str(each) for each in Candidate.objects.filter(applications__job=at.job).values_list("pk", flat=True)}
        for where, at in world.places.items()
    }
    for role in (*MEMBERS, STRANGER):
        cookie = session_of(world.users[role.name], world.people[role.name])
        for word, (_, where) in words.items():
            for path in ("/candidates/?q=", f"/jobs/{world.places[where].job.pk}/?view=list&q="):
                answer = asker.ask("GET", f"{path}{word}", cookie=cookie)
                is_found = any(person in answer.body.decode() for person in people[where])
                yield Reading("search", role.name, path, word if is_found else "", role=role)


READERS = (found,)
