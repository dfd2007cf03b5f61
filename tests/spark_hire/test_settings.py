"""Company Settings › Integrations › Video Interviewing, and a person's own key (rows S1 to S4)."""

import logging
import re
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from integrations import credentials, installations
from integrations.models import Credential, Installation
from integrations.settings_pages import people
from integrations.spark_hire.models import WebhookSubscription
from newsfeed.models import NewsfeedEntry
from recruiting import extensions
from recruiting.companies import services as companies
from recruiting.companies.models import Membership, User
from recruiting.extensions import MemberDeactivation
from recruiting.foundation.errors import NotFound
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.spark_hire import topics
from tests.spark_hire.scenario import Scenario, text

URL = "/settings/integrations/video-interviewing/"
PRIMARY = (
    "A primary Spark Hire user must be selected to ensure video interview status updates are correctly added to the "
    "candidate record. You can change the selected user at any time."
)


@pytest.fixture
def fresh(scenario: Scenario) -> Scenario:
    """Acme before anybody set anything up: enabled, off, no users."""
    Credential.objects.all().delete()
    Installation.objects.update(is_on=False, primary_credential=None)
    scenario.installation.refresh_from_db()
    OutboxMessage.objects.all().delete()
    return scenario


def settings_page(scenario: Scenario) -> str:
    return text(scenario.browser(scenario.dana).get(URL))


def followed(browser: Any, response: Any) -> str:
    assert response.status_code == 303, text(response)[-2000:]
    return text(browser.get(response.headers["Location"]))


def subscriptions_there(scenario: Scenario) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in scenario.driver.control("GET", "/spark-hire/webhooks").json:
        whose = str(row["user"])
        found[whose] = found.get(whose, 0) + 1
    return found


# ── From off to on ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_before_platform_staff_enable_it_administrators_read_how_to_get_it(scenario: Scenario) -> None:
    companies.disable_feature(company=scenario.company, feature="video-interviewing")

    shown = settings_page(scenario)
    assert "Available on request" in shown
    assert "reach out to the Recruiting Support Team" in shown
    assert "A Spark Hire account is needed." in shown
    assert scenario.browser(scenario.dana).post(f"{URL}switch/", {"is_on": "on"}).status_code == 404


def test_the_story_s_set_up_in_its_order(fresh: Scenario) -> None:
    scenario, browser = fresh, fresh.browser(fresh.dana)
    assert "Turn it on, then add the users" in settings_page(scenario) or "Off" in settings_page(scenario)

    assert "Saved." in followed(browser, browser.post(f"{URL}switch/", {"is_on": "on"}))
    assert "Setup not finished" in settings_page(scenario)
    assert "Next: add users." in settings_page(scenario)

    window = text(browser.get(f"{URL}users/add/"))
    assert "Kim Ito (kim@acme.example)" in window
    chosen = [str(member.pk) for member in (scenario.kim, scenario.sam)]
    assert "Users added. Paste their keys next." in followed(
        browser, browser.post(f"{URL}users/add/", {"members": chosen})
    )
    assert "Next: paste the users' API keys." in settings_page(scenario)

    keys = {f"{scenario.key(member).pk}-secret": scenario.secret(member) for member in (scenario.kim, scenario.sam)}
    shown = followed(browser, browser.post(f"{URL}users/keys/", keys))
    assert "Accepted: Kim Ito in Spark Hire." in shown
    assert "Accepted: Sam Ortiz in Spark Hire." in shown
    assert PRIMARY in shown
    scenario.installation.refresh_from_db()
    assert scenario.installation.primary_credential == scenario.key(scenario.kim)  # the first accepted one, preselected
    assert f'<option value="{scenario.key(scenario.kim).pk}" selected>Kim Ito</option>' in shown
    assert "Hiring teams can send video interviews." in shown
    scenario.drain()
    assert subscriptions_there(scenario)["kim@acme.example"] == 8


