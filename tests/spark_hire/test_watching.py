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
from tests.spark_hire.house import House, text

READY = "Any member of the hiring team with access to this candidate can watch, with or without a Spark Hire account."


def test_everybody_on_the_hiring_team_watches_with_or_without_a_key(house: House) -> None:
    request = house.completed()
    members = [factories.on_team(house.job, role) for role in JobRole]
    members += [house.dana, house.kim, house.ivy, factories.staffing(house.company)]

    for member in members:
        page = house.see(member)
        assert "Video Interview Complete" in page
        assert READY in page
        assert "View Completed Interview" in page
        assert "Copy share link" in page
        assert f'data-copy-text="{request.share_url}"' in page
        watched = house.browser(member).get(house.address("watch", request.pk))
        assert (watched.status_code, watched.headers["Location"]) == (302, request.share_url)
    assert InterviewViewing.objects.filter(request=request).count() == len(members)


def test_a_look_at_the_headers_watches_nothing(house: House) -> None:
    request = house.completed()

    house.browser().head(house.address("watch", request.pk))
    assert InterviewViewing.objects.count() == 0
    house.browser().get(house.address("watch", request.pk))
    assert InterviewViewing.objects.count() == 1


def test_the_recording_opens_in_a_new_window(house: House) -> None:
    request = house.completed()
    page = house.body(house.ivy)
    link = page[page.index(house.address("watch", request.pk)) :].partition(">")[0]

    assert 'target="_blank"' in link
    assert "noopener" in link


def test_the_link_leads_to_a_page_that_plays_without_an_account(house: House) -> None:
    request = house.completed()

    assert house.driver.browse(request.share_url.removeprefix(house.driver.server.url)).status == 200


def test_access_is_checked_again_at_every_click(house: House) -> None:
    request = house.completed()
    browser = house.browser(house.ivy)
    assert browser.get(house.address("watch", request.pk)).status_code == 302
    house.job.team.filter(membership=house.ivy).delete()
    assert browser.get(house.address("watch", request.pk)).status_code == 404

    other = house.browser(house.sam)
    companies.deactivate(membership=house.sam, by=house.dana)
    assert other.get(house.address("watch", request.pk)).status_code != 302 or "share" not in other.get(
        house.address("watch", request.pk)
    ).headers.get("Location", "")


def test_nobody_else_is_forwarded(house: House) -> None:
    request = house.completed()
    outsider = factories.MembershipFactory(company=house.company)
    stranger = factories.administrator(factories.CompanyFactory())

    for member in (outsider, stranger):
        assert house.browser(member).get(house.address("watch", request.pk)).status_code == 404
    other = house.another()
    assert house.browser().get(house.address("watch", request.pk, application=other)).status_code == 404
    assert InterviewViewing.objects.count() == 0


def test_what_is_not_complete_cannot_be_watched(house: House) -> None:
    request = house.sent()
    watched = house.browser().get(house.address("watch", request.pk))

    assert (watched.status_code, watched.headers["Location"]) == (303, house.tab())
    assert InterviewViewing.objects.count() == 0


@pytest.mark.parametrize("url", ["javascript:alert(1)", "//evil.example", "ftp://evil.example/x", "data:text/html,x"])
def test_nobody_is_forwarded_to_what_is_no_web_address(house: House, url: str) -> None:
    request = house.completed()
    InterviewRequest.objects.update(share_url=url)
    watched = house.browser().get(house.address("watch", request.pk))

    assert watched.status_code == 303
    assert watched.headers["Location"] == house.tab()
    assert InterviewViewing.objects.count() == 0


def test_outside_the_sandbox_a_link_without_tls_is_not_followed(house: House) -> None:
    request = house.completed()
    with patch("integrations.outbound.settings.SANDBOX_MODE", False):
        watched = house.browser().get(house.address("watch", request.pk))

    assert (watched.status_code, watched.headers["Location"]) == (303, house.tab())


