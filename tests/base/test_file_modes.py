"""What the installation keeps about people is read by its own account alone; static files by everybody."""

import os
import runpy
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import call_command

from devtools.launch import setup
from recruiting.foundation import file_modes

ROOT = Path(__file__).resolve().parents[2]


def mode(path: Path) -> str:
    """Return the rights on a file, as `chmod` takes them."""
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.fixture(params=[0o022, 0o077])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Set the umask of a usual shell, or ours."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def test_an_upload_is_the_owner_s_alone_whatever_the_umask(umask: int, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"

    name = storages["default"].save("company/file", ContentFile(b"A curriculum vitae."))

    kept = tmp_path / "files" / name
    assert [mode(path) for path in (kept, kept.parent, kept.parent.parent)] == ["0o600", "0o700", "0o700"]


def test_static_files_are_for_everybody_whatever_the_umask(umask: int, settings: Any, tmp_path: Path) -> None:
    source = tmp_path / "source" / "css"
    source.mkdir(parents=True)
    (source / "page.css").write_text("a { color: black }\n" * 100)
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    options = settings.STORAGES["staticfiles"]["OPTIONS"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "recruiting.foundation.staticfiles.ManifestStorage", "OPTIONS": options},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    made = sorted((tmp_path / "static").rglob("*"))
    assert {".css", ".gz", ".json"} <= {path.suffix for path in made}
    assert {path.name: mode(path) for path in made if path.is_file() and mode(path) != "0o644"} == {}
    assert {mode(path) for path in made if path.is_dir()} == {"0o755"}


def test_files_from_before_are_tightened_and_nothing_else(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, settings.EMAIL_FILE_PATH = tmp_path / "files", str(tmp_path / "mails")
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(tmp_path / "db.sqlite3")}
    monkeypatch.setitem(settings.DATABASES, "default", database)
    upload, mail = tmp_path / "files" / "company" / "file", tmp_path / "mails" / "mail.log"
    data, log = tmp_path / "db.sqlite3", tmp_path / "db.sqlite3-wal"
    static = tmp_path / "static" / "page.css"
    for path in (upload, mail, data, log, static):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
        path.parent.chmod(0o755)
        path.chmod(0o644)

    (tmp_path / "files").chmod(0o755)  # made with the umask of whoever ran here before

    assert file_modes.tighten() == 7
    assert file_modes.tighten() == 0

    assert {mode(path) for path in (upload, mail, data, log)} == {"0o600"}
    assert {mode(path) for path in (upload.parent, tmp_path / "files", mail.parent)} == {"0o700"}
    assert (mode(static), mode(static.parent), mode(tmp_path)) == ("0o644", "0o755", mode(tmp_path))


def test_each_process_writes_for_its_own_account_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", ["manage.py", "version"])
    before = os.umask(0o022)
    try:
        # Each runs as the first thing of a process of its own.
        for start in ("manage", "recruiting.wsgi"):
            os.umask(0o022)
            runpy.run_path(str(ROOT / f"{start.replace('.', '/')}.py"), run_name="__main__")
            (tmp_path / start).write_text("")
    finally:
        os.umask(before)

    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {"manage": "0o600", "recruiting.wsgi": "0o600"}


def test_programs_that_set_up_installs_are_for_everybody(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with setup.readable_by_all():
            (tmp_path / "program").write_text("")
        (tmp_path / "data").write_text("")
    finally:
        os.umask(before)

    assert (mode(tmp_path / "program"), mode(tmp_path / "data")) == ("0o644", "0o600")