def test_switching_off_asks_once_and_keeps_keys_and_open_requests(scenario: Scenario) -> None:
    request = scenario.sent()
    browser = scenario.browser(scenario.dana)
    asked = text(browser.post(f"{URL}switch/", {}))
    assert "Turn off the Spark Hire Integration?" in asked
    assert "1 open request runs on and its result still arrives." in asked
    scenario.installation.refresh_from_db()
    assert scenario.installation.is_on is True

    followed(browser, browser.post(f"{URL}switch/", {"confirmed": "1"}))
    scenario.installation.refresh_from_db()
    assert scenario.installation.is_on is False
    assert scenario.key(scenario.kim).state == "accepted"
    scenario.perform(request, "complete")
    assert scenario.refreshed(request).state == "completed"
    assert "No new requests can be sent. Open ones run on." in settings_page(scenario)


def test_a_request_that_the_vendor_is_yet_to_cancel_is_counted_as_running(scenario: Scenario) -> None:
    request = scenario.cancel(scenario.sent())
    browser = scenario.browser(scenario.dana)
    kim_s_key = scenario.key(scenario.kim).pk

    def questions() -> list[str]:
        unlink = reverse("spark_hire:unlink", args=[scenario.job.pk])
        asked = (browser.post(f"{URL}switch/", {}), browser.get(unlink), browser.get(f"{URL}users/{kim_s_key}/remove/"))
        return [text(question) for question in asked]

    assert ["1 open request runs on" in question for question in questions()] == [True] * 3
    assert extensions.impact(MemberDeactivation(scenario.kim))[1:] == [
        "1 open video interview request runs on that Kim sent: Ada Lovelace."
    ]

    scenario.drain()
    assert scenario.now(request).cancel_pending is False
    assert ["1 open request runs on" in question for question in questions()] == [False] * 3
    assert extensions.impact(MemberDeactivation(scenario.kim))[1:] == []


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_good_keys_of_a_save_are_kept_although_others_are_refused(fresh: Scenario) -> None:
    scenario, browser = fresh, fresh.browser(fresh.dana)
    credentials.add_members(
        installation=scenario.installation,
        members=[scenario.dana, scenario.kim, scenario.sam, scenario.ivy],
        by=scenario.dana,
    )
    pasted = {
        f"{scenario.key(scenario.dana).pk}-secret": scenario.secret(scenario.dana),
        f"{scenario.key(scenario.kim).pk}-secret": "no-such-key",
        f"{scenario.key(scenario.sam).pk}-secret": scenario.secret(scenario.dana),
        f"{scenario.key(scenario.ivy).pk}-secret": scenario.secret(scenario.kim),
    }
    response = browser.post(f"{URL}users/keys/", pasted)

    assert response.status_code == 422
    shown = text(response)
    assert "Accepted: Dana Cole in Spark Hire." in shown
    assert "Spark Hire does not accept this key. Copy it again, without spaces." in shown
    assert "This is Dana's key. Each user needs their own." in shown
    assert "This key belongs to kim@acme.example, not ivy@acme.example." in shown
    assert "Save anyway" in shown
    assert [scenario.key(member).state for member in (scenario.dana, scenario.kim, scenario.sam, scenario.ivy)] == [
        "accepted",
        "missing",
        "missing",
        "missing",
    ]
    for secret in pasted.values():
        assert secret not in response.content.decode()

    anyway = {
        f"{scenario.key(scenario.ivy).pk}-secret": scenario.secret(scenario.kim),
        "anyway": str(scenario.key(scenario.ivy).pk),
    }
    followed(browser, browser.post(f"{URL}users/keys/", anyway))
    assert scenario.key(scenario.ivy).state == "accepted"


def test_a_service_account_gets_no_key_and_so_is_no_primary_user(fresh: Scenario) -> None:
    robot = factories.ServiceAccountFactory(company=fresh.dana.company)
    with pytest.raises(NotFound):
        credentials.add_members(installation=fresh.installation, members=[fresh.kim, robot], by=fresh.dana)

    page = fresh.browser(fresh.dana).post(f"{URL}users/add/", {"members": [robot.pk]})

    assert page.status_code == 422
    assert not Credential.objects.filter(installation=fresh.installation).exists()


