"""Watching and sharing a recording (row S12): for everybody who sees the candidate, checked at every click."""

from datetime import timedelta
from unittest.mock import patch

import pytest

from integrations import installations
from integrations.spark_hire.models import InterviewRequest, InterviewViewing
from recruiting.applications.models import Application
from recruiting.companies import services as companies
from recruiting.foundation import clock
from recruiting.foundation.permissions import JobRole
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.spark_hire import topics
from tests.spark_hire.scenario import Scenario, text

READY = "Any member of the hiring team with access to this candidate can watch, with or without a Spark Hire account."


def test_everybody_on_the_hiring_team_watches_with_or_without_a_key(scenario: Scenario) -> None:
    request = scenario.completed()
    members = [factories.on_team(scenario.job, role) for role in JobRole]
    members += [scenario.dana, scenario.kim, scenario.ivy, factories.staffing(scenario.company)]

    for member in members:
        page = scenario.see(member)
        assert "Video Interview Complete" in page
        assert READY in page
        assert "View Completed Interview" in page
        assert "Copy share link" in page
        assert f'data-copy-text="{request.share_url}"' in page
        watched = scenario.browser(member).get(scenario.address("watch", request.pk))
        assert (watched.status_code, watched.headers["Location"]) == (302, request.share_url)
    assert InterviewViewing.objects.filter(request=request).count() == len(members)


def test_a_look_at_the_headers_watches_nothing(scenario: Scenario) -> None:
    request = scenario.completed()

    scenario.browser().head(scenario.address("watch", request.pk))
    assert InterviewViewing.objects.count() == 0
    scenario.browser().get(scenario.address("watch", request.pk))
    assert InterviewViewing.objects.count() == 1


def test_the_recording_opens_in_a_new_window(scenario: Scenario) -> None:
    request = scenario.completed()
    page = scenario.body(scenario.ivy)
    link = page[page.index(scenario.address("watch", request.pk)) :].partition(">")[0]

    assert 'target="_blank"' in link
    assert "noopener" in link


def test_the_link_leads_to_a_page_that_plays_without_an_account(scenario: Scenario) -> None:
    request = scenario.completed()

    assert scenario.driver.browse(request.share_url.removeprefix(scenario.driver.server.url)).status == 200


def test_access_is_checked_again_at_every_click(scenario: Scenario) -> None:
    request = scenario.completed()
    browser = scenario.browser(scenario.ivy)
    assert browser.get(scenario.address("watch", request.pk)).status_code == 302
    scenario.job.team.filter(membership=scenario.ivy).delete()
    assert browser.get(scenario.address("watch", request.pk)).status_code == 404

    other = scenario.browser(scenario.sam)
    companies.deactivate(membership=scenario.sam, by=scenario.dana)
    assert other.get(scenario.address("watch", request.pk)).status_code != 302 or "share" not in other.get(
        scenario.address("watch", request.pk)
    ).headers.get("Location", "")


def test_nobody_else_is_forwarded(scenario: Scenario) -> None:
    request = scenario.completed()
    outsider = factories.MembershipFactory(company=scenario.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member in (outsider, stranger):
        assert scenario.browser(member).get(scenario.address("watch", request.pk)).status_code == 404
    other = scenario.another()
    assert scenario.browser().get(scenario.address("watch", request.pk, application=other)).status_code == 404
    assert InterviewViewing.objects.count() == 0


def test_what_is_not_complete_cannot_be_watched(scenario: Scenario) -> None:
    request = scenario.sent()
    watched = scenario.browser().get(scenario.address("watch", request.pk))

    assert (watched.status_code, watched.headers["Location"]) == (303, scenario.tab())
    assert InterviewViewing.objects.count() == 0


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "ftp://evil.example/x", "data:text/html,x"])
def test_nobody_is_forwarded_to_what_is_no_web_address(scenario: Scenario, url: str) -> None:
    request = scenario.completed()
    InterviewRequest.objects.update(share_url=url)
    watched = scenario.browser().get(scenario.address("watch", request.pk))

    assert watched.status_code == 303
    assert watched.headers["Location"] == scenario.tab()
    assert InterviewViewing.objects.count() == 0


def test_outside_the_sandbox_a_link_without_tls_is_not_followed(scenario: Scenario) -> None:
    request = scenario.completed()
    with patch("integrations.outbound.settings.SANDBOX_MODE", False):
        watched = scenario.browser().get(scenario.address("watch", request.pk))

    assert (watched.status_code, watched.headers["Location"]) == (303, scenario.tab())


