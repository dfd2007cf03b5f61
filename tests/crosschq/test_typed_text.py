"""`make prove NAME=typed_text`: each kind of text in what Crosschq says of a prospect; what is kept is clean."""

from itertools import product

import pytest
from django.db import transaction

from integrations.crosschq import VENDOR, schemas
from recruiting.applications import intake
from recruiting.candidates.services import CandidateDetails
from tests import factories
from tests.proofs.test_typed_text import TEXTS, unclean, verdict

pytestmark = pytest.mark.prove


def test_prospects(db: None) -> None:
    company = factories.CompanyFactory()
    source = factories.SourceFactory(company=company)
    found, asked = [], 0
    for name, (kind, value) in product(("first_name", "last_name", "email", "phone"), TEXTS.items()):
        person = {"id": "p", "first_name": "Ada", "last_name": "L", "email": "ada.new@example.com", name: value}
        with transaction.atomic():
            (prospect,) = schemas.prospects({"results": [person]}).prospects
            details = CandidateDetails(prospect.first_name, prospect.last_name, prospect.email, prospect.phone)
            intake.receive_leads(company=company, people=[details], source=source, label=VENDOR)
            left = unclean({"candidates_candidate"})
            transaction.set_rollback(True)
        asked += 1
        if left:
            found.append(f"{name} {kind}: {left[:2]}")

    verdict(found, asked, 150)