@pytest.mark.parametrize("secret", ["two words", "tab\there", "x" * 201, "clé-1234", "“1234”", "1234🚀", "12\x0034"])
def test_a_key_that_cannot_be_one_is_not_even_sent(fresh: Scenario, secret: str) -> None:
    scenario = fresh
    credentials.add_members(installation=scenario.installation, members=[scenario.kim], by=scenario.dana)
    response = scenario.browser(scenario.dana).post(
        f"{URL}users/keys/", {f"{scenario.key(scenario.kim).pk}-secret": secret}
    )

    assert response.status_code == 422
    assert "Copy the key again, " in text(response)
    assert scenario.key(scenario.kim).state == "missing"
    assert scenario.calls("me") == 0


def test_a_key_pasted_while_the_vendor_is_down_is_checked_later(fresh: Scenario) -> None:
    scenario, browser = fresh, fresh.browser(fresh.dana)
    credentials.add_members(installation=scenario.installation, members=[scenario.kim], by=scenario.dana)
    scenario.fault("me", "status", status=503)
    shown = followed(
        browser,
        browser.post(f"{URL}users/keys/", {f"{scenario.key(scenario.kim).pk}-secret": scenario.secret(scenario.kim)}),
    )
    assert (
        "Spark Hire didn't answer. The key is saved and checked again within 10 minutes; until then Kim cannot send."
        in shown
    )
    assert scenario.key(scenario.kim).state == "unchecked"
    assert "Not checked yet" in shown

    scenario.drain()
    assert scenario.key(scenario.kim).state == "accepted"
    scenario.installation.refresh_from_db()
    assert scenario.installation.primary_credential == scenario.key(scenario.kim)


def test_a_key_that_turns_out_wrong_later_is_refused(fresh: Scenario) -> None:
    scenario = fresh
    credentials.add_members(installation=scenario.installation, members=[scenario.kim], by=scenario.dana)
    scenario.fault("me", "status", status=503)
    credentials.save_key(
        installation=scenario.installation, member=scenario.kim, secret="no-such-key", by=scenario.dana
    )
    scenario.drain()

    assert scenario.key(scenario.kim).state == "refused"
    scenario.installation.refresh_from_db()
    assert scenario.installation.needs_attention == "Kim Ito's key is no longer accepted. Replace it."


def test_replacing_a_key_wakes_what_waited_for_it(scenario: Scenario) -> None:
    scenario.user_action(scenario.kim, "rotate_key")
    request = scenario.ask()
    scenario.drain()
    assert "Kim Ito's key is no longer accepted. Replace it." in settings_page(scenario)
    assert scenario.messages(topics.CREATE) == ["parked"]
    secret = next(
        user["api_key"]
        for user in scenario.driver.control("GET", "/spark-hire/users").json
        if user["email"] == "kim@acme.example"
    )

    browser = scenario.browser(scenario.dana)
    followed(browser, browser.post(f"{URL}users/keys/", {f"{scenario.key(scenario.kim).pk}-secret": secret}))
    assert scenario.messages(topics.CREATE) == ["waiting"]
    scenario.drain()
    assert scenario.now(request).state == "sent"


def test_nothing_pasted_changes_nothing(scenario: Scenario) -> None:
    browser = scenario.browser(scenario.dana)
    shown = followed(browser, browser.post(f"{URL}users/keys/", {f"{scenario.key(scenario.kim).pk}-secret": "  "}))

    assert "No key was pasted." in shown
    assert scenario.key(scenario.kim).secret == scenario.secret(scenario.kim)


def test_a_key_is_never_seen_again(scenario: Scenario, caplog: pytest.LogCaptureFixture, admin_client: Any) -> None:
    caplog.set_level(logging.DEBUG)
    scenario.completed()
    secrets = [scenario.secret(member) for member in (scenario.dana, scenario.kim, scenario.sam)]
    api = scenario.call(scenario.dana)
    shown = [
        scenario.browser(scenario.dana).get(URL).content.decode(),
        scenario.browser(scenario.dana).get(f"{URL}?replace={scenario.key(scenario.kim).pk}").content.decode(),
        scenario.browser(scenario.kim).get("/profile/spark-hire-key/").content.decode(),
        scenario.see(),
        api.get("interview-requests/").content.decode(),
        str(list(OutboxMessage.objects.values("payload", "error"))),
        str(list(NewsfeedEntry.objects.values("payload"))),
        caplog.text,
        admin_client.get(
            reverse("admin:integrations_installation_change", args=[scenario.installation.pk])
        ).content.decode(),
    ]
    for secret in secrets:
        for page in shown:
            assert secret not in page
        assert secret not in str(list(Credential.objects.values_list("last4", "secret_digest")))
    assert f"•••• {scenario.secret(scenario.kim)[-4:]}" in shown[0]


