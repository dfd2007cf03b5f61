"""The status panel on the first page of the Django admin."""

from typing import Any

from django import template

from recruiting.foundation import adminsite

register = template.Library()


@register.inclusion_tag("admin/status_panel.html")
def status_panel() -> dict[str, Any]:
    """Show how background work, outbox, deliveries and installations are."""
    return {"items": adminsite.status_items()}
