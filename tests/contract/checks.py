"""What every integration must keep, whatever its vendor does. Each check is tried against a dummy that breaks it.

A check takes a world in which nobody is connected yet and raises AssertionError.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import time_machine
from django.urls import reverse

from integrations import installations
from integrations.models import Credential, WebhookDelivery
from newsfeed.models import NewsfeedEntry
from recruiting.companies import services as companies
from recruiting.foundation import clock
from recruiting.foundation.errors import RecruitingError
from recruiting.outbox.models import OutboxMessage
from recruiting.web.applications.record import record_url
from tests import factories
from tests.contract.world import Team, World, columns, counts, fresh, tab_url

Check = Callable[[World], None]


def refused(act: Callable[[], Any]) -> str:
    """Return the sentence with which `act` was refused; fail when it was not."""
    try:
        act()
    except RecruitingError as refusal:
        return str(refusal)
    raise AssertionError("It was not refused.")


def connects_and_disconnects(world: World) -> None:
    """Connected, a request goes out; switched off, no new one, while what is under way runs on; on again, all works."""
    slug = world.integration.slug
    refused(lambda: world.driver.request(world.here.application, by=world.here.administrator))
    installation = world.connect(world.here)
    assert installation.is_on
    assert installation.primary_credential is not None
    assert set(installation.credentials.values_list("state", flat=True)) == {Credential.State.ACCEPTED}
    request = world.sent(world.here)
    assert request.vendor_id, OutboxMessage.objects.values_list("topic", "state", "error")

    installations.switch(installation=installation, on=False, by=world.here.administrator)
    another = factories.ApplicationFactory(job=world.here.job)
    before = counts(world.integration)
    assert refused(lambda: world.driver.request(another, by=world.here.administrator))
    assert counts(world.integration) == before
    assert world.here.installation(slug).credentials.exclude(secret="").count() == 1

    world.driver.complete(world.sandbox, request)
    world.learn(request, installation)
    assert world.driver.is_completed(request)

    installations.switch(installation=installation, on=True, by=world.here.administrator)
    assert world.driver.request(another, by=world.here.administrator).pk


def hides_from_strangers(world: World) -> None:
    """A company that the vendor was never enabled for sees no tab, no panel, no chip, no work and no link."""
    world.connect(world.here)
    world.sent(world.here)
    stranger, integration = world.stranger, world.integration

    assert not integration.is_enabled_for(stranger.company)
    record = stranger.get(record_url(stranger.application))
    assert record.status_code == 200
    for tab in integration.tabs:
        assert not tab.is_visible(application=stranger.application, membership=stranger.administrator)
        assert tab_address(stranger, tab.slug) not in record.content.decode()
    info = stranger.get(reverse("jobs:info", args=[stranger.job.pk]))
    assert info.status_code == 200
    for panel in integration.panels:
        assert not panel.is_visible(job=stranger.job, membership=stranger.administrator)
        assert panel.label not in info.content.decode()
    assert list(integration.work_items(stranger.administrator)) == []
    assert list(integration.profile_links(stranger.administrator)) == []
    assert dict(integration.chips([stranger.application.pk], stranger.administrator)) == {}
    assert world.log.failed_extensions() == []


def keeps_its_tab_without_the_vendor(world: World) -> None:
    """With the vendor away every page of ours opens, soon, and the tab says something sensible."""
    world.connect(world.here)
    world.sent(world.here)
    world.stop_vendor()

    for url in (
        tab_url(world.here, world.integration),
        record_url(world.here.application),
        reverse("jobs:info", args=[world.here.job.pk]),
        reverse("applications:home"),
    ):
        started = time.monotonic()
        page = world.here.get(url)
        assert page.status_code == 200, url
        assert time.monotonic() - started < 8, url
    assert world.integration.tabs[0].label in world.here.get(tab_url(world.here, world.integration)).content.decode()
    assert world.log.failed_extensions() == []


def keeps_two_companies_apart(world: World) -> None:
    """Neither pages nor webhooks of one company reach what belongs to another."""
    world.connect(world.here)
    theirs = world.connect(world.there)
    request = world.sent(world.here)
    world.driver.complete(world.sandbox, request)
    before = NewsfeedEntry.objects.count()

    assert world.there.get(tab_url(world.here, world.integration)).status_code == 404
    assert world.deliver(request, theirs) == [world.taken]

    assert not world.driver.is_completed(request)
    assert NewsfeedEntry.objects.count() == before
    waiting = {(world.there.company.pk, "waiting")} if world.integration.webhook else set()
    assert set(WebhookDelivery.objects.values_list("company", "state")) == waiting
    refused(lambda: world.driver.request(world.here.application, by=world.there.administrator))
    ours, other = world.here.installation(theirs.integration), world.there.installation(theirs.integration)
    assert ours.webhook_token != other.webhook_token
    secrets = [set(one.credentials.values_list("secret_digest", flat=True)) for one in (ours, other)]
    assert not secrets[0] & secrets[1]


def shows_no_secret(world: World) -> None:
    """Keys and webhook addresses stand in no page, log line, message, newsfeed entry or error, also when all fails.

    Where a webhook is pasted at the vendor by hand, one page shows its address, to Administrators alone.
    """
    installation = world.connect(world.here)
    request = world.sent(world.here)
    world.deliver(request, installation)
    world.stop_vendor()
    world.learn(request, installation)  # and the refresh fails
    keys = set(Credential.objects.values_list("secret", flat=True))
    to_paste = world.driver.webhook_secrets(installation)
    secrets = keys | to_paste
    assert all(len(secret) > 10 for secret in secrets)

    staff = world.here.administrator
    staff.user.is_staff = staff.user.is_superuser = True
    staff.user.save()
    addresses = [
        tab_url(world.here, world.integration),
        record_url(world.here.application),
        reverse("jobs:info", args=[world.here.job.pk]),
        reverse("applications:home"),
        *(reverse(page.url_name) for page in world.integration.settings_pages),
        *(link.url for link in world.integration.profile_links(staff)),
        reverse("admin:integrations_installation_changelist"),
        reverse("admin:integrations_installation_change", args=[installation.pk]),
        reverse("admin:integrations_webhookdelivery_changelist"),
        reverse("admin:base_outboxmessage_changelist"),
    ]
    said = {url: world.here.get(url) for url in addresses}
    assert {url: answer.status_code for url, answer in said.items() if answer.status_code >= 400} == {}

    places = {
        **{url: answer.content.decode() for url, answer in said.items()},
        "log": "\n".join(world.log.lines),
        "outbox": dump(OutboxMessage.objects.values("payload", "error", "ordering_key", "coalesce_key", "channel")),
        "newsfeed": dump(NewsfeedEntry.objects.values("payload", "actor_label")),
        "requests": "".join(dump(model.objects.values()) for model in world.integration.request_models),  # type: ignore[attr-defined]
        "errors": dump(type(installation).objects.values("last_error", "needs_attention", "settings")),
    }
    pasted_from = reverse(world.driver.webhook_page) if world.driver.webhook_page else ""
    shown = {name: {secret for secret in secrets if secret in text} for name, text in places.items()}
    assert shown.pop(pasted_from, set()) == (to_paste if pasted_from else set())
    assert {name: found for name, found in shown.items() if found} == {}
    if pasted_from:
        colleague = factories.MembershipFactory(company=world.here.company)
        assert world.here.get(pasted_from, by=colleague).status_code in (403, 404)


def follows_the_time_zone(world: World) -> None:
    """An open request expires when its date begins where the company is, and never earlier after the company moves.

    One without a date of ours is left alone by the move.
    """
    world.connect(world.here)
    request = world.sent(world.here)
    if not world.driver.has_deadline:
        assert not hasattr(request, "expires_at")
        before, messages = columns(request), OutboxMessage.objects.count()
        companies.change_details(
            company=world.here.company, name="Here", time_zone="Asia/Tokyo", by=world.here.administrator
        )
        assert (columns(fresh(request)), OutboxMessage.objects.count()) == (before, messages)
        return
    day, instant = world.driver.deadline(request)
    assert instant == clock.start_of_day(day, world.here.company.zone)

    for zone in ("Asia/Tokyo", "Pacific/Honolulu"):
        company = companies.change_details(
            company=world.here.company, name="Here", time_zone=zone, by=world.here.administrator
        )
        begins = clock.start_of_day(day, company.zone)
        assert begins != instant
        assert world.driver.deadline(fresh(request)) == (day, max(begins, instant))


def takes_a_webhook_twice(world: World) -> None:
    """The same news twice is the same state and one newsfeed entry; a vendor without webhooks is asked twice."""
    installation = world.connect(world.here)
    request = world.sent(world.here)
    world.driver.complete(world.sandbox, request)

    assert world.deliver(request, installation, times=2, work=False) == [world.taken] * 2
    assert not world.driver.is_completed(request)  # a webhook is a hint: nothing of its body is believed
    world.work()
    for _ in range(2):
        world.learn(request, installation)

    assert world.driver.is_completed(request)
    entries = NewsfeedEntry.objects.filter(verb=world.driver.completed_verb, application=world.here.application)
    assert entries.count() == 1
    assert WebhookDelivery.objects.exclude(state="processed").count() == 0


def asks_again_without_a_page(world: World) -> None:
    """A card that asks again gets nothing while nothing changed, and the page once something did."""
    installation = world.connect(world.here)
    request = world.sent(world.here)
    url = tab_url(world.here, world.integration)
    now = clock.now()
    with time_machine.travel(now, tick=False):
        tab, application = world.integration.tabs[0], world.here.application
        version = tab.version(application=application, membership=world.here.administrator)
        assert version and set(re.findall(r'data-poll="(.*?)"', world.here.get(url).content.decode())) <= {version}
        again = f"{url}?since={version}"

        assert (world.here.get(again).status_code, world.there.get(again).status_code) == (204, 404)
    world.driver.complete(world.sandbox, request)
    world.learn(request, installation)
    with time_machine.travel(now, tick=False):
        changed = world.here.get(again)

    assert changed.status_code == 200 and world.integration.tabs[0].label in changed.content.decode()


def tells_what_is_forbidden_from_a_dead_key(world: World) -> None:
    """A 403 for one act fails it with the vendor's words and blames no key; one for everything is a dead key.

    While the vendor does not say which it is, the request waits, and so it does for a key.
    """
    installation = world.connect(world.here)
    primary = installation.primary_credential
    reason = "Evaluators cannot do this."

    world.order(world.driver.create_operation, "forbidden", reason=reason)
    forbidden = world.sent(world.here)
    assert (forbidden.state, forbidden.failure) == ("failed", reason)  # type: ignore[attr-defined]
    assert_good(world, primary)

    waiting = world.ask_another(world.here)
    world.order(world.driver.check_operation, "status", status=503)
    world.work()
    assert fresh(waiting).state == "queued"  # type: ignore[attr-defined]
    assert_good(world, primary)
    world.forget_faults()
    OutboxMessage.objects.filter(state="waiting").update(available_at=clock.machine_now())
    world.work()
    assert fresh(waiting).vendor_id

    world.order("*", "forbidden", reason="No such key.")
    kept = world.ask_another(world.here)
    world.work()
    assert fresh(kept).state == "queued"  # type: ignore[attr-defined]
    assert set(installation.credentials.values_list("state", flat=True)) == {Credential.State.REFUSED}
    after = world.here.installation(installation.integration)
    assert (after.needs_attention != "", after.primary_credential) == (True, primary)


def assert_good(world: World, primary: Credential | None) -> None:
    """Nobody blames the key: it is the primary one as before, and nothing needs attention."""
    installation = world.here.installation(world.integration.slug)
    assert installation.primary_credential == primary is not None
    assert set(installation.credentials.values_list("state", flat=True)) == {Credential.State.ACCEPTED}
    assert installation.needs_attention == ""


CHECKS: dict[str, Check] = {
    check.__name__: check
    for check in (
        connects_and_disconnects,
        hides_from_strangers,
        keeps_its_tab_without_the_vendor,
        keeps_two_companies_apart,
        shows_no_secret,
        follows_the_time_zone,
        takes_a_webhook_twice,
        asks_again_without_a_page,
        tells_what_is_forbidden_from_a_dead_key,
    )
}


def tab_address(team: Team, slug: str) -> str:
    """Return the address of a tab on the team's candidate."""
    return record_url(team.application, slug)


def dump(rows: Any) -> str:
    """Return rows as text."""
    return json.dumps(list(rows), default=str)