def test_keys_are_encrypted_at_rest(scenario: Scenario) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM integrations_credential")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert scenario.secret(scenario.kim) not in stored


def test_while_a_key_is_replaced_the_old_one_stays_in_use_and_can_be_kept(scenario: Scenario) -> None:
    browser, key = scenario.browser(scenario.dana), scenario.key(scenario.kim)
    old = f"The old key (•••• {key.last4}) stays in use until the new one is saved"
    assert old not in settings_page(scenario)

    asked = text(browser.get(f"{URL}?replace={key.pk}"))
    assert old in asked
    assert f'href="{URL}#users-title">Keep the old one' in asked
    refused = browser.post(f"{URL}users/keys/", {f"{key.pk}-secret": "no-such-key"})
    assert refused.status_code == 422
    assert old in text(refused)
    assert scenario.key(scenario.kim).secret == scenario.secret(scenario.kim)

    Credential.objects.filter(pk=key.pk).update(state="refused")
    assert f"Spark Hire no longer accepts the old key (•••• {key.last4})." in text(
        browser.get(f"{URL}?replace={key.pk}")
    )


# ── Many users ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def many(scenario: Scenario) -> Scenario:
    """Sixty more members: the first thirty-nine have been listed, so that with Dana, Kim and Sam 42 are."""
    members = [factories.MembershipFactory(company=scenario.company, user__first_name=f"User{n:02}") for n in range(60)]
    credentials.add_members(installation=scenario.installation, members=members[:39], by=scenario.dana)
    return scenario


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "SHOWN", 20)


def rows_of(page: str) -> list[str]:
    return re.findall(r'aria-label="Actions for ([^"]+)"', page)


def test_users_are_listed_in_pages_the_newest_first(many: Scenario, few_at_a_time: None) -> None:
    browser = many.browser(many.dana)
    seen = []
    address = URL
    while address:
        page = text(browser.get(address))
        seen.append(len(rows_of(page)))
        assert "of 42 users" in page
        following = re.search(r'href="(\?cursor=[^"]+)" rel="next"', page)
        address = URL + following[1] if following else ""

    assert seen == [20, 20, 2]
    assert rows_of(page)[-1] == "Dana Cole"


def test_keys_are_saved_on_their_page_and_one_stays_there(many: Scenario, few_at_a_time: None) -> None:
    browser = many.browser(many.dana)
    first = text(browser.get(URL))
    following = re.search(r'href="\?(cursor=[^"]+)" rel="next"', first)
    assert following
    there = text(browser.get(f"{URL}?{following[1]}"))
    action = re.search(r'action="([^"]+/users/keys/[^"]*)"[^>]*data-guard', there)
    assert action and action[1].endswith(following[1])
    assert "Saves the keys typed on this page." in there
    credential = Credential.objects.get(membership__user__first_name="User10")

    refused = browser.post(action[1], {f"{credential.pk}-secret": "no-such-key"})
    assert refused.status_code == 422
    assert rows_of(text(refused)) == rows_of(there)
    assert browser.get(action[1]).headers["Location"] == f"{URL}?{following[1]}"
    saved = browser.post(action[1], {f"{credential.pk}-secret": ""})
    assert (saved.status_code, saved.headers["Location"]) == (303, f"{URL}?{following[1]}")


