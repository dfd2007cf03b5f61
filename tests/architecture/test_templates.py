"""What the content security policy would silently break, and what our look forbids, in every template."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from recruiting.web.templatetags.ui import ICON_FOLDER
from tests.size import WIDEST

ROOT = Path(settings.BASE_DIR)
FOLDERS = ("templates", "recruiting", "newsfeed", "integrations", "devtools", "tests/dummy_integration")
TEMPLATES = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.html"))
MAILS = sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.txt"))
FORBIDDEN = {
    "inline script": r"<script(?![^>]*\bsrc=)",
    "inline style element": r"<style\b",
    "style attribute": r"\sstyle\s*=",
    "event handler": r"\son[a-z]+\s*=\s*[\"']",
    "hx-on": r"\bhx-on\b",
    "js: or javascript: value": r"[\"'](?:js|javascript):",
    "filter in hx-trigger": r"hx-trigger=[\"'][^\"']*\[[^\"']*[\"']",
    "another site's file": r"<(?:script|link|img)\b[^>]*(?:src|href)=[\"'](?:https?:)?//",
    "a tone too pale to read": r"\b(?:text-(?:success|warning|info|azure|green|yellow)|bg-[a-z]+-lt)\b",
    "a comment of one kind over several lines": r"\{#(?:(?!#\})[^\n])*\n",
}


def _code(path: Path) -> str:
    text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"\{#[^\n]*?#\}", "", text)
    return re.sub(r"(?<=\s)style=(?=[^{]*?%\})", "drawn=", text)  # an argument of a tag, no attribute


@pytest.mark.parametrize("kind", FORBIDDEN)
def test_no_template_holds(kind: str) -> None:
    found = [
        str(path.relative_to(ROOT)) for path in TEMPLATES if re.search(FORBIDDEN[kind], _code(path), re.IGNORECASE)
    ]

    assert found == []


@pytest.mark.parametrize(
    ("kind", "planted"),
    [
        ("inline script", "<script>alert(1)</script>"),
        ("inline script", '<script type="module">go()</script>'),
        ("inline style element", "<style>p {}</style>"),
        ("style attribute", '<p style="color: red">'),
        ("event handler", '<a onclick="go()">'),
        ("hx-on", '<a hx-on:click="go()">'),
        ("js: or javascript: value", '<a href="javascript:go()">'),
        ("js: or javascript: value", "<a hx-vals='js:{a: 1}'>"),
        ("filter in hx-trigger", '<a hx-trigger="click[ctrlKey]">'),
        ("another site's file", '<script src="https://cdn.example/x.js"></script>'),
        ("a tone too pale to read", '<b class="text-success">'),
        ("a comment of one kind over several lines", "{# one\n two #}"),
    ],
)
def test_the_check_finds(kind: str, planted: str) -> None:
    assert re.search(FORBIDDEN[kind], planted, re.IGNORECASE)


def test_no_line_is_too_wide() -> None:
    wide = [
        str(path.relative_to(ROOT))
        for path in (*TEMPLATES, *MAILS)
        if any(len(line) > WIDEST for line in path.read_text(encoding="utf-8").splitlines())
    ]

    assert wide == []


def test_every_icon_named_in_a_template_is_there() -> None:
    known = {path.stem for path in ICON_FOLDER.glob("*.svg")}
    used = {
        (str(path.relative_to(ROOT)), name)
        for path in TEMPLATES
        for name in re.findall(r"{%\s*icon\s+\"([a-z0-9-]+)\"", path.read_text(encoding="utf-8"))
    }

    assert {(path, name) for path, name in used if name not in known} == set()


def test_every_form_that_posts_carries_the_token() -> None:
    """The doubles' forms do not: their server has no sessions, and refuses what comes from another site itself.

    Nor do the public's: there is no session there either, and a form is known by a signed token or link of its own.
    """
    without_session = (ROOT / "devtools/sandbox", ROOT / "templates/careers/public")
    ours = [path for path in TEMPLATES if not any(path.is_relative_to(folder) for folder in without_session)]
    without = [
        str(path.relative_to(ROOT))
        for path in ours
        for form in re.findall(r"<form\b[^>]*method=\"post\".*?</form>", _code(path), re.DOTALL | re.IGNORECASE)
        if "csrf_token" not in form
    ]

    assert without == []
