"""`manage.py prepare` collects static files when, and only when, one of them changed."""

import os
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from recruiting.foundation import staticfiles
from recruiting.foundation.management.commands import prepare


@pytest.fixture
def source(tmp_path: Path, settings: Settings) -> Path:
    """A folder of static files with one file, and a `var` folder of its own."""
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "page.css").write_text("a")
    settings.STATICFILES_DIRS = [folder]
    settings.VAR_DIR = tmp_path / "var"
    settings.STATIC_ROOT = tmp_path / "var" / "static"
    settings.STATIC_ROOT.mkdir(parents=True)
    return folder


@pytest.mark.parametrize("change", ["content", "time", "new file", "fewer files"])
def test_each_change_is_noticed(source: Path, change: str) -> None:
    before = staticfiles.fingerprint()
    assert staticfiles.fingerprint() == before

    if change == "content":
        (source / "page.css").write_text("ab")
    elif change == "time":
        os.utime(source / "page.css", ns=(1, 1))
    elif change == "new file":
        (source / "more.css").write_text("")
    else:
        (source / "page.css").unlink()

    assert staticfiles.fingerprint() != before


def test_unchanged_files_are_collected_once(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    collected: list[str] = []

    def pretend(name: str, **_: Any) -> None:
        collected.append(name)

    monkeypatch.setattr(prepare, "call_command", pretend)

    prepare.Command()._collect_static_files()
    prepare.Command()._collect_static_files()
    assert collected == ["collectstatic"]

    (source / "page.css").write_text("changed")
    prepare.Command()._collect_static_files()
    assert collected == ["collectstatic", "collectstatic"]
