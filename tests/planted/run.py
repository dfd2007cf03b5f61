"""`make planted`: plant one defect at a time in a copy of the tree, and look whether the suite finds it.

    python -m tests.planted.run [--only NAME]… [--suite ARGUMENTS] [--tests COMMIT] [--results FILE] [--fresh]

The suite is `python -m tests.run --no-browser`, so it is what `make test` runs in whatever legs it has; `--suite` gives
that module other arguments ("--fast", "--fast -m both_engines"). `--tests` takes tests/ and pyproject.toml of a commit
beside the product that stands here, so that two suites are measured on one product. A result file that is there is
gone on with, unless it is of another suite or product; `--fresh` begins it anew.

The tests in the folder named like the defect's package run first: that changes how soon a failure shows, not whether.
What failed is run again without the defect; a test that fails then too has found nothing, and the result is UNSOUND,
as it is where the suite did not end.
"""

import argparse
import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

from tests.planted.defects import GROUPS, ROOT, Defect, read

OWN = "tests/planted"
PRODUCT = ("recruiting", "newsfeed", "integrations", "templates", "static", "manage.py")
# What is installed is lent to the copy.
LENT = (".venv", "node_modules")
TOTALS = re.compile(r"^total: (\d+) passed, (\d+) failed", re.MULTILINE)
LONGEST = 60 * 60
"""Seconds after which a suite is ended. Whether the defect hangs it, or the machine is slow, a person has to say."""
NO_END = f"(no end after {LONGEST // 60} minutes)"


class NothingRan(RuntimeError):
    """The suite ran no test, or stopped without one that failed, so it says nothing about a defect."""


@contextlib.contextmanager
def copied(tests_of: str) -> Iterator[Path]:
    """Yield a copy of what git tracks, as it stands here, with the tests of the commit `tests_of` if that is given."""
    with tempfile.TemporaryDirectory(prefix="throughline-planted-") as folder:
        copy = Path(folder)
        for name in tracked():
            if (ROOT / name).is_file():  # not what is deleted and not committed
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, copy / name)
        for name in LENT:
            if (ROOT / name).exists():
                (copy / name).symlink_to((ROOT / name).resolve())
        if tests_of:
            shutil.rmtree(copy / "tests")
            archive = subprocess.run(
                ["git", "archive", tests_of, "tests", "pyproject.toml"], cwd=ROOT, check=True, capture_output=True
            )
            subprocess.run(["tar", "-x"], cwd=copy, check=True, input=archive.stdout)
        # Whatever the commit had, its plugin is this one.
        shutil.copytree(ROOT / OWN, copy / OWN, dirs_exist_ok=True)
        # Tests that ask git what there is get the copy's own answer.
        for command in (["init", "-q"], ["add", "--all"]):
            subprocess.run(["git", *command], cwd=copy, check=True, capture_output=True)
        yield copy


