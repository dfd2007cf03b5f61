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
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.spark_hire import topics
from tests.spark_hire.house import House, text

URL = "/settings/integrations/video-interviewing/"
PRIMARY = (
    "A primary Spark Hire user must be selected to ensure video interview status updates are correctly added to the "
    "candidate record. You can change the selected user at any time."
)


@pytest.fixture
def fresh(house: House) -> House:
    """Acme before anybody set anything up: enabled, off, no users."""
    Credential.objects.all().delete()
    Installation.objects.update(is_on=False, primary_credential=None)
    house.installation.refresh_from_db()
    OutboxMessage.objects.all().delete()
    return house


def settings_page(house: House) -> str:
    return text(house.browser(house.dana).get(URL))


def followed(browser: Any, response: Any) -> str:
    assert response.status_code == 303, text(response)[-2000:]
    return text(browser.get(response.headers["Location"]))


def subscriptions_there(house: House) -> dict[str, int]:
    found: dict[str, int] = {}
    for row in house.driver.control("GET", "/spark-hire/webhooks").json:
        whose = str(row["user"])
        found[whose] = found.get(whose, 0) + 1
    return found


# ── From off to on ───────────────────────────────────────────────────────────────────────────────────────────────────
def test_before_platform_staff_enable_it_administrators_read_how_to_get_it(house: House) -> None:
    companies.disable_feature(company=house.company, feature="video-interviewing")

    shown = settings_page(house)
    assert "Available on request" in shown
    assert "reach out to the Recruiting Support Team" in shown
    assert "A Spark Hire account is needed." in shown
    assert house.browser(house.dana).post(f"{URL}switch/", {"is_on": "on"}).status_code == 404


def test_the_story_s_set_up_in_its_order(fresh: House) -> None:
    house, browser = fresh, fresh.browser(fresh.dana)
    assert "Turn it on, then add the users" in settings_page(house) or "Off" in settings_page(house)

    assert "Saved." in followed(browser, browser.post(f"{URL}switch/", {"is_on": "on"}))
    assert "Setup not finished" in settings_page(house)
    assert "Next: add users." in settings_page(house)

    window = text(browser.get(f"{URL}users/add/"))
    assert "Kim Ito (kim@acme.example)" in window
    chosen = [str(member.pk) for member in (house.kim, house.sam)]
    assert "Users added. Paste their keys next." in followed(
        browser, browser.post(f"{URL}users/add/", {"members": chosen})
    )
    assert "Next: paste the users' API keys." in settings_page(house)

    keys = {f"{house.key(member).pk}-secret": house.secret(member) for member in (house.kim, house.sam)}
    shown = followed(browser, browser.post(f"{URL}users/keys/", keys))
    assert "Accepted: Kim Ito in Spark Hire." in shown
    assert "Accepted: Sam Ortiz in Spark Hire." in shown
    assert PRIMARY in shown
    house.installation.refresh_from_db()
    assert house.installation.primary_credential == house.key(house.kim)  # the first accepted one, preselected
    assert f'<option value="{house.key(house.kim).pk}" selected>Kim Ito</option>' in shown
    assert "Hiring teams can send video interviews." in shown
    house.drain()
    assert subscriptions_there(house)["kim@acme.example"] == 8


def test_switching_off_asks_once_and_keeps_keys_and_open_requests(house: House) -> None:
    request = house.sent()
    browser = house.browser(house.dana)
    asked = text(browser.post(f"{URL}switch/", {}))
    assert "Turn off the Spark Hire Integration?" in asked
    assert "1 open request runs on and its result still arrives." in asked
    house.installation.refresh_from_db()
    assert house.installation.is_on is True

    followed(browser, browser.post(f"{URL}switch/", {"confirmed": "1"}))
    house.installation.refresh_from_db()
    assert house.installation.is_on is False
    assert house.key(house.kim).state == "accepted"
    house.play(request, "complete")
    assert house.refreshed(request).state == "completed"
    assert "No new requests can be sent. Open ones run on." in settings_page(house)


