"""Files of public pages: the one stylesheet with a company's color on top, and two small scripts.

Their addresses have a digest of their content, so that browsers keep them for ever; the content policy forbids style
and script anywhere else.
"""

import hashlib
import json
import re
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings

from recruiting.careers import colors

OURS = "#066fd1"
_FOLDER = "static/careers"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SPACE = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,>]) ?|(?<=:) ")


@cache
def _read(name: str) -> str:
    return (Path(settings.BASE_DIR) / _FOLDER / name).read_text(encoding="utf-8")


@cache
def _base() -> str:
    """Return our stylesheet without comments and needless space."""
    short = _SPACE.sub(" ", _COMMENT.sub("", _read("careers.css")))
    return _AROUND.sub(lambda found: found[1] or "", short).replace(";}", "}").strip(" ")


@lru_cache(maxsize=500)
def stylesheet(color: str) -> bytes:
    """Return the stylesheet with a company's color (#rrggbb; "" for ours)."""
    accent = color or OURS
    link = f"light-dark({accent},{colors.readable_on_dark(accent)})"
    return f"{_base()}:root{{--accent:{accent};--link:{link}}}\n".encode()


@lru_cache(maxsize=500)
def stylesheet_name(color: str) -> str:
    """Return what the file of that stylesheet is called."""
    return f"style.{_digest(stylesheet(color))}.css"


@cache
def page_script() -> bytes:
    """Return the script of a job's page."""
    return _read("page.js").encode()


@cache
def page_script_path() -> str:
    """Return the path of that script, the same for every company."""
    return f"/careers/page.{_digest(page_script())}.js"


def embed_script(*, board: str, none: str, failed: str) -> bytes:
    """Return the script that writes a company's list of jobs into a page of the company's own.

    Args:
        board: the address of the company's job board.
        none: what it says when there are no jobs.
        failed: what it says when they cannot be read.
    """
    said = json.dumps({"board": board, "none": none, "failed": failed}).replace("<", "\\u003c")
    return f"const THROUGHLINE_JOBS = {said};\n{_read('embed.js')}".encode()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]
