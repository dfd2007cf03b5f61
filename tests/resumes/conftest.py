"""A recruiter, an applicant and a way to have files read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile

from recruiting.applications import files
from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership
from recruiting.outbox.models import OutboxMessage
from recruiting.outbox.tasks import Attempt, task_of
from tests import factories

AddFile = Callable[..., Attachment]


@pytest.fixture
def member(settings: Any, tmp_path: Path, db: None) -> Membership:
    """An Administrator, with files in a folder of the test's."""
    settings.MEDIA_ROOT = tmp_path
    return factories.administrator(factories.CompanyFactory())


@pytest.fixture
def ada(member: Membership) -> Application:
    """An applicant."""
    person = factories.CandidateFactory(company=member.company, first_name="Ada", last_name="", email="", phone="")
    return factories.ApplicationFactory(company=member.company, candidate=person)


@pytest.fixture
def add(member: Membership) -> AddFile:
    """Adds a file to an application."""

    def added(application: Application, name: str, content: bytes, **more: Any) -> Attachment:
        upload = ContentFile(content, name=name)
        return files.add_file(application=application, upload=upload, name=name, by=more.pop("by", member), **more)

    return added


def work() -> None:
    """Run the messages about résumés that wait, as the worker does, until none waits."""
    while messages := list(OutboxMessage.objects.filter(topic__startswith="resumes.", state="waiting").order_by("id")):
        for message in messages:
            OutboxMessage.objects.filter(pk=message.pk).delete()
            task = task_of(message.topic)
            assert task is not None
            task.run(Attempt.of(message))
