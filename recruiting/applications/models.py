"""Applications: a person on a job, where they stand, how they got there, what was noted and which files came in."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Exists, OuterRef, Q

from recruiting.companies.models import Membership, member_or_none
from recruiting.foundation import clock
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet, VersionField
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job

UNMOVED_AFTER = timedelta(days=10)


class ApplicationQuerySet(CompanyQuerySet["Application"]):
    """Which applications somebody sees."""

    def visible_to(self, membership: Membership, *, jobs: Collection[UUID] | None = None) -> Self:
        """Return the applications on jobs that the member may see.

        Args:
            membership: who looks.
            jobs: the keys of these jobs, where they are known: a database plans with them in a third of the time.
        """
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        if jobs is not None:
            return mine.filter(job__in=jobs)
        return mine.filter(job__in=Job.objects.visible_to(membership).values("pk"))

    def allowing(self, action: Action, membership: Membership) -> Self:
        """Return the applications on jobs where the member may do `action`."""
        mine = self.for_company(membership.company)
        if membership.can(action):
            return mine
        return mine.filter(job__in=Job.objects.allowing(action, membership).values("pk"))

    def unmoved(self, *, now: datetime) -> Self:
        """Return the active applications that have stood in their step for longer than `UNMOVED_AFTER`."""
        return self.filter(state=Application.State.ACTIVE, stage_entered_at__lt=now - UNMOVED_AFTER)


class Application(CompanyModel):
    """A person on a job. A lead has not applied and stands in no stage."""

    class State(models.TextChoices):
        """Where the application is as a whole."""

        LEAD = "lead", "Lead"
        ACTIVE = "active", "Active"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"
        HIRED = "hired", "Hired"

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="applications")
    candidate = models.ForeignKey("candidates.Candidate", on_delete=models.CASCADE, related_name="applications")
    job = models.ForeignKey("jobs.Job", on_delete=models.CASCADE, related_name="applications")
    state = ChoiceField(State, max_length=10, default=State.ACTIVE)
    stage = models.ForeignKey(
        "jobs.Stage", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    stage_entered_at = models.DateTimeField(null=True, blank=True)
    source = models.ForeignKey(
        "candidates.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    closing_reason = models.CharField(max_length=200, blank=True, default="")
    version = VersionField()

    objects: ClassVar = ApplicationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "job"], name="application_once_per_job"),
            models.CheckConstraint(
                name="application_lead_has_no_stage",
                condition=Q(state="lead", stage__isnull=True)
                | Q(state__in=["active", "hired"], stage__isnull=False)
                | Q(state__in=["rejected", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="application_stage_has_date",
                condition=Q(stage__isnull=True, stage_entered_at__isnull=True)
                | Q(stage__isnull=False, stage_entered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="application_board", fields=["job", "state", "stage", "id"]),
            models.Index(name="application_company_recent", fields=["company", "-id"]),
            models.Index(name="application_leads", fields=["company", "-id"], condition=Q(state="lead")),
            models.Index(name="application_unmoved", fields=["company", "state", "stage_entered_at"]),
            # The cards of a board, a step at a time, and a job's list: the closed, who are most, are in neither.
            models.Index(
                name="application_cards",
                fields=["job", "stage", "-stage_entered_at", "-id"],
                condition=Q(state__in=["lead", "active", "hired"]),
            ),
            models.Index(
                name="application_job_recent",
                fields=["job", "-id"],
                condition=Q(state__in=["lead", "active", "hired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate} on {self.job}"

    @property
    def is_open(self) -> bool:
        """Whether the person is still in the running (hired included)."""
        return self.state in (self.State.ACTIVE, self.State.HIRED)

    def days_in_stage(self, today: date) -> int:
        """Return the company's local days since the stage was entered; 0 for today or for no stage."""
        if self.stage_entered_at is None:
            return 0
        entered = self.stage_entered_at.astimezone(self.company.zone).date()
        return max((today - entered).days, 0)


class StageTransition(CompanyModel):
    """One move of an application into a stage; never changed afterwards."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="transitions")
    from_stage = models.ForeignKey("jobs.Stage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    to_stage = models.ForeignKey("jobs.Stage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    # The transition that this one undoes.
    undoes = models.OneToOneField("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="undone_by")
    moved_by = member_or_none()
    moved_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(name="stagetransition_history", fields=["application", "-id"])]

    def __str__(self) -> str:
        return f"{self.application_id} to {self.to_stage_id}"


class StageTask(CompanyModel):
    """A step's automation that waits for a person, for one application that entered the step."""

    class State(models.TextChoices):
        """OPEN waits; DONE was started by somebody; DISMISSED was declined, or the candidate left the step."""

        OPEN = "open", "Open"
        DONE = "done", "Done"
        DISMISSED = "dismissed", "Dismissed"

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="stage_tasks")
    transition = models.OneToOneField(StageTransition, on_delete=models.CASCADE, related_name="task")
    # Empty once the step was removed; nobody stands there then, so the task is not open.
    stage = models.ForeignKey("jobs.Stage", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    action = models.CharField(max_length=80)
    # As the step had them when the candidate entered it: what was asked for stays what it was.
    settings = models.JSONField(default=dict, blank=True)
    settings_label = models.CharField(max_length=300, blank=True, default="")
    state = ChoiceField(State, max_length=9, default=State.OPEN)
    # Who started or declined it; empty when the candidate left the step.
    done_by = member_or_none()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(state="open"), name="stagetask_one_open_per_application"
            ),
            models.CheckConstraint(
                name="stagetask_open_has_step",
                condition=~Q(state="open") | Q(stage__isnull=False),
            ),
        ]
        indexes = [models.Index(name="stagetask_open", fields=["company", "stage"], condition=Q(state="open"))]

    def __str__(self) -> str:
        return f"{self.action} for {self.application_id}"


