"""How many résumés a minute of CPU reads, and how much memory the child takes.

Run with `make bench NAME=resumes`. The mix: 60 of 100 PDF, 30 DOCX, 10 ODT, RTF and text, of one to two pages, made by
`tests.resumes.making`; start of the children included. A further child reads a PDF of 400 pages and a DOCX of 10 MB of
XML, whose memory counts. Exits 1 below 600 résumés or at 256 MB.
"""

import argparse
import os
import resource
import sys
from collections import Counter
from collections.abc import Sequence

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "recruiting.settings")
django.setup()

from recruiting.resumes import child  # noqa: E402
from tests.resumes import making  # noqa: E402

FEWEST, MOST_MB = 600, 256


def mixed(count: int) -> list[child.File]:
    """Return so many résumés, each of another person."""
    files, others = [], ("odt", "rtf", "txt")
    for number in range(count):
        place = number % 10
        kind = "pdf" if place < 6 else "docx" if place < 9 else others[number // 10 % 3]
        person = making.Person(first=f"Ada{'abcdefghij'[place]}", email=f"ada{number}@lovelace.example")
        content = making.resume(kind, person, filler=30 + number % 40)
        files.append(child.File((number, kind), kind, lambda content=content: content))  # type: ignore[misc]
    return files


def worst() -> list[child.File]:
    """Return files that take more than others and are still read."""
    lines = [f"Line {number} of a long page, as theses have them." for number in range(50)]
    pdf = making.pdf(lines, links=["mailto:ada@lovelace.example"], pages=400)
    docx = making.docx("".join(making.paragraph("word " * 100) for _ in range(18_000)))
    return [child.File(name, name, lambda content=content: content) for name, content in (("pdf", pdf), ("docx", docx))]  # type: ignore[misc]


def read(files: Sequence[child.File]) -> tuple[float, Counter[str]]:
    """Return the CPU seconds of all children that read these files, and how many came to which state."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    states = Counter(answer["state"] for _, answer in child.read(files, seconds=600))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, states


def main() -> int:
    """Measure, print and judge."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()

    start, _ = read([child.File("none", "txt", lambda: b"words")])
    seconds, states = read(mixed(options.count))
    heavy, heavy_states = read(worst())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    per_minute = options.count / seconds * 60
    print(f"{options.count} résumés, {dict(states)}: {seconds:.2f} s of CPU, {per_minute:,.0f} a minute")
    print(f"A child alone: {start * 1000:.0f} ms; 400 pages and 9 MB of XML, {dict(heavy_states)}: {heavy:.2f} s")
    print(f"Peak of a child: {peak:.0f} MB")
    return int(per_minute < FEWEST or peak >= MOST_MB or states["read"] < options.count)


if __name__ == "__main__":
    sys.exit(main())
