"""Which test modules a change reaches: `make test-fast`.

Changed is what differs from where the branch left main; on main itself, what is not committed. A Python module reaches
what imports it, directly or not, in the graph that import-linter draws; a template, the modules that render it, also by
way of other templates. What cannot be traced like that (settings, migrations, fixtures of all tests) reaches
everything. The tests of structure (tests/architecture) always run.
"""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("devtools", "recruiting", "newsfeed", "integrations", "tests")
LEFT_OUT = re.compile(r"tests/((\w+/)?browser|proofs)/.*")
TRACED = re.compile(rf"({'|'.join(PACKAGES)})/(?!.*migrations/).*\.py|(.*/)?templates/.*\.html")
EVERYTHING = re.compile(r"recruiting/settings\.py|tests/(conftest|plugin|databases)\.py")
VENDORS = sorted(path.parent.name for path in (ROOT / "integrations").glob("*/integration.py"))
FOUND = ("driver", "faults", "rights", "site", "victim")
"""Modules of a vendor's tests that `tests.vendors` finds, so that no import shows who uses them."""
NOTHING = re.compile(
    r"(docs|findings|examples|static|\.ci)/.*|.*\.md|Makefile|tests/((\w+/)?browser|proofs|benchmarks)/.*"
)


def git(*arguments: str) -> list[str]:
    """Return the lines that git prints; none when it fails."""
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1]


def changed_files() -> list[str]:
    """Return the paths, from the root, of what differs from where this branch left main."""
    base = git("merge-base", "HEAD", "origin/main") or git("merge-base", "HEAD", "main") or ["HEAD"]
    return git("diff", "--name-only", base[0]) + git("ls-files", "--others", "--exclude-standard")


def module_of(path: str) -> str:
    """Return the dotted name of a Python file's module."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def renderers(template: str) -> set[str]:
    """Return the modules that name a template, or one that includes or extends it."""
    texts = {path: (ROOT / path).read_text() for path in git("ls-files", "*.py", "*.html")}
    waiting, names = [template.partition("templates/")[2]], set[str]()
    while waiting:
        names.add(name := waiting.pop())
        users = (path.partition("templates/")[2] for path, text in texts.items() if f'"{name}"' in text)
        waiting += [user for user in users if user and user not in names]
    return {module_of(p) for p, text in texts.items() if p.endswith(".py") and any(f'"{n}"' in text for n in names)}


def modules(changed: Iterable[str] | None = None) -> list[str]:
    """Return the paths of the test modules that a change reaches.

    Args:
        changed: paths from the root; by default what git says.
    """
    paths = [path for path in (changed_files() if changed is None else changed) if not NOTHING.fullmatch(path)]
    tests = [path for path in git("ls-files", "tests/**/test_*.py", "tests/test_*.py") if not LEFT_OUT.fullmatch(path)]
    if any(EVERYTHING.fullmatch(path) or not TRACED.fullmatch(path) for path in paths):
        return tests
    reached = set[str]()
    graph = grimp.build_graph(*PACKAGES, exclude_type_checking_imports=True, cache_dir=None) if paths else None
    for path in paths:
        for module in {module_of(path)} if path.endswith(".py") else renderers(path):
            reached.add(module)
            if graph and module in graph.modules:
                reached |= graph.find_downstream_modules(module)
    if graph and any(f"tests.{vendor}.{part}" in reached for vendor in VENDORS for part in FOUND):
        finding = graph.find_downstream_modules("tests.vendors")
        reached |= {module for module in finding if module.split(".")[1] not in VENDORS}
    # Pages are asked for by their addresses, which no import shows: so a package reaches the folder that mirrors it.
    product = [module.split(".") for module in reached if not module.startswith("tests.")]
    mirrors = {f"tests/{part}/" for parts in product for part in (parts[1:] if len(parts) > 2 else parts)}
    # A template's name may be put together where it is rendered.
    mirrors |= {f"tests/{part}/" for path in paths if path.endswith(".html") for part in Path(path).parts[:-1]}
    fixtures = {module.replace(".", "/").removesuffix("conftest") for module in reached if module.endswith(".conftest")}
    folders = (*mirrors, *fixtures, "tests/architecture/") if paths else ()
    return [path for path in tests if path.startswith(folders) or module_of(path) in reached]
