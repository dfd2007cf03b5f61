"""The strip on the first page of the Django admin."""

from typing import Any

from django import template

from recruiting.foundation import adminsite

register = template.Library()


@register.inclusion_tag("admin/strip.html")
def operations_strip() -> dict[str, Any]:
    """Show how background work, outbox, deliveries and installations are."""
    return {"cells": adminsite.cells()}
