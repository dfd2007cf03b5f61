"""`make size` counts what it says, on a tree small enough to count by hand."""

from pathlib import Path

from tests import size

MODULE = '''"""Why.

More of it.
"""

import os  # not a comment line

# One.
LIMIT = 3
"""What it limits."""
QUERY = """
SELECT

1"""
'''
TREE = {
    "acme/integration.py": MODULE,
    "acme/apps.py": "x = 1\n",
    "acme/reports/__init__.py": "",
    "acme/reports/pdf.py": "x = 1\n",
    "acme/migrations/0001_initial.py": "x = 1\n\n",
    "devtools/sandbox/acme/api.py": "x = 1\ny = 2\n",
    "devtools/sandbox/acme/pages.py": "x = 1\n",
    "tests/acme/sandbox.py": "x = 1\n",
    "tests/taught/integration.py": "x = 1\ny = 2\n",
    "tests/taught/sandbox.py": "x = 1\n",
    "tests/taught/demo.py": "x = 1\n",
    "tests/taught/driver.py": "x = 1\n",
    "tests/taught/test_taught.py": "x = 1\n",
    "examples/connector/__main__.py": "x = 1\n",
    "recruiting/jobs/models.py": "x = 1\n",
    "recruiting/settings.py": "x = 1\n",
    "acme/templates/acme/tab.html": f"{'x' * 120}\n{'x' * 121}\n",
    "static/js/app.js": "//\n",
    "requirements.txt": "django\n",
}


def test_a_line_is_code_docstring_comment_or_blank() -> None:
    assert size.counted(MODULE) == {"total": 14, "code": 6, "docstring": 5, "comment": 1, "blank": 2}


def test_files_are_counted_where_they_belong(tmp_path: Path) -> None:
    for name, text in TREE.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    found = size.measure(tmp_path, [*TREE, "deleted/and/not/committed.py"])

    assert {name: count["total"] for name, count in found.packages.items()} == {
        "acme": 16,
        "recruiting/jobs": 1,
        "recruiting": 1,
        "tests/taught": 2,
    }
    assert found.modules == {"acme": {"": 1, "reports": 1}, "tests/taught": {"": 1}}
    assert found.doubles == {"acme": 3, "tests/taught": 2}
    assert {name: (count["files"], count["lines"], count["wide"]) for name, count in found.kinds.items()} == {
        "product": (6, 18, 0),
        "devtools": (2, 3, 0),
        "examples": (1, 1, 0),
        "tests": (6, 7, 0),
        "migrations": (1, 2, 0),
        "templates": (1, 2, 1),
        "scripts": (1, 1, 0),
    }


def test_a_vendor_s_bars_are_those_of_its_tests(tmp_path: Path) -> None:
    for name, text in {**TREE, "tests/acme/size.toml": "lines = 2_000\ndouble = 40\n"}.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)

    rows = [line.split() for line in size.report(size.measure(tmp_path, TREE), tmp_path)]

    assert [row[-1] for row in rows if row[:2] == ["acme", "16"]] == ["2,000"]
    assert ["acme", "1", "16", "3", "40", "reports", "1"] in rows
