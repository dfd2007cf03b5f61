"""Measures pages of one or several versions of the site that are served at once, each beside the floor page."""

import statistics
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle

from tests.benchmarks import processes
from tests.benchmarks.client import FLOOR_ADDRESS, Answer, Ask, send

WARM = 3
SLICES = 5
CLIENTS, SECONDS = 8, 4.0
Pair = tuple[str, str]
"""The name of a page and its reader."""


@dataclass
class Side:
    """A version of the site that is served now.

    Args:
        name: what the report calls it.
        port, web: where it answers, and its main process.
        database: the main process of its database server, if that is one of this machine's.
        pages: what is asked, by page and reader.
    """

    name: str
    port: int
    web: int
    database: int | None
    pages: Mapping[str, Mapping[str, Sequence[Ask]]]
    _next: dict[Pair, Iterator[Ask]] = field(default_factory=dict)

    def ask(self, pair: Pair) -> Answer:
        """Send the next request of a page and reader."""
        name, reader = pair
        return send(self.port, next(self._next.setdefault(pair, cycle(self.pages[name][reader]))))

    def floor(self, pair: Pair) -> Answer:
        """Ask for the floor page as the reader."""
        name, reader = pair
        session = next(iter(self.pages["home"][reader])) if name.startswith("API") else self.pages[name][reader][0]
        return send(self.port, Ask(FLOOR_ADDRESS, headers={"Cookie": session.headers["Cookie"]}))

    def worked(self) -> tuple[float, float]:
        """Return the CPU seconds so far of the web processes and of the database server."""
        return processes.cpu_seconds(self.web), processes.cpu_seconds(self.database)


@dataclass
class Result:
    """What was measured of one page for one reader on one side; times in milliseconds, per request."""

    took: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    queries: int = 0
    raw: int = 0
    zipped: int = 0
    web: float = 0.0
    database: float = 0.0
    floor_cpu: float = 0.0

    def add(self, answer: Answer, floor: Answer) -> None:
        """Keep one request and the floor's before it."""
        self.took.append(answer.took)
        self.floor.append(floor.took)
        self.queries = max(self.queries, answer.queries)
        self.raw, self.zipped = max(self.raw, answer.raw), max(self.zipped, answer.zipped)

    @property
    def middle(self) -> float:
        """The median."""
        return statistics.median(self.took)

    @property
    def ratio(self) -> float:
        """The median over that of the floor page before each."""
        return self.middle / statistics.median(self.floor)

    @property
    def cpu_ratio(self) -> float:
        """CPU time over that of the floor page in the same seconds."""
        return (self.web + self.database) / self.floor_cpu


def p95(values: Sequence[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    return sorted(values)[min(len(values) * 95 // 100, len(values) - 1)]


def measure(sides: Sequence[Side], pairs: Sequence[Pair], *, count: int, most: float) -> dict[Pair, list[Result]]:
    """Time every page, a result per side, then take the CPU of each alone.

    Args:
        sides: the versions; the floor is that of the first.
        pairs: pages and readers, which take turns.
        count: requests of each after the first few, which only warm; a third as many for the CPU.
        most: the seconds that one page and reader may take of each part; it is asked less often then.
    """
    results = {pair: [Result() for _ in sides] for pair in pairs}
    spent = dict.fromkeys(pairs, 0.0)
    for turn in range(count + WARM):
        for pair in pairs:
            if spent[pair] > most and results[pair][0].took:
                continue
            floor = sides[0].floor(pair)
            for side, result in zip(sides, results[pair], strict=True):
                answer = side.ask(pair)
                spent[pair] += answer.took / 1000
                if turn >= WARM or spent[pair] > most:
                    result.add(answer, floor)
    alone = -(-count // 3)
    for pair in pairs:
        floor_cpu = sum(_alone(partial(sides[0].floor, pair), sides[0], count=alone, most=most))
        for side, result in zip(sides, results[pair], strict=True):
            result.floor_cpu = floor_cpu
            result.web, result.database = _alone(partial(side.ask, pair), side, count=alone, most=most)
    return results


def _alone(send_one: Callable[[], Answer], side: Side, *, count: int, most: float) -> tuple[float, float]:
    """Return the CPU milliseconds per request, web and database, of one page asked for alone.

    The medians of a few slices: the database's own housekeeping falls into one or two.
    """
    deadline = time.monotonic() + most / 4
    each = max(count // SLICES, 1)
    slices = []
    while len(slices) < SLICES and (not slices or time.monotonic() < deadline):
        before, asked = side.worked(), 0
        while asked < each and (not asked or time.monotonic() < deadline):
            send_one()
            asked += 1
        slices.append([1000 * (now - then) / asked for now, then in zip(side.worked(), before, strict=True)])
    web, database = map(statistics.median, zip(*slices, strict=True))
    return web, database


def throughput(side: Side, pair: Pair | None) -> float:
    """Return the requests per second that several clients get of a page, or of the floor page."""
    done = [0] * CLIENTS
    deadline = time.monotonic() + SECONDS
    reader = pair[1] if pair else "Staffing"
    name = pair[0] if pair else "home"
    asks = side.pages[name][reader]
    ask = asks[0] if pair else Ask(FLOOR_ADDRESS, headers=asks[0].headers)

    def client(number: int) -> None:
        while time.monotonic() < deadline:
            send(side.port, ask)
            done[number] += 1

    started = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.monotonic() - started)
