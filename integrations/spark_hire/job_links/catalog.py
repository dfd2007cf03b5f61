"""What a person chooses from while linking: the vendor's jobs and question sets, as their own key sees them."""

from django.conf import settings

from integrations import live
from integrations.models import Credential
from integrations.spark_hire import VENDOR, schemas
from integrations.spark_hire.client import SparkHireClient, client_for


def jobs(credential: Credential, *, fresh: bool = False) -> list[schemas.VendorJob]:
    """Return the vendor's jobs, active ones first. Raises VendorError."""
    found = live.read(
        f"spark_hire.jobs:{credential.pk}",
        lambda: _client(credential).jobs(),
        vendor=VENDOR,
        credential=credential,
        fresh=fresh,
    )
    return sorted(found, key=lambda job: (not job.is_active, job.title.lower()))


def question_sets(credential: Credential, *, fresh: bool = False) -> list[schemas.QuestionSet]:
    """Return the vendor's question sets by name. Raises VendorError."""
    found = live.read(
        f"spark_hire.question_sets:{credential.pk}",
        lambda: _client(credential).question_sets(),
        vendor=VENDOR,
        credential=credential,
        fresh=fresh,
    )
    return sorted(found, key=lambda question_set: question_set.name.lower())


def _client(credential: Credential) -> SparkHireClient:
    return client_for(credential, deadline_seconds=settings.VENDOR_PAGE_DEADLINE_SECONDS)
