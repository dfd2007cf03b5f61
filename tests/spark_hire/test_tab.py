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
from tests.spark_hire.house import EXPIRES, MIDNIGHT, House, text

SEND_ANEW = "You can proceed with sending a new video interview request at this time."
ONLY = "Only Dana Cole, Kim Ito or Sam Ortiz can cancel."
AFTER = (
    "You cannot send the candidate a second video interview request from Throughline after they've completed a video "
    "interview. You can send a request directly from Spark Hire; its status will not be tracked in Throughline."
)


def nothing(house: House) -> None:
    pass


def sending(house: House) -> None:
    house.ask()


def sending_for_long(house: House) -> None:
    house.fault("create_interview", "status", status=503)
    house.ask()
    house.drain()
    house.pass_time(minutes=3)


def waiting_for_a_key(house: House) -> None:
    house.user_act(house.sam, "revoke_key")
    house.ask(by=house.sam)
    house.drain()


def requested(house: House) -> None:
    house.sent()


def accepted(house: House) -> None:
    request = house.sent()
    house.play(request, "accept")
    house.refreshed(request)


def in_progress(house: House) -> None:
    request = house.sent()
    house.play(request, "accept", "start")
    house.refreshed(request)


def past_midnight(house: House) -> None:
    house.sent()
    house.travel(MIDNIGHT + timedelta(minutes=1))


def expired(house: House) -> None:
    house.sent()
    house.travel_past_midnight()


def canceled(house: House) -> None:
    house.cancel(house.sent())
    house.drain()


def canceled_there(house: House) -> None:
    request = house.sent()
    house.play(request, "decline")
    house.refreshed(request)


def failed(house: House) -> None:
    house.fault("create_interview", "status", status=400, reason="Your plan has ended.")
    house.ask()
    house.drain()


def completed(house: House) -> None:
    request = house.sent()
    house.travel(datetime(2025, 11, 21, 23, 40, tzinfo=UTC))
    house.play(request, "complete")
    house.refreshed(request)


def preparing(house: House) -> None:
    request = house.sent()
    house.play(request, "complete")
    house.fault("get_share_link", "status", status=404, times=2)
    house.fault("create_share_link", "status", status=404, times=2)
    house.refreshed(request)


def without_a_link(house: House) -> None:
    house.completed()
    InterviewRequest.objects.update(share_url="")


