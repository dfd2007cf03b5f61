"""A fact becomes one signed delivery per subscription, in order, at least once, and only for who may know."""

import json
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import transaction

from newsfeed import facts
from newsfeed.facts import Fact
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Note
from recruiting.candidates import services as candidates
from recruiting.companies import services as companies
from recruiting.companies.models import Membership
from recruiting.connected_apps import services as connected_apps
from recruiting.foundation import clock, http
from recruiting.foundation.http import VendorResponse, VendorSession
from recruiting.foundation.permissions import CompanyRole, JobRole
from recruiting.foundation.vendor_errors import VendorUnreached
from recruiting.jobs.models import StageGroup
from recruiting.outbox import messages, worker
from recruiting.outbox.models import OutboxMessage
from recruiting.webhooks import selectors, services, tasks
from recruiting.webhooks.models import Delivery, Subscription
from tests import factories, javascript
from tests.connected_apps.factories import ConnectionFactory
from tests.integrations.raw_server import Answer, RawServer, respond
from tests.webhooks.conftest import GOOD, heard_by, subscribed, work

pytestmark = pytest.mark.both_engines
Receives = Callable[..., RawServer]
State = Delivery.State


def move(application: Application, by: Membership, group: StageGroup = StageGroup.OFFER) -> UUID:
    """Move somebody on; return the transition."""
    application.refresh_from_db()
    to = factories.stage_of(application.job, group)
    moved = applications.move(application=application, to=to, seen=application.stage_id, by=by)
    assert moved is not None
    return moved.pk


def test_a_move_arrives_signed_with_its_ids(application: Application, dana: Membership, receives: Receives) -> None:
    server = receives()
    subscription, start = subscribed(dana, server, "application.moved"), application.stage_id
    offer = factories.stage_of(application.job, StageGroup.OFFER)

    transition = move(application, dana)
    work()

    (heard,) = heard_by(server)
    fact = heard.verified(subscription.secret)
    at = fact.pop("timestamp")
    assert fact == {
        "type": "application.moved",
        "data": {
            "application": str(application.pk),
            "job": str(application.job_id),
            "candidate": str(application.candidate_id),
            "actor": str(dana.pk),
            "transition": str(transition),
            "from_stage": str(start),
            "to_stage": str(offer.pk),
        },
    }
    assert datetime.fromisoformat(at).tzinfo == UTC
    assert server.heard[0].startswith(b"POST /v1/hook/?a=1 HTTP/1.1\r\n")
    assert heard.headers["content-type"] == "application/json"
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.answer_code, delivery.error) == (State.DELIVERED, 1, 204, "")


def test_the_library_of_javascript_takes_it_and_refuses_what_was_changed(
    application: Application, dana: Membership, receives: Receives
) -> None:
    server = receives()
    before = subscribed(dana, server, "application.moved")
    after = services.rotate(subscription=before, by=dana)
    move(application, dana)
    work()
    (heard,) = heard_by(server)
    body = heard.body.decode()

    said = [(before.secret, body), (after.secret, body), (after.secret, body.replace("moved", "hired"))]
    deliveries = [{"secret": secret, "headers": dict(heard.headers), "body": text} for secret, text in said]
    with javascript.start("webhooks.mjs") as receiver:
        told, wrong = receiver.communicate(json.dumps(deliveries), timeout=30)

    assert (told.splitlines(), wrong) == (
        ["application.moved", "application.moved", "No matching signature found"],
        "",
    )


def test_what_nobody_subscribed_to_writes_nothing(
    application: Application, dana: Membership, receives: Receives
) -> None:
    server = receives()
    subscribed(dana, server, "application.rejected")
    factories.SubscriptionFactory(membership=dana, state=Subscription.State.PAUSED)
    factories.SubscriptionFactory(membership=factories.administrator(factories.CompanyFactory()))

    move(application, dana)

    assert not OutboxMessage.objects.exists()


def test_a_fact_costs_one_question_and_one_row(application: Application, dana: Membership, receives: Receives) -> None:
    for _ in range(3):
        subscribed(dana, receives(), "application.rejected")

    applications.reject(application=application, reason="No", by=dana)

    message = OutboxMessage.objects.get()
    assert message.topic == "webhooks.fan_out"
    # The cluster looks for what fell due after a pause, so nobody had to be notified.
    now = message.created_at + timedelta(seconds=2)
    assert messages.fell_due(after=message.created_at, until=now)
    work()
    assert Delivery.objects.filter(state=State.DELIVERED).count() == 3
    assert len(set(Delivery.objects.values_list("event_id", flat=True))) == 1


