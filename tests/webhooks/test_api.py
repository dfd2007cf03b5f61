"""Webhooks over REST: Administrators alone, scopes, and a secret that is shown once."""

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from newsfeed import facts
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.foundation.tokens import digest
from recruiting.webhooks import api
from recruiting.webhooks.models import Delivery, Subscription
from tests import factories
from tests.api.conftest import state_of_the_world
from tests.connected_apps.factories import AccessTokenFactory, ConnectionFactory
from tests.webhooks.conftest import Caller, MakeCaller

NEW = {"url": "https://receiver.example/hook", "facts": ["application.moved", "request.completed"]}


@pytest.fixture
def caller(dana: Membership, calls_as: MakeCaller) -> Caller:
    """Dana's program."""
    return calls_as(dana, "webhooks:read", "webhooks:write")


def test_a_webhook_is_added_read_changed_and_deleted(caller: Caller, dana: Membership) -> None:
    made = caller.post("webhooks/", NEW)

    webhook = Subscription.objects.get()
    here = f"webhooks/{webhook.pk}/"
    assert (made.status_code, made.json()["secret"], made["Location"]) == (201, webhook.secret, f"/api/v1/{here}")
    read = caller.get(here).json()
    assert read == {**made.json(), "secret": None}
    assert {name: read[name] for name in ("url", "facts", "state", "reason", "membership")} == {
        **NEW,
        "state": "on",
        "reason": "",
        "membership": str(dana.pk),
    }
    assert caller.get("webhooks/").json()["results"] == [read]

    changed = caller.patch(here, {"facts": ["job.closed"], "state": "paused"})
    assert (changed.status_code, changed.json()["facts"], changed.json()["state"]) == (200, ["job.closed"], "paused")
    assert changed.json()["url"] == NEW["url"]
    assert caller.post(f"{here}ping/").json()["code"] == "webhook_is_off"
    assert caller.patch(here, {"state": "on"}).json()["state"] == "on"

    gone = caller.send("delete", here, None)
    assert (gone.status_code, Subscription.objects.count(), caller.get(here).status_code) == (200, 0, 404)


def test_all_of_a_change_is_made_or_nothing(caller: Caller, dana: Membership) -> None:
    webhook = factories.SubscriptionFactory(membership=dana)
    here, other = f"webhooks/{webhook.pk}/", "https://other.example/hook"

    refused = caller.patch(here, {"url": "ftp://other.example", "state": "paused"})
    webhook.refresh_from_db()
    assert (refused.status_code, webhook.state) == (422, "on")

    paused = caller.patch(here, {"url": other, "state": "paused"}).json()
    assert (paused["url"], paused["state"], Delivery.objects.count()) == (other, "paused", 0)
    assert caller.patch(here, {"url": NEW["url"], "state": "on"}).json()["state"] == "on"
    assert Delivery.objects.count() == 1