def test_a_link_that_is_not_there_yet_is_asked_for_again_and_at_once_on_demand(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "complete")
    scenario.fault("get_share_link", "status", status=404, times=2)
    scenario.fault("create_share_link", "status", status=404, times=2)
    request = scenario.refreshed(request)

    assert (request.state, request.share_url) == ("completed", "")
    message = scenario.message(topics.SHARE)
    assert (message.state, message.error) == ("waiting", "The recording's link is not there yet.")
    page = scenario.see()
    assert "Spark Hire is preparing the viewing link." in page
    assert "View Completed Interview" not in page
    assert "Try now" in page

    asked = scenario.browser(scenario.ivy).post(scenario.address("fetch-link", request.pk))
    assert asked.status_code == 303
    scenario.drain()
    assert scenario.now(request).share_url != ""
    assert "View Completed Interview" in scenario.see(scenario.ivy)


def without_a_link(scenario: Scenario) -> InterviewRequest:
    """Return a completed request whose link the vendor never makes."""
    request = scenario.sent()
    scenario.perform(request, "complete")
    scenario.fault("get_share_link", "status", status=404, times=1000)
    scenario.fault("create_share_link", "status", status=404, times=1000)
    return scenario.refreshed(request)


@pytest.mark.parametrize(("waited", "pause"), [(0, 1), (5, 5), (59, 59), (24 * 60, 60), (14 * 24 * 60 - 1, 60)])
def test_a_link_is_asked_for_more_and_more_seldom(scenario: Scenario, waited: int, pause: int) -> None:
    without_a_link(scenario)
    written = clock.machine_now() - timedelta(minutes=waited)
    OutboxMessage.objects.filter(topic=topics.SHARE).update(created_at=written)
    scenario.later()

    message = scenario.message(topics.SHARE)
    assert (message.state, message.error) == ("waiting", "The recording's link is not there yet.")
    assert round((message.available_at - clock.machine_now()).total_seconds() / 60) == pause


def test_a_link_that_did_not_come_in_two_weeks_is_asked_for_on_demand_alone(scenario: Scenario) -> None:
    request = without_a_link(scenario)
    OutboxMessage.objects.filter(topic=topics.SHARE).update(created_at=clock.machine_now() - timedelta(days=14))
    scenario.later()

    assert scenario.message(topics.SHARE).state == "done"
    page = scenario.see()
    assert "Spark Hire gave no viewing link. The interview may have been removed there." in page
    assert "hx-trigger" not in page.partition("tl-status-card")[2].partition("</section>")[0]
    scenario.browser().post(scenario.address("fetch-link", request.pk))
    scenario.drain()
    assert scenario.message(topics.SHARE).state == "waiting"
    page = scenario.see()
    assert "Spark Hire is preparing the viewing link." in page
    assert "hx-trigger" in page.partition("tl-status-card")[2].partition("</section>")[0]


def test_the_link_of_an_interview_that_was_removed_is_asked_for_no_more(scenario: Scenario) -> None:
    request = without_a_link(scenario)
    scenario.perform(request, "delete")
    scenario.later()

    assert scenario.message(topics.SHARE).state == "done"
    assert scenario.now(request).state == "completed"
    assert "Spark Hire gave no viewing link. The interview may have been removed there." in scenario.see()


def test_another_try_is_heard_of_while_the_link_is_awaited(scenario: Scenario) -> None:
    request = without_a_link(scenario)
    scenario.perform(request, "reset")
    request = scenario.refreshed(request)

    assert request.state == "sent"
    scenario.later()
    assert scenario.message(topics.SHARE).state == "done"


def test_the_primary_key_fetches_the_link_where_the_sender_s_no_longer_works(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.user_action(scenario.kim, "disable")
    scenario.perform(request, "complete")
    request = scenario.refreshed(request)

    assert request.state == "completed"
    assert request.share_url != ""


def test_a_recording_stays_after_the_integration_is_switched_off_or_disabled(scenario: Scenario) -> None:
    request = scenario.completed()
    installations.switch(installation=scenario.installation, on=False, by=scenario.dana)
    assert "View Completed Interview" in scenario.see(scenario.ivy)
    companies.disable_feature(company=scenario.company, feature="video-interviewing")

    assert "View Completed Interview" in scenario.see(scenario.ivy)
    assert scenario.browser(scenario.ivy).get(scenario.address("watch", request.pk)).status_code == 302


def test_a_rejected_candidate_s_recording_can_still_be_watched(scenario: Scenario) -> None:
    request = scenario.completed()
    Application.objects.update(state="rejected")

    assert scenario.browser(scenario.ivy).get(scenario.address("watch", request.pk)).status_code == 302


def test_the_newsfeed_offers_the_recording(scenario: Scenario) -> None:
    request = scenario.completed()
    feed = text(scenario.browser(scenario.ivy).get(scenario.tab().removesuffix("video-interview/")))

    assert "Video Interview Completed" in feed
    assert scenario.address("watch", request.pk) in feed