def test_a_fact_goes_with_its_transaction(application: Application, dana: Membership) -> None:
    factories.SubscriptionFactory(membership=dana)

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        move(application, dana)
        raise ZeroDivisionError

    assert not OutboxMessage.objects.exists()


def test_fanned_out_twice_it_is_delivered_once(application: Application, dana: Membership, receives: Receives) -> None:
    server = receives()
    subscribed(dana, server, "application.moved")
    move(application, dana)
    work()

    OutboxMessage.objects.filter(topic="webhooks.fan_out").update(state="waiting", finished_at=None)
    work()

    assert len(heard_by(server)) == 1


def test_a_retry_has_the_same_id_a_new_second_and_both_are_verified(
    application: Application, dana: Membership, receives: Receives
) -> None:
    answers = [respond("500 Oops"), GOOD]
    server = receives(lambda connection: answers.pop(0)(connection))
    subscription = subscribed(dana, server, "application.moved")
    move(application, dana)
    work()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.answer_code, delivery.error) == (
        State.WAITING,
        500,
        "The receiver answered 500.",
    )

    with time_machine.travel(clock.machine_now() + timedelta(hours=2)):
        work()
        first, second = heard_by(server)
        assert second.verified(subscription.secret) == first.json

    assert first.headers["webhook-id"] == second.headers["webhook-id"] == f"msg_{delivery.event_id}"
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 7200


def test_ten_tries_over_three_days_and_then_it_failed(
    application: Application, dana: Membership, receives: Receives
) -> None:
    server = receives(respond("503 Service Unavailable"))
    subscribed(dana, server, "application.moved")
    started = clock.machine_now()

    with time_machine.travel(started, tick=False) as traveler:
        move(application, dana)
        while due := OutboxMessage.objects.filter(state="waiting").order_by("available_at").first():
            traveler.move_to(due.available_at)
            worker.drain()
        took = clock.machine_now() - started

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, len(server.heard)) == (State.FAILED, 10, 10)
    assert timedelta(days=2.5) < took < timedelta(days=3.7)


def test_what_is_about_one_application_keeps_its_order_until_skipped(
    application: Application, dana: Membership, receives: Receives
) -> None:
    answers = [respond("500 Oops"), GOOD, GOOD]
    server = receives(lambda connection: answers.pop(0)(connection))
    subscribed(dana, server, "application.moved", "application.rejected")
    other = factories.ApplicationFactory(job=application.job)
    move(application, dana)
    work()
    applications.reject(application=application, reason="No", by=dana)
    move(other, dana)
    OutboxMessage.objects.filter(topic="webhooks.fan_out").update(available_at=clock.machine_now())
    worker.drain()

    # The other application's went out; the rejection stands behind the move that failed.
    assert [each.json["data"]["application"] for each in heard_by(server)] == [str(application.pk), str(other.pk)]
    services.skip(delivery=Delivery.objects.filter(fact="application.moved").earliest("id"), by=dana)
    worker.drain()

    assert [each.json["type"] for each in heard_by(server)][2:] == ["application.rejected"]
    states = list(Delivery.objects.order_by("id").values_list("fact", "state"))
    assert states[0] == ("application.moved", State.SKIPPED)


def test_a_receiver_that_is_gone_is_told_nothing_more(
    application: Application, dana: Membership, receives: Receives
) -> None:
    server = receives(respond("410 Gone"))
    subscription = subscribed(dana, server, "application.moved", "application.rejected")
    move(application, dana)
    work()
    applications.reject(application=application, reason="No", by=dana)
    work()

    subscription.refresh_from_db()
    assert (subscription.state, subscription.reason) == (Subscription.State.DISABLED, tasks.GONE)
    assert Delivery.objects.get().state == State.FAILED
    assert len(server.heard) == 1


