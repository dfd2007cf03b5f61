"""A request's life at the fake Crosschq: candidate, references, users, rules and the clock; and what it tells whom."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest

from devtools.sandbox.host.server import SandboxServer
from recruiting.foundation import clock
from tests.crosschq.door import SURVEY, USERS, Door
from tests.sandbox.door import Receiver, until

pytestmark = pytest.mark.prove

INVITED = [("email", "invitation", "ada@example.com"), ("sms", "invitation", "+15125550123")]


def stands(crosschq: Door, number: str) -> tuple[str, int]:
    shape = crosschq.get(number)
    return shape["status"], shape["progress"]


def people(crosschq: Door, number: str) -> list[str]:
    return [each["status"] for each in crosschq.seen(number)["references"]]


def in_order(crosschq: Door) -> tuple[str, list[str]]:
    """A request with all references named and the self-reference in; (its id, the references' ids)."""
    number = crosschq.ask()
    crosschq.perform(number, "references")
    crosschq.perform(number, "self_reference")
    return number, [each["id"] for each in crosschq.seen(number)["references"]]


def test_a_request_is_played_from_the_invitation_to_the_report(crosschq: Door) -> None:
    number = crosschq.ask()
    assert stands(crosschq, number) == ("pending", 0)
    assert crosschq.messages() == INVITED

    seen = []
    for action in ("references", "self_reference", "start", "answer", "answer", "answer"):
        assert crosschq.perform(number, action).status == 200, action
        seen.append(stands(crosschq, number))

    assert seen == [
        ("in_progress", 27),
        ("in_progress", 45),
        ("in_progress", 45),
        ("in_progress", 63),
        ("in_progress", 81),
        ("completed", 100),
    ]
    shape = crosschq.get(number)
    assert [each["status"] for each in shape["references"]] == ["completed"] * 3
    assert list(shape["references"][0]) == ["first_name", "last_name", "email", "mobile_phone", "status"]
    assert shape["status_updated_on"] == shape["updated_on"]
    assert crosschq.seen(number)["ended_by"] == "answers"
    assert crosschq.messages(kind="completed_notice") == [("email", "completed_notice", "rita@acme.example")]
    assert len(crosschq.messages(kind="reference_request", channel="email")) == 3
    assert crosschq.get(number, v2=True)["score"] in range(60, 100)


def test_one_click_plays_everything(crosschq: Door) -> None:
    number = crosschq.ask(use_sms=False, send_completed_notification=False)

    assert crosschq.perform(number, "complete").json["status"] == "completed"

    assert {channel for channel, _, _ in crosschq.messages()} == {"email"}
    assert crosschq.messages(kind="completed_notice") == []
    assert crosschq.perform(number, "complete").status == 409


def test_named_references_are_checked(crosschq: Door) -> None:
    number = crosschq.ask()
    robin = {"relationship": "managers", "first_name": "Robin", "last_name": "Ray", "email": "robin@x.example"}

    assert crosschq.perform(number, "references", references=[robin]).json["progress"] == 9
    for wrong in (
        robin,
        {**robin, "email": "ADA@example.com"},
        {**robin, "email": "new@x.example", "relationship": "bosses"},
        {**robin, "email": "nonsense"},
    ):
        assert crosschq.perform(number, "references", references=[wrong]).status == 400, wrong
    assert people(crosschq, number) == ["sent"]
    assert crosschq.perform(number, "references").status == 200
    assert people(crosschq, number) == ["sent"] * 3
    assert crosschq.perform(number, "references").status == 409


def test_whoever_declines_or_is_canceled_has_to_be_replaced(crosschq: Door) -> None:
    number, [first, second, third] = in_order(crosschq)

    crosschq.perform(number, "decline_reference", reference=first)
    crosschq.perform(number, "cancel_reference", reference=second)
    crosschq.perform(number, "answer", reference=third)

    assert people(crosschq, number) == ["declined", "cancelled", "completed"]
    assert stands(crosschq, number)[0] == "in_progress"
    assert crosschq.perform(number, "answer", reference=first).status == 409
    assert crosschq.perform(number, "answer", reference="nobody").status == 404
    crosschq.perform(number, "complete")
    assert stands(crosschq, number) == ("completed", 100)
    assert people(crosschq, number) == ["declined", "cancelled", "completed", "completed", "completed"]


def test_concluding_needs_the_self_reference_and_one_answer(crosschq: Door) -> None:
    number = crosschq.ask()
    crosschq.perform(number, "references")
    crosschq.perform(number, "answer")
    assert crosschq.perform(number, "conclude").status == 409
    assert stands(crosschq, number)[0] == "in_progress"
    crosschq.perform(number, "self_reference")

    assert crosschq.perform(number, "conclude").json["status"] == "completed"

    assert stands(crosschq, number) == ("completed", 100)
    assert people(crosschq, number) == ["completed", "cancelled", "cancelled"]
    report = crosschq.browse(crosschq.path(crosschq.get(number)["report_url"])).text
    assert report.count("Not completed before conclusion") == 2
    assert "1 of 3 answered" in report


@pytest.mark.parametrize(
    ("rule", "answers"),
    [({"conclude_count": 2}, 2), ({"conclude_count": 1, "conclude_relationship": "managers"}, 1)],
)
def test_the_rule_concludes_by_itself(crosschq: Door, rule: dict[str, object], answers: int) -> None:
    crosschq.organization("settings", **rule)
    number, _ = in_order(crosschq)

    for _ in range(answers):
        assert stands(crosschq, number)[0] == "in_progress"
        crosschq.perform(number, "answer")

    assert stands(crosschq, number) == ("completed", 100)
    assert crosschq.seen(number)["ended_by"] == "rule"
    assert people(crosschq, number).count("cancelled") == 3 - answers


def test_a_rule_of_another_relationship_does_not_count(crosschq: Door) -> None:
    crosschq.organization("settings", conclude_count=1, conclude_relationship="managers")
    number, [_, second, _] = in_order(crosschq)

    crosschq.perform(number, "answer", reference=second)

    assert stands(crosschq, number)[0] == "in_progress"


def test_a_rule_may_wait_for_days(crosschq: Door) -> None:
    crosschq.organization("settings", conclude_count=1, conclude_days=3)
    number, _ = in_order(crosschq)
    crosschq.perform(number, "answer")
    clock.travel(by=timedelta(days=2, hours=23))
    assert crosschq.seen(number)["status"] == "in_progress"

    clock.travel(by=timedelta(hours=2))

    until(lambda: crosschq.get(number)["status"] == "completed")


def test_past_due_by_hand_and_by_the_clock(crosschq: Door) -> None:
    by_hand, by_clock = crosschq.ask(), crosschq.ask(send_past_due_notification=False, use_sms=False)
    crosschq.perform(by_hand, "references")

    assert crosschq.perform(by_hand, "past_due").status == 200
    assert stands(crosschq, by_hand) == ("past_due", 27)
    assert crosschq.messages(kind="past_due_notice") == [("email", "past_due_notice", "rita@acme.example")]
    clock.travel(by=timedelta(days=14, seconds=1))
    until(lambda: crosschq.get(by_clock)["status"] == "past_due")
    assert len(crosschq.messages(kind="past_due_notice")) == 1
    assert [to for _, _, to in crosschq.messages(kind="past_due", request=by_clock)] == ["ada@example.com"]
    crosschq.perform(by_hand, "complete")
    assert stands(crosschq, by_hand) == ("completed", 100)


@pytest.mark.parametrize(
    ("action", "status"), [("decline", "declined"), ("expire", "expired"), ("cancel", "cancelled")]
)
def test_a_request_can_end_without_a_report(crosschq: Door, action: str, status: str) -> None:
    number = crosschq.ask()
    crosschq.perform(number, "references")

    assert crosschq.perform(number, action).json["status"] == status

    assert stands(crosschq, number) == (status, 27)
    assert people(crosschq, number) == ["cancelled"] * 3
    for other in ("answer", "self_reference", "references", "conclude", "cancel", "past_due"):
        assert crosschq.perform(number, other).status == 409, other
    assert crosschq.get(number)["report_url"] is None
    clock.travel(by=timedelta(days=30))
    assert crosschq.seen(number)["status"] == status


def test_a_deleted_request_is_not_found_until_it_is_brought_back(crosschq: Door) -> None:
    number = crosschq.ask()

    crosschq.perform(number, "delete")

    assert crosschq.api("GET", f"/partners/reference-request/{number}/").status == 404
    assert crosschq.control("GET", "/crosschq/reference-requests").json == []
    assert crosschq.perform(number, "self_reference").status == 404
    crosschq.perform(number, "restore")
    assert stands(crosschq, number) == ("pending", 0)
    assert crosschq.perform(number, "dance").status == 404


def test_reminders_go_out_every_day_to_whoever_owes(crosschq: Door) -> None:
    number, [first, _, _] = in_order(crosschq)
    crosschq.perform(number, "answer", reference=first)

    for day in (1, 2):
        clock.travel(by=timedelta(hours=24, seconds=1))
        until(lambda day=day: len(crosschq.messages(kind="reference_reminder", channel="email")) == 2 * day)
    assert crosschq.messages(kind="candidate_reminder") == []
    crosschq.perform(number, "complete")
    clock.travel(by=timedelta(days=2))
    assert crosschq.seen(number)["status"] == "completed"
    assert len(crosschq.messages(kind="reference_reminder", channel="email")) == 4


def test_the_candidate_is_reminded_until_everything_is_named(crosschq: Door) -> None:
    number = crosschq.ask()

    clock.travel(by=timedelta(hours=25))
    until(lambda: len(crosschq.messages(kind="candidate_reminder", channel="email")) == 1)
    crosschq.perform(number, "references")
    crosschq.perform(number, "self_reference")
    clock.travel(by=timedelta(hours=20))
    crosschq.control("GET", "/crosschq/reference-requests")
    clock.travel(by=timedelta(hours=10))
    until(lambda: len(crosschq.messages(kind="reference_reminder", channel="email")) == 3)
    assert len(crosschq.messages(kind="candidate_reminder", channel="email")) == 1


def test_a_reminder_by_hand_waits_for_a_day(crosschq: Door) -> None:
    clock.travel(to=datetime(2026, 11, 10, 12, tzinfo=UTC))
    number = crosschq.ask()
    path = f"/api/v2/reference-request/{number}/remind/"

    soon = crosschq.api("POST", path)
    assert (soon.status, soon.json) == (
        400,
        {"errors": {"non_field_errors": ["A reminder can be sent once in 24 hours."]}},
    )
    clock.travel(to=datetime(2026, 11, 11, 12, 1, tzinfo=UTC))
    assert crosschq.api("POST", path).status == 200
    assert crosschq.api("POST", path).status == 400
    crosschq.perform(number, "cancel")
    clock.travel(by=timedelta(days=2))
    assert crosschq.api("POST", path).status == 409


# Webhooks


def listen(crosschq: Door, receiver: Receiver, **settings: str) -> None:
    answer = crosschq.organization("webhook", url=f"{receiver.url}/hooks", **settings)
    assert answer.status == 200, answer.text


def test_every_change_of_status_or_progress_is_told(crosschq: Door, receiver: Receiver) -> None:
    listen(crosschq, receiver)
    number = crosschq.ask()
    crosschq.perform(number, "complete")

    told = [receiver.next()[1] for _ in range(5)]

    assert [(body["status"], body["progress"]) for body in told] == [
        ("in_progress", 27),
        ("in_progress", 45),
        ("in_progress", 63),
        ("in_progress", 81),
        ("completed", 100),
    ]
    assert {body["id"] for body in told} == {number}
    assert list(told[-1]) == [
        *("id", "candidate", "job_role", "status", "progress", "references"),
        *("report_url", "report_summary_pdf", "report_full_pdf", "created_at", "updated_on", "status_updated_on"),
    ]
    assert told[-1]["job_role"] == SURVEY
    assert receiver.heads[0][0] == "POST"
    assert "Authorization" not in receiver.heads[0][1]
    events = [row["event"] for row in crosschq.control("GET", "/crosschq/webhooks/deliveries").json]
    assert events == ["completed", "progress", "progress", "progress", "status"]


@pytest.mark.parametrize(
    ("webhook", "method", "header"),
    [
        ({"method": "PUT", "auth": "token", "token": "s3cret"}, "PUT", "Token s3cret"),
        ({"method": "POST", "auth": "basic", "token": "us:pw"}, "POST", "Basic dXM6cHc="),
    ],
)
def test_method_and_auth_are_settings(
    crosschq: Door, receiver: Receiver, webhook: dict[str, str], method: str, header: str
) -> None:
    listen(crosschq, receiver, **webhook)

    crosschq.perform(crosschq.ask(), "cancel")

    receiver.next()
    assert receiver.heads[0][0] == method
    assert receiver.heads[0][1]["Authorization"] == header


@pytest.mark.parametrize(
    "wrong", [{"url": "ftp://x"}, {"method": "GET"}, {"auth": "basic"}, {"auth": "hmac", "token": "x"}]
)
def test_a_webhook_that_makes_no_sense_is_refused(crosschq: Door, wrong: dict[str, str]) -> None:
    assert crosschq.organization("webhook", **wrong).status == 400
    assert crosschq.control("GET", "/crosschq/organisations/Acme").json["webhook_url"] == ""


def test_only_the_own_organization_hears(crosschq: Door, receiver: Receiver) -> None:
    crosschq.organization("webhook", name="Globex", url=f"{receiver.url}/globex")

    crosschq.perform(crosschq.ask(), "cancel")

    assert crosschq.control("GET", "/crosschq/webhooks/deliveries").json == []


def test_webhooks_are_tried_again_and_stop_without_an_address(crosschq: Door, receiver: Receiver) -> None:
    listen(crosschq, receiver)
    receiver.statuses = [500, 500]
    number = crosschq.ask()
    crosschq.perform(number, "past_due")

    assert [receiver.next()[1]["status"] for _ in range(3)] == ["past_due"] * 3
    deliveries = "/crosschq/webhooks/deliveries"
    until(lambda: crosschq.control("GET", deliveries).json[0]["state"] == "delivered")
    assert crosschq.control("GET", deliveries).json[0]["attempts"] == 3
    crosschq.organization("webhook", url="")
    crosschq.perform(number, "cancel")
    assert len(crosschq.control("GET", deliveries).json) == 1


def test_webhooks_are_sent_again_twice_and_in_the_wrong_order(crosschq: Door, receiver: Receiver) -> None:
    assert crosschq.control("POST", "/crosschq/webhooks/replay").status == 400
    crosschq.organization("webhook", url=f"{receiver.url}/hooks")
    assert crosschq.control("POST", "/crosschq/webhooks/replay", {"organisation": "Acme"}).status == 409
    number = crosschq.ask()
    crosschq.perform(number, "references")
    crosschq.perform(number, "self_reference")
    assert [receiver.next()[1]["progress"] for _ in range(2)] == [27, 45]

    def send(action: str) -> list[int]:
        answer = crosschq.control("POST", f"/crosschq/webhooks/{action}", {"organisation": "Acme", "request": number})
        assert answer.status == 200, answer.text
        return [receiver.next()[1]["progress"] for _ in range(answer.json["sent"])]

    assert send("replay") == [45]
    assert send("duplicate") == [45, 45]
    assert crosschq.control("POST", "/crosschq/webhooks/dance", {"organisation": "Acme"}).status == 404


def test_reordering_sends_the_newest_first(crosschq: Door, receiver: Receiver) -> None:
    listen(crosschq, receiver)
    number = crosschq.ask()
    crosschq.perform(number, "references")
    crosschq.perform(number, "self_reference")
    assert [receiver.next()[1]["progress"] for _ in range(2)] == [27, 45]

    crosschq.control("POST", "/crosschq/webhooks/reorder", {"organisation": "Acme"})

    assert [receiver.next()[1]["progress"] for _ in range(2)] == [45, 27]


def test_the_hosts_webhook_controls_work(crosschq: Door, receiver: Receiver) -> None:
    listen(crosschq, receiver)
    number = crosschq.ask()
    crosschq.fault("status", "webhook_drop")
    crosschq.fault("completed", "webhook_duplicate")

    crosschq.perform(number, "complete")

    assert [receiver.next()[1]["progress"] for _ in range(5)] == [45, 63, 81, 100, 100]


def test_a_creation_is_told_only_when_asked_for(crosschq: Door, receiver: Receiver) -> None:
    listen(crosschq, receiver)
    crosschq.vendor.change_settings({"webhook_on_create": 1})

    number = crosschq.ask()

    body = receiver.next()[1]
    assert (body["id"], body["status"], body["references"]) == (number, "pending", [])


# Prospects


def test_prospects_are_paged_by_cursor_and_by_time(crosschq: Door) -> None:
    clock.travel(to=datetime(2026, 11, 10, 12, tzinfo=UTC))
    crosschq.organization("prospects", count=60, duplicates=0, without_email=0)
    late = {"first_name": "Zoë", "last_name": "Last", "email": "zoe@x.example", "created_at": "2026-11-11T12:00:00Z"}
    crosschq.organization("prospects", prospects=[late])
    path = "/api/v2/prospects/"

    first = crosschq.api("GET", path).json
    assert (list(first), len(first["data"]), first["total"]) == (["data", "next_cursor", "total"], 25, 61)
    seen, cursor = [each["id"] for each in first["data"]], first["next_cursor"]
    while cursor:
        following = crosschq.api("GET", f"{path}?limit=20&cursor={cursor}").json
        seen += [each["id"] for each in following["data"]]
        cursor = following["next_cursor"]
    assert len(seen) == len(set(seen)) == 61
    new = crosschq.api("GET", f"{path}?created_after=2026-11-11T11:59:59Z").json
    assert ([each["first_name"] for each in new["data"]], new["total"], new["next_cursor"]) == (["Zoë"], 1, None)
    assert new["data"][0]["created_at"] == "2026-11-11T12:00:00.000000Z"
    assert crosschq.api("GET", f"{path}?created_after=2026-11-11T12:00:00Z").json["total"] == 0
    assert crosschq.api("GET", f"{path}?created_after=2026-11-10T12:00:00+00:00").status == 400
    assert crosschq.api("GET", f"{path}?cursor=nonsense").status == 400
    assert crosschq.api("GET", path, by="Globex").json == {"data": [], "next_cursor": None, "total": 0}


def test_many_prospects_are_made_soon_with_doubles_and_without_addresses(crosschq: Door) -> None:
    started = time.monotonic()
    answer = crosschq.organization("prospects", count=5000)
    assert time.monotonic() - started < 2

    assert answer.json == {"added": 5000, "emails": 4650, "duplicates": 250, "without_email": 100}
    rows = crosschq.control("GET", "/crosschq/organisations/Acme/prospects").json
    addresses = [each["email"] for each in rows if each["email"]]
    assert (len(rows), len(addresses)) == (5000, 4900)
    assert len({address.strip().lower() for address in addresses}) == 4650
    assert len(set(addresses)) > 4650
    crosschq.organization("prospects", count=10)
    assert crosschq.api("GET", "/api/v2/prospects/").json["total"] == 5010
    assert crosschq.organization("prospects", count=3, duplicates=3).status == 400
    crosschq.organization("remove_prospect", id=rows[0]["id"])
    assert crosschq.api("GET", "/api/v2/prospects/").json["total"] == 5009


def test_a_reference_who_is_open_to_jobs_becomes_a_prospect(crosschq: Door) -> None:
    number, [first, second, _] = in_order(crosschq)

    crosschq.perform(number, "answer", reference=first, open_to_jobs=True)
    crosschq.perform(number, "answer", reference=second)

    [prospect] = crosschq.api("GET", "/api/v2/prospects/").json["data"]
    assert prospect["email"] == crosschq.seen(number)["references"][0]["email"]


# Seeds and state


def test_a_seed_may_be_sown_again(crosschq: Door) -> None:
    prospects = [{"first_name": "Zoë", "last_name": "Last", "email": "zoe@x.example"}]
    body = {"company": "Acme", "users": list(USERS), "prospects": prospects, "webhook": {"url": "http://x.example/"}}

    first, second = (crosschq.control("POST", "/crosschq/seed", body) for _ in range(2))

    assert (first.status, first.json) == (201, second.json)
    assert first.json["key"] == crosschq.keys["Acme"]
    shape = crosschq.control("GET", f"/crosschq/organisations/{first.json['organisation']}").json
    assert (len(shape["users"]), len(shape["surveys"]), shape["prospects"]) == (2, 4, 1)
    assert shape["webhook_url"] == "http://x.example/"
    crosschq.organization("revoke_key")
    again = crosschq.control("POST", "/crosschq/seed", body).json["key"]
    assert again != crosschq.keys["Acme"]
    assert crosschq.api("GET", "/partners/config/", header=again).status == 200
    assert crosschq.control("POST", "/crosschq/seed", {"company": "Acme", "users": [], "colour": "red"}).status == 400


def test_own_surveys_can_be_seeded(crosschq: Door) -> None:
    survey = {"codename": "nurse", "name": "Nurse", "relationships": {"managers": {"min": 1, "max": 2}}}
    made = crosschq.control("POST", "/crosschq/seed", {"company": "Initech", "users": [], "surveys": [survey]})

    [listed] = crosschq.api("GET", "/api/v2/settings/jobrole/", header=made.json["key"]).json

    assert (listed["codename"], listed["name"]) == ("nurse", "Nurse")
    assert (listed["relationships"]["managers"]["min"], listed["relationships"]["managers"]["max"]) == (1, 2)


def test_everything_survives_a_restart(crosschq: Door) -> None:
    number = crosschq.ask()
    crosschq.perform(number, "references")
    crosschq.server.stop()

    with SandboxServer(database=crosschq.server.store.path, vendors=[type(crosschq.vendor)]) as server:
        again = Door(server, crosschq.keys)
        assert stands(again, number) == ("in_progress", 27)


def test_start_over_keeps_organizations_and_prospects(crosschq: Door) -> None:
    crosschq.ask()
    crosschq.organization("prospects", count=10)
    crosschq.fault("config", "status")

    crosschq.control("POST", "/crosschq/reset")

    assert crosschq.control("GET", "/crosschq/reference-requests").json == []
    assert crosschq.messages() == []
    assert crosschq.api("GET", "/partners/config/").status == 200
    assert crosschq.api("GET", "/api/v2/prospects/").json["total"] == 10
    crosschq.control("POST", "/crosschq/reset", {"everything": True})
    assert crosschq.api("GET", "/partners/config/").status == 401


def test_messages_say_what_matters(crosschq: Door) -> None:
    number = crosschq.ask()

    rows = crosschq.control("GET", f"/crosschq/mails?request={number}&channel=email").json

    [invitation] = rows
    assert "Last day is Thursday." in invitation["body"]
    assert crosschq.seen(number)["locker_url"] in invitation["body"]
    assert json.dumps(invitation).count("Engine Programmer") == 1
