"""Crosschq's tables: how a company is connected, templates, checks and their reports, prospects."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Trim

from integrations.crosschq.payload import ANY, RELATIONSHIPS
from integrations.crosschq.schemas import PATHS, Paths
from integrations.models import Installation, new_webhook_token
from integrations.requests.lifecycle import STANDARD, State
from integrations.requests.models import (
    VendorRequest,
    VendorRequestQuerySet,
    request_constraints,
    request_indexes,
)
from recruiting.companies.models import member_or_none
from recruiting.foundation import text
from recruiting.foundation.encryption import EncryptedTextField
from recruiting.foundation.keys import KeyField
from recruiting.foundation.models import ChoiceField, CompanyModel, NamedModel


class Connection(CompanyModel):
    """What a company says about its Crosschq account, beside the framework's `Installation`.

    `installation.is_on` is the switch *Make Candidate Requests*.
    """

    class ApiVersion(models.TextChoices):
        """Which bodies and paths are used (crosschq.md §7 row 1)."""

        V1 = "v1", "Version 1"
        V2 = "v2", "Version 2"

    class WebhookAuth(models.TextChoices):
        """What the vendor's webhook settings offer (crosschq.md §2.3)."""

        NONE = "none", "No Auth"
        BASIC = "basic", "Basic"
        TOKEN = "token", "Token"

    installation = models.OneToOneField(Installation, on_delete=models.CASCADE, related_name="crosschq")
    api_version = models.CharField(max_length=2, choices=ApiVersion.choices, default=ApiVersion.V1)
    # Without a list a lost answer cannot be looked up, and the check becomes uncertain.
    can_list = models.BooleanField("the vendor can list requests", default=True)
    webhook_auth = ChoiceField(WebhookAuth, max_length=5, default=WebhookAuth.TOKEN)
    webhook_secret = EncryptedTextField(default=new_webhook_token)
    default_requestor = member_or_none()
    # The job field that carries the tag; empty means the active one called "Crosschq tag".
    tag_field = models.ForeignKey("jobs.JobField", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    vendor_tells_owner = models.BooleanField("Crosschq mails the owner instead of us", default=False)
    keeps_references = models.BooleanField("keep references' names and contact details", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="connection_version_legal", condition=Q(api_version__in=["v1", "v2"])),
        ]

    def __str__(self) -> str:
        return f"Crosschq of {self.company}"

    @property
    def paths(self) -> Paths:
        """What the chosen version of the API can do, and where."""
        return PATHS[self.api_version]


class Survey(CompanyModel):
    """A survey of the vendor as it was last listed, so that pages know its limits while the vendor is away."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="+")
    codename = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    # False once a listing no longer names it: an administrator switched it off there.
    is_offered = models.BooleanField(default=True)
    # {relationship: [min, max, default]}, parsed leniently by `schemas`.
    limits = models.JSONField(default=dict)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["installation", "codename"], name="survey_once")]

    def __str__(self) -> str:
        return self.name


class Template(NamedModel):
    """What Crosschq asks, and of whom; found by the tag that a job carries."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="crosschq_templates")
    name = models.CharField(max_length=100)
    # Trimmed and in small letters: so it is saved, compared and shown.
    tag = models.CharField("ATS tag", max_length=100)
    tag_key = KeyField(sources=["tag"], key=text.compare_key)
    description = models.TextField(max_length=1000, blank=True, default="")
    position = models.CharField(max_length=150, blank=True, default="")
    survey = models.CharField(max_length=120)
    survey_name = models.CharField(max_length=200, blank=True, default="")
    # The candidate decides which kinds; then only `any_count` is asked for.
    any_relationship = models.BooleanField(default=False)
    any_count = models.PositiveSmallIntegerField(default=0)
    hiring_manager_first_name = models.CharField(max_length=80, blank=True, default="")
    hiring_manager_last_name = models.CharField(max_length=80, blank=True, default="")
    hiring_manager_email = models.EmailField(max_length=254, blank=True, default="")
    email_message = models.TextField(max_length=2000, blank=True, default="")
    sms_message = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "tag_key"], name="template_tag_unique"),
            models.UniqueConstraint(fields=["company", "name_key"], name="template_name_unique"),
            models.CheckConstraint(name="template_tag_not_empty", condition=~Q(tag="")),
            models.CheckConstraint(name="template_tag_is_normal", condition=Q(tag=Lower(Trim("tag")))),
            models.CheckConstraint(
                name="template_any_has_count",
                condition=Q(any_relationship=True, any_count__gte=1) | Q(any_relationship=False, any_count=0),
            ),
        ]


