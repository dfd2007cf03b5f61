"""Template context of every page: the current membership and its company."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from recruiting.web.companies import settings_nav


def membership_context(request: HttpRequest) -> dict[str, Any]:
    """Return the current membership, its company, and whether there are others.

    `settings_sections` is asked only by the pages of Company Settings, an integration's own ones included.
    """
    membership = getattr(request, "membership", None)
    company = getattr(request, "company", None)
    return {
        "membership": membership,
        "company": company,
        "has_other_companies": getattr(request, "has_other_companies", False),
        "settings_sections": partial(settings_nav.sections, company),
    }
