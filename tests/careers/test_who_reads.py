"""Who reads what people sent: by the API, and in mails about new applicants."""

import pytest
from django.core import mail

from recruiting.careers.models import JobMail
from recruiting.foundation.permissions import JobRole
from tests import factories
from tests.api.conftest import MakeCaller, calls_as
from tests.careers.factories import JobMailFactory
from tests.careers.scenario import Careers, work

__all__ = ["calls_as"]


@pytest.fixture
def careers(db: None) -> Careers:
    """Acme, with a public job."""
    return Careers.make()


def test_programs_read_what_is_held_for_those_who_may_take_it_in(careers: Careers, calls_as: MakeCaller) -> None:
    held = careers.send(trap="555", email="held@example.com")
    taken = careers.send()
    work()
    expected = {None: set(), JobRole.INTERVIEWER: {taken.pk}, JobRole.RECRUITER: {taken.pk, held.pk}}

    for role, visible in expected.items():
        member = factories.MembershipFactory(company=careers.company)
        if role:
            factories.HiringTeamMemberFactory(job=careers.job, membership=member, role=role)
        caller = calls_as(member)
        listed = caller.get("submissions/").json()["results"]
        statuses = {each.pk: caller.get(f"submissions/{each.pk}/").status_code for each in (held, taken)}
        assert {each["id"] for each in listed} == {str(pk) for pk in visible}, role
        assert {pk for pk, status in statuses.items() if status == 200} == visible, role


def test_who_left_the_team_gets_no_names_of_applicants(careers: Careers) -> None:
    stays = factories.HiringTeamMemberFactory(job=careers.job).membership
    left = factories.MembershipFactory(company=careers.company)
    for member in (stays, left):
        JobMailFactory(job=careers.job, membership=member, often=JobMail.Often.AT_ONCE)

    careers.send()
    work()

    told = [(message.to, "Ada Lovelace" in message.body) for message in mail.outbox if "applicants" in message.subject]
    assert told == [([stays.email], True)]