def test_a_link_that_is_not_there_yet_is_asked_for_again_and_at_once_on_demand(house: House) -> None:
    request = house.sent()
    house.play(request, "complete")
    house.fault("get_share_link", "status", status=404, times=2)
    house.fault("create_share_link", "status", status=404, times=2)
    request = house.refreshed(request)

    assert (request.state, request.share_url) == ("completed", "")
    message = house.message(topics.SHARE)
    assert (message.state, message.error) == ("waiting", "The recording's link is not there yet.")
    page = house.see()
    assert "Spark Hire is preparing the viewing link." in page
    assert "View Completed Interview" not in page
    assert "Try now" in page

    asked = house.browser(house.ivy).post(house.address("fetch-link", request.pk))
    assert asked.status_code == 303
    house.drain()
    assert house.now(request).share_url != ""
    assert "View Completed Interview" in house.see(house.ivy)


def without_a_link(house: House) -> InterviewRequest:
    """Return a completed request whose link the vendor never makes."""
    request = house.sent()
    house.play(request, "complete")
    house.fault("get_share_link", "status", status=404, times=1000)
    house.fault("create_share_link", "status", status=404, times=1000)
    return house.refreshed(request)


@pytest.mark.parametrize(("waited", "pause"), [(0, 1), (5, 5), (59, 59), (24 * 60, 60), (14 * 24 * 60 - 1, 60)])
def test_a_link_is_asked_for_more_and_more_seldom(house: House, waited: int, pause: int) -> None:
    without_a_link(house)
    written = clock.machine_now() - timedelta(minutes=waited)
    OutboxMessage.objects.filter(topic=topics.SHARE).update(created_at=written)
    house.later()

    message = house.message(topics.SHARE)
    assert (message.state, message.error) == ("waiting", "The recording's link is not there yet.")
    assert round((message.available_at - clock.machine_now()).total_seconds() / 60) == pause


def test_a_link_that_did_not_come_in_two_weeks_is_asked_for_on_demand_alone(house: House) -> None:
    request = without_a_link(house)
    OutboxMessage.objects.filter(topic=topics.SHARE).update(created_at=clock.machine_now() - timedelta(days=14))
    house.later()

    assert house.message(topics.SHARE).state == "done"
    page = house.see()
    assert "Spark Hire gave no viewing link. The interview may have been removed there." in page
    assert "hx-trigger" not in page.partition("tl-status-card")[2].partition("</section>")[0]
    house.browser().post(house.address("fetch-link", request.pk))
    house.drain()
    assert house.message(topics.SHARE).state == "waiting"
    page = house.see()
    assert "Spark Hire is preparing the viewing link." in page
    assert "hx-trigger" in page.partition("tl-status-card")[2].partition("</section>")[0]


def test_the_link_of_an_interview_that_was_removed_is_asked_for_no_more(house: House) -> None:
    request = without_a_link(house)
    house.play(request, "delete")
    house.later()

    assert house.message(topics.SHARE).state == "done"
    assert house.now(request).state == "completed"
    assert "Spark Hire gave no viewing link. The interview may have been removed there." in house.see()


def test_another_try_is_heard_of_while_the_link_is_awaited(house: House) -> None:
    request = without_a_link(house)
    house.play(request, "reset")
    request = house.refreshed(request)

    assert request.state == "sent"
    house.later()
    assert house.message(topics.SHARE).state == "done"


def test_the_primary_key_fetches_the_link_where_the_sender_s_no_longer_works(house: House) -> None:
    request = house.sent()
    house.user_act(house.kim, "disable")
    house.play(request, "complete")
    request = house.refreshed(request)

    assert request.state == "completed"
    assert request.share_url != ""


def test_a_recording_stays_after_the_integration_is_switched_off_or_disabled(house: House) -> None:
    request = house.completed()
    installations.switch(installation=house.installation, on=False, by=house.dana)
    assert "View Completed Interview" in house.see(house.ivy)
    companies.disable_feature(company=house.company, feature="video-interviewing")

    assert "View Completed Interview" in house.see(house.ivy)
    assert house.browser(house.ivy).get(house.address("watch", request.pk)).status_code == 302


def test_a_rejected_candidate_s_recording_can_still_be_watched(house: House) -> None:
    request = house.completed()
    Application.objects.update(state="rejected")

    assert house.browser(house.ivy).get(house.address("watch", request.pk)).status_code == 302


def test_the_newsfeed_offers_the_recording(house: House) -> None:
    request = house.completed()
    feed = text(house.browser(house.ivy).get(house.tab().removesuffix("video-interview/")))

    assert "Video Interview Completed" in feed
    assert house.address("watch", request.pk) in feed
