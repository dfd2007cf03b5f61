"""What the documents name is there: files, folders, modules and what stands in them, and commands."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.core.management import get_commands

from newsfeed import facts
from tests.architecture.test_layers import ROOT, SOURCES, TREES

ALL = sorted(str(path.relative_to(ROOT)) for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
# The change log tells of what was; the guide is about names that a reader will make.
DOCUMENTS = [name for name in ALL if name not in ("CHANGELOG.md", "docs/adding-a-vendor.md")]
FOLDERS = (
    *("devtools", "docs", "examples", "findings", "integrations", "newsfeed", "recruiting", "static", "templates"),
    "tests",
)
KINDS = ("py", "html", "js", "css", "md", "sh", "toml", "json", "txt")
# What is named and not ours: of Django, Python, browsers and vendors, and the variables of a sentence.
OTHERS = {
    *("AppConfig", "assessment", "dl", "forms", "http", "lower", "messages", "objects", "requestSubmit", "row", "self"),
    *("timezone", "update"),
}


def missing(text: str) -> list[str]:
    """Return what a document names in backticks and what is not there."""
    text = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    named = dict.fromkeys(name.strip() for name in re.findall(r"`([^`\n]+)`", text))
    return [name for name in named if not (_is_there(name) if _is_path(name) else _is_defined(name))]


def missing_commands(text: str) -> list[str]:
    """Return what a document tells to run by `make`, `manage.py` or `python -m` and what is not there."""
    code = " ; ".join(re.findall(r"^```.*?^```|`[^`]+`|^ {4}[^\n]+", text, flags=re.MULTILINE | re.DOTALL))
    code = re.sub(r"\s+", " ", code)
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    known = {
        r"(make ([a-z-]+))": targets.__contains__,
        r"(manage\.py ([a-z_]+))": get_commands().__contains__,
        r"(make prove NAME=(\w+))": lambda name: (
            any(ROOT.glob(f"tests/*/test_{name}.py")) or _is_there(f"tests/{name}")
        ),
        r"(make bench NAME=(\w+))": lambda name: _is_there(f"tests/benchmarks/bench_{name}.py"),
        r"(python -m ([\w.]+))": find_spec,
    }
    return [
        whole for pattern, is_known in known.items() for whole, name in re.findall(pattern, code) if not is_known(name)
    ]


def _is_path(name: str) -> bool:
    """Return whether a name is one of a file or folder of ours; `<vendor>` and `*` stand for anything."""
    if not re.fullmatch(r"[\w<>*.-]+(/[\w<>*.-]+)*/?", name):
        return False
    folder, slash, _ = name.partition("/")
    return bool(slash and folder in FOLDERS) or ("." in name and name.rpartition(".")[2] in KINDS)


def _is_there(name: str) -> bool:
    pattern = re.sub(r"<\w+>", "*", name.rstrip("/"))
    anywhere = (found for folder in FOLDERS for found in (ROOT / folder).rglob(pattern))
    return any(True for _ in ROOT.glob(pattern)) or any(True for _ in anywhere)


def _is_defined(name: str) -> bool:
    """Return whether `module.name`, `Class.name`, `function(…)` or a word is there; True for what is none of them."""
    if re.fullmatch(r"[A-Za-z]\w{2,}[A-Za-z0-9]", name):
        return name in _words()
    if name in {kind.name for kind in facts.all_kinds()}:
        return True
    match = re.fullmatch(r"(\w+(?:\.\w+)*)(\(.*\))?", name)
    if match is None or not (match[2] or "." in name) or match[1].partition(".")[0] in OTHERS or name[0].isdecimal():
        return True
    *before, last = match[1].split(".")
    if not before:
        return any(last in _names(module) for module in SOURCES)
    if before[-1] in _classes():
        return last in _classes()[before[-1]]
    return any(
        match[1] == module or module.endswith("." + match[1]) or last in _names(module) for module in _modules(before)
    )


def _modules(said: list[str]) -> Iterator[str]:
    """Yield the modules that are called so, fully, from a package on, or by what they hold (`applications.move`)."""
    tail = ".".join(said)
    for module in SOURCES:
        of = module.removesuffix(".services").removesuffix(".selectors")
        if any(known == tail or known.endswith("." + tail) for known in (module, of, module.rpartition(".")[0])):
            yield module


@cache
def _words() -> frozenset[str]:
    """Return every word of the code, prose included: a name is missed once nobody says it any more."""
    files = (path for folder in FOLDERS if folder != "docs" for path in (ROOT / folder).rglob("*.*"))
    read = [path for path in files if path.suffix in (".py", ".html", ".js") and path.name != Path(__file__).name]
    settings = [ROOT / ".env.example", ROOT / "pyproject.toml"]
    return frozenset(word for path in [*read, *settings] for word in re.findall(r"\w+", path.read_text()))


@cache
def _names(module: str) -> frozenset[str]:
    return frozenset(_bound(TREES[module].body))


@cache
def _classes() -> dict[str, set[str]]:
    """Return the members of each class by its name, what they inherit from ours included."""
    found = {node.name: node for tree in TREES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}

    def members(name: str) -> set[str]:
        own = set(_bound(found[name].body))
        return own.union(*(members(base.id) for base in found[name].bases if getattr(base, "id", name) != name))

    for node in list(found.values()):
        node.bases = [base for base in node.bases if isinstance(base, ast.Name) and base.id in found]
    return {name: members(name) for name in found}


def _bound(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements define, import or assign."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            yield node.target.id
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_what_a_document_names_is_there(document: str) -> None:
    assert missing((ROOT / document).read_text()) == []


@pytest.mark.parametrize("document", ALL)
def test_the_commands_of_a_document_are_there(document: str) -> None:
    assert missing_commands((ROOT / document).read_text()) == []


def test_the_guide_names_no_file_that_is_gone() -> None:
    named = missing((ROOT / "docs/adding-a-vendor.md").read_text())

    assert [name for name in named if _is_path(name)] == []


def test_a_command_that_is_not_there_is_seen() -> None:
    there = "`make test`, `make prove\nNAME=matrix` and `python -m tests.run`:\n\n    manage.py prepare\n\nmake it so."
    gone = [
        "make doorbell",
        "manage.py ring",
        "make prove NAME=rings",
        "make bench NAME=rings",
        "python -m tests.rings",
    ]

    assert missing_commands(there) == []
    assert missing_commands("\n".join(f"```\n{command}\n```" for command in gone)) == gone


def test_what_is_not_there_is_seen() -> None:
    there = [
        "recruiting/foundation",
        "tests/<vendor>/site.py",
        "applications.move(...)",
        "Credential.membership",
        "a.b c",
    ]
    gone = [
        "tests/<vendor>/wire.py",
        "doorbell.py",
        "outbound.converse(...)",
        "Credential.owner",
        "ring()",
        "unsaid_word",
    ]

    assert missing(" and ".join(f"`{name}`" for name in [*there, *gone])) == gone
