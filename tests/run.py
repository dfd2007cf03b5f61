"""`make test`: the whole suite on SQLite and on PostgreSQL, then the browser tests, with one closing line.

    python -m tests.run [--fast] [pytest's arguments]       --fast: SQLite only, no browser; --no-browser: both engines;
                                                            with pytest's -x nothing begins after a failure
    python -m tests.run --postgres -- COMMAND…              COMMAND with DATABASE_URL set to a PostgreSQL for tests;
                                                            --sqlite: without it; --both: on each

PostgreSQL is the one that DATABASE_URL names, else a throw-away cluster (postgres.py). What this machine lacks is
skipped with one loud line; with CI=true it is a failure, because a run that skips half its work must not look green.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests import databases, postgres
from tests.chromium import PACKAGE, find_chromium

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
ENGINES = ("sqlite", "postgres", "both")
IN_CI = os.environ.get("CI", "").lower() in ("1", "true", "yes")


@dataclass
class Outcome:
    """What one run of pytest did. `missing` says in a sentence why it did not run."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    exit_code: int = 0
    missing: str = ""

    @property
    def is_good(self) -> bool:
        """Tell whether this run may count as green here."""
        if self.missing:
            return not IN_CI
        return self.exit_code in (0, NO_TESTS_COLLECTED)


@contextlib.contextmanager
def postgres_url() -> Iterator[str]:
    """Yield the PostgreSQL that DATABASE_URL names, else a throw-away one. Raises `postgres.NoPostgres`."""
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://")):
        yield given
        return
    with postgres.throwaway() as url:
        yield url


def run_pytest(name: str, *arguments: str, database_url: str | None) -> Outcome:
    """Run pytest once; `database_url` None means the suite's own SQLite file."""
    print(f"\n══ {name} ══", flush=True)
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | compiled()
    if database_url and database_url != os.environ.get("DATABASE_URL"):
        env[databases.TEMPLATE_VARIABLE] = databases.TEMPLATE_NAME
    if database_url:
        env["DATABASE_URL"] = database_url
    with tempfile.TemporaryDirectory(prefix="throughline-report-") as folder:
        report = Path(folder) / "report.xml"
        command = [sys.executable, "-m", "pytest", f"--junit-xml={report}", "-o", "junit_logging=no"]
        command += ["--durations=3", "--durations-min=5", *arguments]
        started = time.monotonic()
        exit_code = subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
        outcome = Outcome(name, exit_code=exit_code, seconds=time.monotonic() - started)
        if report.exists():
            for suite in ElementTree.parse(report).iter("testsuite"):
                bad = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
                skipped = int(suite.get("skipped", 0))
                outcome.failed += bad
                outcome.skipped += skipped
                outcome.passed += int(suite.get("tests", 0)) - bad - skipped
    if exit_code not in (0, NO_TESTS_COLLECTED) and not outcome.failed:
        outcome.failed = 1  # pytest itself stopped: a collection error, an interrupt, a crash
    return outcome


def compiled() -> dict[str, str]:
    """Return what lets the many processes of a run share compiled modules, outside the source tree."""
    # Set to nothing, not left out: a container often forbids bytecode for all that runs in it.
    return {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(databases.KEPT / "bytecode")}


def missing(name: str, why: str) -> Outcome:
    """Say loudly that a run is left out."""
    print(f"\n!! {name} NOT RUN: {why}.{' With CI=true that is a failure.' if IN_CI else ''}", flush=True)
    return Outcome(name, missing=why)


