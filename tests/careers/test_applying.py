"""Applying: what is sent is kept once, and becomes what it is."""

from datetime import timedelta

import pytest
from django.core import mail

from newsfeed.models import NewsfeedEntry
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.applications.services import first_stage
from recruiting.candidates.models import Candidate
from recruiting.careers import applying, publishing
from recruiting.careers.models import Posting, Submission, Upload
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from tests import factories
from tests.careers.scenario import Careers, work

pytestmark = [pytest.mark.django_db(transaction=True)]
State = Application.State


@pytest.fixture
def careers() -> Careers:
    return Careers.make()


def test_somebody_new_becomes_an_applicant_in_the_first_step(careers: Careers) -> None:
    submission = careers.send(phone="+49 30 1234567")
    assert submission.state == Submission.State.RECEIVED

    work()

    application = Application.objects.get()
    assert (application.state, application.stage, application.source) == (
        "active",
        first_stage(careers.job),
        careers.source,
    )
    assert (application.candidate.name, application.candidate.phone) == ("Ada Lovelace", "+49 30 1234567")
    attachment = Attachment.objects.get()
    assert (attachment.application, attachment.name) == (application, "Ada Lovelace.pdf")
    with attachment.file.open() as stored:
        assert stored.read().startswith(b"%PDF")
    submission.refresh_from_db()
    assert (submission.state, submission.application) == ("taken", application)
    assert not Upload.objects.exists()
    assert NewsfeedEntry.objects.filter(verb="careers.applied", application=application).count() == 1


def test_a_form_whose_message_is_done_twice_is_taken_once(careers: Careers) -> None:
    submission = careers.send()
    work()

    applying.take(submission)

    submission.refresh_from_db()
    assert (submission.applied_again, Application.objects.count(), Attachment.objects.count()) == ("", 1, 1)


def test_one_form_is_one_application_however_often_it_is_sent(careers: Careers) -> None:
    first = careers.send()
    again = careers.send(token=careers.keys[0], first_name="Grace")
    work()
    once_more = careers.send(token=careers.keys[0])

    assert first == again == once_more
    assert Application.objects.count() == Submission.objects.count() == 1


@pytest.mark.parametrize("state", [State.ACTIVE, State.REJECTED, State.WITHDRAWN])
def test_who_applies_again_keeps_their_state(careers: Careers, state: str) -> None:
    careers.send()
    work()
    application = Application.objects.get()
    if state != State.ACTIVE:
        close = applications.reject if state == State.REJECTED else applications.withdraw
        close(application=application, reason="Skills", by=careers.administrator)

    careers.send()
    work()

    application.refresh_from_db()
    assert application.state == state
    assert Submission.objects.order_by("-id")[0].applied_again == state
    assert NewsfeedEntry.objects.filter(verb="careers.applied_again").count() == 1
    assert Attachment.objects.filter(application=application).count() == 2


def test_a_lead_who_applies_is_converted(careers: Careers) -> None:
    person = factories.CandidateFactory(company=careers.company, email="ada@example.com")
    lead = factories.ApplicationFactory(
        candidate=person, job=careers.job, state="lead", stage=None, stage_entered_at=None
    )

    careers.send()
    work()

    lead.refresh_from_db()
    assert (lead.state, lead.stage) == ("active", first_stage(careers.job))


def test_a_known_person_is_not_changed_but_the_team_is_told(careers: Careers) -> None:
    person = factories.CandidateFactory(
        company=careers.company, first_name="Ada", last_name="King", email="ada@example.com", phone=""
    )
    careers.send(phone="555 0101")
    work()

    person.refresh_from_db()
    assert (person.name, person.phone) == ("Ada King", "")
    submission = Submission.objects.get()
    assert submission.has_other_name
    applying.settle_name(submission=submission, use=True, by=careers.administrator)
    person.refresh_from_db()
    assert (person.name, person.phone, person.email) == ("Ada Lovelace", "555 0101", "ada@example.com")
    with pytest.raises(Conflict):
        applying.settle_name(submission=submission, use=True, by=careers.administrator)


def test_a_form_that_was_open_before_the_job_closed_is_taken_as_late(careers: Careers) -> None:
    token = applying.new_token(careers.posting, now=clock.now() - timedelta(minutes=5))
    Posting.objects.update(closes_on=clock.now().date(), closes_at=clock.now() - timedelta(minutes=1))
    careers.posting.refresh_from_db()

    careers.send(token=token)
    work()

    assert Submission.objects.get().is_late
    assert Application.objects.get().state == "active"


def test_suspicion_holds_and_a_person_decides(careers: Careers) -> None:
    held = careers.send(trap="555")
    quick = careers.send(ago=timedelta(seconds=1), email="grace@example.com")
    work()
    assert {held.state, quick.state} == {"held"}
    assert not Candidate.objects.exists()

    stranger = factories.MembershipFactory(company=careers.company, role="standard")
    with pytest.raises(NotFound):
        applying.release(submission=held, by=stranger)
    applying.release(submission=held, by=careers.administrator)
    applying.discard(submission=quick, by=careers.administrator)
    with pytest.raises(Conflict):
        applying.discard(submission=held, by=careers.administrator)
    work()

    assert [each.email for each in Candidate.objects.all()] == ["ada@example.com"]
    Submission.objects.filter(pk=quick.pk).update(discarded_at=clock.now() - timedelta(days=31))
    applying.forget()
    assert not Submission.objects.filter(pk=quick.pk).exists()
    assert not Upload.objects.exists()


def test_what_is_missing_is_said_at_its_field_and_files_stay(careers: Careers) -> None:
    with pytest.raises(InvalidInput) as refused:
        careers.send(first_name=" ", email="ada")
    assert refused.value.fields == {
        "first_name": "Enter your first name.",
        "email": "That email looks incomplete: it has no @.",
    }
    with pytest.raises(InvalidInput) as refused:
        careers.send(email="", resume=False)
    assert refused.value.fields["email"] == "Enter your email so that Acme can reply."
    assert Upload.objects.count() == 1
    careers.send(token=careers.keys[0], resume=False)
    work()
    assert Attachment.objects.count() == 1


def test_three_receipts_a_day_go_to_one_address(careers: Careers) -> None:
    for _ in range(5):
        careers.send(email="Ada@Example.com")
        work()

    receipts = [each for each in mail.outbox if each.subject == "Acme has your application"]
    assert len(receipts) == 3
    assert "Hello Ada," in receipts[0].body
    assert "You also applied on" in receipts[1].body
    assert "Lovelace" not in receipts[0].body


def test_a_closing_date_is_the_first_instant_after_its_day_and_never_moves_earlier(careers: Careers) -> None:
    details = publishing.PostingDetails(closes_on="2027-03-31")
    publishing.save(job=careers.job, details=details, by=careers.administrator)
    posting = Posting.objects.get()
    assert posting.closes_at is not None
    assert posting.closes_at.isoformat() == "2027-04-01T04:00:00+00:00"  # New York
