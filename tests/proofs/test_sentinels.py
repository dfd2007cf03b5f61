"""`make prove NAME=sentinels`: each kind of datum is read by those, and by those ways, that the tables say.

The tables stand in the `sentinels.py` of the tests of each capability; tests/sentinels.py says how they are read.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import override_settings

from tests import sentinels
from tests.matrix.asking import Asker
from tests.matrix.world import build
from tests.sentinels import WORD, Reading

pytestmark = pytest.mark.prove
Cell = tuple[str, str]
"""A kind, and whose datum it is."""


@dataclass
class Read:
    """All that one reader was answered by one way."""

    sample: Reading
    seen: dict[Cell, str]
    """The first address that showed it."""
    asked: int = 0


@pytest.fixture(scope="module")
def answers(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[tuple[set[Cell], list[Read]]]:
    """What was planted, and what everybody was answered."""
    rows = transaction.atomic()
    rows._from_testcase = True  # type: ignore[attr-defined]
    with django_db_blocker.unblock(), override_settings(API_RATE="1000000/min"):  # type: ignore[attr-defined]
        rows.__enter__()
        try:
            logging.disable(logging.ERROR)  # each refusal is a warning
            world, asker = build(), Asker()
            with asker.listening():
                words = sentinels.plant(world)
                read: dict[tuple[str, str], Read] = {}
                for reading in sentinels.readings(world, asker, words):
                    mine = read.setdefault((reading.way, reading.reader), Read(reading, {}))
                    mine.asked += 1
                    found = {*WORD.findall(reading.text.lower())} - {*WORD.findall(reading.address)}
                    for word in found & words.keys():
                        mine.seen.setdefault(words[word], reading.address)
            yield set(words.values()), list(read.values())
        finally:
            logging.disable(logging.NOTSET)
            transaction.set_rollback(True)
            rows.__exit__(None, None, None)


def test_each_kind_of_datum_is_read_where_the_table_says(
    db: None, answers: tuple[Collection[Cell], list[Read]]
) -> None:
    planted, reads = answers
    leaks, gaps = defaultdict(list), defaultdict(list)
    for read in reads:
        for kind, place in planted:
            way, may = read.sample, sentinels.may_read(kind, place, read.sample)
            address = read.seen.get((kind, place))
            if address and not may:
                leaks[f"{kind} ({place}) is read by {way.reader} by way of {way.way}"].append(address)
            elif may and not address:
                gaps[f"{kind} ({place}) is not read by {way.reader} by way of {way.way}"].append("")

    wrong = [f"{sentence}: {addresses[0]}" for sentence, addresses in leaks.items()] + list(gaps)
    count = len(planted) * len(reads)
    print(f"\n{count:,} cells: {len(planted)} data, {len(reads)} ways, {sum(read.asked for read in reads):,} answers")
    assert not wrong, "\n".join((f"{len(wrong)} of {count} cells are wrong:", *sorted(wrong)))


def test_each_kind_is_planted_in_both_companies(db: None, answers: tuple[Collection[Cell], list[Read]]) -> None:
    planted, _ = answers
    places = defaultdict(set)
    for kind, place in planted:
        places[kind].add(place)

    assert {kind for kind in sentinels.kinds() if len(places[kind]) < 2} == set()


def test_each_way_of_the_table_is_asked(db: None, answers: tuple[Collection[Cell], list[Read]]) -> None:
    _, reads = answers
    named = {way for line in sentinels.lines() for way in line.ways}

    assert named - {read.sample.way for read in reads} == set()
