"""`docs/walks.md` walks over files that exist, each imported, rendered or registered by one before it."""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

import pytest

from integrations import registry
from tests.architecture.test_layers import ROOT, SOURCES, imports_of, module_name

MOST = {"An Expiration Date": 20, "A webhook": 15}
PATHS = {module: str(path.relative_to(ROOT)) for module, path in SOURCES.items()}
TEMPLATES = {
    str(path.relative_to(folder)): str(path.relative_to(ROOT))
    for package in ("templates", "integrations", "recruiting", "newsfeed")
    for folder in [ROOT / package, *(ROOT / package).rglob("templates")]
    if folder.name == "templates"
    for path in folder.rglob("*.html")
}


def walks() -> Mapping[str, Sequence[str]]:
    """Return the files of each walk, by its heading."""
    parts = re.split(r"^## (.+)$", (ROOT / "docs/walks.md").read_text(), flags=re.MULTILINE)
    return {
        heading: re.findall(r"^\d+\. `([^`]+)`", text, re.MULTILINE)
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def unreached(walk: Sequence[str]) -> list[str]:
    """Return the files of a walk to which nothing before them leads; the first is where it begins."""
    return [path for number, path in enumerate(walk) if number and path not in reached(walk[:number])]


def reached(before: Sequence[str]) -> set[str]:
    """Return the files to which some files lead."""
    return {path for source in before for path in _led_to(source)}


@cache
def _led_to(source: str) -> frozenset[str]:
    return frozenset(_of_module(source) if source.endswith(".py") else _of_page(source))


def _of_module(source: str) -> Iterator[str]:
    """Yield what a module imports, names by dotted path, renders, marks for a script, or asks the registry for."""
    tree = ast.parse((ROOT / source).read_text())
    module = module_name(ROOT / source)
    imported = set(imports_of(tree, module, is_package=source.endswith("__init__.py")))
    yield from (PATHS[name] for name in imported if name in PATHS)
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    for text in texts:
        yield from (PATHS[name] for name in (text, text.rpartition(".")[0]) if name in PATHS)
        if text.startswith("data-"):
            yield from _scripts_of(text)
    yield from (TEMPLATES[name] for name in [*texts, *_composed(tree)] if name in TEMPLATES)
    if registry.__name__ in imported:
        yield from _registered()


def _of_page(source: str) -> Iterator[str]:
    """Yield what a template includes or extends, and the scripts that serve its attributes; what a script imports."""
    text = (ROOT / source).read_text()
    if source.endswith(".html"):
        yield from (TEMPLATES[n] for n in re.findall(r'{% (?:include|extends) "([^"]+)"', text) if n in TEMPLATES)
        for attribute in re.findall(r"\bdata-[a-z-]+", text):
            yield from _scripts_of(attribute)
    else:
        yield from (f"static/js/{name}" for name in re.findall(r'from "\./([\w-]+\.js)"', text))


def _composed(tree: ast.AST) -> Iterator[str]:
    """Yield templates that are named in two parts: `templates="folder"` once and `template="name"` per page."""
    said: dict[str, set[str]] = {"templates": set(), "template": set()}
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in said and isinstance(node.value, ast.Constant):
            said[node.arg].add(node.value.value)
    yield from (f"{folder}/{name}.html" for folder in said["templates"] for name in said["template"])


def _scripts_of(attribute: str) -> Iterator[str]:
    """Yield the scripts that look for elements with an attribute."""
    for path in sorted((ROOT / "static/js").glob("*.js")):
        if f"[{attribute}" in path.read_text():
            yield str(path.relative_to(ROOT))


def _registered() -> Iterator[str]:
    """Yield the modules of the integrations that stand in the registry."""
    yield from (PATHS[name] for it in registry.all_integrations() if (name := type(it).__module__) in PATHS)


def test_both_walks_are_there() -> None:
    assert set(walks()) == set(MOST)


@pytest.mark.parametrize("heading", MOST)
def test_each_file_is_there_and_reached_from_one_before_it(heading: str) -> None:
    walk = walks()[heading]

    assert [path for path in walk if not (ROOT / path).is_file()] == []
    assert unreached(walk) == []
    assert len(set(walk)) == len(walk)
    assert 10 < len(walk) <= MOST[heading]


@pytest.mark.parametrize("heading", MOST)
def test_a_file_to_which_nothing_leads_is_seen(heading: str) -> None:
    walk, stranger = walks()[heading], "recruiting/api/throttling.py"

    assert unreached([*walk, stranger]) == [stranger]
    assert unreached([stranger, *walk[1:]]) != []
