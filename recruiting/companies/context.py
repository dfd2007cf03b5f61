"""What every page knows about where the reader is."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def workplace(request: HttpRequest) -> dict[str, Any]:
    """Return the current membership, its company and whether this is a sandbox."""
    return {
        "membership": getattr(request, "membership", None),
        "company": getattr(request, "company", None),
        "sandbox_mode": settings.SANDBOX_MODE,
    }
