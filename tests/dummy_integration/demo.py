"""Connects the demo company with keys from the double."""

from collections.abc import Sequence

from django.conf import settings

from integrations import credentials, installations
from integrations.base import Integration
from recruiting.companies.models import Company, Membership
from tests.dummy_integration.sandbox import AcmeSandbox


def prepare(integration: Integration, *, company: Company, members: Sequence[Membership]) -> None:
    """Give every member a key."""
    keys = AcmeSandbox.at(settings.SANDBOX_DATABASE).seed(
        company=company.name, users=[{"email": member.user.email, "name": member.name} for member in members]
    )
    installation = installations.ensure(company, integration)
    administrator = next(member for member in members if member.is_administrator)
    installations.switch(installation=installation, on=True, by=administrator)
    for member in members:
        credentials.store_issued(installation=installation, member=member, secret=keys[member.user.email])