def test_a_request_that_the_vendor_is_yet_to_cancel_is_counted_as_running(house: House) -> None:
    request = house.cancel(house.sent())
    browser = house.browser(house.dana)
    kim_s_key = house.key(house.kim).pk

    def questions() -> list[str]:
        unlink = reverse("spark_hire:unlink", args=[house.job.pk])
        asked = (browser.post(f"{URL}switch/", {}), browser.get(unlink), browser.get(f"{URL}users/{kim_s_key}/remove/"))
        return [text(question) for question in asked]

    assert ["1 open request runs on" in question for question in questions()] == [True] * 3
    assert extensions.impact(MemberDeactivation(house.kim))[1:] == [
        "1 open video interview request runs on that Kim sent: Ada Lovelace."
    ]

    house.drain()
    assert house.now(request).cancel_pending is False
    assert ["1 open request runs on" in question for question in questions()] == [False] * 3
    assert extensions.impact(MemberDeactivation(house.kim))[1:] == []


# ── Keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def test_good_keys_of_a_save_are_kept_although_others_are_refused(fresh: House) -> None:
    house, browser = fresh, fresh.browser(fresh.dana)
    credentials.add_members(
        installation=house.installation, members=[house.dana, house.kim, house.sam, house.ivy], by=house.dana
    )
    pasted = {
        f"{house.key(house.dana).pk}-secret": house.secret(house.dana),
        f"{house.key(house.kim).pk}-secret": "no-such-key",
        f"{house.key(house.sam).pk}-secret": house.secret(house.dana),
        f"{house.key(house.ivy).pk}-secret": house.secret(house.kim),
    }
    response = browser.post(f"{URL}users/keys/", pasted)

    assert response.status_code == 422
    shown = text(response)
    assert "Accepted: Dana Cole in Spark Hire." in shown
    assert "Spark Hire does not accept this key. Copy it again, without spaces." in shown
    assert "This is Dana's key. Each user needs their own." in shown
    assert "This key belongs to kim@acme.example, not ivy@acme.example." in shown
    assert "Save anyway" in shown
    assert [house.key(member).state for member in (house.dana, house.kim, house.sam, house.ivy)] == [
        "accepted",
        "missing",
        "missing",
        "missing",
    ]
    for secret in pasted.values():
        assert secret not in response.content.decode()

    anyway = {
        f"{house.key(house.ivy).pk}-secret": house.secret(house.kim),
        "anyway": str(house.key(house.ivy).pk),
    }
    followed(browser, browser.post(f"{URL}users/keys/", anyway))
    assert house.key(house.ivy).state == "accepted"


@pytest.mark.parametrize("secret", ["two words", "tab\there", "x" * 201, "clé-1234", "“1234”", "1234🚀", "12\x0034"])
def test_a_key_that_cannot_be_one_is_not_even_sent(fresh: House, secret: str) -> None:
    house = fresh
    credentials.add_members(installation=house.installation, members=[house.kim], by=house.dana)
    response = house.browser(house.dana).post(f"{URL}users/keys/", {f"{house.key(house.kim).pk}-secret": secret})

    assert response.status_code == 422
    assert "Copy the key again, " in text(response)
    assert house.key(house.kim).state == "missing"
    assert house.calls("me") == 0


def test_a_key_pasted_while_the_vendor_is_down_is_checked_later(fresh: House) -> None:
    house, browser = fresh, fresh.browser(fresh.dana)
    credentials.add_members(installation=house.installation, members=[house.kim], by=house.dana)
    house.fault("me", "status", status=503)
    shown = followed(
        browser, browser.post(f"{URL}users/keys/", {f"{house.key(house.kim).pk}-secret": house.secret(house.kim)})
    )
    assert (
        "Spark Hire didn't answer. The key is saved and checked again within 10 minutes; until then Kim cannot send."
        in shown
    )
    assert house.key(house.kim).state == "unchecked"
    assert "Not checked yet" in shown

    house.drain()
    assert house.key(house.kim).state == "accepted"
    house.installation.refresh_from_db()
    assert house.installation.primary_credential == house.key(house.kim)


def test_a_key_that_turns_out_wrong_later_is_refused(fresh: House) -> None:
    house = fresh
    credentials.add_members(installation=house.installation, members=[house.kim], by=house.dana)
    house.fault("me", "status", status=503)
    credentials.save_key(installation=house.installation, member=house.kim, secret="no-such-key", by=house.dana)
    house.drain()

    assert house.key(house.kim).state == "refused"
    house.installation.refresh_from_db()
    assert house.installation.needs_attention == "Kim Ito's key is no longer accepted. Replace it."