def test_a_user_is_found_by_name_or_email(many: Scenario, few_at_a_time: None) -> None:
    browser = many.browser(many.dana)

    assert rows_of(text(browser.get(f"{URL}?q=kim"))) == ["Kim Ito"]
    assert rows_of(text(browser.get(f"{URL}?q=sam@acme.example"))) == ["Sam Ortiz"]
    User.objects.filter(first_name="Kim").update(first_name="Östen", last_name="Ünal")
    for typed in ("ösTEN", "ÖSTEN ünal", "osten"):
        assert rows_of(text(browser.get(URL, {"q": typed}))) == ["Östen Ünal"]
    page = text(browser.get(f"{URL}?q=nobody"))
    assert rows_of(page) == []
    assert "Nobody found" in page
    assert "No users yet" not in page


def test_people_to_add_are_few_and_found_by_name_and_what_is_ticked_stays(many: Scenario, few_at_a_time: None) -> None:
    browser = many.browser(many.dana)
    ticked = Membership.objects.get(user__first_name="User59")
    window = text(browser.get(f"{URL}users/add/"))
    assert window.count('type="checkbox"') == 20
    others = people.addable(many.installation).count() - 20
    assert f"20 people are shown; search for the {others} others." in window

    found = browser.post(f"{URL}users/add/", {"q": "user4", "members": [str(ticked.pk)], "search": "1"})
    window = text(found)
    assert found.status_code == 200
    assert re.findall(r"User(\d\d)[^<]*\(", window) == ["59", *[str(n) for n in range(40, 50)]]
    assert re.findall(r'value="([^"]+)"[^>]* checked', window) == [str(ticked.pk)]
    assert not Credential.objects.filter(membership=ticked).exists()

    another = Membership.objects.get(user__first_name="User44")
    browser.post(f"{URL}users/add/", {"q": "user4", "members": [str(ticked.pk), str(another.pk)]})
    assert Credential.objects.filter(membership__in=[ticked, another]).count() == 2
    stranger = factories.MembershipFactory(company=factories.CompanyFactory())
    for pk in (str(stranger.pk), "no id"):
        assert browser.post(f"{URL}users/add/", {"members": [pk]}).status_code == 422
    assert not Credential.objects.filter(membership=stranger).exists()


# ── The Primary User ─────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_new_primary_user_subscribes_first_and_the_old_ones_end(scenario: Scenario) -> None:
    assert subscriptions_there(scenario) == {"dana@acme.example": 8}
    browser = scenario.browser(scenario.dana)
    followed(browser, browser.post(f"{URL}primary/", {"primary": str(scenario.key(scenario.sam).pk)}))
    scenario.drain()

    assert subscriptions_there(scenario) == {"sam@acme.example": 8}
    assert set(WebhookSubscription.objects.values_list("credential", flat=True)) == {scenario.key(scenario.sam).pk}
    log = scenario.driver.control("GET", "/spark-hire/requests?limit=500").json
    order = [row["operation"] for row in reversed(log) if row["operation"] in ("create_webhook", "delete_webhook")]
    assert order == ["create_webhook"] * 16 + ["delete_webhook"] * 8


def test_deliveries_of_either_subscription_are_taken_while_it_changes(scenario: Scenario) -> None:
    request = scenario.sent()
    scenario.fault("create_webhook", "status", status=503)
    installations.choose_primary(
        installation=scenario.installation, credential=scenario.key(scenario.sam), by=scenario.dana
    )
    scenario.drain()
    assert subscriptions_there(scenario) == {"dana@acme.example": 8}
    scenario.perform(request, "accept")
    scenario.hear()
    scenario.drain()
    assert scenario.now(request).state == "accepted"

    scenario.later()
    assert subscriptions_there(scenario) == {"sam@acme.example": 8}
    scenario.perform(request, "complete")
    scenario.hear()
    scenario.drain()
    assert scenario.now(request).state == "completed"


def test_the_old_primary_s_dead_key_does_not_stop_the_change(scenario: Scenario) -> None:
    scenario.user_action(scenario.dana, "revoke_key")
    installations.choose_primary(
        installation=scenario.installation, credential=scenario.key(scenario.sam), by=scenario.dana
    )
    scenario.drain()

    assert WebhookSubscription.objects.filter(credential=scenario.key(scenario.sam)).count() == 8
    assert scenario.messages(topics.SUBSCRIBE)[-1] == "done"
    assert subscriptions_there(scenario).get("sam@acme.example") == 8