def tracked() -> list[str]:
    """Return the paths that git tracks."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name]


def product() -> str:
    """Return a digest of the product's files as they stand here."""
    digest = hashlib.sha256()
    for name in tracked():
        if name.startswith(PRODUCT) and (ROOT / name).is_file():
            digest.update(name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()[:16]


def mirror(file: str, tests: Path) -> str:
    """Return the folder of tests that is named like the innermost package of a file that has one, or ""."""
    named = (part for part in reversed(Path(file).parent.parts) if (tests / part).is_dir())
    return next((f"tests/{part}" for part in named), "")


def failures(copy: Path, suite: Sequence[str], *chosen: str) -> list[str]:
    """Run the suite in the copy up to its first failure and return what failed, the first one first.

    Args:
        copy: the tree.
        suite: arguments of `tests.run`.
        chosen: paths or names of tests; without any, all of the suite runs.

    Raises:
        NothingRan: when no test ran, or pytest itself stopped.
    """
    notes = copy / "var" / "failed.txt"
    notes.parent.mkdir(exist_ok=True)
    notes.write_text("", encoding="utf-8")
    own = ["-x", "-q", "-p", "no:randomly", "-p", "tests.planted.noting", f"--ignore={OWN}"]
    command = [str(copy / ".venv/bin/python"), "-m", "tests.run", *suite, *own, *chosen]
    with subprocess.Popen(
        command,
        cwd=copy,
        # With CI a leg that cannot run here is a failure: half a suite must not be measured as a whole one.
        env={**os.environ, "PLANTED_NOTES": str(notes), "CI": "true"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as running:
        try:
            said, _ = running.communicate(timeout=LONGEST)
        except subprocess.TimeoutExpired:
            return [NO_END]
        finally:
            _end(running)
    failed = list(dict.fromkeys(notes.read_text(encoding="utf-8").split("\n")[:-1]))
    total = TOTALS.search(said)
    if failed:
        return failed
    if total is None or total[1] == "0" or total[2] != "0":
        raise NothingRan(said[-3000:])
    return []


def _end(running: "subprocess.Popen[str]") -> None:
    """End what was started, so that a database cluster under it goes as well."""
    if running.poll() is None:
        running.terminate()  # `tests.run` leaves by way of every `finally` then
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(timeout=60)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)


def look(copy: Path, defect: Defect, suite: Sequence[str]) -> dict[str, Any]:
    """Plant one defect in the copy, run the suite, take it out again, and return what came of it."""
    place = copy / defect.file
    place.write_text(defect.planted(place.read_text(encoding="utf-8")), encoding="utf-8")
    started = time.monotonic()
    failed: list[str] = []
    try:
        first = mirror(defect.file, copy / "tests")
        if first:
            with contextlib.suppress(NothingRan):  # the folder has none of this suite
                failed = failures(copy, suite, first)
        failed = failed or failures(copy, suite)
        seconds = time.monotonic() - started
    finally:
        shutil.copy2(ROOT / defect.file, place)
    innocent = failed == [NO_END]
    if failed and "::" in failed[0]:
        with contextlib.suppress(NothingRan):
            innocent = bool(failures(copy, suite, failed[0]))
    return {
        "group": defect.group,
        "found": bool(failed) and not innocent,
        "seconds": round(seconds),
        "first": failed[0] if failed else "",
        "unsound": innocent,
    }


def kept(path: Path, about: dict[str, str], *, fresh: bool) -> dict[str, Any]:
    """Return the results of an earlier run with the same suite on the same product, or none."""
    if fresh or not path.exists():
        return {}
    found = json.loads(path.read_text(encoding="utf-8"))
    if found["about"] != about:
        raise SystemExit(
            f"{path} holds results of another suite or another product ({found['about']}, now {about}). "
            "Name another file with --results, or begin it anew with --fresh."
        )
    results: dict[str, Any] = found["results"]
    return results


def show(defects: Sequence[Defect], results: dict[str, Any]) -> None:
    """Print what is known of each defect, and how many were found."""
    print(f"\n{'defect':<32} {'found':<8} {'seconds':>7}  first failing test")
    for defect in defects:
        if (result := results.get(defect.name)) is not None:
            word = "found" if result["found"] else "UNSOUND" if result["unsound"] else "MISSED"
            print(f"{defect.name:<32} {word:<8} {result['seconds']:>7}  {result['first']}")
    for group in GROUPS:
        mine = [results[defect.name] for defect in defects if defect.group == group and defect.name in results]
        print(f"{group}: {sum(result['found'] for result in mine)} of {len(mine)} found")
    every = [results[defect.name] for defect in defects if defect.name in results]
    print(f"total: {sum(result['found'] for result in every)} of {len(every)} found", flush=True)


def stop(_number: int, _frame: FrameType | None) -> None:
    """Leave by way of every `finally`, so that the copy and what runs in it go too."""
    raise SystemExit(130)


def main(arguments: list[str]) -> int:
    """Read the command line, plant what it asks for and what no result is kept of, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.planted.run", description="Plant defects, one at a time.")
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="this defect (may be repeated)")
    parser.add_argument("--suite", default="--no-browser", help="arguments of tests.run (default: %(default)s)")
    parser.add_argument("--tests", default="", metavar="COMMIT", help="take tests/ and pyproject.toml from this commit")
    parser.add_argument("--results", type=Path, default=ROOT / "var" / "planted.json", metavar="FILE")
    parser.add_argument("--fresh", action="store_true", help="forget the results in the file")
    asked = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, stop)
    defects = read()
    if unknown := set(asked.only) - {defect.name for defect in defects}:
        parser.error(f"no defect is called {', '.join(sorted(unknown))}; {OWN}/defects.toml lists them")
    suite = shlex.split(asked.suite)
    about = {"suite": asked.suite, "tests": asked.tests, "product": product()}
    results = kept(asked.results, about, fresh=asked.fresh)
    chosen = [defect for defect in defects if not asked.only or defect.name in asked.only]
    with copied(asked.tests) as copy:
        for defect in chosen:
            if defect.name in results:
                continue
            print(f"{defect.name} …", flush=True)
            results[defect.name] = look(copy, defect, suite)
            asked.results.parent.mkdir(parents=True, exist_ok=True)
            asked.results.write_text(json.dumps({"about": about, "results": results}, indent=2) + "\n", "utf-8")
    show(chosen, results)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
