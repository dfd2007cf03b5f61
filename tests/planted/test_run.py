"""The runner's decisions; that it plants, runs and takes out again is seen whenever it is used."""

import json
from pathlib import Path

import pytest

from tests.planted.run import kept, mirror

ABOUT = {"suite": "--no-browser", "tests": "", "product": "1"}


@pytest.mark.parametrize(
    ("file", "folder"),
    [
        ("acme/jobs/views/board.py", "tests/jobs"),
        ("acme/base/jobs/outbox.py", "tests/jobs"),
        ("templates/base/settings/index.html", "tests/base"),
        ("templates/409.html", ""),
    ],
)
def test_the_innermost_package_that_has_tests_runs_first(file: str, folder: str, tmp_path: Path) -> None:
    for name in ("jobs", "base"):
        (tmp_path / name).mkdir()

    assert mirror(file, tmp_path) == folder


def test_results_are_gone_on_with_only_for_the_same_suite_and_product(tmp_path: Path) -> None:
    path = tmp_path / "planted.json"
    path.write_text(json.dumps({"about": ABOUT, "results": {"one": {"found": True}}}))

    assert kept(path, ABOUT, fresh=False) == {"one": {"found": True}}
    assert kept(path, ABOUT, fresh=True) == {}
    assert kept(tmp_path / "none.json", ABOUT, fresh=False) == {}
    with pytest.raises(SystemExit, match="another suite or another product"):
        kept(path, {**ABOUT, "product": "2"}, fresh=False)
