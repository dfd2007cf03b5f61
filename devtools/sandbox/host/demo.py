"""The demo company's connection to a partner of this machine."""

from collections.abc import Sequence

from django.conf import settings

from devtools.sandbox.host.partner import PartnerSandbox
from integrations import credentials, installations
from integrations.base import Integration
from recruiting.companies.models import Company, Membership


def connect(
    integration: Integration,
    double: type[PartnerSandbox],
    *,
    company: Company,
    members: Sequence[Membership],
    label: str = "",
) -> None:
    """Connect the company with a key of the partner's, tell the partner where to report, and switch it on.

    Args:
        integration: which one.
        double: the partner.
        company: the demo company.
        members: its people, an Administrator among them.
        label: what the connection is called, where there can be several.
    """
    administrator = next(member for member in members if member.is_administrator)
    installation = installations.add(integration=integration, label=label, by=administrator)
    base_url = f"http://127.0.0.1:{settings.SANDBOX_PORT}/{double.slug}"
    installations.configure(installation=installation, by=administrator, base_url=base_url)
    installations.switch(installation=installation, on=True, by=administrator)
    issued = double.at(settings.SANDBOX_DATABASE).seed(
        company=company.name,
        report_url=installations.webhook_url(installation),
        report_key=installations.webhook_key(installation),
    )
    credentials.store_issued(installation=installation, member=None, secret=issued["key"])
