"""The vendor's surveys: asked live where a person chooses or saves, kept as rows for pages while the vendor is away."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from integrations import credentials, live
from integrations.crosschq import VENDOR, schemas
from integrations.crosschq.models import Survey
from integrations.crosschq.payload import RELATIONSHIPS
from integrations.crosschq.settings import connection
from integrations.models import Credential, Installation
from recruiting.foundation import clock
from recruiting.foundation.vendor_errors import VendorAuthFailed

# In `Installation.settings`: the least number of references in all, as the vendor last said.
_MINIMUM = "min_reference_count"


@dataclass(frozen=True)
class Limit:
    """How many references of one kind a survey takes."""

    least: int
    most: int
    usual: int


def refresh(installation: Installation, *, fresh: bool = False) -> list[Survey]:
    """Ask the vendor, keep what it says and return the offered surveys by name. Raises VendorError.

    Args:
        installation: whose surveys.
        fresh: ask although the vendor was asked within the last minute.
    """
    credential = credentials.of_company(installation)
    if credential is None or credential.state == Credential.State.REFUSED:
        raise VendorAuthFailed("There is no partner key that Crosschq accepts.")
    key = f"crosschq.surveys:{credential.pk}"
    listed, minimum = live.cached_read(
        key, lambda: _asked(credential), vendor=VENDOR, credential=credential, fresh=fresh
    )
    _save(installation, listed, minimum)
    return kept(installation)


def kept(installation: Installation) -> list[Survey]:
    """Return the offered surveys as last listed, by name."""
    return list(Survey.objects.filter(installation=installation, is_offered=True).order_by("name", "codename"))


def find(installation: Installation, codename: str) -> Survey | None:
    """Return a survey as last listed, whether it is still offered or not."""
    return Survey.objects.filter(installation=installation, codename=codename).first()


def limits_of(survey: Survey) -> dict[str, Limit]:
    """Return the survey's limits by relationship, in the order of the vendor's form."""
    return {key: Limit(*survey.limits[key]) for key in RELATIONSHIPS if key in survey.limits}


def minimum_total(installation: Installation) -> int:
    """Return how many references a request needs in all, as the vendor last said."""
    found = installation.settings.get(_MINIMUM)
    return found if isinstance(found, int) else 1


def _asked(credential: Credential) -> tuple[list[schemas.Survey], int]:
    client = connection.page_client(credential)
    return client.surveys(), client.minimum_total()


def _save(installation: Installation, listed: Sequence[schemas.Survey], minimum: int) -> None:
    """Keep the vendor's list; a survey that it no longer names was switched off there."""
    now = clock.now()
    with transaction.atomic():
        installation.keep(**{_MINIMUM: minimum})
        Survey.objects.bulk_create(
            [
                Survey(
                    company_id=installation.company_id,
                    installation=installation,
                    codename=survey.codename,
                    name=survey.name,
                    limits={key: list(numbers) for key, numbers in survey.limits.items()},
                    seen_at=now,
                )
                for survey in {survey.codename: survey for survey in listed}.values()
            ],
            update_conflicts=True,
            unique_fields=["installation", "codename"],
            update_fields=["name", "limits", "is_offered", "seen_at", "updated_at"],
        )
        gone = Survey.objects.filter(installation=installation, is_offered=True)
        gone.exclude(codename__in=[survey.codename for survey in listed]).update(is_offered=False)
