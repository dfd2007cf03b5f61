"""The demo company's connection to the partner of this machine."""

from collections.abc import Sequence

from django.conf import settings

from devtools.sandbox.ashby_assessment import AshbyPartnerSandbox
from integrations import credentials, installations
from integrations.base import Integration
from recruiting.companies.models import Company, Membership


def prepare(integration: Integration, *, company: Company, members: Sequence[Membership]) -> None:
    """Connect the company with a key of the partner's, and switch it on."""
    administrator = next(member for member in members if member.is_administrator)
    installation = installations.add(integration=integration, label="Sandbox assessments", by=administrator)
    installations.configure(
        installation=installation,
        by=administrator,
        base_url=f"http://127.0.0.1:{settings.SANDBOX_PORT}/{AshbyPartnerSandbox.slug}",
    )
    installations.switch(installation=installation, on=True, by=administrator)
    issued = AshbyPartnerSandbox.at(settings.SANDBOX_DATABASE).seed(
        company=company.name,
        report_url=installations.webhook_url(installation),
        report_key=installations.webhook_key(installation),
    )
    credentials.store_issued(installation=installation, member=None, secret=issued["key"])