def test_a_primary_user_is_required(scenario: Scenario) -> None:
    response = scenario.browser(scenario.dana).post(f"{URL}primary/", {"primary": ""})

    assert response.status_code == 422
    assert "Choose a Primary User." in text(response)
    scenario.installation.refresh_from_db()
    assert scenario.installation.primary_credential == scenario.key(scenario.dana)


def test_a_key_that_is_not_accepted_cannot_be_primary(scenario: Scenario) -> None:
    Credential.objects.filter(membership=scenario.sam).update(state="refused")
    response = scenario.browser(scenario.dana).post(f"{URL}primary/", {"primary": str(scenario.key(scenario.sam).pk)})

    assert response.status_code == 422
    scenario.installation.refresh_from_db()
    assert scenario.installation.primary_credential == scenario.key(scenario.dana)


def test_the_primary_user_cannot_be_removed(scenario: Scenario) -> None:
    browser = scenario.browser(scenario.dana)
    shown = followed(browser, browser.post(f"{URL}users/{scenario.key(scenario.dana).pk}/remove/"))

    assert "Dana Cole is the Primary User. Choose another one first." in shown
    assert scenario.key(scenario.dana).state == "accepted"


def test_another_user_is_removed_after_one_question_and_their_requests_run_on(scenario: Scenario) -> None:
    request = scenario.sent()
    browser = scenario.browser(scenario.dana)
    asked = text(browser.get(f"{URL}users/{scenario.key(scenario.kim).pk}/remove/"))
    assert "Remove Kim Ito?" in asked or "Remove Kim?" in asked
    assert "1 open request" in asked
    followed(browser, browser.post(f"{URL}users/{scenario.key(scenario.kim).pk}/remove/"))

    assert not Credential.objects.filter(membership=scenario.kim).exists()
    scenario.perform(request, "complete")
    assert scenario.refreshed(request).state == "completed"
    assert "View Completed Interview" in scenario.see(scenario.kim)


def test_a_deactivated_primary_user_needs_attention_and_another_takes_over(scenario: Scenario) -> None:
    other = factories.administrator(scenario.company)
    request = scenario.sent()
    companies.deactivate(membership=scenario.dana, by=other)

    scenario.installation.refresh_from_db()
    sentence = "The Primary User Dana Cole was deactivated. Choose another one."
    assert scenario.installation.needs_attention == sentence
    browser = scenario.browser(other)
    shown = text(browser.get(URL))
    assert "Needs attention" in shown
    assert sentence in shown
    scenario.perform(request, "accept")
    assert scenario.refreshed(request).state == "accepted"  # the sender's own key still asks

    followed(browser, browser.post(f"{URL}primary/", {"primary": str(scenario.key(scenario.sam).pk)}))
    scenario.drain()
    scenario.installation.refresh_from_db()
    assert scenario.installation.needs_attention == ""
    assert subscriptions_there(scenario)["sam@acme.example"] == 8


def test_a_primary_key_that_now_belongs_to_another_account_subscribes_anew(scenario: Scenario) -> None:
    scenario.user_action(scenario.dana, "disable")
    credentials.remove_member(credential=scenario.key(scenario.sam), by=scenario.dana)
    credentials.save_key(
        installation=scenario.installation,
        member=scenario.dana,
        secret=scenario.secret(scenario.sam),
        by=scenario.dana,
        accept_other_owner=True,
    )
    scenario.drain()

    assert subscriptions_there(scenario).get("sam@acme.example") == 8
    assert WebhookSubscription.objects.count() == 8


# ── Test connection ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_connection_test_says_who_answered_and_how_fast(scenario: Scenario) -> None:
    browser = scenario.browser(scenario.dana)
    shown = followed(browser, browser.post(f"{URL}test/"))

    assert "Spark Hire answered as Dana Cole in 0." in shown


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(503, "Spark Hire has a problem on its side."), (401, "The API key is not valid."), (429, "slow down")],
)
def test_the_connection_test_says_what_is_wrong(scenario: Scenario, status: int, sentence: str) -> None:
    scenario.fault("me", "status", status=status, reason="The API key is not valid.")
    browser = scenario.browser(scenario.dana)

    assert sentence in followed(browser, browser.post(f"{URL}test/"))


