"""What a person sees and does with the link in their receipt, and what the team hears."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile

from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment
from recruiting.careers import mails, status
from recruiting.careers.extension import SHOW_CLOSED
from recruiting.careers.models import JobMail, Submission
from recruiting.foundation import clock
from recruiting.foundation.errors import Conflict, InvalidInput
from tests.careers.scenario import PDF, Careers, work

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def careers() -> Careers:
    made = Careers.make()
    made.send()
    work()
    return made


def _link() -> str:
    (line,) = [line for line in mail.outbox[-1].body.splitlines() if "/application/" in line]
    return line.rstrip("/").rpartition("/")[2]


def test_the_link_of_the_receipt_leads_to_the_submission_and_an_altered_one_nowhere(careers: Careers) -> None:
    signed = _link()
    found = status.find(signed)
    assert found == Submission.objects.get()
    assert status.find(signed[:-1] + ("A" if signed[-1] != "A" else "B")) is None
    assert status.find(signed.replace(signed[:8], "00000000", 1)) is None


def test_it_shows_the_five_steps_and_never_a_rejection_that_was_not_told(careers: Careers) -> None:
    application, found = Application.objects.get(), status.find(_link())
    assert found is not None
    assert [(step.label, step.is_current) for step in status.steps_of(found)][:2] == [
        ("Received", True),
        ("Being read", False),
    ]
    applications.reject(application=application, reason="Skills", by=careers.administrator)
    assert not status.is_closed(Submission.objects.get(), now=clock.now() + timedelta(days=9))


def test_closed_is_shown_two_days_after_it_was_ticked_unless_reopened(careers: Careers) -> None:
    application = Application.objects.get()
    applications.reject(application=application, reason="Skills", by=careers.administrator, choices=[SHOW_CLOSED])
    now = clock.now()
    assert not status.is_closed(_submission(), now=now + timedelta(days=1))
    assert status.is_closed(_submission(), now=now + timedelta(days=2, seconds=5))
    applications.reopen(application=application, by=careers.administrator)
    assert not status.is_closed(_submission(), now=now + timedelta(days=3))


def _submission() -> Submission:
    return Submission.objects.select_related("application").get()


def test_withdrawing_closes_the_application_and_is_told_once(careers: Careers) -> None:
    assert status.withdraw(_submission())
    assert not status.withdraw(_submission())
    application = Application.objects.get()
    assert (application.state, application.closing_reason) == ("withdrawn", "Withdrew on the status page")


def test_a_file_is_added_and_twenty_are_enough(careers: Careers) -> None:
    with pytest.raises(InvalidInput):
        status.add_file(submission=_submission(), upload=ContentFile(b"MZ", name="tool.exe"))
    for number in range(30):
        try:
            status.add_file(submission=_submission(), upload=ContentFile(PDF, name=f"{number}.pdf"))
        except InvalidInput:
            break
    assert Attachment.objects.count() == status.MOST_FILES


def test_a_request_about_data_is_asked_once_and_reaches_administrators(careers: Careers) -> None:
    first = status.ask(submission=_submission(), kind="erase")
    assert status.ask(submission=_submission(), kind="erase") == first
    status.settle(request=first, by=careers.administrator)
    assert status.ask(submission=_submission(), kind="erase") != first


def test_nothing_is_done_while_it_waits_to_be_taken_in(careers: Careers) -> None:
    waiting = careers.send(email="grace@example.com")
    with pytest.raises(Conflict):
        status.withdraw(waiting)


def test_new_links_go_to_who_has_an_application_and_the_asker_learns_nothing(careers: Careers) -> None:
    mail.outbox.clear()
    for email in ("ada@EXAMPLE.com", "nobody@example.com", "no address"):
        status.send_new_links(email=email)
    work()
    assert [each.to for each in mail.outbox] == [["ada@example.com"]]
    for _ in range(5):
        status.send_new_links(email="ada@example.com")
    work()
    assert len(mail.outbox) == mails.MOST_A_DAY


def test_members_hear_of_new_applicants_at_once_or_once_a_day(careers: Careers) -> None:
    about = {"company": careers.company, "membership": careers.administrator, "job": careers.job}
    told = JobMail.objects.create(often="at_once", **about)
    mail.outbox.clear()
    careers.send(email="grace@example.com", first_name="Grace")
    work()
    to_team = [each for each in mail.outbox if each.to == [careers.administrator.user.email]]
    assert ["Grace Lovelace" in each.body for each in to_team] == [True]

    told.refresh_from_db()
    told.write(often="daily")
    mail.outbox.clear()
    seven = clock.start_of_day(careers.company.today() + timedelta(days=1), careers.company.zone) + timedelta(hours=7)
    Submission.objects.update(taken_at=seven - timedelta(hours=3))
    for minutes, heard in ((-1, 0), (1, 1), (60, 1)):
        with time_machine.travel(seven + timedelta(minutes=minutes), tick=False):
            mails.tell_daily()
        work()
        assert len(mail.outbox) == heard
