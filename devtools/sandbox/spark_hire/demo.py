"""The demo company's connection: accounts, question sets and keys come from the sandbox of this machine."""

from collections.abc import Sequence

from django.conf import settings

from devtools.sandbox.spark_hire.vendor import SparkHireSandbox
from integrations import credentials, installations
from integrations.base import Integration
from recruiting.companies.models import Company, Membership
from recruiting.foundation.permissions import CompanyRole

QUESTION_SETS = (
    {
        "name": "Buyer basics",
        "questions": [
            "Tell us about yourself in two minutes.",
            "Which negotiation are you proud of, and why?",
            "How do you choose between two good suppliers?",
        ],
    },
    {"name": "Engineering intro", "questions": ["What did you build last?", "What would you build differently?"]},
)
JOBS = ({"title": "Senior Buyer", "city": "Austin", "state": "TX", "country": "US"},)


def prepare(integration: Integration, *, company: Company, members: Sequence[Membership]) -> None:
    """Switch the integration on and give every member but the Standard ones a key; the first becomes primary."""
    senders = [member for member in members if member.role != CompanyRole.STANDARD]
    sandbox = SparkHireSandbox.at(settings.SANDBOX_DATABASE)
    keys = sandbox.seed(
        company=company.name,
        users=[
            {
                "first_name": member.user.first_name,
                "last_name": member.user.last_name,
                "email": member.email,
                "role": "admin" if member.is_administrator else "standard",
            }
            for member in senders
            if member.user
        ],
        jobs=JOBS,
        question_sets=QUESTION_SETS,
    )
    installation = installations.ensure(company, integration)
    administrator = next(member for member in members if member.is_administrator)
    installations.switch(installation=installation, on=True, by=administrator)
    for member in senders:
        credentials.store_issued(installation=installation, member=member, secret=keys[member.email])
