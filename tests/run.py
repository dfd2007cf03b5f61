"""`make test`: the whole suite on PostgreSQL, what is marked `both_engines` on SQLite, then the browser tests.

    python -m tests.run [pytest's arguments]                where PostgreSQL is missing the whole suite runs on SQLite
    python -m tests.run --fast [pytest's arguments]         on SQLite, what a change reaches (tests/affected.py)
    python -m tests.run --no-browser [pytest's arguments]   both engines alone
    python -m tests.run --postgres -- COMMAND…              COMMAND with DATABASE_URL set to a PostgreSQL for tests;
                                                            --sqlite: without it; --both: on each

PostgreSQL is the one that DATABASE_URL names, else a throw-away cluster (postgres.py). What this machine lacks is
skipped with one loud line; with CI=true it is a failure, because a run that skips half its work must not look green.
With CI=true the browser also does what stands beside its stories (marked `every_page`). With pytest's -x no run
begins after a failure.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import FrameType

from tests import affected, databases, postgres
from tests.chromium import PACKAGE, find_chromium

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_COLLECTED = 5
ENGINES = ("sqlite", "postgres", "both")
PLAIN = "not browser and not prove"
# One more than there are cores: servers under test are waited for. Each begins with whole modules, which share a
# server, and takes from the others when it is done.
WORKERS = ("-n", str((os.cpu_count() or 2) + 1), "--dist", "worksteal")
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


def run_suites(arguments: list[str], *, has_browser: bool = True) -> list[Outcome]:
    """Run every suite that this machine can run, up to the first that fails where pytest is to stop at a failure."""
    outcomes = []
    with contextlib.ExitStack() as stack:
        for run in legs(stack, arguments, has_browser=has_browser):
            outcomes.append(run())
            if not outcomes[-1].is_good and not {"-x", "--exitfirst"}.isdisjoint(arguments):
                break
    return outcomes


def legs(stack: contextlib.ExitStack, arguments: list[str], *, has_browser: bool) -> Iterator[Callable[[], Outcome]]:
    """Yield each run that makes up the suite here; `stack` ends the database server that they share."""
    databases.make_sqlite_template()
    url = None
    try:
        url = stack.enter_context(postgres_url())
    except postgres.NoPostgres as why:
        yield partial(missing, "PostgreSQL", f"{why}; the whole suite runs on SQLite instead")
        yield partial(run_pytest, "SQLite", *WORKERS, "-m", PLAIN, *arguments, database_url=None)
    else:
        if url != os.environ.get("DATABASE_URL"):  # a person's own server gets no extra database
            databases.make_postgres_template(url)
        yield partial(run_pytest, "PostgreSQL", *WORKERS, "-m", PLAIN, *arguments, database_url=url)
        chosen = any((ROOT / argument.partition("::")[0]).exists() for argument in arguments)
        modules = [] if chosen else modules_on_both_engines()
        both = [*WORKERS, "-m", f"both_engines and {PLAIN}", *arguments, *modules]
        yield partial(run_pytest, "SQLite", *both, database_url=None)
    if has_browser and find_chromium():
        # Each of these has a browser, which is a worker of its own; they are in a few folders.
        wanted = "browser and not prove" if IN_CI else "browser and not prove and not every_page"
        options = ["-n", "2", "-m", wanted, "-o", "testpaths=tests/browser tests/*/browser", *arguments]
        yield partial(run_pytest, "Browser", *options, database_url=url)
    elif has_browser:
        yield partial(missing, "Browser", f"no Chromium is installed (Debian: apt-get install {PACKAGE})")


def modules_on_both_engines() -> list[str]:
    """Return the modules with tests that both engines run, so that no process collects the others for nothing."""
    found = (path for path in sorted((ROOT / "tests").rglob("test_*.py")) if "both_engines" in path.read_text())
    return [str(path.relative_to(ROOT)) for path in found]


def run_fast(arguments: list[str]) -> list[Outcome]:
    """Run what the changed files reach, on SQLite and without a browser."""
    modules = affected.modules()
    print(f"{len(modules)} test modules are reached by what changed.", flush=True)
    if not modules:
        return [Outcome("SQLite", passed=1)]
    databases.make_sqlite_template()
    return [run_pytest("SQLite", *WORKERS, "-m", PLAIN, *arguments, *modules, database_url=None)]


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
    if arguments[:1] == ["--fast"]:
        return report(run_fast(arguments[1:]))
    has_browser = "--no-browser" not in arguments
    return report(run_suites([one for one in arguments if one != "--no-browser"], has_browser=has_browser))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
