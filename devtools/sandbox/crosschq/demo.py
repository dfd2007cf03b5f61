"""The demo company's connection: its organization, users and key come from the sandbox of this machine.

Job field, step and template are left to whoever tries it: making them is the story.
"""

from collections.abc import Sequence

from django.conf import settings

from devtools.sandbox.crosschq.vendor import CrosschqSandbox
from integrations import credentials, installations
from integrations.base import Integration
from integrations.crosschq.settings import connection
from recruiting.companies.models import Company, Membership


def prepare(integration: Integration, *, company: Company, members: Sequence[Membership]) -> None:
    """Give the company a partner key, switch *Make Candidate Requests* on and name a default requestor."""
    administrator = next(member for member in members if member.is_administrator)
    installation = installations.ensure(company, integration)
    installations.switch(installation=installation, on=True, by=administrator)
    told = connection.configure(
        connection=connection.of(installation), by=administrator, default_requestor=administrator
    )
    issued = CrosschqSandbox.at(settings.SANDBOX_DATABASE).seed(
        company=company.name,
        users=[
            {
                "first_name": member.user.first_name,
                "last_name": member.user.last_name,
                "email": member.email,
                "role": "admin" if member.is_administrator else "standard",
            }
            for member in members
            if member.user
        ],
        webhook={
            "url": installations.webhook_url(installation),
            "method": "POST",
            "auth": told.webhook_auth,
            "token": told.webhook_secret,
        },
    )
    credentials.store_issued(installation=installation, member=None, secret=issued["key"])
