"""What a reference report says: made from the request alone, so that the same request has the same report.

The web page and both PDFs are written from it.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from devtools.sandbox.crosschq.pdf import made
from devtools.sandbox.crosschq.serializers import RELATIONSHIPS, score

QUALITIES = ("Communication", "Reliability", "Teamwork", "Judgement", "Drive")
COMMENTS = (
    "Would work together again without a second thought.",
    "Keeps promises, and says early when one is at risk.",
    "Grew a lot in two years, and helps others to grow.",
    "Needs a clear brief, and then delivers.",
)


@dataclass(frozen=True, slots=True)
class Answers:
    """One reference's part of the report."""

    name: str
    relationship: str
    state: str
    ratings: tuple[tuple[str, int], ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Report:
    title: str
    facts: tuple[tuple[str, str], ...]
    ratings: tuple[tuple[str, int], ...]
    answers: tuple[Answers, ...]


def written(row: sqlite3.Row, references: Sequence[sqlite3.Row]) -> Report:
    answers = tuple(_answers(row, each) for each in references)
    done = [each for each in answers if each.ratings]
    average = tuple(
        (quality, round(sum(dict(each.ratings)[quality] for each in done) / len(done))) for quality in QUALITIES if done
    )
    facts = (
        ("Candidate", f"{row['first_name']} {row['last_name']}"),
        ("Position", row["job_position"]),
        ("Survey", row["survey_name"]),
        ("Organization", row["organisation_name"]),
        ("Requested by", f"{row['requestor_first_name']} {row['requestor_last_name']}"),
        ("References", f"{len(done)} of {len(answers)} answered"),
        ("Score", str(score(row))),
    )
    return Report(f"Reference report: {row['first_name']} {row['last_name']}", facts, average, answers)


def file(report: Report, kind: str) -> bytes:
    """The report as a PDF; the full one has what each reference said."""
    lines = [report.title, f"Crosschq 360, {kind} report (sandbox)", ""]
    lines += [f"{name}: {value}" for name, value in report.facts]
    lines += ["", "Average ratings", *(f"  {quality}: {stars} of 5" for quality, stars in report.ratings)]
    if kind == "full":
        for each in report.answers:
            lines += ["", f"{each.name} ({each.relationship})", f"  {each.state}"]
            lines += [f"  {quality}: {stars} of 5" for quality, stars in each.ratings]
            lines += [f"  {each.comment}"] if each.comment else []
    return made(lines)


def _answers(row: sqlite3.Row, reference: sqlite3.Row) -> Answers:
    seed = crc32(f"{row['survey_codename']}/{row['email']}/{reference['email']}".encode())
    done = reference["status"] == "completed"
    if done:
        state = "Completed"
    elif reference["ended_by"] in ("conclusion", "rule"):
        state = "Not completed before conclusion"
    else:
        state = reference["status"].replace("_", " ").capitalize()
    return Answers(
        name=f"{reference['first_name']} {reference['last_name']}",
        relationship=RELATIONSHIPS[reference["relationship"]][0],
        state=state,
        ratings=tuple((quality, 3 + (seed >> place) % 3) for place, quality in enumerate(QUALITIES)) if done else (),
        comment=COMMENTS[(seed >> 8) % len(COMMENTS)] if done else "",
    )
