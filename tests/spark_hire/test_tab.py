"""What the Video Interview tab says in every state: to readers with a key, without one, without the right to send."""

import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from integrations import installations
from integrations.models import Credential, Installation
from integrations.spark_hire import preconditions, schemas
from integrations.spark_hire.job_links.forms import QuestionSetForm
from integrations.spark_hire.models import InterviewRequest
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from tests import factories
from tests.spark_hire.scenario import EXPIRES, MIDNIGHT, Scenario, text

SEND_ANEW = "You can proceed with sending a new video interview request at this time."
ONLY = "Only Dana Cole, Kim Ito or Sam Ortiz can cancel."
AFTER = (
    "You cannot send the candidate a second video interview request from Throughline after they've completed a video "
    "interview. You can send a request directly from Spark Hire; its status will not be tracked in Throughline."
)


def nothing(scenario: Scenario) -> None:
    pass


def sending(scenario: Scenario) -> None:
    scenario.ask()


def sending_for_long(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=503)
    scenario.ask()
    scenario.drain()
    scenario.pass_time(minutes=3)


def waiting_for_a_key(scenario: Scenario) -> None:
    scenario.user_action(scenario.sam, "revoke_key")
    scenario.ask(by=scenario.sam)
    scenario.drain()


def requested(scenario: Scenario) -> None:
    scenario.sent()


