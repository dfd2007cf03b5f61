"""Taking back what was just added by mistake: an application to which nothing happened, and a person with nothing else.

This is no erasure and no way to end an application: as soon as somebody noted, moved, sent or received anything, it is
refused and the application stays.
"""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.db.models.fields.files import FieldFile

from newsfeed.models import NewsfeedEntry
from recruiting.applications import services
from recruiting.applications.models import Application, Attachment, StageTask, StageTransition
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action

# What comes with being added. Of transitions there is one then.
_OWN = ("applications.StageTransition", "applications.StageTask", "applications.Attachment", "newsfeed.NewsfeedEntry")
_OF_PERSON = ("applications.Attachment", "newsfeed.NewsfeedEntry", "search.SearchDocument", "applications.Application")


def take_back(*, application: Application, with_person: bool, by: Membership) -> None:
    """Delete an application that was just added, with its files, and the person where they have nothing else.

    Args:
        application: which one.
        with_person: whether the person came with it.
        by: who takes it back; they may add candidates to its job.

    Raises:
        NotFound, NotAllowed: when they may not see the application, or not add candidates to its job.
        Conflict: when something happened to it since.
    """
    with transaction.atomic():
        locked = services.lock(application, by, Action.ADD_CANDIDATE)
        person = locked.candidate
        refused = Conflict(
            f"Something happened to {person.name}'s application since. Withdraw or reject it instead.", code="in_use"
        )
        if locked.state not in (Application.State.LEAD, Application.State.ACTIVE) or locked.version > 2:
            raise refused
        if StageTransition.objects.filter(application=locked).count() > 1 or _is_used(locked, _OWN):
            raise refused
        files = Attachment.objects.filter(application=locked)
        if with_person:
            others = Application.objects.filter(candidate=person).exclude(pk=locked.pk)
            if others.exists() or person.version > 1 or _is_used(person, _OF_PERSON):
                raise refused
            files = Attachment.objects.filter(candidate=person)
        stored = [file.file for file in files]
        NewsfeedEntry.objects.filter(application=locked).delete()
        StageTask.objects.filter(application=locked).delete()
        locked.delete()
        if with_person:
            Candidate.objects.get(pk=person.pk).delete()
        transaction.on_commit(lambda: _delete(stored), robust=True)


def _delete(stored: Sequence[FieldFile]) -> None:
    for each in stored:
        each.storage.delete(str(each.name))


def _is_used(row: models.Model, own: tuple[str, ...]) -> bool:
    """Return whether any table besides its own has a row about this one; what was read of files goes with these."""
    for relation in row._meta.related_objects:
        model: Any = relation.related_model
        if model._meta.label in own or not model._meta.managed or model._meta.app_label == "resumes":
            continue
        if model._base_manager.filter(**{relation.field.name: row.pk}).exists():
            return True
    return False
