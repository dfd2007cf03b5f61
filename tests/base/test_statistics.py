"""SQLite is told how selective its indexes are, and then takes the one of the rarer thing."""

import pytest
from django.db import connection

from recruiting.applications.models import Application
from recruiting.foundation import statistics
from tests import factories


def test_a_candidates_applications_are_found_by_the_candidate(db: None) -> None:
    if connection.vendor != "sqlite":
        statistics.refresh()  # does nothing: autovacuum does
        return
    job = factories.JobFactory(company=factories.CompanyFactory())
    factories.ApplicationFactory.create_batch(30, job=job)
    candidate = factories.CandidateFactory(company=job.company)
    mine = Application.objects.filter(company=job.company, candidate=candidate).exclude(pk=candidate.pk).order_by("-id")

    statistics.refresh()

    assert "(candidate_id=?" in mine.explain()


pytestmark = pytest.mark.both_engines
