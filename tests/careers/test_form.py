"""The application form over HTTP, and the same by a program at the job board."""

import base64
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from recruiting.applications.models import Application, Attachment
from recruiting.candidates.models import Candidate
from recruiting.careers import applying, questions, sites
from recruiting.careers.models import Posting, Question, Submission, Upload
from recruiting.careers.public import limits
from recruiting.careers.questions import QuestionDetails
from recruiting.foundation import clock
from recruiting.jobs import services as jobs
from tests.careers.scenario import PDF, Careers, work

pytestmark = [pytest.mark.django_db(transaction=True)]
LONG_AGO = timedelta(minutes=3)


@pytest.fixture
def careers() -> Careers:
    return Careers.make()


@pytest.fixture(autouse=True)
def no_calls_before(monkeypatch: pytest.MonkeyPatch) -> None:
    for limiter in (limits.POSTS, limits.USUAL, limits.TRIES, limits.LINKS):
        limiter.calls.clear()


def path_of(careers: Careers) -> str:
    return f"/careers/acme/jobs/{careers.posting.number}-senior-buyer/apply/"


def send(client: Client, careers: Careers, *, token: str = "", resume: Any = None, **sent: Any) -> HttpResponse:
    signed = token or applying.new_token(careers.posting, now=clock.now() - LONG_AGO)
    given = {"token": signed, "first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com", **sent}
    if resume is None:
        resume = SimpleUploadedFile("Ada.pdf", PDF)
    return client.post(path_of(careers), {**given, **({"resume": resume} if resume else {})})


def ask(careers: Careers, kind: str, label: str, **more: Any) -> Question:
    details = QuestionDetails(kind=kind, label=label, **more)
    return questions.save_question(place=careers.posting, details=details, by=careers.administrator)


def test_a_form_is_filled_in_and_thanked_for(client: Client, careers: Careers) -> None:
    page = client.get(path_of(careers)).content.decode()
    assert "Apply for Senior Buyer" in page and "jobs@acme.example" in page and "for 12 months" in page
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token

    answer = send(client, careers, token=token[1])

    assert answer.status_code == 303
    thanks = client.get(answer["Location"]).content.decode()
    assert "Acme has your application" in thanks and "a…@e…" in thanks
    # It came back at once, so a person looks first.
    assert Submission.objects.get().state == "held"
    assert answer.cookies == {} and "csrfmiddlewaretoken" not in page