def test_a_connection_test_without_a_primary_user_says_so(fresh: Scenario) -> None:
    browser = fresh.browser(fresh.dana)

    assert "Choose a Primary User first." in followed(browser, browser.post(f"{URL}test/"))


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["", "switch/", "users/add/", "users/keys/", "primary/", "test/"])
def test_nobody_but_administrators_finds_the_page(scenario: Scenario, path: str) -> None:
    for member in (scenario.kim, scenario.ivy, factories.staffing(scenario.company)):
        browser = scenario.browser(member)
        assert browser.get(URL + path).status_code in (404, 405)
        assert browser.post(URL + path, {"is_on": ""}).status_code in (404, 405)
    scenario.installation.refresh_from_db()
    assert scenario.installation.is_on is True


def test_a_member_of_another_company_cannot_be_touched(scenario: Scenario) -> None:
    stranger = factories.administrator(factories.CompanyFactory())
    factories.CompanyFeatureFactory(company=stranger.company, feature="video-interviewing")
    browser = scenario.browser(stranger)

    assert browser.post(f"{URL}users/{scenario.key(scenario.kim).pk}/remove/").status_code == 404
    browser.post(f"{URL}users/keys/", {f"{scenario.key(scenario.kim).pk}-secret": "x"})
    assert scenario.key(scenario.kim).secret == scenario.secret(scenario.kim)


# ── One's own key ────────────────────────────────────────────────────────────────────────────────────────────────────
MINE = "/profile/spark-hire-key/"


def test_a_listed_member_enters_their_own_key(scenario: Scenario) -> None:
    Credential.objects.filter(membership=scenario.kim).delete()
    credentials.add_members(installation=scenario.installation, members=[scenario.kim], by=scenario.dana)
    browser = scenario.browser(scenario.kim)
    assert "User API Key" in text(browser.get(MINE))

    shown = followed(browser, browser.post(MINE, {"secret": scenario.secret(scenario.kim)}))
    assert "Accepted: Kim Ito in Spark Hire." in shown
    assert f"Stored: •••• {scenario.secret(scenario.kim)[-4:]}, accepted" in shown
    assert scenario.secret(scenario.kim) not in shown


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        ("", "Copy the key again, without spaces."),
        ("no-such-key", "Spark Hire does not accept this key. Copy it again, without spaces."),
    ],
)
def test_a_bad_key_of_one_s_own_is_refused_and_the_old_one_kept(scenario: Scenario, secret: str, sentence: str) -> None:
    response = scenario.browser(scenario.kim).post(MINE, {"secret": secret})

    assert response.status_code == 422
    assert sentence in text(response)
    assert scenario.key(scenario.kim).secret == scenario.secret(scenario.kim)


def test_a_key_of_somebody_else_is_refused_on_the_own_page_too(scenario: Scenario) -> None:
    response = scenario.browser(scenario.kim).post(MINE, {"secret": scenario.secret(scenario.sam)})
    assert response.status_code == 422
    assert "This is Sam's key. Each user needs their own." in text(response)

    response = scenario.browser(scenario.kim).post(MINE, {"secret": scenario.driver.keys["eve@acme.example"]})
    assert response.status_code == 422
    assert "This key belongs to eve@acme.example, not kim@acme.example." in text(response)
    assert scenario.key(scenario.kim).secret == scenario.secret(scenario.kim)


def test_who_is_not_listed_reads_whom_to_ask(scenario: Scenario) -> None:
    browser = scenario.browser(scenario.ivy)
    assert "You are not among the users of the Spark Hire Integration yet." in text(browser.get(MINE))
    response = browser.post(MINE, {"secret": scenario.driver.keys["eve@acme.example"]})

    assert response.status_code == 422
    assert not Credential.objects.filter(membership=scenario.ivy).exists()


def test_the_page_is_not_there_while_the_feature_is_not(scenario: Scenario) -> None:
    elsewhere = factories.administrator(factories.CompanyFactory())
    assert scenario.browser(elsewhere).get(MINE).status_code == 404
