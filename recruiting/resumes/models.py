"""What was read of each file, and résumés that were dropped on a job together."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from recruiting.applications.models import Application, Attachment
from recruiting.companies.models import Membership, member_or_none
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet
from recruiting.jobs.models import Job
from recruiting.resumes.reader import document

MAX_TRIES = 3
"""How often a file is begun; one at which the worker itself ended each time is unreadable."""


class DocumentTextQuerySet(CompanyQuerySet["DocumentText"]):
    """Which texts somebody sees."""

    def visible_to(self, membership: Membership) -> Self:
        """Return the texts of the files that a member may see."""
        visible = Attachment.objects.visible_to(membership)
        return self.for_company(membership.company).filter(attachment__in=visible.values("pk"))

    def outdated(self) -> Self:
        """Return what an older reader read."""
        return self.filter(reader_version__lt=document.VERSION, is_waiting=False)


class DocumentText(CompanyModel):
    """What was read of one file, by which version of the reader."""

    class State(models.TextChoices):
        """`WAITING` was never read; the others are the reader's."""

        WAITING = "waiting", "Being read"
        READ = document.State.READ.value, "Read"
        SCAN = document.State.SCAN.value, "Scan without text"
        EMPTY = document.State.EMPTY.value, "Without text"
        ENCRYPTED = document.State.ENCRYPTED.value, "With a password"
        UNREADABLE = document.State.UNREADABLE.value, "Unreadable"

    attachment = models.OneToOneField(Attachment, on_delete=models.CASCADE, related_name="reading")
    state = ChoiceField(State, max_length=10, default=State.WAITING)
    # Whether the worker is to read it, for the first time or again; until then what was read before stays.
    is_waiting = models.BooleanField(default=True)
    tries = models.PositiveSmallIntegerField(default=0)
    reader_version = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(blank=True, default="")
    blocks = models.JSONField(default=list, blank=True)
    links = models.JSONField(default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    pages = models.PositiveIntegerField(null=True, blank=True)
    is_cut = models.BooleanField(default=False)

    objects: ClassVar = DocumentTextQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="documenttext_waiting_is_to_be_read", condition=~Q(state="waiting") | Q(is_waiting=True)
            ),
            models.CheckConstraint(
                name="documenttext_only_read_has_text", condition=Q(state__in=["read", "waiting"]) | Q(text="")
            ),
        ]
        indexes = [
            models.Index(name="documenttext_waiting", fields=["company", "id"], condition=Q(is_waiting=True)),
            models.Index(name="documenttext_version", fields=["reader_version", "id"]),
        ]

    def __str__(self) -> str:
        return f"Text of {self.attachment_id} ({self.state})"

    @property
    def sentence(self) -> str:
        """What is to be said of how reading went; "" where there is a text."""
        return SENTENCES[self.state]


SENTENCES: dict[str, str] = {
    DocumentText.State.WAITING: "This file is being read.",
    DocumentText.State.READ: "",
    DocumentText.State.SCAN: "No text could be read from this scan, so search won't find it.",
    DocumentText.State.EMPTY: "There is no text in this file, so search won't find it.",
    DocumentText.State.ENCRYPTED: "This file has a password, so its text could not be read and search won't find it.",
    DocumentText.State.UNREADABLE: "This file could not be read, so search won't find it. It may be damaged.",
}


def held_path(held: "HeldResume", filename: str) -> str:
    """Return where a résumé is held."""
    return f"{held.company_id}/{held.id}"


class HeldResume(CompanyModel):
    """A résumé that somebody chose on *Add candidate*, held with what was found in it until they add the person."""

    added_by = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    file = models.FileField(upload_to=held_path, max_length=200)
    reading = models.JSONField(default=dict)

    class Meta:
        verbose_name = "held résumé"

    def __str__(self) -> str:
        return self.name


class ResumeBatch(CompanyModel):
    """Résumés that a member dropped on a job together, each to become an application."""

    MAX_FILES = 50

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    source = models.ForeignKey("candidates.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    as_lead = models.BooleanField(default=False)
    added_by = member_or_none()

    class Meta:
        verbose_name = "batch of résumés"
        indexes = [models.Index(name="resumebatch_recent", fields=["added_by", "-id"])]

    def __str__(self) -> str:
        return f"Résumés for {self.job_id}"


def item_path(item: "ResumeBatchItem", filename: str) -> str:
    """Return where a file waits until it belongs to an application."""
    return f"{item.company_id}/{item.id}"


class ResumeBatchItem(CompanyModel):
    """One of the files of a batch, what was found in it, and what became of it."""

    class State(models.TextChoices):
        """WAITING is being read; ASKS is for a person to decide; UNDONE was added and taken back."""

        WAITING = "waiting", "Being read"
        ADDED = "added", "Added"
        ASKS = "asks", "Needs you"
        SKIPPED = "skipped", "Left out"
        REFUSED = "refused", "Not taken"
        UNDONE = "undone", "Undone"

    batch = models.ForeignKey(ResumeBatch, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100, blank=True, default="")
    file = models.FileField(upload_to=item_path, max_length=200, blank=True)
    state = ChoiceField(State, max_length=8, default=State.WAITING)
    reading = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300, blank=True, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    candidate = models.ForeignKey(
        "candidates.Candidate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    application = models.ForeignKey(Application, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # Whether the person was new with this file; then undoing takes them away as well.
    made_person = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="resumebatchitem_position_unique")]
        indexes = [
            models.Index(name="resumebatchitem_waiting", fields=["company", "id"], condition=Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def fields(self) -> dict[str, Any]:
        """What was found of the person."""
        return dict(self.reading.get("fields") or {})