def test_replacing_a_key_wakes_what_waited_for_it(house: House) -> None:
    house.user_act(house.kim, "rotate_key")
    request = house.ask()
    house.drain()
    assert "Kim Ito's key is no longer accepted. Replace it." in settings_page(house)
    assert house.messages(topics.CREATE) == ["parked"]
    secret = next(
        user["api_key"]
        for user in house.driver.control("GET", "/spark-hire/users").json
        if user["email"] == "kim@acme.example"
    )

    browser = house.browser(house.dana)
    followed(browser, browser.post(f"{URL}users/keys/", {f"{house.key(house.kim).pk}-secret": secret}))
    assert house.messages(topics.CREATE) == ["waiting"]
    house.drain()
    assert house.now(request).state == "sent"


def test_nothing_pasted_changes_nothing(house: House) -> None:
    browser = house.browser(house.dana)
    shown = followed(browser, browser.post(f"{URL}users/keys/", {f"{house.key(house.kim).pk}-secret": "  "}))

    assert "No key was pasted." in shown
    assert house.key(house.kim).secret == house.secret(house.kim)


def test_a_key_is_never_seen_again(house: House, caplog: pytest.LogCaptureFixture, admin_client: Any) -> None:
    caplog.set_level(logging.DEBUG)
    house.completed()
    secrets = [house.secret(member) for member in (house.dana, house.kim, house.sam)]
    api = house.call(house.dana)
    shown = [
        house.browser(house.dana).get(URL).content.decode(),
        house.browser(house.dana).get(f"{URL}?replace={house.key(house.kim).pk}").content.decode(),
        house.browser(house.kim).get("/profile/spark-hire-key/").content.decode(),
        house.see(),
        api.get("interview-requests/").content.decode(),
        str(list(OutboxMessage.objects.values("payload", "error"))),
        str(list(NewsfeedEntry.objects.values("payload"))),
        caplog.text,
        admin_client.get(
            reverse("admin:integrations_installation_change", args=[house.installation.pk])
        ).content.decode(),
    ]
    for secret in secrets:
        for page in shown:
            assert secret not in page
        assert secret not in str(list(Credential.objects.values_list("last4", "secret_digest")))
    assert f"•••• {house.secret(house.kim)[-4:]}" in shown[0]


def test_keys_are_encrypted_at_rest(house: House) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM integrations_credential")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert house.secret(house.kim) not in stored


def test_while_a_key_is_replaced_the_old_one_stays_in_use_and_can_be_kept(house: House) -> None:
    browser, key = house.browser(house.dana), house.key(house.kim)
    old = f"The old key (•••• {key.last4}) stays in use until the new one is saved"
    assert old not in settings_page(house)

    asked = text(browser.get(f"{URL}?replace={key.pk}"))
    assert old in asked
    assert f'href="{URL}#users-title">Keep the old one' in asked
    refused = browser.post(f"{URL}users/keys/", {f"{key.pk}-secret": "no-such-key"})
    assert refused.status_code == 422
    assert old in text(refused)
    assert house.key(house.kim).secret == house.secret(house.kim)

    Credential.objects.filter(pk=key.pk).update(state="refused")
    assert f"Spark Hire no longer accepts the old key (•••• {key.last4})." in text(
        browser.get(f"{URL}?replace={key.pk}")
    )


# ── Many users ───────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def many(house: House) -> House:
    """Sixty more members: the first thirty-nine have been listed, so that with Dana, Kim and Sam 42 are."""
    members = [factories.MembershipFactory(company=house.company, user__first_name=f"User{n:02}") for n in range(60)]
    credentials.add_members(installation=house.installation, members=members[:39], by=house.dana)
    return house


@pytest.fixture
def few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people, "SHOWN", 20)


def rows_of(page: str) -> list[str]:
    return re.findall(r'aria-label="Actions for ([^"]+)"', page)


def test_users_are_listed_in_pages_the_newest_first(many: House, few_at_a_time: None) -> None:
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


def test_keys_are_saved_on_their_page_and_one_stays_there(many: House, few_at_a_time: None) -> None:
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


def test_a_user_is_found_by_name_or_email(many: House, few_at_a_time: None) -> None:
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


def test_people_to_add_are_few_and_found_by_name_and_what_is_ticked_stays(many: House, few_at_a_time: None) -> None:
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
def test_a_new_primary_user_subscribes_first_and_the_old_ones_end(house: House) -> None:
    assert subscriptions_there(house) == {"dana@acme.example": 8}
    browser = house.browser(house.dana)
    followed(browser, browser.post(f"{URL}primary/", {"primary": str(house.key(house.sam).pk)}))
    house.drain()

    assert subscriptions_there(house) == {"sam@acme.example": 8}
    assert set(WebhookSubscription.objects.values_list("credential", flat=True)) == {house.key(house.sam).pk}
    log = house.driver.control("GET", "/spark-hire/requests?limit=500").json
    order = [row["operation"] for row in reversed(log) if row["operation"] in ("create_webhook", "delete_webhook")]
    assert order == ["create_webhook"] * 16 + ["delete_webhook"] * 8