def run_suites(arguments: list[str], *, fast: bool, has_browser: bool) -> list[Outcome]:
    """Run every suite that this machine can run, up to the first that fails where pytest is to stop at a failure."""
    # One more than there are cores: servers under test are waited for. Each begins with whole modules, which share a
    # server, and takes from the others when it is done.
    workers = ["-n", str((os.cpu_count() or 2) + 1), "--dist", "worksteal"]
    databases.make_sqlite_template()
    plain = [*workers, "-m", "not browser and not prove", *arguments]
    outcomes = [run_pytest("SQLite", *plain, database_url=None)]
    stops = not {"-x", "--exitfirst"}.isdisjoint(arguments)
    if fast or (stops and not outcomes[0].is_good):
        return outcomes
    chromium = find_chromium()
    # Each of these has a browser, which is a worker of its own; they are all in one folder.
    browser = ["-n", "2", "-m", "browser and not prove", "-o", "testpaths=tests/browser", *arguments]
    with contextlib.ExitStack() as stack:
        url = None
        try:
            url = stack.enter_context(postgres_url())
        except postgres.NoPostgres as why:
            outcomes.append(missing("PostgreSQL", str(why)))
        else:
            if url != os.environ.get("DATABASE_URL"):  # a person's own server gets no extra database
                databases.make_postgres_template(url)
            # What no database can change ran once already; the launch brings its own.
            second = [*plain, "--only-database", "--deselect=tests/launch"]
            outcomes.append(run_pytest("PostgreSQL", *second, database_url=url))
        if not has_browser or (stops and not outcomes[-1].is_good):
            return outcomes
        if chromium:
            outcomes.append(run_pytest("Browser", *browser, database_url=url))
        else:
            outcomes.append(missing("Browser", f"no Chromium is installed (Debian: apt-get install {PACKAGE})"))
    return outcomes


def report(outcomes: list[Outcome]) -> int:
    """Print what each run did and the closing line; return the exit code."""
    print()
    for outcome in outcomes:
        if outcome.missing:
            print(f"{outcome.name:<11} NOT RUN: {outcome.missing}")
        else:
            counts = f"{outcome.passed} passed, {outcome.failed} failed, {outcome.skipped} skipped"
            print(f"{outcome.name:<11} {counts} in {outcome.seconds:.0f} s")
    passed, failed, skipped = (sum(getattr(o, kind) for o in outcomes) for kind in ("passed", "failed", "skipped"))
    if IN_CI:
        failed += sum(1 for outcome in outcomes if outcome.missing)
    good = all(outcome.is_good for outcome in outcomes) and passed > 0
    print(f"total: {passed} passed, {failed} failed, {skipped} skipped", flush=True)
    return 0 if good else 1


def run_command(engine: str, command: list[str]) -> int:
    """Run one command with the settings of a test on sqlite, postgres or both; return 0 when it succeeded on each."""
    env = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    env |= {"TESTING": "true", "SANDBOX_MODE": "true"}
    codes = []
    if engine in ("sqlite", "both"):
        codes.append(subprocess.run(command, cwd=ROOT, env=env, check=False).returncode)
    if engine in ("postgres", "both"):
        try:
            with postgres_url() as url:
                codes.append(
                    subprocess.run(command, cwd=ROOT, env={**env, "DATABASE_URL": url}, check=False).returncode
                )
        except postgres.NoPostgres as why:
            print(f"This needs PostgreSQL: {why}.", file=sys.stderr)
            codes.append(1)
    return next(filter(None, codes), 0)


def stop(_number: int, _frame: FrameType | None) -> None:
    """Leave by way of every `finally`, so that the cluster goes too."""
    raise SystemExit(130)


def main(arguments: list[str]) -> int:
    """Read the command line and run what it asks for."""
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    if "--" in arguments[:2]:
        engine = arguments[0].removeprefix("--")
        if engine not in ENGINES or len(arguments) < 3:
            print(f"An engine is one of {', '.join(ENGINES)}, before -- and a command.", file=sys.stderr)
            return 2
        return run_command(engine, arguments[2:])
    ours = {"--fast", "--no-browser"} & set(arguments)
    others = [argument for argument in arguments if argument not in ours]
    return report(run_suites(others, fast="--fast" in ours, has_browser="--no-browser" not in ours))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
