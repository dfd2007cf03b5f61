"""Careers pages, published jobs and their questions, and what people sent.

Whether a job takes applications is stored nowhere: it is open, published, and its closing instant is ahead.
"""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from recruiting.companies.models import Membership, member_or_none
from recruiting.foundation import clock, text
from recruiting.foundation.keys import KeyField
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet, NamedModel, VersionField
from recruiting.foundation.permissions import Action
from recruiting.jobs.models import Job


class Language(models.TextChoices):
    """The languages of the fixed words of careers pages, by their own names."""

    ENGLISH = "en", "English"
    GERMAN = "de", "Deutsch"
    FRENCH = "fr", "Français"
    SPANISH = "es", "Español"


# ── The company's page ───────────────────────────────────────────────────────────────────────────────────────────────
class CareersSite(CompanyModel):
    """How a company shows itself to people who look for a job. There is one once somebody saved it."""

    company = models.OneToOneField("companies.Company", on_delete=models.CASCADE, related_name="careers_site")
    name = models.CharField(max_length=120, help_text="As people outside know the company.")
    color = models.CharField(max_length=7, blank=True, default="", help_text="#rrggbb; empty: ours.")
    logo = models.BinaryField(null=True, blank=True, editable=False, max_length=15_360, help_text="PNG.")
    introduction = models.TextField(max_length=5_000, blank=True, default="", help_text="Markdown.")
    what_next = models.CharField(max_length=300, blank=True, default="")
    contact = models.CharField(max_length=300, blank=True, default="", help_text="For whoever needs another way.")
    language = ChoiceField(Language, max_length=2, default=Language.ENGLISH)
    keep_months = models.PositiveSmallIntegerField(default=12, help_text="How long data is kept with consent.")
    is_indexed = models.BooleanField(default=False, help_text="Whether search engines may list it.")
    embed_origins = models.JSONField(default=list, blank=True, help_text="Origins that may frame the list of jobs.")
    version = VersionField()

    class Meta:
        constraints = [
            models.CheckConstraint(name="careerssite_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="careerssite_keep_months", condition=Q(keep_months__range=(1, 36))),
        ]

    def __str__(self) -> str:
        return self.name


class Handle(CompanyModel):
    """A company's word in addresses. Old ones stay, and lead to the current one, for ever."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="handles")
    handle = models.CharField(max_length=40)
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handle"], name="handle_unique"),
            models.UniqueConstraint(fields=["company"], condition=Q(is_current=True), name="handle_one_current"),
            models.CheckConstraint(name="handle_not_empty", condition=~Q(handle="")),
        ]

    def __str__(self) -> str:
        return self.handle


class PrivacyNotice(CompanyModel):
    """What a company tells applicants about their data. Each change is a new version; submissions keep theirs."""

    number = models.PositiveIntegerField(help_text="1 for the first of the company.")
    text = models.TextField(max_length=20_000, help_text="Markdown.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "number"], name="privacynotice_number_unique"),
            models.CheckConstraint(name="privacynotice_not_empty", condition=~Q(text="")),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"


class SourceLink(CompanyModel):
    """A code in addresses (`?source=`) that says where somebody comes from."""

    code = models.CharField(max_length=40)
    source = models.ForeignKey("candidates.Source", on_delete=models.PROTECT, related_name="links")
    # Who refers people with it; empty for a link of the company's.
    referrer = member_or_none()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "code"], name="sourcelink_code_unique"),
            models.UniqueConstraint(
                fields=["referrer"], condition=Q(referrer__isnull=False), name="sourcelink_one_per_member"
            ),
            models.CheckConstraint(name="sourcelink_code_not_empty", condition=~Q(code="")),
        ]

    def __str__(self) -> str:
        return self.code


class BoardKey(CompanyModel):
    """A key with which a program sends applications to the job board. Only its digest is kept."""

    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, editable=False)
    ending = models.CharField(max_length=4, editable=False, help_text="Its last characters, to tell it by.")
    made_by = member_or_none()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest"], name="boardkey_digest_unique")]

    def __str__(self) -> str:
        return self.name


# ── Published jobs ───────────────────────────────────────────────────────────────────────────────────────────────────
class PostingQuerySet(CompanyQuerySet["Posting"]):
    """Which jobs the public sees."""

    def taking(self, *, now: datetime) -> Self:
        """Return the jobs that take applications: open, published, and not past their closing instant."""
        live = self.filter(job__state=Job.State.OPEN).exclude(publication=Posting.Publication.NONE)
        return live.filter(Q(closes_at=None) | Q(closes_at__gt=now))

    def listed(self, *, now: datetime) -> Self:
        """Return those that stand in lists, feeds and boards."""
        return self.taking(now=now).filter(publication=Posting.Publication.PUBLIC)


class Posting(CompanyModel):
    """What the public reads of a job besides what it says itself, and whether it does."""

    class Publication(models.TextChoices):
        """Who finds it."""

        NONE = "none", "Not published"
        PUBLIC = "public", "Public"
        UNLISTED = "unlisted", "Unlisted"

    class Workplace(models.TextChoices):
        """Where the work is done."""

        ON_SITE = "on_site", "On site"
        HYBRID = "hybrid", "Hybrid"
        REMOTE = "remote", "Remote"

    class EmploymentType(models.TextChoices):
        """What kind of work it is, as search engines know it."""

        FULL_TIME = "full_time", "Full time"
        PART_TIME = "part_time", "Part time"
        CONTRACT = "contractor", "Contract"
        TEMPORARY = "temporary", "Temporary"
        INTERN = "intern", "Internship"
        VOLUNTEER = "volunteer", "Volunteer"
        PER_DIEM = "per_diem", "By the day"
        OTHER = "other", "Other"

    class PayPeriod(models.TextChoices):
        """What the pay is for."""

        HOUR = "hour", "an hour"
        DAY = "day", "a day"
        WEEK = "week", "a week"
        MONTH = "month", "a month"
        YEAR = "year", "a year"

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="posting")
    number = models.BigIntegerField(unique=True, editable=False)
    publication = ChoiceField(Publication, max_length=8, default=Publication.NONE)
    first_published_at = models.DateTimeField(null=True, blank=True)
    # The last day on which people apply, and the first instant after it in the company's zone.
    closes_on = models.DateField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    employment_type = ChoiceField(EmploymentType, max_length=10, blank=True, default="")
    workplace = ChoiceField(Workplace, max_length=7, blank=True, default="")
    remote_countries = models.JSONField(default=list, blank=True, help_text="ISO 3166-1 alpha-2; empty: anywhere.")
    pay_min = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    pay_max = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    pay_currency = models.CharField(max_length=3, blank=True, default="", help_text="ISO 4217.")
    pay_period = ChoiceField(PayPeriod, max_length=5, blank=True, default="")
    openings = models.PositiveSmallIntegerField(default=1)
    is_resume_required = models.BooleanField(default=True)
    question_sets: "models.ManyToManyField[QuestionSet, PostingQuestionSet]" = models.ManyToManyField(
        "QuestionSet", through="PostingQuestionSet", related_name="postings"
    )
    version = VersionField()

    objects: ClassVar = PostingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="posting_closes_whole",
                condition=Q(closes_on__isnull=True, closes_at__isnull=True)
                | Q(closes_on__isnull=False, closes_at__isnull=False),
            ),
            models.CheckConstraint(
                name="posting_published_once",
                condition=Q(publication="none") | Q(first_published_at__isnull=False),
            ),
            models.CheckConstraint(
                name="posting_pay_whole",
                condition=Q(pay_min__isnull=True, pay_max__isnull=True, pay_currency="", pay_period="")
                | Q(pay_min__isnull=False, pay_max__isnull=False, pay_max__gte=F("pay_min"))
                & ~Q(pay_currency="")
                & ~Q(pay_period=""),
            ),
            models.CheckConstraint(name="posting_openings", condition=Q(openings__gte=1)),
        ]
        indexes = [models.Index(name="posting_of_company", fields=["company", "publication", "-first_published_at"])]

    def __str__(self) -> str:
        return str(self.job)

    def takes_applications(self, *, now: datetime) -> bool:
        """Return whether people can apply; as `taking` says."""
        is_live = self.job.state == Job.State.OPEN and self.publication != self.Publication.NONE
        return is_live and not self.is_past(now=now)

    def is_past(self, *, now: datetime) -> bool:
        """Return whether the closing instant is behind."""
        return self.closes_at is not None and self.closes_at <= now


class QuestionSet(NamedModel):
    """Questions that several jobs ask."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="question_sets")
    name = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name_key"], name="questionset_name_unique"),
            models.CheckConstraint(name="questionset_name_not_empty", condition=~Q(name="")),
        ]


