"""Revoke the tokens of people who were deactivated before: they would work again once somebody lets them in."""

from typing import Any

from django.db import migrations
from django.db.models import Q

from recruiting.foundation import clock


def revoke(apps: Any, schema_editor: Any) -> None:
    """Revoke what belongs to inactive memberships and users."""
    inactive = Q(membership__is_active=False) | Q(membership__user__is_active=False)
    tokens = apps.get_model("api", "ApiToken").objects.filter(inactive, revoked_at__isnull=True)
    tokens.update(revoked_at=clock.now())


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("api", "0001_initial"), ("companies", "0001_initial")]
    operations = [migrations.RunPython(revoke, migrations.RunPython.noop)]
