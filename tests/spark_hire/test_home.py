"""What needs somebody on the home page, the lists behind it, and the chips on the board."""

from datetime import timedelta

import pytest
from django.urls import reverse

from recruiting.applications.models import Application
from recruiting.foundation import pagination
from tests import factories
from tests.limits import SetLimit
from tests.spark_hire.scenario import MIDNIGHT, Scenario, text

FAILED = "1 request could not be sent"
EXPIRING = "1 video interview expires within 48 hours"
TO_WATCH = "1 video interview to watch"


def home(scenario: Scenario, member: object = None) -> str:
    return text(scenario.browser(member or scenario.kim).get("/"))  # type: ignore[arg-type]


def worklist(scenario: Scenario, which: str, member: object = None) -> str:
    response = scenario.browser(member or scenario.kim).get(f"/video-interviews/{which}/")  # type: ignore[arg-type]
    assert response.status_code == 200
    return text(response)


def test_a_failed_request_needs_somebody_until_it_is_sent_again(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=400, reason="Your plan has ended.")
    request = scenario.ask()
    scenario.drain()

    assert FAILED in home(scenario)
    listed = worklist(scenario, "failed")
    assert "Ada Lovelace" in listed
    assert "Your plan has ended." in listed
    scenario.browser().post(scenario.address("try-again", request.pk))
    assert FAILED not in home(scenario)
    assert "Ada Lovelace" not in worklist(scenario, "failed")


def test_a_request_needs_somebody_in_its_last_48_hours(scenario: Scenario) -> None:
    scenario.sent()
    scenario.travel(MIDNIGHT - timedelta(hours=48, minutes=1))
    assert EXPIRING not in home(scenario)
    scenario.travel(MIDNIGHT - timedelta(hours=47, minutes=59))
    assert EXPIRING in home(scenario)
    assert "Expires at midnight as Fri 28 Nov begins" in worklist(scenario, "expiring")
    scenario.travel(MIDNIGHT)
    assert EXPIRING not in home(scenario)


def test_a_completed_interview_needs_each_member_until_they_watched_it(scenario: Scenario) -> None:
    request = scenario.completed()
    assert TO_WATCH in home(scenario)
    assert TO_WATCH in home(scenario, scenario.ivy)
    assert "Ada Lovelace" in worklist(scenario, "to-watch", scenario.ivy)

    scenario.browser(scenario.ivy).get(scenario.address("watch", request.pk))
    assert TO_WATCH not in home(scenario, scenario.ivy)
    assert TO_WATCH in home(scenario)


def test_several_are_counted_in_one_line(scenario: Scenario, set_limit: SetLimit) -> None:
    scenario.completed()
    scenario.completed(application=scenario.another())

    assert "2 video interviews to watch" in home(scenario)
    set_limit(pagination, "WORK_TO", 2)
    assert "2+ video interviews to watch" in home(scenario)


@pytest.mark.parametrize("which", ["failed", "expiring", "to-watch"])
def test_nobody_is_asked_about_what_they_do_not_see_or_what_is_over(scenario: Scenario, which: str) -> None:
    scenario.completed()
    outsider = factories.MembershipFactory(company=scenario.company)
    stranger = factories.administrator(factories.CompanyFactory())
    for member in (outsider, stranger):
        assert TO_WATCH not in home(scenario, member)
        assert "Ada Lovelace" not in worklist(scenario, which, member)

    Application.objects.update(state="rejected")
    assert TO_WATCH not in home(scenario)
    assert "You're all caught up." in worklist(scenario, which)


def test_an_unknown_list_is_not_there(scenario: Scenario) -> None:
    assert scenario.browser().get("/video-interviews/everything/").status_code == 404


def test_the_board_and_the_record_carry_the_state(scenario: Scenario) -> None:
    request = scenario.sent()
    board = reverse("applications:job", args=[scenario.job.pk])
    assert "Requested" in text(scenario.browser().get(board))
    scenario.perform(request, "complete")
    scenario.refreshed(request)

    assert "Complete" in text(scenario.browser().get(board))