class PostingQuestionSet(CompanyModel):
    """A job asks the questions of a set."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="+")
    question_set = models.ForeignKey(QuestionSet, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["posting", "question_set"], name="postingquestionset_once")]

    def __str__(self) -> str:
        return f"{self.question_set} on {self.posting_id}"


class Question(CompanyModel):
    """What an application form asks: one job's own, or one of a set."""

    class Kind(models.TextChoices):
        """What an answer is."""

        SHORT = "short", "Short text"
        LONG = "long", "Long text"
        YES_NO = "yes_no", "Yes or no"
        ONE = "one", "One of several"
        MANY = "many", "Several of several"
        NUMBER = "number", "Number"
        DATE = "date", "Date"
        FILE = "file", "File"

    posting = models.ForeignKey(Posting, null=True, blank=True, on_delete=models.CASCADE, related_name="questions")
    question_set = models.ForeignKey(
        QuestionSet, null=True, blank=True, on_delete=models.CASCADE, related_name="questions"
    )
    number = models.BigIntegerField(unique=True, editable=False)
    position = models.PositiveIntegerField(default=0)
    kind = ChoiceField(Kind, max_length=6)
    label = models.CharField(max_length=300)
    hint = models.CharField(max_length=300, blank=True, default="")
    is_required = models.BooleanField(default=True)
    # [{"number": 1234567890, "label": "…"}] of a choice, in order.
    options = models.JSONField(default=list, blank=True)
    # What an answer must be ("knock-out"): {} or {"rule": one of `questions.RULES`, "value": …}.
    knock_out = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.CheckConstraint(
                name="question_has_one_place",
                condition=Q(posting__isnull=False, question_set__isnull=True)
                | Q(posting__isnull=True, question_set__isnull=False),
            ),
            models.CheckConstraint(name="question_not_empty", condition=~Q(label="")),
        ]

    def __str__(self) -> str:
        return self.label


