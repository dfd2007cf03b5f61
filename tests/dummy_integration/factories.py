"""A factory for the dummy's table."""

from datetime import date

import factory

from recruiting.foundation import clock
from tests.dummy_integration.models import Assessment
from tests.factories import ApplicationFactory, InstallationFactory, MembershipFactory, Row, child, company_of


class AssessmentFactory(Row):
    """A queued assessment."""

    class Meta:
        model = Assessment

    company = company_of("application")
    application = child(ApplicationFactory)
    installation = child(InstallationFactory)
    requested_by = child(MembershipFactory)
    expires_on = date(2030, 1, 1)
    expires_at = factory.LazyAttribute(lambda row: clock.start_of_day(row.expires_on, row.company.zone))
    invited_email = factory.LazyAttribute(lambda row: row.application.candidate.email)
