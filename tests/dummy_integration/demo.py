"""The demo company's connection to the Acme of this machine."""

from collections.abc import Sequence

from django.conf import settings

from integrations import credentials, installations
from integrations.base import Integration
from recruiting.companies.models import Company, Membership
from tests.dummy_integration.sandbox import AcmeSandbox


def prepare(integration: Integration, *, company: Company, members: Sequence[Membership]) -> None:
    """Connect the company with a key of Acme's, tell Acme where to report, and switch it on."""
    administrator = next(member for member in members if member.is_administrator)
    installation = installations.ensure(company, integration)
    base_url = f"http://127.0.0.1:{settings.SANDBOX_PORT}/{AcmeSandbox.slug}"
    installations.configure(installation=installation, by=administrator, base_url=base_url)
    installations.switch(installation=installation, on=True, by=administrator)
    issued = AcmeSandbox.at(settings.SANDBOX_DATABASE).seed(
        company=company.name,
        report_url=installations.webhook_url(installation),
        report_key=installations.webhook_key(installation),
    )
    credentials.store_issued(installation=installation, member=None, secret=issued["key"])
