"""`make size`: how much there is of what, beside the bars that the project set itself.

Counts what git tracks. A vendor is a folder with an `integration.py`; its double is its sandbox, wherever that stands.
A vendor within `tests` is counted as one outside: what others have in `tests/<vendor>` is its test, not itself.
"""

import ast
import io
import subprocess
import tokenize
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parent.parent
PARTS = ("total", "code", "docstring", "comment", "blank")
WIDEST = 120
LINES = 29_500
"""The most lines of the product's Python, blank ones included; a vendor's, and its double's, are in the `size.toml` of
its tests."""
MODULES = 16
"""The most modules of a vendor, those of a feature's own package aside."""
_TESTS = ("driver.py", "factories.py", "faults.py", "site.py", "victim.py", "registered.py", "tables.py")
"""Modules of a vendor within `tests` that are no part of it: what the suites ask of every vendor, and its registration
for as long as a test lasts. So is what begins with `test_`."""
_LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
_SUFFIXES = {".html": "templates", ".txt": "templates", ".js": "scripts", ".css": "styles", ".md": "docs"}


def kind(path: PurePosixPath) -> str:
    """Return what a file is: Python is product, devtools, examples, tests or migrations; others as `_SUFFIXES`."""
    folders = set(path.parts[:-1])
    if path.suffix == ".txt" and "templates" not in folders:
        return "other"
    if path.suffix != ".py":
        return _SUFFIXES.get(path.suffix, "other")
    if "migrations" in folders or "tests" in folders:
        return "migrations" if "migrations" in folders else "tests"
    return next((name for name in ("devtools", "examples") if name in folders), "product")


def counted(source: str) -> Counter[str]:
    """Return how many lines of a module are code, docstring (any bare text), comment alone, or blank."""
    bare = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Expr)]
    texts = [node for node in bare if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)]
    docstring = {row for node in texts for row in range(node.lineno, (node.end_lineno or 0) + 1)}
    rows: dict[bool, set[int]] = {True: set(), False: set()}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in _LAYOUT:
            rows[token.type == tokenize.COMMENT].update(range(token.start[0], token.end[0] + 1))
    code, total = rows[False] - docstring, len(source.splitlines())
    comment = rows[True] - code - docstring
    blank = total - len(code | docstring | comment)
    return Counter(total=total, code=len(code), docstring=len(docstring), comment=len(comment), blank=blank)


@dataclass
class Sizes:
    """What was counted: of each package, vendor and kind of file."""

    packages: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    modules: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """By vendor and its inner package, "" for the vendor's own."""
    doubles: Counter[str] = field(default_factory=Counter)
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))


def measure(root: Path, names: Iterable[str]) -> Sizes:
    """Count these files under `root`."""
    paths = [PurePosixPath(name) for name in names if (root / name).is_file()]
    vendors = [path.parent for path in paths if path.name == "integration.py"]
    sizes = Sizes()
    for path in paths:
        if (what := kind(path)) == "other":
            continue
        source = (root / path).read_text(encoding="utf-8")
        lines = source.splitlines()
        sizes.kinds[what].update(files=1, lines=len(lines), wide=sum(len(line) > WIDEST for line in lines))
        inside = next((vendor for vendor in vendors if vendor in path.parents), None)
        named = next((vendor for vendor in vendors if vendor.name in path.parts[:-1]), None)
        is_double = "sandbox" in path.parts[:-1] or (path.name in ("sandbox.py", "demo.py") and inside)
        is_test = what == "tests" and (not inside or path.name in _TESTS or path.name.startswith("test_"))
        if (inside or what == "devtools") and is_double:
            sizes.doubles[str(named)] += len(lines)
        elif what in ("product", "tests") and not is_test:
            app = "/".join(path.parts[:-1][:2] if path.parts[0] == "recruiting" else path.parts[:-1][:1])
            sizes.packages[str(inside or app or "(root)")].update(counted(source))
            if inside and path.name not in ("__init__.py", "apps.py", "admin.py"):
                sizes.modules[str(inside)]["/".join(path.relative_to(inside).parts[:-1])] += 1
    return sizes


def bars_of(root: Path, name: str) -> dict[str, int]:
    """Return the bars of a vendor, the most `lines` of it and of its `double`; of others none."""
    path = root / "tests" / PurePosixPath(name).name / "size.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def report(sizes: Sizes, root: Path) -> Iterator[str]:
    """Give the lines of three tables."""
    yield f"{'lines of Python':<36}" + "".join(f"{part:>10}" for part in (*PARTS, "bar"))
    product = sum((count for name, count in sizes.packages.items() if name[:6] != "tests/"), Counter[str]())
    for name, count in [("product", product), *sorted(sizes.packages.items())]:
        most = LINES if name == "product" else bars_of(root, name).get("lines")
        bar = f"{most:>10,}" if most else ""
        yield f"{name:<36}" + "".join(f"{count[part]:>10,}" for part in PARTS) + bar
    yield f"\n{'vendor':<36}{'modules':>10}{'bar':>10}{'double':>10}{'bar':>10}  modules of its packages"
    for name, modules in sorted(sizes.modules.items()):
        inner = ", ".join(f"{package} {count}" for package, count in sorted(modules.items()) if package)
        bars = f"{modules['']:>10}{MODULES:>10}{sizes.doubles[name]:>10,}{bars_of(root, name).get('double', ''):>10}"
        yield f"{name:<36}{bars}  {inner}".rstrip()
    yield f"\n{'kind of file':<36}{'files':>10}{'lines':>10}{f'over {WIDEST}':>10}{'bar':>10}"
    for name, count in sorted(sizes.kinds.items()):
        bar = "0" if name == "templates" else ""
        yield f"{name:<36}{count['files']:>10,}{count['lines']:>10,}{count['wide']:>10,}{bar:>10}".rstrip()


if __name__ == "__main__":
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    print("\n".join(report(measure(ROOT, filter(None, listed.split("\0"))), ROOT)))