def test_a_receiver_that_was_replaced_meanwhile_disables_nothing(
    application: Application, dana: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscription = factories.SubscriptionFactory(membership=dana)
    move(application, dana)

    def replaced(delivery: Delivery) -> VendorResponse:
        subscription.write(url="https://another.example/hook")
        return VendorResponse(410, {}, b"")

    monkeypatch.setattr(tasks, "_post", replaced)
    work()

    subscription.refresh_from_db()
    assert (subscription.state, Delivery.objects.get().state) == (Subscription.State.ON, State.FAILED)


def test_redirects_are_not_followed(application: Application, dana: Membership, receives: Receives) -> None:
    inner = receives()
    server = receives(respond("302 Found", b"", f"Location: {inner.url}"))
    subscribed(dana, server, "application.moved")
    move(application, dana)

    work()

    assert inner.heard == []
    assert Delivery.objects.get().error == "The receiver answered 302, a redirect, which is not followed."


def _drip(connection: socket.socket, head: bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n") -> None:
    connection.sendall(head)
    for _ in range(100):
        connection.sendall(b"x")
        if not _waited(connection):
            return


def _drip_headers(connection: socket.socket) -> None:
    _drip(connection, b"HTTP/1.1 200 OK\r\nX-Long: ")


def _hang(connection: socket.socket) -> None:
    while _waited(connection):
        pass


def _endless(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def _waited(connection: socket.socket) -> bool:
    """Wait a little; False once the caller hung up."""
    connection.settimeout(0.05)
    try:
        return bool(connection.recv(1))
    except TimeoutError:
        return True
    except OSError:
        return False


@pytest.mark.parametrize("answer", [_drip, _drip_headers, _hang, _endless])
def test_a_receiver_costs_no_more_than_the_deadline(
    application: Application, dana: Membership, receives: Receives, settings: Any, answer: Answer
) -> None:
    settings.WEBHOOK_DEADLINE_SECONDS = 0.4
    server = receives(answer)
    subscribed(dana, server, "application.moved")
    move(application, dana)

    work()

    delivery = Delivery.objects.get()
    assert delivery.state == State.WAITING
    assert delivery.error in ("The receiver isn't answering.", "The receiver sent an answer that is too large.")
    assert delivery.took_ms is not None and delivery.took_ms < 1500


def test_a_receiver_that_hangs_is_let_alone_for_a_minute(
    application: Application, dana: Membership, receives: Receives, settings: Any
) -> None:
    settings.WEBHOOK_DEADLINE_SECONDS = 0.4
    answers = [_hang, GOOD, GOOD, GOOD]
    server = receives(lambda connection: answers.pop(0)(connection))
    subscription = subscribed(dana, server, "application.moved")
    for one in (application, *factories.ApplicationFactory.create_batch(2, job=application.job)):
        move(one, dana)

    work()
    assert sorted(Delivery.objects.values_list("state", "attempts")) == [("waiting", 0), ("waiting", 0), ("waiting", 1)]
    with time_machine.travel(clock.machine_now() + timedelta(minutes=2)):
        work()

    subscription.refresh_from_db()
    assert sorted(Delivery.objects.values_list("state", "attempts")) == [
        ("delivered", 1),
        ("delivered", 1),
        ("delivered", 2),
    ]
    assert (len(server.heard), subscription.quiet_until) == (4, None)


@pytest.mark.parametrize("networks", [[], ["127.0.0.0/8"]])
def test_inner_addresses_are_reached_only_where_they_are_meant(
    application: Application, dana: Membership, receives: Receives, settings: Any, networks: list[str]
) -> None:
    server = receives()
    subscribed(dana, server, "application.moved")
    settings.SANDBOX_MODE, settings.WEBHOOK_ALLOWED_NETWORKS = False, networks
    move(application, dana)

    work()

    delivery = Delivery.objects.get()
    assert len(server.heard) == len(networks)
    assert (delivery.state, delivery.error) == ((State.DELIVERED, "") if networks else (State.WAITING, tasks.UNREACHED))
    assert delivery.attempts == 1 and (delivery.took_ms is not None) == bool(networks)


@pytest.mark.parametrize("asked", ["always inside", "inside the second time", "inside too"])
def test_a_name_that_leads_inside_is_not_followed_there(
    application: Application,
    dana: Membership,
    receives: Receives,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
) -> None:
    server, settings.SANDBOX_MODE = receives(), False
    # Nobody listens at what passes for an address of the internet here.
    outside, inside, looked_up = "127.0.0.2", "127.0.0.1", []
    monkeypatch.setattr(http, "is_public", lambda address: address == outside)
    real = socket.getaddrinfo

    def lookup(host: str, port: int, *args: Any, **more: Any) -> Any:
        looked_up.append(host)
        first = {"always inside": [inside], "inside the second time": [outside], "inside too": [outside, inside]}[asked]
        found = first if len(looked_up) == 1 else [inside]
        return [each for address in found for each in real(address, server.port, *args, **more)]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    factories.SubscriptionFactory(membership=dana, url="https://receiver.example/hook")
    move(application, dana)

    work()

    # What was checked is what we are connected to: nobody looks the name up again between the two.
    assert looked_up == ["receiver.example"]
    assert Delivery.objects.get().error == tasks.UNREACHED
    assert [raw for raw in server.heard if raw] == []
    if asked == "inside the second time":
        return
    # A receiver that merely does not speak TLS is not reached either, so what refused is asked for by itself.
    looked_up.clear()
    session = VendorSession(vendor="The receiver", base_url="", deadline_seconds=5)
    with pytest.raises(VendorUnreached) as caught:
        session.post_bytes("https://receiver.example/hook", b"{}", {})
    assert caught.value.is_refused_address
    assert [raw for raw in server.heard if raw] == []


# ── Rights when it is sent ───────────────────────────────────────────────────────────────────────────────────────────
def test_rights_are_those_of_the_moment_of_sending(
    application: Application, dana: Membership, receives: Receives
) -> None:
    server = receives()
    subscribed(dana, server, "application.moved", "note.added")
    other = factories.ApplicationFactory(company=application.company)
    boss = factories.administrator(application.company)
    factories.HiringTeamMemberFactory(job=application.job, membership=dana, role=JobRole.INTERVIEWER)
    move(application, boss)
    move(other, boss)
    applications.write_note(application=application, body="Salary", by=boss, visibility=Note.Visibility.FULL_ACCESS)
    mine = applications.write_note(application=application, body="Well", by=boss)

    dana.write(role=CompanyRole.STANDARD)
    work()

    assert sorted((each.json["type"], each.json["data"].get("note")) for each in heard_by(server)) == [
        ("application.moved", None),
        ("note.added", str(mine.pk)),
    ]
    dropped = Delivery.objects.filter(state=State.DROPPED)
    assert {each.error for each in dropped} == {
        "Not sent: whoever added this webhook may not see what it is about (any more)."
    }
    assert dropped.count() == 2


def test_that_access_ended_is_told_once_in_ids_that_the_receiver_had(
    application: Application, dana: Membership, receives: Receives
) -> None:
    server, boss = receives(), factories.administrator(application.company)
    never = factories.ApplicationFactory(job=application.job)
    subscription = subscribed(dana, server, "application.moved", "note.added", "access.lost")
    applications.write_note(application=application, body="Mine", by=boss, visibility=Note.Visibility.AUTHOR)
    move(application, boss)
    work()

    dana.write(role=CompanyRole.STANDARD)
    for each in (application, never):
        applications.write_note(application=each, body="Salary", by=boss)
        applications.write_note(application=each, body="More", by=boss)
    work()

    first, lost = heard_by(server)
    assert (first.json["type"], lost.verified(subscription.secret)["type"]) == ("application.moved", "access.lost")
    ids = {word: first.json["data"][word] for word in ("application", "job", "candidate")}
    assert lost.json["data"] == ids
    assert sorted(Delivery.objects.values_list("fact", "state")) == [
        ("access.lost", State.DELIVERED),
        ("application.moved", State.DELIVERED),
        *[("note.added", State.DROPPED)] * 4,
    ]


def test_that_access_ended_is_not_told_at_an_address_that_was_told_nothing(
    application: Application, dana: Membership, receives: Receives
) -> None:
    before, after, boss = receives(), receives(), factories.administrator(application.company)
    subscription = subscribed(dana, before, "application.moved", "access.lost")
    move(application, boss)
    work()

    services.edit(subscription=subscription, url=f"{after.url}/hook/", facts=subscription.facts, by=dana)
    dana.write(role=CompanyRole.STANDARD)
    move(application, boss, StageGroup.INTERVIEW)
    work()

    assert [each.json["type"] for each in heard_by(before)] == ["application.moved"]
    assert [each.json["type"] for each in heard_by(after)] == ["ping"]


def test_a_fact_that_ends_access_goes_to_whom_was_told_before(
    application: Application, dana: Membership, receives: Receives, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "_kinds", dict(facts._kinds))
    erased = facts.fact("candidate.erased", "A candidate was erased", ends_access=True)
    server, gone, unknown = receives(), application.candidate_id, factories.CandidateFactory(company=dana.company)
    subscribed(dana, server, "candidate.changed", "candidate.erased")
    candidates.add_tag(candidate=application.candidate, name="Remote", by=dana)
    work()

    application.delete()
    application.candidate.delete()
    for pk in (gone, unknown.pk):
        facts.publish([Fact(erased, company_id=dana.company_id, candidate_id=pk, actor_id=dana.pk)])
    work()

    assert [(each.json["type"], each.json["data"]) for each in heard_by(server)][1:] == [
        ("candidate.erased", {"candidate": str(gone)})
    ]
    assert Delivery.objects.get(state=State.DROPPED).thing_id == unknown.pk


def test_what_is_about_nothing_known_is_not_told(dana: Membership, receives: Receives) -> None:
    server = receives()
    lost = factories.DeliveryFactory(subscription=subscribed(dana, server, "application.moved"), fact="gone.away")
    lost.write(data={"actor": str(dana.pk)})
    tasks.deliver.enqueue(lost)

    work()

    lost.refresh_from_db()
    assert (lost.state, lost.error, server.heard) == (State.DROPPED, selectors.NOT_ALLOWED, [])


def test_private_notes_are_their_author_s(application: Application, dana: Membership, receives: Receives) -> None:
    server = receives()
    subscribed(dana, server, "note.added")
    boss = factories.administrator(application.company)
    for author in (boss, dana):
        applications.write_note(application=application, body="Mine", by=author, visibility=Note.Visibility.AUTHOR)

    work()

    assert [each.json["data"]["actor"] for each in heard_by(server)] == [str(dana.pk)]


def test_nothing_is_sent_for_who_lost_access(application: Application, dana: Membership, receives: Receives) -> None:
    server = receives()
    subscribed(dana, server, "application.moved")
    move(application, factories.administrator(application.company))
    dana.write(is_active=False)

    work()

    assert server.heard == []
    assert Delivery.objects.get().error == f"Not sent: {dana.name} no longer has access."


def test_nothing_is_sent_once_the_account_is_deactivated_or_the_app_disconnected(
    application: Application, dana: Membership, receives: Receives
) -> None:
    boss, server = factories.administrator(application.company), receives()
    connection = ConnectionFactory(membership=boss)
    subscribed(dana, server, "application.moved")
    subscribed(boss, server, "application.moved").write(connection=connection)
    move(application, boss)

    companies.deactivate_account(user=dana.user)
    connected_apps.revoke(connection=connection, by=boss)
    work()

    assert server.heard == []
    assert list(Delivery.objects.order_by("id").values_list("state", "error")) == [
        (State.DROPPED, f"Not sent: {dana.name} no longer has access."),
        (State.DROPPED, f"Not sent: {connection.client.name} was disconnected."),
    ]


def test_what_was_deleted_meanwhile_is_not_told(application: Application, dana: Membership, receives: Receives) -> None:
    server = receives()
    subscribed(dana, server, "application.moved")
    move(application, dana)
    application.delete()

    work()

    assert server.heard == []
    assert Delivery.objects.get().state == State.DROPPED


def test_the_log_is_kept_for_thirty_days(dana: Membership) -> None:
    subscription = factories.SubscriptionFactory(membership=dana)
    for days in (29, 31):
        factories.DeliveryFactory(subscription=subscription, created_at=clock.now() - timedelta(days=days))
    ended = clock.machine_now() - timedelta(seconds=1)
    subscription.write(previous_secret=subscription.secret, previous_until=ended)

    tasks.forget_old()

    subscription.refresh_from_db()
    assert Delivery.objects.count() == 1
    assert (subscription.previous_secret, subscription.previous_until) == ("", None)