def test_what_a_change_does_not_name_is_as_it_is_now(
    caller: Caller, dana: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    webhook, look, other = factories.SubscriptionFactory(membership=dana), api.OneWebhook.one, "https://other.example/"

    def overtaken(view: api.OneWebhook, webhook_id: UUID) -> Subscription:
        found = look(view, webhook_id)
        Subscription.objects.update(url=other)
        return found

    monkeypatch.setattr(api.OneWebhook, "one", overtaken)
    changed = caller.patch(f"webhooks/{webhook.pk}/", {"facts": ["job.closed"]}).json()

    assert (changed["url"], changed["facts"]) == (other, ["job.closed"])


def test_a_webhook_belongs_to_the_app_that_saved_it_last(caller: Caller, dana: Membership) -> None:
    token, app = "tlo_of-an-app", {"membership": dana, "scope": "webhooks:read webhooks:write"}
    granted = AccessTokenFactory(token_checksum=digest(token), connection=ConnectionFactory(**app), scope=app["scope"])
    theirs, connection = Caller(token), granted.connection

    here = f"webhooks/{theirs.post('webhooks/', NEW).json()['id']}/"
    webhook = Subscription.objects.get()
    assert webhook.connection == connection
    caller.patch(here, {"facts": ["job.closed"]})
    webhook.refresh_from_db()
    assert webhook.connection == connection

    connection.write(revoked_at=clock.now())
    granted.connection = ConnectionFactory(**app)
    granted.save()
    assert theirs.patch(here, {"facts": ["job.closed"]}).status_code == 200
    webhook.refresh_from_db()
    assert (webhook.connection, webhook.why_silent) == (granted.connection, "")


def test_a_new_secret_is_in_one_answer_alone(caller: Caller, dana: Membership, calls_as: MakeCaller) -> None:
    webhook = factories.SubscriptionFactory(membership=dana)
    before = webhook.secret

    rotated = caller.post(f"webhooks/{webhook.pk}/rotate-secret/")

    webhook.refresh_from_db()
    assert rotated.json()["secret"] == webhook.secret != before
    assert webhook.previous_secret == before
    blind = calls_as(dana, "webhooks:write").post("webhooks/", NEW)
    assert (blind.status_code, set(blind.json())) == (201, {"id", "url"})


def test_a_replayed_answer_shows_no_secret_and_a_rotation_gives_another(caller: Caller) -> None:
    first, lost = (caller.post("webhooks/", NEW, idempotency_key="a") for _ in "12")

    assert (first.status_code, lost.status_code, lost["Idempotency-Replayed"]) == (201, 201, "true")
    assert lost.json() == {**first.json(), "secret": None}
    here = f"webhooks/{lost.json()['id']}/rotate-secret/"
    rotated, again = (caller.post(here, None, idempotency_key="b").json() for _ in "12")
    assert rotated["secret"] == Subscription.objects.get().secret != first.json()["secret"]
    assert again["secret"] is None


def test_the_log_is_read_filtered_and_acted_on(caller: Caller, dana: Membership) -> None:
    webhook = factories.SubscriptionFactory(membership=dana)
    here = f"webhooks/{webhook.pk}/deliveries/"
    stranger = factories.administrator(factories.CompanyFactory())
    factories.DeliveryFactory(subscription=factories.SubscriptionFactory(membership=stranger))
    ping = caller.post(f"webhooks/{webhook.pk}/ping/").json()

    log = caller.get(here, state="waiting").json()["results"]
    assert [(row["id"], row["type"], row["webhook_id"]) for row in log] == [
        (ping["id"], "ping", f"msg_{Delivery.objects.get(pk=ping['id']).event_id}")
    ]
    assert caller.get(here, state="failed").json()["results"] == []
    assert caller.post(f"{here}{ping['id']}/redeliver/").json()["code"] == "delivery_waits"
    assert caller.post(f"{here}{ping['id']}/skip/").json()["state"] == "skipped"
    assert caller.post(f"{here}{ping['id']}/skip/").json()["code"] == "delivery_is_over"
    assert caller.post(f"{here}{ping['id']}/redeliver/").json()["state"] == "waiting"


def test_the_log_tells_of_a_private_note_to_its_author_alone(
    caller: Caller, dana: Membership, calls_as: MakeCaller
) -> None:
    webhook, boss = factories.SubscriptionFactory(membership=dana), factories.administrator(dana.company)
    private = {"fact": "note.added", "audience": "actor", "data": {"note": str(UUID(int=1)), "actor": str(boss.pk)}}
    note = factories.DeliveryFactory(subscription=webhook, state="dropped", error="Not sent.", **private)
    here = f"webhooks/{webhook.pk}/deliveries/"

    assert [row["data"] for row in caller.get(here).json()["results"]] == [{}]
    assert [row["data"] for row in calls_as(boss).get(here).json()["results"]] == [private["data"]]
    assert caller.post(f"{here}{note.pk}/redeliver/").json()["data"] == {}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"url": "ftp://receiver.example"}, "url"),
        ({"url": "https://receiver.example/#part"}, "url"),
        ({"facts": []}, "facts"),
        ({"facts": ["gone.away"]}, "facts.0"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_what_cannot_be_is_refused_by_field(caller: Caller, given: Any, field: str) -> None:
    answer = caller.post("webhooks/", NEW | given)

    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Subscription.objects.exists()


def test_every_kind_of_fact_is_documented() -> None:
    words = (settings.BASE_DIR / "docs" / "api.md").read_text()

    assert [kind.name for kind in facts.all_kinds() if f"`{kind.name}`" not in words] == []


def test_another_company_s_webhook_is_not_there_whatever_is_asked(dana: Membership, calls_as: MakeCaller) -> None:
    webhook = factories.SubscriptionFactory(membership=dana)
    delivery = factories.DeliveryFactory(subscription=webhook, state="failed", error="The receiver answered 503.")
    stranger = calls_as(factories.administrator(factories.CompanyFactory()))
    before = state_of_the_world()

    here = f"webhooks/{webhook.pk}/"
    asked = [("get", ""), ("patch", ""), ("delete", ""), ("get", "deliveries/"), ("post", "ping/")]
    asked += [
        ("post", "rotate-secret/"),
        *(("post", f"deliveries/{delivery.pk}/{act}/") for act in ("redeliver", "skip")),
    ]
    for method, path in asked:
        response = stranger.send(method, f"{here}{path}", {"url": NEW["url"]} if method == "patch" else None)
        assert (path, response.status_code, response.json()["code"]) == (path, 404, "not_found")

    assert state_of_the_world() == before


def test_only_administrators_with_the_scope(dana: Membership, calls_as: MakeCaller) -> None:
    webhook = factories.SubscriptionFactory(membership=dana)
    staffing, stranger = factories.staffing(dana.company), factories.administrator(factories.CompanyFactory())
    for address in ("webhooks/", f"webhooks/{webhook.pk}/", f"webhooks/{webhook.pk}/deliveries/"):
        assert calls_as(staffing).get(address).status_code == 403
        assert calls_as(dana, "settings:read").get(address).json()["code"] == "missing_scope"
    assert calls_as(stranger).get(f"webhooks/{webhook.pk}/").status_code == 404
    assert calls_as(stranger).get("webhooks/").json()["results"] == []
    assert calls_as(dana, "webhooks:read").post("webhooks/", NEW).status_code == 403


def test_a_webhook_that_is_on_says_why_nothing_is_sent(caller: Caller, dana: Membership) -> None:
    other = factories.MembershipFactory(company=dana.company, role="administrator", is_active=False)
    webhook = factories.SubscriptionFactory(membership=other)

    read = caller.get(f"webhooks/{webhook.pk}/").json()

    assert (read["state"], read["reason"]) == ("on", f"{other.name} no longer has access")
