"""Two companies and their people, for the pages of companies."""

from collections.abc import Callable

import pytest
from django.test import Client

from recruiting.companies.models import Company, Membership
from recruiting.foundation.permissions import CompanyRole
from tests.factories import CompanyFactory, MembershipFactory
from tests.signing_in import signed_in

SignIn = Callable[[Membership], Client]


@pytest.fixture
def acme(db: None) -> Company:
    """Return the company that the tests are about."""
    return CompanyFactory(name="Acme", time_zone="America/New_York")


@pytest.fixture
def dana(acme: Company) -> Membership:
    """Return Acme's only Administrator."""
    return MembershipFactory(
        company=acme,
        role=CompanyRole.ADMINISTRATOR,
        user__email="dana@acme.example",
        user__first_name="Dana",
        user__last_name="Cole",
    )


@pytest.fixture
def kim(acme: Company) -> Membership:
    """Return a Standard member of Acme."""
    return MembershipFactory(
        company=acme, user__email="kim@acme.example", user__first_name="Kim", user__last_name="Ito"
    )


@pytest.fixture
def stranger(db: None) -> Membership:
    """Return the Administrator of another company."""
    return MembershipFactory(company=CompanyFactory(name="Globex"), role=CompanyRole.ADMINISTRATOR)


@pytest.fixture
def sign_in() -> SignIn:
    """Return a function that gives a browser in which a member is signed in."""

    return signed_in
