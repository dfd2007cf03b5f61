"""What needs somebody on the home page, the lists behind it, and the chips on the board."""

from datetime import timedelta

import pytest
from django.urls import reverse

from recruiting.applications.models import Application
from tests import factories
from tests.spark_hire.house import MIDNIGHT, House, text

FAILED = "1 request could not be sent"
EXPIRING = "1 video interview expires within 48 hours"
TO_WATCH = "1 video interview to watch"


def home(house: House, member: object = None) -> str:
    return text(house.browser(member or house.kim).get("/"))  # type: ignore[arg-type]


def worklist(house: House, which: str, member: object = None) -> str:
    response = house.browser(member or house.kim).get(f"/video-interviews/{which}/")  # type: ignore[arg-type]
    assert response.status_code == 200
    return text(response)


def test_a_failed_request_needs_somebody_until_it_is_sent_again(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="Your plan has ended.")
    request = house.ask()
    house.drain()

    assert FAILED in home(house)
    listed = worklist(house, "failed")
    assert "Ada Lovelace" in listed
    assert "Your plan has ended." in listed
    house.browser().post(house.address("try-again", request.pk))
    assert FAILED not in home(house)
    assert "Ada Lovelace" not in worklist(house, "failed")


def test_a_request_needs_somebody_in_its_last_48_hours(house: House) -> None:
    house.sent()
    house.travel(MIDNIGHT - timedelta(hours=48, minutes=1))
    assert EXPIRING not in home(house)
    house.travel(MIDNIGHT - timedelta(hours=47, minutes=59))
    assert EXPIRING in home(house)
    assert "Expires at midnight as Fri 28 Nov begins" in worklist(house, "expiring")
    house.travel(MIDNIGHT)
    assert EXPIRING not in home(house)


def test_a_completed_interview_needs_each_member_until_they_watched_it(house: House) -> None:
    request = house.completed()
    assert TO_WATCH in home(house)
    assert TO_WATCH in home(house, house.ivy)
    assert "Ada Lovelace" in worklist(house, "to-watch", house.ivy)

    house.browser(house.ivy).get(house.address("watch", request.pk))
    assert TO_WATCH not in home(house, house.ivy)
    assert TO_WATCH in home(house)


def test_several_are_counted_in_one_line(house: House) -> None:
    house.completed()
    house.completed(application=house.another())

    assert "2 video interviews to watch" in home(house)


@pytest.mark.parametrize("which", ["failed", "expiring", "to-watch"])
def test_nobody_is_asked_about_what_they_do_not_see_or_what_is_over(house: House, which: str) -> None:
    house.completed()
    outsider = factories.MembershipFactory(company=house.company)
    stranger = factories.administrator(factories.CompanyFactory())
    for member in (outsider, stranger):
        assert TO_WATCH not in home(house, member)
        assert "Ada Lovelace" not in worklist(house, which, member)

    Application.objects.update(state="rejected")
    assert TO_WATCH not in home(house)
    assert "You're all caught up." in worklist(house, which)


def test_an_unknown_list_is_not_there(house: House) -> None:
    assert house.browser().get("/video-interviews/everything/").status_code == 404


def test_the_board_and_the_record_carry_the_state(house: House) -> None:
    request = house.sent()
    board = reverse("applications:job", args=[house.job.pk])
    assert "Requested" in text(house.browser().get(board))
    house.play(request, "complete")
    house.refreshed(request)

    assert "Complete" in text(house.browser().get(board))