def test_deliveries_of_either_subscription_are_taken_while_it_changes(house: House) -> None:
    request = house.sent()
    house.fault("create_webhook", "status", status=503)
    installations.choose_primary(installation=house.installation, credential=house.key(house.sam), by=house.dana)
    house.drain()
    assert subscriptions_there(house) == {"dana@acme.example": 8}
    house.play(request, "accept")
    house.hear()
    house.drain()
    assert house.now(request).state == "accepted"

    house.later()
    assert subscriptions_there(house) == {"sam@acme.example": 8}
    house.play(request, "complete")
    house.hear()
    house.drain()
    assert house.now(request).state == "completed"


def test_the_old_primary_s_dead_key_does_not_stop_the_change(house: House) -> None:
    house.user_act(house.dana, "revoke_key")
    installations.choose_primary(installation=house.installation, credential=house.key(house.sam), by=house.dana)
    house.drain()

    assert WebhookSubscription.objects.filter(credential=house.key(house.sam)).count() == 8
    assert house.messages(topics.SUBSCRIBE)[-1] == "done"
    assert subscriptions_there(house).get("sam@acme.example") == 8


def test_a_primary_user_is_required(house: House) -> None:
    response = house.browser(house.dana).post(f"{URL}primary/", {"primary": ""})

    assert response.status_code == 422
    assert "Choose a Primary User." in text(response)
    house.installation.refresh_from_db()
    assert house.installation.primary_credential == house.key(house.dana)


def test_a_key_that_is_not_accepted_cannot_be_primary(house: House) -> None:
    Credential.objects.filter(membership=house.sam).update(state="refused")
    response = house.browser(house.dana).post(f"{URL}primary/", {"primary": str(house.key(house.sam).pk)})

    assert response.status_code == 422
    house.installation.refresh_from_db()
    assert house.installation.primary_credential == house.key(house.dana)


def test_the_primary_user_cannot_be_removed(house: House) -> None:
    browser = house.browser(house.dana)
    shown = followed(browser, browser.post(f"{URL}users/{house.key(house.dana).pk}/remove/"))

    assert "Dana Cole is the Primary User. Choose another one first." in shown
    assert house.key(house.dana).state == "accepted"


def test_another_user_is_removed_after_one_question_and_their_requests_run_on(house: House) -> None:
    request = house.sent()
    browser = house.browser(house.dana)
    asked = text(browser.get(f"{URL}users/{house.key(house.kim).pk}/remove/"))
    assert "Remove Kim Ito?" in asked or "Remove Kim?" in asked
    assert "1 open request" in asked
    followed(browser, browser.post(f"{URL}users/{house.key(house.kim).pk}/remove/"))

    assert not Credential.objects.filter(membership=house.kim).exists()
    house.play(request, "complete")
    assert house.refreshed(request).state == "completed"
    assert "View Completed Interview" in house.see(house.kim)


def test_a_deactivated_primary_user_needs_attention_and_another_takes_over(house: House) -> None:
    other = factories.administrator(house.company)
    request = house.sent()
    companies.deactivate(membership=house.dana, by=other)

    house.installation.refresh_from_db()
    sentence = "The Primary User Dana Cole was deactivated. Choose another one."
    assert house.installation.needs_attention == sentence
    browser = house.browser(other)
    shown = text(browser.get(URL))
    assert "Needs attention" in shown
    assert sentence in shown
    house.play(request, "accept")
    assert house.refreshed(request).state == "accepted"  # the sender's own key still asks

    followed(browser, browser.post(f"{URL}primary/", {"primary": str(house.key(house.sam).pk)}))
    house.drain()
    house.installation.refresh_from_db()
    assert house.installation.needs_attention == ""
    assert subscriptions_there(house)["sam@acme.example"] == 8


def test_a_primary_key_that_now_belongs_to_another_account_subscribes_anew(house: House) -> None:
    house.user_act(house.dana, "disable")
    credentials.remove_member(credential=house.key(house.sam), by=house.dana)
    credentials.save_key(
        installation=house.installation,
        member=house.dana,
        secret=house.secret(house.sam),
        by=house.dana,
        accept_other_owner=True,
    )
    house.drain()

    assert subscriptions_there(house).get("sam@acme.example") == 8
    assert WebhookSubscription.objects.count() == 8