def accepted(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept")
    scenario.refreshed(request)


def in_progress(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "accept", "start")
    scenario.refreshed(request)


def past_midnight(scenario: Scenario) -> None:
    scenario.sent()
    scenario.travel(MIDNIGHT + timedelta(minutes=1))


def expired(scenario: Scenario) -> None:
    scenario.sent()
    scenario.travel_past_midnight()


def canceled(scenario: Scenario) -> None:
    scenario.cancel(scenario.sent())
    scenario.drain()


def canceled_there(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "decline")
    scenario.refreshed(request)


def failed(scenario: Scenario) -> None:
    scenario.fault("create_interview", "status", status=400, reason="Your plan has ended.")
    scenario.ask()
    scenario.drain()


def completed(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.travel(datetime(2025, 11, 21, 23, 40, tzinfo=UTC))
    scenario.perform(request, "complete")
    scenario.refreshed(request)


def preparing(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "complete")
    scenario.fault("get_share_link", "status", status=404, times=2)
    scenario.fault("create_share_link", "status", status=404, times=2)
    scenario.refreshed(request)


def without_a_link(scenario: Scenario) -> None:
    scenario.completed()
    InterviewRequest.objects.update(share_url="")


REQUEST, CANCEL = "Request Video Interview", ">Cancel Request<"
# State, words for everybody who sees the tab, actions of somebody with a key.
STATES: list[tuple[Callable[[Scenario], None], list[str], list[str]]] = [
    (sending, ["Sending", "On its way to Spark Hire."], [CANCEL]),
    (
        sending_for_long,
        [
            "Sending",
            "Spark Hire didn't confirm yet. We look before we send again, so Ada Lovelace is never invited twice.",
            "You can leave this page.",
        ],
        [CANCEL],
    ),
    (
        waiting_for_a_key,
        [
            "Waiting",
            "Spark Hire needs Sam Ortiz's User API Key, and it does not work at the moment.",
            "The request is kept and goes out once that is mended.",
        ],
        [CANCEL],
    ),
    (requested, ["Requested", "Spark Hire emails Ada Lovelace the invitation.", EXPIRES], [CANCEL]),
    (accepted, ["Accepted", "Ada Lovelace accepted the invitation.", EXPIRES], [CANCEL]),
    (
        in_progress,
        ["In Progress", "Ada Lovelace is recording and can pause and return until the deadline.", EXPIRES],
        [CANCEL],
    ),
    (
        past_midnight,
        [
            "Expired",
            "Expired at midnight as Fri 28 Nov began.",
            "We are asking Spark Hire for a last-minute answer; if Ada Lovelace finished in time, "
            "this turns complete by itself.",
        ],
        [],
    ),
    (expired, ["Expired", "Ada Lovelace did not finish before midnight as Fri 28 Nov began."], [REQUEST]),
    (canceled, ["Canceled", "on Fri 21 Nov. Spark Hire emails Ada Lovelace."], [REQUEST]),
    (canceled_there, ["Canceled", "Canceled in Spark Hire, or Ada Lovelace declined."], [REQUEST]),
    (failed, ["Failed", "Request not sent. Your plan has ended."], ["Try again", CANCEL]),
    (
        completed,
        [
            "Video Interview Complete",
            "Ada Lovelace finished on Fri 21 Nov, 18:40.",
            "Any member of the hiring team with access to this candidate can watch, with or without a Spark Hire "
            "account.",
            AFTER,
            "View Completed Interview",
            "Copy share link",
        ],
        [],
    ),
    (
        preparing,
        ["Video Interview Complete", "Spark Hire is preparing the viewing link.", "Try now", AFTER],
        [],
    ),
    (
        without_a_link,
        ["Video Interview Complete", "Spark Hire gave no viewing link.", "Try now", AFTER],
        [],
    ),
]


def test_a_page_with_a_share_link_is_not_compressed(scenario: Scenario) -> None:
    client, accepted = scenario.browser(), {"Accept-Encoding": "gzip"}
    without_a_link(scenario)
    before = client.get(scenario.tab(), headers=accepted)
    request = InterviewRequest.objects.get()
    request.write(share_url="https://share.example/s/secret")

    page = client.get(scenario.tab(), headers=accepted)

    assert before.headers.get("Content-Encoding") == "gzip"
    assert "Content-Encoding" not in page.headers
    assert b'data-copy-text="https://share.example/s/secret"' in page.content


@pytest.mark.parametrize(("reach", "words", "actions"), STATES, ids=[state[0].__name__ for state in STATES])
def test_each_state_says_its_words_to_everybody_and_offers_acts_to_those_who_may(
    scenario: Scenario, reach: Callable[[Scenario], None], words: list[str], actions: list[str]
) -> None:
    reach(scenario)
    keyless = factories.on_team(scenario.job)

    with_key, without_key, watcher = scenario.see(scenario.kim), scenario.see(keyless), scenario.see(scenario.ivy)
    for page in (with_key, without_key, watcher):
        for sentence in words:
            assert sentence in page
        assert "Before you can send" not in page
    for action in (REQUEST, CANCEL, "Try again"):
        assert (action in with_key) == (action in actions)
        assert action not in without_key
        assert action not in watcher
    if actions == [CANCEL]:
        for page in (without_key, watcher):
            assert "can cancel." in page
        assert "can cancel." not in with_key


def test_a_ready_candidate_invites_to_a_request(scenario: Scenario) -> None:
    page = scenario.see()

    assert "Invite Ada Lovelace to a one-way video interview for Senior Buyer." in page
    assert "Question Set: Buyer basics." in page
    assert REQUEST in page


def test_a_role_that_does_not_send_reads_so(scenario: Scenario) -> None:
    page = scenario.see(scenario.ivy)

    assert "No video interview has been requested." in page
    assert "Your role on this job does not send requests." in page
    assert REQUEST not in page


def test_the_sender_is_called_you_by_themselves_and_by_name_by_others(scenario: Scenario) -> None:
    scenario.sent()

    assert "You asked on Fri 21 Nov." in scenario.see(scenario.kim)
    assert "Kim Ito asked on Fri 21 Nov." in scenario.see(scenario.sam)
    assert ONLY in scenario.see(scenario.ivy)


def test_readers_are_called_you_inside_a_sentence(scenario: Scenario) -> None:
    Credential.objects.filter(membership=scenario.dana).update(state="refused", last4="4f2c")
    assert "Spark Hire no longer accepts your key (ends 4f2c). Replace it.</p>" in scenario.see(scenario.dana)

    installations.choose_primary(
        installation=scenario.installation, credential=scenario.key(scenario.kim), by=scenario.dana
    )
    Credential.objects.filter(membership=scenario.dana).delete()
    assert "Kim Ito or Sam Ortiz can send; you can add your key." in scenario.see(scenario.dana)


def test_the_card_asks_again_while_something_moves_and_stops_when_it_rests(scenario: Scenario) -> None:
    request = scenario.ask()
    assert "hx-trigger" in scenario.see()
    scenario.drain()
    assert "every 3s" not in scenario.see()
    scenario.cancel(request)
    assert "every 3s" in scenario.see()
    scenario.drain()
    assert "every 3s" not in scenario.see()


def test_what_says_the_same_as_the_card_elsewhere_is_marked_to_change_with_it(scenario: Scenario) -> None:
    scenario.ask()

    page = scenario.see_record()
    along = [part.partition("</span></span>")[0] for part in page.split("data-poll-along>")[1:]]
    assert len(along) == 3
    assert "Video: Sending" in along[0]
    assert ", Sending" in along[1]
    assert along[2].startswith("</div>")


def test_an_unreachable_vendor_is_said_above_the_last_known_state(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.fault("get_interview", "reset_before", times=3)
    scenario.refreshed(request)

    page = scenario.see()
    assert "Spark Hire isn't answering. This is as of 10:00. We ask again by ourselves." in page
    assert "Requested" in page

    scenario.pass_time(days=1)
    assert "Spark Hire isn't answering. This is as of Fri 21 Nov, 10:00. We ask again" in scenario.see()


def test_a_vendor_to_which_no_connection_can_be_made_is_said_too(scenario: Scenario, settings: Any) -> None:
    request = scenario.sent()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refused
        settings.SPARK_HIRE_BASE_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1.0"
        scenario.refreshed(request)
        other = scenario.another(email="grace@example.com")
        scenario.ask(application=other)
        scenario.drain()

    assert "Spark Hire isn't answering. This is as of 10:00. We ask again by ourselves." in scenario.see()
    page = scenario.see(application=other)
    assert "Spark Hire isn't answering. The request waits here and goes out when it is back." in page
    assert "It has not left yet." in page
    assert "didn't confirm" not in page


def test_while_the_vendor_is_down_a_request_waits_and_a_cancel_is_told_later(scenario: Scenario) -> None:
    scenario.fault("create_interview", "reset_before", times=3)
    request = scenario.ask()
    scenario.drain()
    page = scenario.see()
    assert (
        "Spark Hire isn't answering. We look for the request when it is back, and send it if it is not there." in page
    )
    assert "Spark Hire didn't confirm yet. We look before we send again" in page

    scenario.cancel(request)
    scenario.drain()
    assert "Spark Hire isn't answering. It is told of the cancel when it is back." in scenario.see(scenario.ivy)
    assert "Spark Hire isn't answering. You can still send; the request waits here" in scenario.see()


def test_a_pause_that_the_vendor_asked_for_is_said_where_something_waits(scenario: Scenario) -> None:
    scenario.sent(application=scenario.another(email="grace@example.com"))
    scenario.fault("create_interview", "rate_limit", seconds=90)
    scenario.ask()
    scenario.drain()

    words = "Spark Hire asks us to slow down. The request waits here and goes out when it is back."
    assert words in scenario.see()


def test_the_errors_of_other_requests_are_not_this_page_s(scenario: Scenario) -> None:
    scenario.sent()
    other = scenario.another(email="grace@example.com")
    scenario.fault("create_interview", "status", status=400, reason="Your plan has ended.")
    scenario.ask(application=other)
    scenario.drain()
    scenario.fault("create_interview", "reset_before", times=3)
    scenario.ask(application=scenario.another(email="alan@example.com"))
    scenario.drain()
    assert Installation.objects.get().last_error == "Spark Hire isn't answering."

    for application in (scenario.application, other):
        page = scenario.see(application=application)
        assert "isn't answering" not in page
        assert "This is as of" not in page


def test_earlier_requests_stay_listed(scenario: Scenario) -> None:
    scenario.cancel(scenario.sent())
    scenario.drain()
    scenario.sent(by=scenario.sam)

    page = scenario.see()
    listed = page[page.index("Earlier requests") :]
    assert "Kim Ito" in listed
    assert "Canceled" in listed


def test_before_it_is_usable_the_tab_is_hidden_and_its_address_says_why(scenario: Scenario) -> None:
    installations.switch(installation=scenario.installation, on=False, by=scenario.dana)
    record = text(scenario.browser(scenario.dana).get(scenario.tab().removesuffix("video-interview/")))
    assert scenario.tab() not in record
    page = scenario.see(scenario.dana)
    assert "Video Interviewing is off for Acme. You can turn it on in Company Settings." in page
    assert "Open settings" in page
    page = scenario.see_record(scenario.kim)
    assert "Video Interviewing is off for Acme. Dana Cole can turn it on in Company Settings." in page
    assert "Open settings" not in page

    companies.disable_feature(company=scenario.company, feature="video-interviewing")
    assert (
        "Video Interviewing is available on request. Once your company has purchased a Spark Hire account, "
        "reach out to the Recruiting Support Team to enable it." in scenario.see(scenario.dana)
    )


def test_with_history_the_tab_stays_when_it_is_switched_off(scenario: Scenario) -> None:
    scenario.sent()
    installations.switch(installation=scenario.installation, on=False, by=scenario.dana)

    record = text(scenario.browser().get(scenario.tab().removesuffix("video-interview/")))
    assert scenario.tab() in record
    assert "Requested" in scenario.see()


@pytest.mark.parametrize("reach", [nothing, requested, completed])
def test_what_people_typed_is_never_markup(scenario: Scenario, reach: Callable[[Scenario], None]) -> None:
    scenario.candidate.first_name = "<b>Ada</b>"
    scenario.candidate.save()
    scenario.application.refresh_from_db()
    reach(scenario)

    page = scenario.body()
    assert "<b>Ada</b>" not in page
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page


def test_a_member_of_another_company_finds_nothing(scenario: Scenario) -> None:
    stranger: Membership = factories.administrator(factories.CompanyFactory())

    assert scenario.browser(stranger).get(scenario.tab()).status_code == 404


def test_it_offers_a_new_request_only_to_those_who_can_send_it_and_says_what_others_lack(scenario: Scenario) -> None:
    canceled(scenario)
    keyless = factories.on_team(scenario.job)

    with_key, without_key, watcher = scenario.see(scenario.kim), scenario.see(keyless), scenario.see(scenario.ivy)

    assert SEND_ANEW in with_key
    assert SEND_ANEW not in without_key and SEND_ANEW not in watcher
    assert "You have none, so you can watch but not send." in without_key
    assert "so you can watch but not send" not in watcher


def test_it_says_that_spark_hire_could_not_be_told_of_a_cancel_and_what_to_do(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.cancel(request)
    Credential.objects.filter(membership=scenario.kim).update(state=Credential.State.REFUSED)

    page = scenario.see(scenario.dana)

    assert "Spark Hire could not be told, because Kim Ito's key does not work. Ada Lovelace can still answer" in page
    assert "Spark Hire emails Ada Lovelace." not in page


def test_a_cancel_of_what_was_gone_already_promises_no_mail(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.perform(request, "delete")
    scenario.cancel(request)
    scenario.later()

    page = scenario.see()

    assert "It was over in Spark Hire already, so nobody is emailed." in page
    assert "Spark Hire emails Ada Lovelace." not in page


def test_it_names_who_can_help_where_ones_role_sends_nothing(scenario: Scenario) -> None:
    assert "Your role on this job does not send requests. Kim Ito" in scenario.see(scenario.ivy)


def test_a_job_that_is_not_linked_is_not_said_to_be_active(scenario: Scenario) -> None:
    scenario.link.delete()

    met = {check.code: check.is_met for check in preconditions.checks(scenario.application, scenario.kim)}

    assert (met["job_not_linked"], met["vendor_job_inactive"], met["no_own_key"]) == (False, False, True)


def test_questions_that_the_vendor_does_not_say_are_not_counted() -> None:
    sets = [
        schemas.QuestionSet("a", "Empty", 0),
        schemas.QuestionSet("b", "One", 1),
        schemas.QuestionSet("c", "Two", 2),
    ]

    choices = QuestionSetForm(question_sets=sets).fields["question_set"].choices

    assert [label for _, label in choices][1:] == ["Empty", "One (1 question)", "Two (2 questions)"]