class AskedReference(CompanyModel):
    """How many references of one kind a template asks for, and what each request says to them."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="references")
    # The vendor's key of the kind, or "any".
    relationship = models.CharField(max_length=20)
    count = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "relationship"], name="askedreference_once"),
            models.CheckConstraint(
                name="askedreference_relationship_legal", condition=Q(relationship__in=[*RELATIONSHIPS, ANY])
            ),
            # None of a kind is a row only while it keeps what was typed for the kind.
            models.CheckConstraint(name="askedreference_says_something", condition=Q(count__gte=1) | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.count} {self.relationship}"


class ReferenceCheck(VendorRequest):
    """One reference check asked for. `requested_by` is who moved the candidate or pressed Send."""

    lifecycle = STANDARD

    state = ChoiceField(State, max_length=10, default=State.QUEUED)
    template = models.ForeignKey(Template, null=True, blank=True, on_delete=models.SET_NULL, related_name="checks")
    template_name = models.CharField(max_length=100)
    # The move that started it: told twice of one move, we send once.
    transition = models.ForeignKey(
        "applications.StageTransition", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # A person asked for a second one although there is one.
    is_forced = models.BooleanField(default=False)
    # The requestor, who gets the mail; the vendor knows them by the address in `order`.
    owner = member_or_none()
    # What the vendor is asked (`payload.Payload`), fixed when it was sent.
    order = models.JSONField()
    position = models.CharField(max_length=150)
    asked_count = models.PositiveSmallIntegerField()
    progress = models.PositiveSmallIntegerField(default=0, help_text="Percent.")
    entered_count = models.PositiveSmallIntegerField(default=0)
    answered_count = models.PositiveSmallIntegerField(default=0)
    is_past_due = models.BooleanField(default=False)
    # The vendor's own time of its last change: an older answer is not applied.
    status_updated_on = models.DateTimeField(null=True, blank=True)
    report_url = models.URLField(max_length=1000, blank=True, default="")
    # On completion, each once.
    note_written = models.BooleanField(default=False)
    owner_told = models.BooleanField(default=False, help_text="By our mail; the vendor's own is not known here.")

    objects: ClassVar = VendorRequestQuerySet["ReferenceCheck"].as_manager()

    class Meta:
        constraints = [
            *request_constraints("referencecheck", STANDARD),
            models.UniqueConstraint(
                fields=["application", "template"],
                condition=Q(state__in=sorted(STANDARD.blocking), is_forced=False, is_superseded=False),
                name="referencecheck_one_per_template",
            ),
            models.UniqueConstraint(
                fields=["transition"], condition=Q(transition__isnull=False), name="referencecheck_one_per_move"
            ),
            models.CheckConstraint(name="referencecheck_progress_percent", condition=Q(progress__lte=100)),
            models.CheckConstraint(
                name="referencecheck_completed_has_date",
                condition=~Q(state=State.COMPLETED) | Q(completed_at__isnull=False),
            ),
        ]
        indexes = [
            *request_indexes("referencecheck", STANDARD),
            models.Index(name="referencecheck_company", fields=["company", "state", "-id"]),
            models.Index(
                name="referencecheck_lost", fields=["installation", "invited_email"], condition=Q(vendor_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"Reference check for {self.invited_name} ({self.get_state_display()})"


class KeptReference(CompanyModel):
    """One reference's name and address, only for companies that chose to keep them."""

    reference_check = models.ForeignKey(ReferenceCheck, on_delete=models.CASCADE, related_name="kept_references")
    email = models.EmailField(max_length=254, blank=True, default="")
    first_name = models.CharField(max_length=80, blank=True, default="")
    last_name = models.CharField(max_length=80, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    status = models.CharField(max_length=80, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference_check", "email"], name="keptreference_once")]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email


class ReportFile(CompanyModel):
    """One PDF of a report on its way into the candidate's files."""

    class Kind(models.TextChoices):
        """The vendor makes two (crosschq.md §3.1)."""

        SUMMARY = "summary", "Summary"
        FULL = "full", "Full"

    class State(models.TextChoices):
        """ABSENT: the vendor's account makes no PDFs."""

        COPYING = "copying", "Copying"
        COPIED = "copied", "Copied"
        ABSENT = "absent", "Not made there"
        FAILED = "failed", "Not copied"

    reference_check = models.ForeignKey(ReferenceCheck, on_delete=models.CASCADE, related_name="files")
    kind = ChoiceField(Kind, max_length=7)
    state = ChoiceField(State, max_length=7, default=State.COPYING)
    attachment = models.ForeignKey(
        "applications.Attachment", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    failure = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reference_check", "kind"], name="reportfile_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.reference_check}"


class ProspectExport(CompanyModel):
    """How a company wants Crosschq's prospects to arrive."""

    installation = models.OneToOneField(Installation, on_delete=models.CASCADE, related_name="crosschq_prospects")
    # *Export Prospects from Crosschq* and *Automatically Export New Prospects* (which needs the first).
    is_on = models.BooleanField(default=False)
    follows = models.BooleanField(default=False)
    source = models.ForeignKey("candidates.Source", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    jobs = models.ManyToManyField("jobs.Job", blank=True, related_name="+")
    tags = models.ManyToManyField("candidates.Tag", blank=True, related_name="+")
    # Everything the vendor made up to this instant (its own clock) was taken; null before the first run to the end.
    taken_until = models.DateTimeField(null=True, blank=True)
    # When a run last came to the vendor's end.
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="prospectexport_on_has_source", condition=Q(is_on=False) | Q(source__isnull=False)
            ),
            models.CheckConstraint(name="prospectexport_follow_needs_on", condition=Q(follows=False) | Q(is_on=True)),
        ]

    def __str__(self) -> str:
        return f"Prospects of {self.company}"


class ProspectRun(CompanyModel):
    """One export, page by page; a killed one goes on from its cursor."""

    class State(models.TextChoices):
        """RUNNING until the vendor has no more, a person stops it, or it cannot go on."""

        RUNNING = "running", "Running"
        DONE = "done", "Done"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"

    export = models.ForeignKey(ProspectExport, on_delete=models.CASCADE, related_name="runs")
    state = ChoiceField(State, max_length=8, default=State.RUNNING)
    started_by = member_or_none()
    cursor = models.CharField(max_length=1000, blank=True, default="")
    # Null: everything; else only what the vendor made since.
    created_after = models.DateTimeField(null=True, blank=True)
    # When the newest prospect so far was made (the vendor's clock).
    newest_at = models.DateTimeField(null=True, blank=True)
    total = models.PositiveIntegerField(null=True, blank=True, help_text="As the vendor counted; null when it did not.")
    added_count = models.PositiveIntegerField(default=0)
    known_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=300, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export"], condition=Q(state="running"), name="prospectrun_one_running"),
            models.CheckConstraint(
                name="prospectrun_over_has_date",
                condition=Q(state="running", finished_at__isnull=True)
                | ~Q(state="running") & Q(finished_at__isnull=False),
            ),
        ]
        indexes = [models.Index(name="prospectrun_recent", fields=["export", "-id"])]

    def __str__(self) -> str:
        return f"{self.export}, {self.get_state_display()}"

    @property
    def taken_count(self) -> int:
        """How many prospects were looked at."""
        return self.added_count + self.known_count + self.skipped_count

    @property
    def is_running(self) -> bool:
        """Whether it goes on."""
        return self.state == self.State.RUNNING

    @property
    def is_whole(self) -> bool:
        """Whether it takes everything, and not only what is new."""
        return self.created_after is None


class Prospect(CompanyModel):
    """One prospect of the vendor and whom it became here; known ones are a no-op in every later run."""

    class Outcome(models.TextChoices):
        """What became of it."""

        ADDED = "added", "New"
        KNOWN = "known", "Already here"
        SKIPPED = "skipped", "Skipped"

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="+")
    vendor_id = models.CharField(max_length=80)
    outcome = ChoiceField(Outcome, max_length=7)
    candidate = models.ForeignKey(
        "candidates.Candidate", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    # Who it was and why it was left out, for the list of the skipped.
    name = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["installation", "vendor_id"], name="prospect_once")]
        indexes = [
            models.Index(name="prospect_skipped", fields=["installation", "-id"], condition=Q(outcome="skipped"))
        ]

    def __str__(self) -> str:
        return self.name or self.vendor_id