REQUEST, CANCEL = "Request Video Interview", ">Cancel Request<"
# State, words for everybody who sees the tab, actions of somebody with a key.
STATES: list[tuple[Callable[[House], None], list[str], list[str]]] = [
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


@pytest.mark.parametrize(("reach", "words", "actions"), STATES, ids=[state[0].__name__ for state in STATES])
def test_each_state_says_its_words_to_everybody_and_offers_acts_to_those_who_may(
    house: House, reach: Callable[[House], None], words: list[str], actions: list[str]
) -> None:
    reach(house)
    keyless = factories.on_team(house.job)

    with_key, without_key, watcher = house.see(house.kim), house.see(keyless), house.see(house.ivy)
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


def test_a_ready_candidate_invites_to_a_request(house: House) -> None:
    page = house.see()

    assert "Invite Ada Lovelace to a one-way video interview for Senior Buyer." in page
    assert "Question Set: Buyer basics." in page
    assert REQUEST in page


def test_a_role_that_does_not_send_reads_so(house: House) -> None:
    page = house.see(house.ivy)

    assert "No video interview has been requested." in page
    assert "Your role on this job does not send requests." in page
    assert REQUEST not in page


def test_the_sender_is_called_you_by_themselves_and_by_name_by_others(house: House) -> None:
    house.sent()

    assert "You asked on Fri 21 Nov." in house.see(house.kim)
    assert "Kim Ito asked on Fri 21 Nov." in house.see(house.sam)
    assert ONLY in house.see(house.ivy)


def test_readers_are_called_you_inside_a_sentence(house: House) -> None:
    Credential.objects.filter(membership=house.dana).update(state="refused", last4="4f2c")
    assert "Spark Hire no longer accepts your key (ends 4f2c). Replace it.</p>" in house.see(house.dana)

    installations.choose_primary(installation=house.installation, credential=house.key(house.kim), by=house.dana)
    Credential.objects.filter(membership=house.dana).delete()
    assert "Kim Ito or Sam Ortiz can send; you can add your key." in house.see(house.dana)


def test_the_card_asks_again_while_something_moves_and_stops_when_it_rests(house: House) -> None:
    request = house.ask()
    assert "hx-trigger" in house.see()
    house.drain()
    assert "every 3s" not in house.see()
    house.cancel(request)
    assert "every 3s" in house.see()
    house.drain()
    assert "every 3s" not in house.see()


def test_what_says_the_same_as_the_card_elsewhere_is_marked_to_change_with_it(house: House) -> None:
    house.ask()

    page = house.see_record()
    along = [part.partition("</span></span>")[0] for part in page.split("data-poll-along>")[1:]]
    assert len(along) == 3
    assert "Video: Sending" in along[0]
    assert ", Sending" in along[1]
    assert along[2].startswith("</div>")


def test_an_unreachable_vendor_is_said_above_the_last_known_state(house: House) -> None:
    request = house.sent()
    house.fault("get_interview", "reset_before", times=3)
    house.refreshed(request)

    page = house.see()
    assert "Spark Hire isn't answering. This is as of 10:00. We ask again by ourselves." in page
    assert "Requested" in page

    house.pass_time(days=1)
    assert "Spark Hire isn't answering. This is as of Fri 21 Nov, 10:00. We ask again" in house.see()


def test_a_vendor_to_which_no_connection_can_be_made_is_said_too(house: House, settings: Any) -> None:
    request = house.sent()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: refused
        settings.SPARK_HIRE_BASE_URL = f"http://127.0.0.1:{nobody.getsockname()[1]}/v1.0"
        house.refreshed(request)
        other = house.another(email="grace@example.com")
        house.ask(application=other)
        house.drain()

    assert "Spark Hire isn't answering. This is as of 10:00. We ask again by ourselves." in house.see()
    page = house.see(application=other)
    assert "Spark Hire isn't answering. The request waits here and goes out when it is back." in page
    assert "It has not left yet." in page
    assert "didn't confirm" not in page


def test_while_the_vendor_is_down_a_request_waits_and_a_cancel_is_told_later(house: House) -> None:
    house.fault("create_interview", "reset_before", times=3)
    request = house.ask()
    house.drain()
    page = house.see()
    assert (
        "Spark Hire isn't answering. We look for the request when it is back, and send it if it is not there." in page
    )
    assert "Spark Hire didn't confirm yet. We look before we send again" in page

    house.cancel(request)
    house.drain()
    assert "Spark Hire isn't answering. It is told of the cancel when it is back." in house.see(house.ivy)
    assert "Spark Hire isn't answering. You can still send; the request waits here" in house.see()


def test_a_pause_that_the_vendor_asked_for_is_said_where_something_waits(house: House) -> None:
    house.sent(application=house.another(email="grace@example.com"))
    house.fault("create_interview", "rate_limit", seconds=90)
    house.ask()
    house.drain()

    words = "Spark Hire asks us to slow down. The request waits here and goes out when it is back."
    assert words in house.see()


def test_the_errors_of_other_requests_are_not_this_page_s(house: House) -> None:
    house.sent()
    other = house.another(email="grace@example.com")
    house.fault("create_interview", "status", status=400, reason="Your plan has ended.")
    house.ask(application=other)
    house.drain()
    house.fault("create_interview", "reset_before", times=3)
    house.ask(application=house.another(email="alan@example.com"))
    house.drain()
    assert Installation.objects.get().last_error == "Spark Hire isn't answering."

    for application in (house.application, other):
        page = house.see(application=application)
        assert "isn't answering" not in page
        assert "This is as of" not in page


def test_earlier_requests_stay_listed(house: House) -> None:
    house.cancel(house.sent())
    house.drain()
    house.sent(by=house.sam)

    page = house.see()
    listed = page[page.index("Earlier requests") :]
    assert "Kim Ito" in listed
    assert "Canceled" in listed


def test_before_it_is_usable_the_tab_is_hidden_and_its_address_says_why(house: House) -> None:
    installations.switch(installation=house.installation, on=False, by=house.dana)
    record = text(house.browser(house.dana).get(house.tab().removesuffix("video-interview/")))
    assert house.tab() not in record
    page = house.see(house.dana)
    assert "Video Interviewing is off for Acme. You can turn it on in Company Settings." in page
    assert "Open settings" in page
    page = house.see_record(house.kim)
    assert "Video Interviewing is off for Acme. Dana Cole can turn it on in Company Settings." in page
    assert "Open settings" not in page

    companies.disable_feature(company=house.company, feature="video-interviewing")
    assert (
        "Video Interviewing is available on request. Once your company has purchased a Spark Hire account, "
        "reach out to the Recruiting Support Team to enable it." in house.see(house.dana)
    )


def test_with_history_the_tab_stays_when_it_is_switched_off(house: House) -> None:
    house.sent()
    installations.switch(installation=house.installation, on=False, by=house.dana)

    record = text(house.browser().get(house.tab().removesuffix("video-interview/")))
    assert house.tab() in record
    assert "Requested" in house.see()


@pytest.mark.parametrize("reach", [nothing, requested, completed])
def test_what_people_typed_is_never_markup(house: House, reach: Callable[[House], None]) -> None:
    house.candidate.first_name = "<b>Ada</b>"
    house.candidate.save()
    house.application.refresh_from_db()
    reach(house)

    page = house.body()
    assert "<b>Ada</b>" not in page
    assert "&lt;b&gt;Ada&lt;/b&gt;" in page


def test_a_member_of_another_company_finds_nothing(house: House) -> None:
    stranger: Membership = factories.administrator(factories.CompanyFactory())

    assert house.browser(stranger).get(house.tab()).status_code == 404


def test_it_offers_a_new_request_only_to_those_who_can_send_it_and_says_what_others_lack(house: House) -> None:
    canceled(house)
    keyless = factories.on_team(house.job)

    with_key, without_key, watcher = house.see(house.kim), house.see(keyless), house.see(house.ivy)

    assert SEND_ANEW in with_key
    assert SEND_ANEW not in without_key and SEND_ANEW not in watcher
    assert "You have none, so you can watch but not send." in without_key
    assert "so you can watch but not send" not in watcher


def test_it_says_that_spark_hire_could_not_be_told_of_a_cancel_and_what_to_do(house: House) -> None:
    request = house.sent()
    house.cancel(request)
    Credential.objects.filter(membership=house.kim).update(state=Credential.State.REFUSED)

    page = house.see(house.dana)

    assert "Spark Hire could not be told, because Kim Ito's key does not work. Ada Lovelace can still answer" in page
    assert "Spark Hire emails Ada Lovelace." not in page


def test_a_cancel_of_what_was_gone_already_promises_no_mail(house: House) -> None:
    request = house.sent()
    house.play(request, "delete")
    house.cancel(request)
    house.later()

    page = house.see()

    assert "It was over in Spark Hire already, so nobody is emailed." in page
    assert "Spark Hire emails Ada Lovelace." not in page


def test_it_names_who_can_help_where_ones_role_sends_nothing(house: House) -> None:
    assert "Your role on this job does not send requests. Kim Ito" in house.see(house.ivy)


def test_a_job_that_is_not_linked_is_not_said_to_be_active(house: House) -> None:
    house.link.delete()

    met = {check.code: check.is_met for check in preconditions.checks(house.application, house.kim)}

    assert (met["job_not_linked"], met["vendor_job_inactive"], met["no_own_key"]) == (False, False, True)


def test_questions_that_the_vendor_does_not_say_are_not_counted() -> None:
    sets = [
        schemas.QuestionSet("a", "Empty", 0),
        schemas.QuestionSet("b", "One", 1),
        schemas.QuestionSet("c", "Two", 2),
    ]

    choices = QuestionSetForm(question_sets=sets).fields["question_set"].choices

    assert [label for _, label in choices][1:] == ["Empty", "One (1 question)", "Two (2 questions)"]
