"""What processes cost, as Linux counts it: CPU seconds and memory."""

import contextlib
import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def children(parent: int) -> list[int]:
    """Return the processes whose parent that is."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(_fields(path)[1]) == parent:
                found.append(int(path.parent.name))
    return sorted(found)


def cpu_seconds(parent: int | None) -> float:
    """Return the seconds that a process and its children have worked, those that have ended included; 0 for None."""
    if parent is None:
        return 0.0
    ended = sum(map(int, _fields(Path(f"/proc/{parent}/stat"))[13:15])) / TICKS
    return ended + sum(_worked(process) for process in (parent, *children(parent)))


def memory(process: int) -> tuple[float, float]:
    """Return a process's MB: its share of what it uses with others (PSS), and all that it uses (RSS)."""
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return kilobytes["Pss"] / 1024, kilobytes["Rss"] / 1024


def _worked(process: int) -> float:
    # By thread and in nanoseconds, where `stat` counts in hundredths of a second.
    nanoseconds = 0
    for path in Path(f"/proc/{process}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError):
            nanoseconds += int(path.read_text().split()[0])
    return nanoseconds / 1e9


def _fields(path: Path) -> list[str]:
    """Return the fields of a `stat` from the third on: the name before them may hold anything."""
    return path.read_text().rpartition(")")[2].split()
