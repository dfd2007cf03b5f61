"""What is kept of files: read by the worker, again by command, and told to whoever may see the file."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from newsfeed import facts
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Attempt
from recruiting.resumes import child, tasks
from recruiting.resumes.models import DocumentText
from recruiting.resumes.reader import document
from tests import factories
from tests.resumes import making
from tests.resumes.conftest import AddFile, work

PERSON = making.Person()


def test_a_stored_document_is_read_by_the_worker(ada: Application, add: AddFile) -> None:
    file = add(ada, "cv.docx", making.resume("docx", PERSON), kind="resume")
    before = DocumentText.objects.get(attachment=file)
    add(ada, "me.png", b"\x89PNG\r\n\x1a\n")

    work()

    found = DocumentText.objects.get()
    assert (before.state, before.sentence) == ("waiting", "This file is being read.")
    assert (found.state, found.is_waiting, found.reader_version) == ("read", False, document.VERSION)
    assert found.text.startswith("Ada Lovelace\n")
    assert found.fields["email"] == PERSON.email
    assert found.blocks[0] == {"kind": "paragraph", "text": "Ada Lovelace", "level": 0, "cells": []}


def test_more_files_than_a_child_reads_are_read_after_each_other(
    ada: Application, add: AddFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(child, "FILES", 2)
    for number in range(5):
        add(ada, f"{number}.txt", f"Words {number}".encode())

    work()

    assert sorted(DocumentText.objects.values_list("text", "state")) == [(f"Words {n}", "read") for n in range(5)]


@pytest.mark.parametrize(
    ("name", "content", "state", "words"),
    [
        ("scan.pdf", making.pdf([]), "scan", "No text could be read from this scan, so search won't find it."),
        ("locked.pdf", making.encrypted_pdf(), "encrypted", "This file has a password, so"),
        ("cut.pdf", making.pdf(["Ada"])[:70], "unreadable", "This file could not be read, so"),
        ("blank.txt", b" ", "empty", "There is no text in this file, so"),
    ],
)
def test_what_has_no_text_says_why(
    ada: Application, add: AddFile, name: str, content: bytes, state: str, words: str
) -> None:
    file = add(ada, name, content)

    work()

    found = DocumentText.objects.get(attachment=file)
    assert (found.state, found.text) == (state, "")
    assert found.sentence.startswith(words)


def test_a_file_that_is_gone_or_ended_the_worker_three_times_is_unreadable(ada: Application, add: AddFile) -> None:
    gone, ended = add(ada, "gone.txt", b"words"), add(ada, "ended.txt", b"words")
    gone.file.storage.delete(gone.file.name)
    DocumentText.objects.filter(attachment=ended).update(tries=3)

    work()

    assert set(DocumentText.objects.values_list("state", flat=True)) == {"unreadable"}


def test_the_command_has_older_versions_and_older_files_read_again(
    ada: Application, add: AddFile, django_assert_max_num_queries: Any
) -> None:
    old, missing = add(ada, "old.txt", b"old"), add(ada, "missing.txt", b"missing")
    add(ada, "new.txt", b"new")
    work()
    DocumentText.objects.filter(attachment=missing).delete()
    DocumentText.objects.filter(attachment=old).update(reader_version=0, text="as it was read before")
    said = StringIO()

    call_command("read_resumes", stdout=said)

    assert said.getvalue() == "2 files will be read by the worker.\n"
    assert DocumentText.objects.get(attachment=old).text == "as it was read before"
    assert DocumentText.objects.filter(is_waiting=True).count() == 2
    work()
    assert DocumentText.objects.get(attachment=old).text == "old"
    assert DocumentText.objects.get(attachment=missing).text == "missing"
    assert tasks.read_again() == 0


def test_a_removed_files_text_goes_with_it(ada: Application, add: AddFile, member: Membership) -> None:
    file = add(ada, "cv.txt", b"words")
    work()

    Attachment.objects.filter(pk=file.pk).delete()

    assert not DocumentText.objects.exists()


def test_only_who_sees_the_file_sees_its_text(ada: Application, add: AddFile, member: Membership) -> None:
    add(ada, "cv.txt", b"words")
    work()
    elsewhere = factories.administrator(factories.CompanyFactory())
    outsider = factories.MembershipFactory(company=member.company)

    assert DocumentText.objects.visible_to(member).count() == 1
    assert DocumentText.objects.visible_to(elsewhere).count() == 0
    assert DocumentText.objects.visible_to(outsider).count() == 0


def test_only_what_was_begun_counts_as_tried(ada: Application, add: AddFile, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        add(ada, f"{number}.txt", b"words")
    monkeypatch.setattr(tasks, "SECONDS", 0.0)

    for _ in range(4):  # as many runs as no file would survive
        tasks.read_waiting.run(
            Attempt.of(OutboxMessage(topic="resumes.read", payload={"company": str(ada.company_id)}))
        )

    assert set(DocumentText.objects.values_list("state", "tries")) == {("waiting", 0)}


def test_what_cannot_be_read_is_news_and_a_fact(ada: Application, add: AddFile) -> None:
    add(ada, "scan.pdf", making.pdf([]))
    add(ada, "cv.txt", b"words")
    told: list[str] = []
    facts.listen(listener := lambda all_of: told.extend(fact.kind.name for fact in all_of))

    work()
    facts._listeners.remove(listener)

    entry = NewsfeedEntry.objects.get(verb="resumes.unreadable")
    assert (entry.application, entry.payload["file"], entry.actor) == (ada, "scan.pdf", None)
    assert told == ["file.read", "file.read"]
