"""Company Settings › Webhooks: added, changed, paused, deleted; the secret is shown once; the log can be acted on."""

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from recruiting.companies.models import Membership
from recruiting.connected_apps import services as connected_apps
from recruiting.foundation import clock
from recruiting.foundation.errors import NotAllowed, NotFound
from recruiting.outbox.models import OutboxMessage
from recruiting.webhooks import services
from recruiting.webhooks.models import PING, Delivery, Subscription
from tests import factories
from tests.connected_apps.factories import ConnectionFactory
from tests.refusals import refuses
from tests.signing_in import signed_in
from tests.webhooks.conftest import GOOD, heard_by, work

HERE = "/settings/webhooks/"
NEW = {"url": "https://receiver.example/hook?a=1", "facts": ["application.moved", "note.added"]}


@pytest.fixture
def client(dana: Membership) -> Client:
    """Dana's browser."""
    return signed_in(dana)


@pytest.fixture
def webhook(dana: Membership) -> Subscription:
    """A webhook of hers."""
    return factories.SubscriptionFactory(membership=dana)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.content.decode()))


def test_a_webhook_is_added_pinged_and_its_secret_shown_once(client: Client, dana: Membership) -> None:
    page = client.post(f"{HERE}new/", NEW)

    made = Subscription.objects.get()
    assert page.status_code == 201
    assert page.content.decode().count(made.secret) == 1
    assert (made.membership, made.url, made.facts, made.state) == (dana, NEW["url"], NEW["facts"], "on")
    assert 24 <= len(base64.b64decode(made.secret.removeprefix("whsec_"), validate=True)) <= 64
    assert (ping := Delivery.objects.get()).fact == PING and OutboxMessage.objects.get().payload == {
        "delivery": str(ping.pk)
    }
    for later in (HERE, f"{HERE}{made.pk}/", f"{HERE}{made.pk}/edit/"):
        shown = client.get(later)
        assert shown.status_code == 200
        assert made.secret not in shown.content.decode()


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"url": "http://receiver.example/"}, "Enter an address that begins with https://."),
        ({"url": "https://10.0.0.1/"}, "That address is not on the public internet."),
        ({"url": "https://localhost/"}, "That address is not on the public internet."),
        ({"url": "https://me:pass@receiver.example/"}, "Leave the part before @ out of the address."),
        ({"url": ""}, "Enter an address."),
        ({"facts": []}, "Choose at least one."),
        ({"facts": ["gone.away"]}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_called_or_told_is_refused(client: Client, settings: Any, given: Any, words: str) -> None:
    settings.SANDBOX_MODE = False

    page = client.post(f"{HERE}new/", NEW | given)

    assert page.status_code == 422
    assert words in text_of(page)
    assert not Subscription.objects.exists()


def test_there_are_at_most_twenty(client: Client, dana: Membership) -> None:
    factories.SubscriptionFactory.create_batch(services.MOST, membership=dana)

    page = client.post(f"{HERE}new/", NEW)

    assert (page.status_code, Subscription.objects.count()) == (422, services.MOST)
    assert "There are 20 webhooks. Delete one that nobody needs." in text_of(page)


def test_a_changed_webhook_is_pinged_within_the_rights_of_who_changed_it(
    client: Client, dana: Membership, webhook: Subscription
) -> None:
    webhook.write(membership=factories.administrator(webhook.company, is_active=False))
    gone = f"Nothing is sent: {webhook.membership.name} no longer has access."
    assert gone in text_of(client.get(f"{HERE}{webhook.pk}/")) and gone in text_of(client.get(HERE))

    client.post(f"{HERE}{webhook.pk}/edit/", NEW)
    client.post(f"{HERE}{webhook.pk}/edit/", NEW)

    webhook.refresh_from_db()
    assert (webhook.url, webhook.facts, webhook.membership) == (NEW["url"], NEW["facts"], dana)
    assert Delivery.objects.count() == 1
    assert gone not in text_of(client.get(f"{HERE}{webhook.pk}/"))


def test_a_webhook_of_an_app_ends_with_its_connection_until_somebody_saves_it(
    client: Client, dana: Membership, webhook: Subscription
) -> None:
    connection = ConnectionFactory(membership=dana)
    webhook.write(connection=connection)
    app, gone = f"Added by the app {connection.client.name}", f"{connection.client.name} was disconnected."

    client.post(f"{HERE}{webhook.pk}/edit/", NEW)
    assert app in text_of(client.get(f"{HERE}{webhook.pk}/"))
    connected_apps.revoke(connection=connection, by=dana)
    for page in (HERE, f"{HERE}{webhook.pk}/"):
        assert f"Nothing is sent: {gone}" in text_of(client.get(page))
    client.post(f"{HERE}{webhook.pk}/edit/", NEW)

    webhook.refresh_from_db()
    assert (webhook.connection, webhook.why_silent) == (None, "")
    assert gone not in text_of(client.get(HERE))


def test_a_new_secret_signs_beside_the_one_before(client: Client, webhook: Subscription, receives: Any) -> None:
    server = receives(GOOD)
    webhook.write(url=server.url)
    before = webhook.secret

    page = client.post(f"{HERE}{webhook.pk}/rotate/")
    client.post(f"{HERE}{webhook.pk}/ping/")
    work()

    webhook.refresh_from_db()
    assert before != webhook.secret and webhook.secret in page.content.decode()
    (heard,) = heard_by(server)
    assert heard.verified(before) == heard.verified(webhook.secret)
    assert heard.json["type"] == PING and heard.headers["webhook-signature"].count("v1,") == 2


def test_a_paused_webhook_is_told_nothing_until_it_is_on_again(client: Client, webhook: Subscription) -> None:
    client.post(f"{HERE}{webhook.pk}/pause/")
    refused = client.post(f"{HERE}{webhook.pk}/ping/", follow=True)
    assert "This webhook is paused. Turn it on first." in text_of(refused)
    webhook.write(state="disabled", reason="The receiver answered 410.")
    told = "The receiver answered 410. Correct the address, then turn it on."
    assert told in text_of(client.get(f"{HERE}{webhook.pk}/"))
    webhook.write(quiet_until=clock.machine_now() + timedelta(minutes=1))

    client.post(f"{HERE}{webhook.pk}/resume/")

    webhook.refresh_from_db()
    assert (webhook.state, webhook.reason, Delivery.objects.get().fact) == ("on", "", PING)
    assert webhook.quiet_until is None


def test_another_address_is_not_let_alone_for_the_one_before(client: Client, webhook: Subscription) -> None:
    quiet_until = clock.machine_now() + timedelta(minutes=1)
    webhook.write(quiet_until=quiet_until)

    client.post(f"{HERE}{webhook.pk}/edit/", {"url": webhook.url, "facts": NEW["facts"]})
    webhook.refresh_from_db()
    assert webhook.quiet_until == quiet_until
    client.post(f"{HERE}{webhook.pk}/edit/", NEW)

    webhook.refresh_from_db()
    assert (webhook.url, webhook.quiet_until) == (NEW["url"], None)


def test_the_log_says_for_how_long_it_is_kept(client: Client, webhook: Subscription, settings: Any) -> None:
    settings.WEBHOOK_KEEP_DAYS = 7

    assert "Deliveries of the last 7 days" in text_of(client.get(f"{HERE}{webhook.pk}/"))


def test_the_log_says_how_it_went_and_sends_again(client: Client, webhook: Subscription, receives: Any) -> None:
    server = receives(GOOD)
    webhook.write(url=server.url)
    failed = factories.DeliveryFactory(
        subscription=webhook, state="failed", attempts=10, answer_code=503, error="The receiver answered 503."
    )
    page = text_of(client.get(f"{HERE}{webhook.pk}/"))
    assert "Ping" in page and "Failed" in page and "The receiver answered 503." in page

    client.post(f"{HERE}{webhook.pk}/deliveries/{failed.pk}/redeliver/")
    again = client.post(f"{HERE}{webhook.pk}/deliveries/{failed.pk}/redeliver/", follow=True)
    work()

    failed.refresh_from_db()
    assert "This delivery is waiting and will be sent by itself." in text_of(again)
    assert (failed.state, failed.attempts, len(server.heard)) == ("delivered", 1, 1)
    assert heard_by(server)[0].headers["webhook-id"] == failed.webhook_id


def test_what_waits_is_skipped_and_what_is_over_is_not(client: Client, webhook: Subscription) -> None:
    client.post(f"{HERE}{webhook.pk}/ping/")
    waiting = Delivery.objects.get()
    address = f"{HERE}{webhook.pk}/deliveries/{waiting.pk}/skip/"

    client.post(address)
    again = client.post(address, follow=True)

    waiting.refresh_from_db()
    assert (waiting.state, OutboxMessage.objects.get().state) == ("skipped", "dead")
    assert "This delivery is over already." in text_of(again)


def test_what_is_being_sent_is_not_skipped(client: Client, dana: Membership, webhook: Subscription) -> None:
    delivery = services.ping(subscription=webhook, by=dana)
    OutboxMessage.objects.update(state="leased", lease_id=webhook.pk, lease_until=delivery.created_at)

    page = client.post(f"{HERE}{webhook.pk}/deliveries/{delivery.pk}/skip/", follow=True)

    delivery.refresh_from_db()
    assert delivery.state == "waiting"
    assert "This delivery is being sent just now." in text_of(page)


def test_a_deleted_webhook_is_told_nothing_more(client: Client, webhook: Subscription, receives: Any) -> None:
    server = receives(GOOD)
    webhook.write(url=server.url)
    client.post(f"{HERE}{webhook.pk}/ping/")
    assert "Delete this webhook?" in text_of(client.get(f"{HERE}{webhook.pk}/delete/"))

    client.post(f"{HERE}{webhook.pk}/delete/")
    work()

    assert (Subscription.objects.count(), Delivery.objects.count(), server.heard) == (0, 0, [])


def test_services_refuse_everybody_but_administrators(dana: Membership, webhook: Subscription) -> None:
    staffing, stranger = factories.staffing(webhook.company), factories.administrator(factories.CompanyFactory())
    delivery = factories.DeliveryFactory(subscription=webhook)
    for service in (services.rotate, services.pause, services.resume, services.delete, services.ping):
        with refuses(NotAllowed, r"Only Administrators set up webhooks"):
            service(subscription=webhook, by=staffing)
        with refuses(NotFound, r"There is no such webhook"):
            service(subscription=webhook, by=stranger)
    for act in (services.redeliver, services.skip):
        with refuses(NotAllowed, r"Only Administrators set up webhooks"):
            act(delivery=delivery, by=staffing)
        with refuses(NotFound, r"There is no such webhook"):
            act(delivery=delivery, by=stranger)