# ── What people sent ─────────────────────────────────────────────────────────────────────────────────────────────────
class SubmissionQuerySet(CompanyQuerySet["Submission"]):
    """Which of what people sent somebody sees."""

    def visible_to(self, membership: Membership) -> Self:
        """Return what belongs to an application that a member sees, and what waits where they may add people."""
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        jobs = Job.objects.visible_to(membership).values("pk")
        waiting = Job.objects.allowing(Action.ADD_CANDIDATE, membership).values("pk")
        return mine.filter(Q(state="taken", posting__job__in=jobs) | Q(posting__job__in=waiting))


class Submission(CompanyModel):
    """A form that somebody sent, as it was asked and answered. Once taken it belongs to one application."""

    class State(models.TextChoices):
        """RECEIVED waits for the worker, HELD for a person."""

        RECEIVED = "received", "Received"
        HELD = "held", "Held"
        TAKEN = "taken", "Taken"
        DISCARDED = "discarded", "Discarded"

    class Channel(models.TextChoices):
        """How it came."""

        FORM = "form", "Application form"
        BOARD = "board", "Job board API"

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="submissions")
    application = models.ForeignKey(
        "applications.Application", null=True, blank=True, on_delete=models.CASCADE, related_name="submissions"
    )
    state = ChoiceField(State, max_length=9, default=State.RECEIVED)
    channel = ChoiceField(Channel, max_length=5, default=Channel.FORM)
    # Digest of the token in the form: one makes one application, however often it is sent.
    form_digest = models.CharField(max_length=64, editable=False)
    first_name = models.CharField(max_length=80, blank=True, default="")
    last_name = models.CharField(max_length=80, blank=True, default="")
    email = models.EmailField(max_length=254)
    email_key = KeyField(sources=["email"], key=text.email_key)
    phone = models.CharField(max_length=40, blank=True, default="")
    # [{"number", "kind", "label", "value", "words", "fails"}] in the order of the form.
    answers = models.JSONField(default=list, blank=True)
    language = ChoiceField(Language, max_length=2, default=Language.ENGLISH)
    notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT, related_name="+")
    # For how long they said that their data may be kept for other jobs; empty: they did not.
    keep_months = models.PositiveSmallIntegerField(null=True, blank=True)
    keep_withdrawn_at = models.DateTimeField(null=True, blank=True)
    source = models.ForeignKey("candidates.Source", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    referrer = member_or_none()
    received_at = models.DateTimeField(default=clock.now)
    # After the job had closed, with a form that was open before.
    is_late = models.BooleanField(default=False)
    # An answer is not what it must be.
    is_knocked_out = models.BooleanField(default=False)
    # The person was on this job already, and which state they had then.
    applied_again = models.CharField(max_length=10, blank=True, default="")
    # They are known under another name, and nobody has said yet whether it is theirs.
    has_other_name = models.BooleanField(default=False)
    hold_reason = models.CharField(max_length=200, blank=True, default="")
    taken_at = models.DateTimeField(null=True, blank=True)
    discarded_at = models.DateTimeField(null=True, blank=True)
    receipt_sent_at = models.DateTimeField(null=True, blank=True)
    # When the link in the receipt was opened: only then is it known that the address is theirs.
    confirmed_at = models.DateTimeField(null=True, blank=True)
    # When somebody of the team saw to it that the person is looked at.
    seen_at = models.DateTimeField(null=True, blank=True)
    # When the status page says that the application is closed.
    closed_shown_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = SubmissionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "form_digest"], name="submission_once_per_form"),
            models.CheckConstraint(
                name="submission_taken_has_application",
                condition=Q(state="taken", application__isnull=False)
                | Q(state__in=["received", "held", "discarded"], application__isnull=True),
            ),
            models.CheckConstraint(name="submission_held_has_reason", condition=~Q(state="held") | ~Q(hold_reason="")),
        ]
        indexes = [
            models.Index(name="submission_application", fields=["application", "-id"]),
            models.Index(name="submission_address", fields=["email_key", "company", "-id"]),
            models.Index(name="submission_held", fields=["company", "posting", "id"], condition=Q(state="held")),
            models.Index(
                name="submission_new",
                fields=["company", "posting", "id"],
                condition=Q(state="taken", seen_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def name(self) -> str:
        """The name as it was sent."""
        return str(self)


def upload_path(upload: "Upload", filename: str) -> str:
    """Return where a file is stored: by company and id, never by the name somebody gave it."""
    return f"{upload.company_id}/careers/{upload.id}"


class Upload(CompanyModel):
    """A file of a form that is not taken yet: kept through failed sends, then moved to the application."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="+")
    submission = models.ForeignKey(Submission, null=True, blank=True, on_delete=models.CASCADE, related_name="uploads")
    form_digest = models.CharField(max_length=64, editable=False)
    # The question it answers; empty for the résumé.
    question_number = models.BigIntegerField(null=True, blank=True)
    file = models.FileField(upload_to=upload_path, max_length=200)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "form_digest", "question_number"],
                condition=Q(question_number__isnull=False),
                name="upload_once_per_question",
            ),
            models.UniqueConstraint(
                fields=["company", "form_digest"],
                condition=Q(question_number__isnull=True),
                name="upload_one_resume",
            ),
        ]
        indexes = [models.Index(name="upload_loose", fields=["created_at"], condition=Q(submission__isnull=True))]

    def __str__(self) -> str:
        return self.name


class DataRequest(CompanyModel):
    """Somebody asked on their status page for their data, or to be erased. Administrators see to it."""

    class Kind(models.TextChoices):
        """What was asked."""

        COPY = "copy", "A copy of their data"
        ERASE = "erase", "Erasure"

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="data_requests")
    kind = ChoiceField(Kind, max_length=5)
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = member_or_none()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "kind"], condition=Q(done_at__isnull=True), name="datarequest_one_open"
            )
        ]
        indexes = [models.Index(name="datarequest_open", fields=["company", "id"], condition=Q(done_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.submission}"


class JobMail(CompanyModel):
    """How a member hears of new applicants of a job. No row: not by mail."""

    class Often(models.TextChoices):
        """When."""

        DAILY = "daily", "Once a day"
        AT_ONCE = "at_once", "At once"

    membership = models.ForeignKey("companies.Membership", on_delete=models.CASCADE, related_name="+")
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    often = ChoiceField(Often, max_length=7)
    # Up to which submission the member was told.
    told_until = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "job"], name="jobmail_once")]

    def __str__(self) -> str:
        return f"{self.get_often_display()} for {self.membership_id}"