def test_a_failed_send_keeps_every_answer_and_the_file(client: Client, careers: Careers) -> None:
    ask(careers, "long", "Why us?", is_required=False)
    (question,) = questions.of_posting(careers.posting)
    token = applying.new_token(careers.posting, now=clock.now() - LONG_AGO)

    answer = send(client, careers, token=token, email="ada", **{questions.input_name(question): "Because <b>"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "it has no @" in page and "Ada.pdf is kept." in page and "Because &lt;b&gt;" in page
    removed = send(client, careers, token=token, email="ada", resume=False, remove="0").content.decode()
    assert "is kept" not in removed and 'value="Lovelace"' in removed
    assert not Upload.objects.exists()


def test_questions_are_read_frozen_and_silent_about_knock_outs(client: Client, careers: Careers) -> None:
    right = ask(careers, "yes_no", "May you work here?", rule="is", rule_value="yes")
    many = ask(careers, "many", "Which?", options=("Tin", "Iron"), is_required=False)
    years = ask(careers, "number", "Years?", rule="at_least", rule_value="3")
    refused = send(client, careers).content.decode()
    assert "Answer this question: May you work here?" in refused

    names = {questions.input_name(right): "no", questions.input_name(years): "2,5"}
    names[questions.input_name(many)] = [str(option["number"]) for option in many.options]
    assert send(client, careers, **names).status_code == 303
    work()

    submission = Submission.objects.get()
    assert [(each["words"], each["fails"]) for each in submission.answers] == [
        ("No", True),
        ("Tin, Iron", False),
        ("2.5", True),
    ]
    assert submission.is_knocked_out
    assert Application.objects.get().state == "active"
    questions.delete_question(question=right, by=careers.administrator)
    submission.refresh_from_db()
    assert submission.answers[0]["label"] == "May you work here?"


def test_a_form_of_yesterday_is_shown_anew_and_one_of_another_job_is_none(client: Client, careers: Careers) -> None:
    other = applying.new_token(Posting(number=1), now=clock.now())
    old = applying.new_token(careers.posting, now=clock.now() - timedelta(days=8))
    for token in (other, old, "altered", ""):
        answer = send(client, careers, token=token or "x")
        assert (answer.status_code, "open for too long" in answer.content.decode()) == (422, True)
    assert not Submission.objects.exists()


def test_an_old_handle_and_an_old_title_lead_on_and_a_closed_job_to_its_page(client: Client, careers: Careers) -> None:
    sites.change_handle(handle="acme-tools", by=careers.administrator)
    moved = client.get(f"{path_of(careers)}?source=ad-1")
    assert (moved.status_code, moved["Location"]) == (
        308,
        f"/careers/acme-tools/jobs/{careers.posting.number}-senior-buyer/apply/?source=ad-1",
    )
    jobs.close_job(job=careers.job, by=careers.administrator)
    closed = client.get(moved["Location"], follow=True)
    assert closed.status_code == 410


def test_a_flood_is_refused_and_nothing_typed_is_lost(client: Client, careers: Careers) -> None:
    for _ in range(limits.POSTS.most):
        limits.POSTS.allows("127.0.0.0/24")
    answer = send(client, careers)
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "your answers are kept" in page and 'value="Lovelace"' in page


def test_a_form_that_is_too_large_is_refused_before_it_is_read(client: Client, careers: Careers) -> None:
    answer = client.post(
        path_of(careers), b"x", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
    )
    assert (answer.status_code, "too large" in answer.content.decode()) == (413, True)


def test_the_status_page_withdraws_and_asks(client: Client, careers: Careers) -> None:
    send(client, careers)
    work()
    signed = _status_path()
    assert "Being read" in client.get(signed).content.decode()
    assert Submission.objects.get().confirmed_at is not None
    assert "Withdraw? Acme is told and stops." in client.get(f"{signed}?ask=withdraw").content.decode()
    assert client.post(signed, {"do": "erase"}).status_code == 303
    answer = client.post(signed, {"do": "withdraw"})
    assert answer.status_code == 303
    assert "You withdrew this application." in client.get(answer["Location"]).content.decode()
    bad = client.post(signed, {"do": "file", "file": SimpleUploadedFile("x.exe", b"MZ")})
    assert bad.status_code == 422
    lost = client.get("/application/none/")
    assert lost.status_code == 404 and lost["X-Robots-Tag"] == "noindex"
    assert client.post("/application/", {"email": "nobody@example.com"}).status_code == 200


def _status_path() -> str:
    from django.core import mail

    (line,) = [line for line in mail.outbox[-1].body.splitlines() if "/application/" in line]
    return urlsplit(line).path


# ── Programs ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def post(client: Client, careers: Careers, key: str, body: Any, **more: Any) -> HttpResponse:
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    path = f"/v1/boards/acme/jobs/{careers.posting.number}"
    given = {"content_type": "application/json", **more}
    return client.post(
        path,
        json.dumps(body) if given["content_type"] == "application/json" else body,
        headers={"Authorization": f"Basic {credentials}"},
        **given,
    )


def test_a_program_applies_with_a_key_and_only_with_one(client: Client, careers: Careers) -> None:
    key, secret = sites.add_board_key(name="Site", by=careers.administrator)
    body = {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "resume_content": base64.b64encode(PDF).decode(),
        "resume_content_filename": "cv.pdf",
        "cover_letter_text": "Dear Acme",
    }
    answer = post(client, careers, secret, body)
    work()

    assert (answer.status_code, answer.json()) == (200, {"success": "Candidate saved successfully"})
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert Candidate.objects.get().email == "ada@example.com"
    assert {each.name for each in Attachment.objects.all()} == {"cv.pdf", "cover_letter.txt"}
    assert Submission.objects.get().channel == "board"

    assert post(client, careers, secret, {"first_name": "Ada"}).status_code == 422
    assert post(client, careers, secret, [1]).json()["status"] == 422
    assert post(client, careers, "tlb_wrong", body).status_code == 401
    sites.revoke_board_key(key=key, by=careers.administrator)
    assert post(client, careers, secret, body).status_code == 401
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("rule", "answer", "is_met"),
    [("at_least", "3", True), ("at_least", "2.99", False), ("at_most", "3", True), ("at_most", "3.01", False)],
)
def test_a_number_at_the_edge_of_a_knock_out_meets_it(rule: str, answer: str, is_met: bool) -> None:
    assert questions.meets(Question(knock_out={"rule": rule, "value": "3"}), answer) is is_met
