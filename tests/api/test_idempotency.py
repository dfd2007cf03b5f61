"""POST once: what is kept with a key, for whom and how long."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from recruiting.api import idempotency
from recruiting.api.models import ApiToken, IdempotencyKey
from recruiting.applications import services as applications
from recruiting.applications.models import Application, Attachment, Note
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job
from tests.api.conftest import Caller, MakeCaller
from tests.factories import ApplicationFactory

KEY = "3f1c"
NOTE = {"body": "A note."}


@pytest.fixture
def application(buyer: Job) -> Application:
    return ApplicationFactory(job=buyer)


def notes(application: Application) -> str:
    return f"applications/{application.pk}/notes/"


def again(caller: Caller, path: str, body: Any, key: str = KEY) -> Any:
    return caller.post(path, body, idempotency_key=key)


def age(**fields: Any) -> None:
    IdempotencyKey.objects.update(**fields)


@pytest.mark.both_engines
def test_the_same_call_again_writes_nothing_and_answers_what_is_there_now(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, path = calls_as(dana), notes(application)

    first = again(caller, path, NOTE)
    applications.edit_note(note=Note.objects.get(), body="Edited.", by=dana)
    second = again(caller, path, {"body": "A note."})

    assert (first.status_code, second.status_code, Note.objects.count()) == (201, 201, 1)
    assert second.json() == {**first.json(), "body": "Edited.", "version": 2, "edited_at": second.json()["edited_at"]}
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in first.headers
    kept = IdempotencyKey.objects.values().get()
    assert "A note" not in str(kept) and KEY not in str(kept)


def test_a_token_that_may_not_read_is_told_no_more_the_second_time(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana, "notes:write")

    first, second = (again(caller, notes(application), NOTE) for _ in "12")

    assert first.json() == second.json() and set(first.json()) == {"id", "url"}


def test_a_file_and_a_member_of_a_list_are_answered_again(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, path = calls_as(dana), f"/api/v1/applications/{application.pk}/files/"
    headers = {"Authorization": f"Bearer {caller.token}", "Idempotency-Key": KEY}

    def send(content: bytes) -> Any:
        return caller.client.post(path, {"file": SimpleUploadedFile("a.txt", content)}, headers=headers)

    first, second, other = send(b"One"), send(b"One"), send(b"Two")
    assert (first.status_code, second.status_code, other.json()["code"]) == (201, 201, "key_reused")
    assert first.json()["id"] == second.json()["id"] and Attachment.objects.count() == 1

    team = {"membership": str(dana.pk), "role": "recruiter"}
    added = [again(caller, f"jobs/{application.job_id}/team/", team) for _ in "12"]
    assert added[0].json() == added[1].json() and added[0].json()["role"] == "recruiter"


def test_another_body_is_refused_and_another_address_token_or_key_is_another_call(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, other = calls_as(dana), ApplicationFactory(job=application.job)
    again(caller, notes(application), NOTE)

    refused = again(caller, notes(application), {"body": "Another."})

    assert (refused.status_code, refused.json()["code"]) == (422, "key_reused")
    for answer in (
        again(caller, notes(other), NOTE),
        again(calls_as(dana), notes(application), NOTE),
        again(caller, notes(application), NOTE, key="another"),
        caller.post(notes(application), NOTE),
    ):
        assert answer.status_code == 201 and "Idempotency-Replayed" not in answer.headers
    assert Note.objects.count() == 5


def test_refusals_409_and_422_are_kept_in_words(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller = calls_as(dana)
    person = {"candidate": str(application.candidate_id), "job": str(application.job_id)}

    for path, body, status, code in (
        ("applications/", person, 409, "already_on_job"),
        (notes(application), {"body": ""}, 422, "invalid_input"),
        (notes(application), {"body": " "}, 422, "invalid_input"),
    ):
        first, second = (again(caller, path, body, key=f"{code}{len(body.get('body', ''))}") for _ in "12")
        assert (
            (first.status_code, first.json()["code"]) == (second.status_code, second.json()["code"]) == (status, code)
        )
        assert "So it was when the key was sent first" in second.json()["detail"]


def test_after_any_other_answer_the_key_is_free(
    dana: Membership, interviewer: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, path = calls_as(dana), notes(application)

    assert again(calls_as(interviewer), f"jobs/{application.job_id}/close/", None).status_code == 403
    assert again(caller, f"applications/{application.candidate_id}/notes/", NOTE).status_code == 404
    with patch.object(applications, "write_note", side_effect=RuntimeError):
        assert again(caller, path, NOTE).status_code == 500
    assert not IdempotencyKey.objects.exists()
    assert again(caller, path, NOTE).status_code == 201


def test_while_one_runs_others_are_refused_until_it_lapses(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, path = calls_as(dana), notes(application)
    again(caller, path, NOTE)
    Note.objects.all().delete()
    age(status=None, row=None, address="", updated_at=clock.now() - timedelta(seconds=50))

    refused = again(caller, path, NOTE)
    assert (refused.status_code, refused.json()["code"]) == (409, "key_running")

    age(updated_at=clock.now() - timedelta(seconds=61))
    assert again(caller, path, NOTE).status_code == 201
    assert again(caller, path, NOTE).headers["Idempotency-Replayed"] == "true"
    assert Note.objects.count() == 1


def test_one_that_was_overtaken_writes_nothing(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, path, write = calls_as(dana), notes(application), applications.write_note

    def slowly(**given: Any) -> Note:
        note = write(**given)
        age(updated_at=clock.now() + timedelta(seconds=1))
        return note

    with patch.object(applications, "write_note", slowly):
        refused = again(caller, path, NOTE)

    assert (refused.status_code, refused.json()["code"]) == (409, "key_running")
    assert not Note.objects.exists()


def test_after_a_day_it_is_forgotten(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    caller, path = calls_as(dana), notes(application)
    again(caller, path, NOTE)
    assert idempotency.forget() == 0

    age(created_at=clock.now() - timedelta(hours=25))
    assert again(caller, path, {"body": "Another."}).status_code == 201
    age(created_at=clock.now() - timedelta(hours=25))
    assert idempotency.forget() == 1
    assert not IdempotencyKey.objects.exists()


def test_what_is_kept_goes_with_what_it_is_about_and_with_who_called(
    dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    kept, token = ApplicationFactory(job=application.job), calls_as(dana)
    for caller, about in ((token, application), (token, kept), (calls_as(dana), kept)):
        again(caller, notes(about), NOTE)
    again(token, "candidates/", {"first_name": "Ada", "job": str(application.job_id)})
    ada = Candidate.objects.get(first_name="Ada")
    assert (IdempotencyKey.objects.count(), idempotency.forget_about([]), idempotency.forget_about([dana.pk])) == (
        4,
        0,
        0,
    )

    assert idempotency.forget_about([application.pk, ada.pk]) == 2
    first = ApiToken.objects.earliest("id")
    assert idempotency.forget_about([first.pk]) == 1

    left = IdempotencyKey.objects.get()
    assert str(kept.pk) in left.address and str(first.pk) not in left.caller


@pytest.mark.parametrize("key", ["", "a b", "é", "x" * 256, "a\x00", "\x7f"])
def test_keys_that_are_none_are_refused(
    dana: Membership, application: Application, calls_as: MakeCaller, key: str
) -> None:
    response = again(calls_as(dana), notes(application), NOTE, key=key)

    assert (response.status_code, list(response.json()["errors"])) == (422, ["Idempotency-Key"])
    assert not Note.objects.exists()


def test_it_is_for_post_alone(dana: Membership, application: Application, calls_as: MakeCaller) -> None:
    caller = calls_as(dana)

    caller.patch(f"candidates/{application.candidate_id}/", {"phone": "1"}, idempotency_key=KEY)
    assert again(caller, "me/", None).status_code == 405

    assert not IdempotencyKey.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_ten_at_once_one_writes(
    transactional_db: None, postgres: None, dana: Membership, application: Application, calls_as: MakeCaller
) -> None:
    caller, barrier, statuses = calls_as(dana), Barrier(10), []
    body = {"first_name": "Ada", "job": str(application.job_id)}

    def send() -> None:
        one = Caller(caller.token)
        barrier.wait()
        statuses.append(again(one, "candidates/", body).status_code)
        connection.close()

    threads = [Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(statuses) <= {201, 409} and 201 in statuses
    assert Candidate.objects.count() == 2
