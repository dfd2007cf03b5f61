"""The tutorial is the vendor: its listings are the files, and what it names is there."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from django.conf import settings

from integrations import base, env_settings
from integrations.standard.base import StandardIntegration
from integrations.standard.flow import Answer, StandardFlow
from integrations.standard.webhook import StandardWebhook
from recruiting import extensions

ROOT = Path(settings.BASE_DIR)
DOC = (ROOT / "docs/adding-a-vendor.md").read_text(encoding="utf-8")
FOLDER = Path(__file__).parent
# How Acme alone is registered, and what says nothing.
NOT_TAUGHT = {"__init__.py", "registered.py", "tables.py"}
HOMES = (extensions, base, env_settings, StandardIntegration, StandardFlow, StandardWebhook, Answer)


def listings() -> dict[str, str]:
    return dict(re.findall(r"^```python (\S+)\n(.*?)^```$", DOC, re.MULTILINE | re.DOTALL))


def hooks() -> list[str]:
    """Return what the table of hooks names, without the line of its head."""
    (table,) = re.findall(r"^\| You want \| Hook \|\n\|---\|---\|\n((?:\|.*\n)+)", DOC, re.MULTILINE)
    cells = [row.split(" | ", 1)[1] for row in table.splitlines()]
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def is_there(name: str) -> bool:
    """Tell whether a name of the documentation is a path, stands in a module of ours, or is a hook."""
    if "/" in name:
        return (ROOT / name).exists()
    module, _, last = name.rpartition(".")
    if module:
        paths = [package / f"{module.replace('.', '/')}.py" for package in (ROOT / "recruiting", ROOT / "integrations")]
        found = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths if path.is_file()]
        return any(hasattr(import_module(one), last) for one in found)
    return any(hasattr(home, name) for home in HOMES)


def test_every_listing_is_its_file() -> None:
    for path, text in listings().items():
        assert text == (ROOT / path).read_text(encoding="utf-8"), path


def test_every_file_is_listed() -> None:
    names = {path.name for path in FOLDER.glob("*.py") if not path.name.startswith("test_")} - NOT_TAUGHT

    assert {Path(path).name for path in listings()} == names


def test_every_hook_that_is_named_is_there() -> None:
    named = [name for name in hooks() if name != "ready"]

    assert len(named) > 30
    assert [name for name in named if not is_there(name)] == []


@pytest.mark.parametrize("name", ["wire.py", "applications.files.lend", "consider", "integrations/acme"])
def test_a_name_that_is_gone_would_be_seen(name: str) -> None:
    assert not is_there(name)
