"""The tester's pages: the candidate can be played in a browser, links lead somewhere, text is escaped."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from recruiting.foundation import clock
from tests.spark_hire.door import Door

pytestmark = pytest.mark.prove


def invitation(sandbox: Door) -> str:
    return str(sandbox.interviews()[0]["invitation_url"]).removeprefix(sandbox.server.url)


def test_the_candidate_is_played_to_the_end(sandbox: Door) -> None:
    sandbox.invite(email_message="Last day is Thursday.", timezone="America/Chicago")
    here = invitation(sandbox)

    page = sandbox.browse(here).text
    assert "Last day is Thursday." in page
    assert "America/Chicago" in page
    for action, button in (("accept", "Accept the invitation"), ("start", "Start the interview"), ("finish", "Finish")):
        assert button in sandbox.browse(here).text
        answer = sandbox.submit(f"{here}/{action}")
        assert (answer.status, answer.headers["Location"]) == (303, here)
    assert "has been submitted" in sandbox.browse(here).text
    assert sandbox.interviews()[0]["status"] == "completed"


def test_the_candidate_declines_asks_and_changes_details(sandbox: Door) -> None:
    sandbox.invite()
    here = invitation(sandbox)

    sandbox.submit(f"{here}/identity", name="Jane Roe", email="roe@example.com")
    sandbox.submit(f"{here}/extension", note="Ill")
    sandbox.submit(f"{here}/decline")

    [shape] = sandbox.interviews()
    assert (shape["assigned_to"]["name"], shape["extension_note"], shape["status"]) == ("Jane Roe", "Ill", "canceled")
    assert sandbox.submit(f"{here}/accept").status == 409


def test_an_expired_invitation_says_so(sandbox: Door) -> None:
    sandbox.invite()
    clock.travel(by=timedelta(days=8))

    page = sandbox.browse(invitation(sandbox)).text

    assert "The deadline has passed." in page
    assert "Ask for an extension" in page


def test_the_share_page_plays_without_login_and_the_watch_page_asks_for_one(sandbox: Door) -> None:
    number = sandbox.invite(job_post={"uuid": sandbox.job("Secret Chief")})["uuid"]
    sandbox.perform(number, "complete")
    url = sandbox.api("POST", f"/interviews/{number}/share_link").json["url"]
    users = {row["email"]: row["uuid"] for row in sandbox.control("GET", "/spark-hire/users").json}
    watch = f"/spark-hire/company/interviews/{number}/watch"

    shared = sandbox.browse(url.removeprefix(sandbox.server.url))
    assert (shared.status, "<svg" in shared.text) == (200, True)
    asked = sandbox.browse(watch)
    assert (asked.status, "You need to sign in to Spark Hire" in asked.text, "<svg" in asked.text) == (401, True, False)
    assert "<svg" in sandbox.submit(watch, user=users["eve@acme.example"]).text
    assert sandbox.submit(watch, user=users["sam@acme.example"]).status == 404
    assert sandbox.submit(watch, user=users["dan@acme.example"]).status == 401
    assert sandbox.browse("/spark-hire/share/nope").status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/__sandbox__/",
        "/__sandbox__/clock",
        "/__sandbox__/mails",
        "/__sandbox__/spark-hire/",
        "/__sandbox__/spark-hire/accounts",
        "/__sandbox__/spark-hire/mails",
        "/__sandbox__/spark-hire/faults",
        "/__sandbox__/spark-hire/requests",
        "/__sandbox__/spark-hire/webhooks",
        "/__sandbox__/spark-hire/webhooks/deliveries",
        "/__sandbox__/spark-hire/settings",
        "/spark-hire/company/question_sets",
        "/__sandbox__/spark-hire/interviews/{uuid}",
        "/spark-hire/company/jobs/{job}",
        "/spark-hire/company/interviews/{uuid}/watch",
        "{invitation}",
    ],
)
def test_every_page_escapes_says_sandbox_and_its_links_lead_somewhere(sandbox: Door, path: str) -> None:
    nasty = "<script>alert('x')</script>"
    made = sandbox.invite(assigned_to=[{"name": nasty, "email": "jane@example.com"}], email_message=nasty)
    sandbox.perform(made["uuid"], "extension", note=nasty)
    sandbox.api("POST", "/question_sets", {"name": nasty, "questions": [{"text": nasty}]})
    sandbox.api("POST", "/webhooks", {"event": "InterviewAccepted", "url": "http://127.0.0.1:1/<script>"})
    sandbox.perform(made["uuid"], "accept")
    sandbox.fault("me", "status", reason=nasty)

    answer = sandbox.browse(path.format(uuid=made["uuid"], job=sandbox.job(), invitation=invitation(sandbox)))

    assert answer.status == (401 if path.endswith("watch") else 200)
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert " style=" not in answer.text
    assert '<p class="banner" role="note"><strong>Sandbox</strong>' in answer.text
    for link in set(re.findall(r'href="(/[^"]+)"', answer.text)):
        assert sandbox.browse(link).status in (200, 401), link


def test_the_control_pages_buttons_work(sandbox: Door) -> None:
    number = sandbox.invite()["uuid"]
    here = f"/__sandbox__/spark-hire/interviews/{number}"

    assert sandbox.submit(f"{here}/complete").headers["Location"] == here
    assert sandbox.submit(f"{here}/rate", rating="3").status == 303
    assert sandbox.submit(f"{here}/reset").status == 303
    assert sandbox.submit(f"{here}/extend", days="3.5").status == 303
    assert sandbox.submit(f"{here}/extend", days="soon").status == 400
    clock.travel(by=timedelta(days=4))
    assert sandbox.interviews()[0]["status"] == "expired"
    assert sandbox.submit(f"{here}/complete", ahead="1").status == 303
    assert sandbox.interviews()[0]["status"] == "completed"
    assert sandbox.submit(f"{here}/delete").status == 303
    assert sandbox.interviews() == []


def test_faults_and_settings_by_form(sandbox: Door) -> None:
    faults = "/__sandbox__/spark-hire/faults"
    assert (
        sandbox.submit(faults, kind="status", operation="me", times="1", parameters='{"status": 503}', key="").status
        == 303
    )
    assert sandbox.api("GET", "/me").status == 503
    assert sandbox.submit(faults, kind="status", times="often").status == 400
    assert sandbox.submit("/__sandbox__/spark-hire/settings", rate_limit_per_minute="77").status == 303
    assert sandbox.vendor.setting("rate_limit_per_minute") == 77


def test_a_question_set_is_added_and_renamed(sandbox: Door) -> None:
    here = "/spark-hire/company/question_sets"
    company = sandbox.api("GET", "/me").json["company"]["uuid"]

    assert sandbox.submit(here, company=company, name="Third look", questions="One?\n\nTwo?").status == 303
    made = next(each for each in sandbox.api("GET", "/question_sets").json if each["name"] == "Third look")
    assert [each["text"] for each in made["questions"]] == ["One?", "Two?"]
    assert sandbox.submit(f"{here}/{made['uuid']}", name="Fourth look").status == 303
    assert sandbox.api("GET", f"/question_sets/{made['uuid']}").json["name"] == "Fourth look"


def test_our_own_mails_are_listed_newest_first(sandbox: Door, settings: object, tmp_path: Path) -> None:
    from django.core.mail import EmailMessage, get_connection

    settings.EMAIL_FILE_PATH = str(tmp_path / "mails")  # type: ignore[attr-defined]
    backend = get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(tmp_path / "mails"))
    for number in (1, 2):
        body = f"Grüße <b>{number}</b>: http://localhost:8000/invitations/t{number}/."
        EmailMessage(f"Invitation {number}", body, "us@x.example", ["sam@acme.example"], connection=backend).send()

    listed = sandbox.control("GET", "/mails").json
    page = sandbox.browse("/__sandbox__/mails").text

    assert [(mail["subject"], mail["to"]) for mail in listed] == [
        ("Invitation 2", "sam@acme.example"),
        ("Invitation 1", "sam@acme.example"),
    ]
    assert "Grüße" in listed[0]["text"]
    assert '<a href="http://localhost:8000/invitations/t2/">' in page
    assert "<b>2" not in page
