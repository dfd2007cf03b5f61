"""The tables of a measurement, in Markdown: they can be read as they are, and kept in a document."""

import statistics
from collections.abc import Mapping, Sequence

from tests.benchmarks import processes
from tests.benchmarks.measuring import Pair, Result, Side, p95, throughput

Results = Mapping[Pair, Sequence[Result]]


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table whose columns are as wide as what they hold; all but texts are to the right."""
    cells = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    texts = [all(isinstance(row[place], str) for row in rows) for place in range(len(head))]
    lines = [
        "| "
        + " | ".join(
            cell.ljust(width) if is_text else cell.rjust(width)
            for cell, width, is_text in zip(row, widths, texts, strict=True)
        )
        + " |"
        for row in cells
    ]
    rule = "|".join("-" * (width + 1) + ("-" if is_text else ":") for width, is_text in zip(widths, texts, strict=True))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


class Number(float):
    """A number with so many digits behind the point."""

    def __new__(cls, value: float, digits: int = 1) -> "Number":
        made = super().__new__(cls, value)
        made.digits = digits
        return made

    digits: int

    def __str__(self) -> str:
        return f"{self:,.{self.digits}f}"


def pages(results: Results) -> str:
    """Return a row per page and reader of one side."""
    head = ("page", "reader", "n", "p50 ms", "p95 ms", "× floor", "CPU web ms", "CPU db ms", "× floor's CPU")
    rows = []
    for (name, reader), (one,) in results.items():
        times = (Number(one.middle), Number(p95(one.took)), Number(one.ratio, 2))
        cpu = (Number(one.web), Number(one.database), Number(one.cpu_ratio, 2))
        sizes = (one.queries, Number(one.raw / 1024), Number(one.zipped / 1024))
        rows.append((name, reader, len(one.took), *times, *cpu, *sizes))
    return table((*head, "queries", "kB", "kB gzip"), rows)


def side_by_side(sides: Sequence[Side], results: Results) -> str:
    """Return a row per page and reader with what each side took."""
    head = ["page", "reader", "n"]
    for unit in ("p50 ms", "× floor", "CPU ms", "× floor's CPU", "queries", "kB"):
        head += [f"{unit} {side.name}" for side in sides]
    rows = []
    for (name, reader), both in results.items():
        row: list[object] = [name, reader, len(both[0].took)]
        row += [Number(one.middle) for one in both]
        row += [Number(one.ratio, 2) for one in both]
        row += [Number(one.web + one.database) for one in both]
        row += [Number(one.cpu_ratio, 2) for one in both]
        row += [one.queries for one in both]
        row += [Number(one.raw / 1024) for one in both]
        rows.append(row)
    return table(head, rows)


def floor(results: Results) -> str:
    """Return what the floor page itself took."""
    every = [took for several in results.values() for took in several[0].floor]
    cpu = statistics.median(several[0].floor_cpu for several in results.values())
    return f"floor: p50 {statistics.median(every):.1f} ms, p95 {p95(every):.1f} ms, CPU {cpu:.1f} ms"


def load(sides: Sequence[Side]) -> str:
    """Measure and return the throughput of a few pages, and the memory of the web processes after it."""
    rows = []
    for side in sides:
        floor_rate = throughput(side, None)
        rows.append((side.name, "floor", Number(floor_rate), Number(1, 2)))
        for name in ("board", "candidates"):
            rate = throughput(side, (name, "Staffing"))
            rows.append((side.name, name, Number(rate), Number(rate / floor_rate, 2)))
    used = []
    for side in sides:
        for number, process in enumerate((side.web, *processes.children(side.web))):
            shared, whole = processes.memory(process)
            used.append((side.name, f"worker {number}" if number else "master", Number(shared), Number(whole)))
    return "\n\n".join(
        (
            table(("version", "page, 8 clients", "requests/s", "÷ floor's"), rows),
            table(("version", "process", "PSS MB", "RSS MB"), used),
        )
    )


def sizes(by_size: Mapping[int, Results]) -> str:
    """Return a row per page: each reader's ratio by size; of all readers the largest CPU ratio by size, and growth."""
    readers = list(dict.fromkeys(reader for results in by_size.values() for _, reader in results))
    rows = []
    for name in dict.fromkeys(name for results in by_size.values() for name, _ in results):
        pages = {
            reader: [results[name, reader][0] for results in by_size.values()]
            for reader in readers
            if all((name, reader) in results for results in by_size.values())
        }
        cells = [_arrows([one.ratio for one in pages.get(reader, [])]) for reader in readers]
        cpu = _arrows([max(one.cpu_ratio for one in of_size) for of_size in zip(*pages.values(), strict=True)])
        growth = max(found[-1].cpu_ratio / found[0].cpu_ratio for found in pages.values())
        last = [found[-1] for found in pages.values()]
        raw, zipped = max(one.raw for one in last) / 1024, max(one.zipped for one in last) / 1024
        numbers = (Number(growth), max(one.queries for one in last), Number(raw), Number(zipped))
        rows.append((name, *cells, cpu, *numbers))
    return table(("page", *readers, "most CPU", "growth", "queries", "kB", "kB gzip"), rows)


def _arrows(values: Sequence[float]) -> str:
    return " → ".join(f"{value:.1f}" for value in values)
