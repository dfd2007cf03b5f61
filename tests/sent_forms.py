"""What a form on a page would send, and what the page says."""

import re
from html import unescape
from typing import Any


def fields_of(page: Any) -> dict[str, str]:
    """Return what a form would send as it stands on the page."""
    form = page.context["form"]
    values = {bound.name: bound.value() for bound in form}
    (seen,) = re.findall(r'name="seen" value="([^"]*)"', page.content.decode())
    ticked = {name: "on" if value is True else value for name, value in values.items() if value is not False}
    return {**{name: value for name, value in ticked.items() if value is not None}, "seen": unescape(seen)}


def words(page: Any) -> str:
    """Return what a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).split())