# ── Test connection ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_the_connection_test_says_who_answered_and_how_fast(house: House) -> None:
    browser = house.browser(house.dana)
    shown = followed(browser, browser.post(f"{URL}test/"))

    assert "Spark Hire answered as Dana Cole in 0." in shown


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(503, "Spark Hire has a problem on its side."), (401, "The API key is not valid."), (429, "slow down")],
)
def test_the_connection_test_says_what_is_wrong(house: House, status: int, sentence: str) -> None:
    house.fault("me", "status", status=status, reason="The API key is not valid.")
    browser = house.browser(house.dana)

    assert sentence in followed(browser, browser.post(f"{URL}test/"))


def test_a_connection_test_without_a_primary_user_says_so(fresh: House) -> None:
    browser = fresh.browser(fresh.dana)

    assert "Choose a Primary User first." in followed(browser, browser.post(f"{URL}test/"))


# ── Who may ──────────────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["", "switch/", "users/add/", "users/keys/", "primary/", "test/"])
def test_nobody_but_administrators_finds_the_page(house: House, path: str) -> None:
    for member in (house.kim, house.ivy, factories.staffing(house.company)):
        browser = house.browser(member)
        assert browser.get(URL + path).status_code in (404, 405)
        assert browser.post(URL + path, {"is_on": ""}).status_code in (404, 405)
    house.installation.refresh_from_db()
    assert house.installation.is_on is True


def test_a_member_of_another_company_cannot_be_touched(house: House) -> None:
    stranger = factories.administrator(factories.CompanyFactory())
    factories.CompanyFeatureFactory(company=stranger.company, feature="video-interviewing")
    browser = house.browser(stranger)

    assert browser.post(f"{URL}users/{house.key(house.kim).pk}/remove/").status_code == 404
    browser.post(f"{URL}users/keys/", {f"{house.key(house.kim).pk}-secret": "x"})
    assert house.key(house.kim).secret == house.secret(house.kim)


# ── One's own key ────────────────────────────────────────────────────────────────────────────────────────────────────
MINE = "/profile/spark-hire-key/"


def test_a_listed_member_enters_their_own_key(house: House) -> None:
    Credential.objects.filter(membership=house.kim).delete()
    credentials.add_members(installation=house.installation, members=[house.kim], by=house.dana)
    browser = house.browser(house.kim)
    assert "User API Key" in text(browser.get(MINE))

    shown = followed(browser, browser.post(MINE, {"secret": house.secret(house.kim)}))
    assert "Accepted: Kim Ito in Spark Hire." in shown
    assert f"Stored: •••• {house.secret(house.kim)[-4:]}, accepted" in shown
    assert house.secret(house.kim) not in shown


@pytest.mark.parametrize(
    ("secret", "sentence"),
    [
        ("", "Copy the key again, without spaces."),
        ("no-such-key", "Spark Hire does not accept this key. Copy it again, without spaces."),
    ],
)
def test_a_bad_key_of_one_s_own_is_refused_and_the_old_one_kept(house: House, secret: str, sentence: str) -> None:
    response = house.browser(house.kim).post(MINE, {"secret": secret})

    assert response.status_code == 422
    assert sentence in text(response)
    assert house.key(house.kim).secret == house.secret(house.kim)


def test_a_key_of_somebody_else_is_refused_on_the_own_page_too(house: House) -> None:
    response = house.browser(house.kim).post(MINE, {"secret": house.secret(house.sam)})
    assert response.status_code == 422
    assert "This is Sam's key. Each user needs their own." in text(response)

    response = house.browser(house.kim).post(MINE, {"secret": house.driver.keys["eve@acme.example"]})
    assert response.status_code == 422
    assert "This key belongs to eve@acme.example, not kim@acme.example." in text(response)
    assert house.key(house.kim).secret == house.secret(house.kim)


def test_who_is_not_listed_reads_whom_to_ask(house: House) -> None:
    browser = house.browser(house.ivy)
    assert "You are not among the users of the Spark Hire Integration yet." in text(browser.get(MINE))
    response = browser.post(MINE, {"secret": house.driver.keys["eve@acme.example"]})

    assert response.status_code == 422
    assert not Credential.objects.filter(membership=house.ivy).exists()


def test_the_page_is_not_there_while_the_feature_is_not(house: House) -> None:
    elsewhere = factories.administrator(factories.CompanyFactory())
    assert house.browser(elsewhere).get(MINE).status_code == 404
