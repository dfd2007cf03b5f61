"""The shape of the project, read from its own sources: imports point down, vendors are found and kept out of the core.

import-linter holds the layers too (`make check`); this test also sees imports inside functions, and finds vendors,
words and missing docstrings by itself.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from django.conf import settings

from tests.architecture.vendor_contract import forbidden_because

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("recruiting", "newsfeed", "integrations", "devtools")
SETTINGS = ROOT / "recruiting/settings.py"
# From the ground up; a module may import its own layer and those before it.
LAYERS = (
    ("recruiting.foundation",),
    ("recruiting.outbox",),
    ("newsfeed",),
    ("recruiting.extensions", "recruiting.events"),
    ("recruiting.companies",),
    ("recruiting.search", "recruiting.company_fields"),
    ("recruiting.jobs", "recruiting.candidates"),
    ("recruiting.applications",),
    ("recruiting.api",),
    ("recruiting.web",),
    ("integrations",),
    ("devtools",),
)
MAY_IMPORT = {
    "requests": {"recruiting.foundation.http"},
    "urllib3": {"recruiting.foundation.http"},
    "django_q": {
        "recruiting.outbox.queue",
        "recruiting.outbox.cluster",
    },
}
# These name the types of what they are handed by the apps above them: under TYPE_CHECKING alone.
TYPED_PORTS = {"newsfeed.activity", "newsfeed.feed", "recruiting.extensions"}


def module_name(path: Path) -> str:
    """Return the dotted name of a source file."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources() -> dict[str, Path]:
    """Return every module of ours by name, migrations left out."""
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts)
    return {module_name(path): path for path in sorted(found)}


def is_in(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


SOURCES = sources()
TREES = {module: ast.parse(path.read_text(), filename=str(path)) for module, path in SOURCES.items()}
DOUBLES = "devtools.sandbox"
OURS = {module: tree for module, tree in TREES.items() if not is_in(module, DOUBLES)}
VENDORS = sorted(name for name in SOURCES if re.fullmatch(r"integrations\.\w+\.integration", name))
VENDOR_PACKAGES = [name.rpartition(".")[0] for name in VENDORS]


def is_for_types(node: ast.AST, module: str) -> bool:
    """Return whether a block of a port runs for the type checker alone."""
    return module in TYPED_PORTS and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def imports_of(tree: ast.AST, module: str, *, is_package: bool = False) -> Iterator[str]:
    """Yield what a module imports, also inside functions; `from a import b` yields both a and a.b."""
    package = module if is_package else module.rpartition(".")[0]
    left_out = {node for block in ast.walk(tree) if is_for_types(block, module) for node in ast.walk(block)}
    for node in ast.walk(tree):
        if node in left_out:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*parent, base] if base else parent)
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    return next((level for level, group in enumerate(LAYERS) if any(is_in(module, one) for one in group)), None)


def wrong_because(importer: str, imported: str) -> str | None:
    """Return why an import is wrong, or None."""
    for library, allowed in MAY_IMPORT.items():
        if is_in(imported, library) and importer not in allowed:
            return f"only {', '.join(sorted(allowed))} may import {library}"
    mine, theirs = layer_of(importer), layer_of(imported)
    if mine is None or theirs is None:
        return None
    if theirs > mine:
        return "it points up"
    group = LAYERS[mine]
    if theirs == mine and len(group) > 1 and "recruiting.events" not in group:
        own = next(one for one in group if is_in(importer, one))
        if not is_in(imported, own):
            return "it points sideways"
    return forbidden_because(importer, imported, vendors=VENDOR_PACKAGES, doubles=DOUBLES)


def test_the_vendors_are_found() -> None:
    assert set(VENDOR_PACKAGES) == {app for app in settings.INTEGRATION_APPS if app.startswith("integrations.")}
    assert len(VENDOR_PACKAGES) >= 2
    assert len(SOURCES) > 100


def test_every_import_points_down() -> None:
    wrong = {
        f"{module} imports {imported}: {why}"
        for module, tree in TREES.items()
        for imported in imports_of(tree, module, is_package=SOURCES[module].name == "__init__.py")
        if (why := wrong_because(module, imported))
    }

    assert wrong == set()


@pytest.mark.parametrize(
    ("importer", "source", "found"),
    [
        ("recruiting.foundation.clock", "import newsfeed.feed", True),
        ("recruiting.foundation.clock", "def f():\n    from recruiting.jobs import models", True),
        ("newsfeed.feed", "from recruiting import extensions", True),
        ("recruiting.jobs.services", "from recruiting.candidates import models", True),
        ("recruiting.jobs.services", "from ..candidates import models", True),
        ("recruiting.applications.services", "from integrations import http", True),
        ("integrations.inbox", f"from {VENDOR_PACKAGES[0]} import client", True),
        (VENDOR_PACKAGES[1], f"from {VENDOR_PACKAGES[0]} import client", True),
        ("integrations.inbox", "from integrations.requests import tasks", True),
        ("integrations.requests.tasks", "from integrations.standard import flow", True),
        ("integrations.standard.flow", "from integrations.requests import tasks", False),
        ("integrations.base", "from integrations.requests.models import VendorRequest", False),
        (f"{VENDOR_PACKAGES[0]}.client", "import requests", True),
        ("recruiting.outbox.worker", "from django_q.tasks import async_task", True),
        ("recruiting.foundation.http", "import requests", False),
        (f"{VENDOR_PACKAGES[0]}.client", "from recruiting.foundation.http import VendorSession", False),
        ("recruiting.applications.services", "from recruiting.jobs import models", False),
        ("recruiting.events", "from recruiting import extensions", False),
        ("recruiting.extensions", "if TYPE_CHECKING:\n    from recruiting.jobs import models", False),
        ("recruiting.extensions", "if DEBUG:\n    from recruiting.jobs import models", True),
        ("recruiting.events", "if TYPE_CHECKING:\n    from recruiting.jobs import models", True),
    ],
)
def test_a_planted_import_is_judged(importer: str, source: str, found: bool) -> None:
    wrong = [one for one in imports_of(ast.parse(source), importer) if wrong_because(importer, one)]

    assert bool(wrong) is found


# ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────────
# Each vendor's folder names it: acme_checks is "Acme Checks", "acme-checks" and "acmechecks" as well.
def word_of(packages: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(one.rpartition(".")[2].replace("_", "[_ -]?") for one in packages), re.I)


VENDOR_WORD = word_of(VENDOR_PACKAGES)
TEXTS = {".py", ".html", ".txt", ".js", ".css", ".json", ".svg", ".xml", ".md"}


# The one place that names a vendor: its line among the apps.
APP_LINE = re.compile(r'    "integrations\.\w+",')


# Tests that may name vendors: adding another one does not touch them.
OF_SOME_VENDORS = {
    "tests/applications/test_files_from_before.py": "what became of rows of a time when there were these",
    "tests/proofs/test_key_migrations.py": "what became of rows of a time when there were these",
    "tests/upgrade": "a database of a commit that had these",
    "tests/planted": "a list of places in the product",
    "tests/sandbox": "the host is tried with a real double",
    "tests/benchmarks": "a million rows of what there is most of",
}


def is_named_there(path: Path) -> bool:
    """Tell whether a test is one of some vendors."""
    return any(path.is_relative_to(ROOT / name) for name in OF_SOME_VENDORS)


def core_files() -> list[Path]:
    """Return the sources, templates, assets and tests of core and framework, and what configures them."""
    found = [ROOT / name for name in (".env.example", "Makefile", "pyproject.toml", "manage.py")]
    for folder in ("recruiting", "newsfeed", "integrations", "devtools", "templates", "static", "tests"):
        for path in sorted((ROOT / folder).rglob("*")):
            relative = path.relative_to(ROOT)
            is_vendors = any(part == vendor.rpartition(".")[2] for part in relative.parts for vendor in VENDOR_PACKAGES)
            if path.is_file() and path.suffix in TEXTS and not is_vendors:
                found.append(path)
    return found


def test_core_framework_and_their_tests_know_no_vendor_by_name() -> None:
    lines = [
        (path, f"{path.relative_to(ROOT)}:{number}")
        for path in core_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if VENDOR_WORD.search(line) and not (path == SETTINGS and APP_LINE.fullmatch(line))
    ]

    assert [line for path, line in lines if not is_named_there(path)] == []
    needed = {name for name in OF_SOME_VENDORS if any(path.is_relative_to(ROOT / name) for path, _ in lines)}
    assert set(OF_SOME_VENDORS) - needed == set(), "no exceptions any more"


@pytest.mark.parametrize("word", ["acme_checks", "acmechecks", "Acme Checks", "acme-checks", "ACME_CHECKS_BASE_URL"])
def test_the_vendors_name_is_recognized(word: str) -> None:
    assert word_of(["integrations.acme_checks"]).search(f"x = '{word}'")


def test_the_examples_are_programs_of_somebody_else() -> None:
    modules = sorted((ROOT / "examples").rglob("*.py"))
    known = {*sys.stdlib_module_names, "requests", "standardwebhooks", *(path.stem for path in modules)}
    imported = {name.partition(".")[0] for path in modules for name in imports_of(ast.parse(path.read_text()), "")}

    assert "requests" in imported
    assert imported - known == set()


# ── Readability ──────────────────────────────────────────────────────────────────────────────────────────────────────
def undocumented(tree: ast.Module) -> list[str]:
    """Return the public functions and classes of a module without a docstring."""
    missing = []
    for node in tree.body:
        is_public = isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_")
        if is_public and ast.get_docstring(node) is None:
            missing.append(node.name)
    return missing


def test_public_functions_and_classes_say_what_they_do() -> None:
    missing = {
        module: undocumented(tree) for module, tree in TREES.items() if not module.startswith("devtools.sandbox")
    }

    assert {module: names for module, names in missing.items() if names} == {}


def test_every_module_says_why_it_exists() -> None:
    silent = [module for module, tree in TREES.items() if tree.body and len(ast.get_docstring(tree) or "") <= 10]

    assert silent == []


def test_a_missing_docstring_is_found() -> None:
    assert undocumented(ast.parse("def f(): pass\nclass C: pass\ndef _g(): pass\ndef h():\n    'Says.'")) == ["f", "C"]


def test_no_module_is_longer_than_a_person_reads() -> None:
    lines = {module: len(SOURCES[module].read_text().splitlines()) for module in OURS}

    assert {module: count for module, count in lines.items() if count > 500} == {}