class Note(CompanyModel):
    """What a member wrote about an application."""

    class Visibility(models.TextChoices):
        """Who reads it."""

        EVERYONE = "everyone", "Everyone on the job"
        FULL_ACCESS = "full_access", "Full access only"
        AUTHOR = "actor", "Only me"

    MAX_LENGTH = 10_000

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="notes")
    author = member_or_none()
    # Who wrote it when no member did (an integration's name).
    author_label = models.CharField(max_length=120, blank=True, default="")
    body = models.TextField(max_length=MAX_LENGTH)
    visibility = ChoiceField(Visibility, max_length=12, default=Visibility.EVERYONE)
    edited_at = models.DateTimeField(null=True, blank=True)
    version = VersionField()

    class Meta:
        constraints = [models.CheckConstraint(name="note_not_empty", condition=~Q(body=""))]
        indexes = [models.Index(name="note_application", fields=["application", "-id"])]

    def __str__(self) -> str:
        return f"Note on {self.application_id}"


def attachment_path(attachment: "Attachment", filename: str) -> str:
    """Return where a file is stored: by company and id, never by the name somebody gave it."""
    return f"{attachment.company_id}/{attachment.id}"


class AttachmentQuerySet(CompanyQuerySet["Attachment"]):
    """Which files somebody sees: the one rule for lists, counts, downloads, removal and search."""

    def visible_to(self, membership: Membership) -> Self:
        """Return the files a member may see: of applications on visible jobs, and what is kept with visible people.

        Whoever sees all jobs sees all files, also those of which nobody has said where they belong.
        """
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        jobs = Job.objects.visible_to(membership).values("pk")
        sees_person = Exists(Application.objects.filter(job__in=jobs, candidate=OuterRef("candidate")))
        return mine.filter(Q(application__job__in=jobs) | Q(is_personal=True) & sees_person)


class Attachment(CompanyModel):
    """A file, stored outside every public address. Exactly one says where it belongs.

    `application`: what it came in through, as is usual. `is_personal`: it was kept with the person on purpose, for
    everybody who sees them on any job. `is_unplaced`: it is from before files belonged anywhere, the person had several
    applications, and no Administrator has said yet where it belongs.
    """

    class Kind(models.TextChoices):
        """What a file is for."""

        RESUME = "resume", "Résumé"
        COVER_LETTER = "cover_letter", "Cover letter"
        PORTFOLIO = "portfolio", "Portfolio"
        OFFER = "offer", "Offer"
        OTHER = "other", "Other"

    candidate = models.ForeignKey("candidates.Candidate", on_delete=models.CASCADE, related_name="attachments")
    application = models.ForeignKey(
        Application, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments"
    )
    is_personal = models.BooleanField(default=False)
    is_unplaced = models.BooleanField(default=False)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    kind = ChoiceField(Kind, max_length=12, default=Kind.OTHER)
    size = models.PositiveIntegerField(help_text="Bytes.")
    added_by = member_or_none()

    objects: ClassVar = AttachmentQuerySet.as_manager()

    class Meta:
        # The table is older than this app's part in it.
        db_table = "candidates_attachment"
        constraints = [
            models.CheckConstraint(
                name="attachment_has_one_place",
                condition=Q(application__isnull=False, is_personal=False, is_unplaced=False)
                | Q(application__isnull=True, is_personal=True, is_unplaced=False)
                | Q(application__isnull=True, is_personal=False, is_unplaced=True),
            ),
        ]
        indexes = [
            models.Index(name="attachment_candidate", fields=["candidate", "-id"]),
            models.Index(name="attachment_unplaced", fields=["company", "id"], condition=Q(is_unplaced=True)),
        ]

    def __str__(self) -> str:
        return self.name


class SharedFile(CompanyModel):
    """A link to one file for a vendor's server, which has no account here, and how often it was opened.

    It is dead with the file, after `expires_at`, once revoked, and as soon as the extension no longer shares it.
    """

    attachment = models.ForeignKey(Attachment, on_delete=models.CASCADE, related_name="shares")
    extension = models.CharField(max_length=60, help_text="The slug of who shares it.")
    label = models.CharField(max_length=120, help_text="For whom, in words.")
    # What of the extension's the link was made for; with that it goes.
    subject_id = models.UUIDField()
    token_digest = models.CharField(max_length=64, editable=False)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    opened_count = models.PositiveIntegerField(default=0)
    first_opened_at = models.DateTimeField(null=True, blank=True)
    last_opened_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token_digest"], name="sharedfile_token_unique"),
            models.CheckConstraint(
                name="sharedfile_opened_has_times",
                condition=Q(opened_count=0, first_opened_at__isnull=True, last_opened_at__isnull=True)
                | Q(opened_count__gt=0, first_opened_at__isnull=False, last_opened_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="sharedfile_subject", fields=["subject_id"])]

    def __str__(self) -> str:
        return f"{self.attachment} for {self.label}"
