"""Jobs, who works on them, the hiring processes they follow and the fields a company adds to them."""

from collections.abc import Collection
from typing import ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from recruiting.companies.models import Membership
from recruiting.company_fields.models import Field, FieldOption, FieldValue
from recruiting.foundation import permissions, text
from recruiting.foundation.keys import SearchField
from recruiting.foundation.models import ChoiceField, CompanyModel, CompanyQuerySet, NamedModel, VersionField
from recruiting.foundation.permissions import Action, JobRole


class StageGroup(models.TextChoices):
    """The five groups every process has, in this order."""

    NEW = "new", "New"
    IN_REVIEW = "in_review", "In Review"
    INTERVIEW = "interview", "Interview"
    OFFER = "offer", "Offer"
    HIRED = "hired", "Hired"


class HiringProcess(NamedModel):
    """A named sequence of stages; one of a company's is the default for new jobs."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="hiring_processes")
    name = models.CharField(max_length=100)
    is_default = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "hiring processes"
        constraints = [
            models.UniqueConstraint(fields=["company", "name_key"], name="hiringprocess_name_unique"),
            models.UniqueConstraint(fields=["company"], condition=Q(is_default=True), name="hiringprocess_one_default"),
        ]


class Stage(NamedModel):
    """A step of a process, in a stage group. Order: group, then position."""

    process = models.ForeignKey(HiringProcess, on_delete=models.CASCADE, related_name="stages")
    group = ChoiceField(StageGroup, max_length=12)
    name = models.CharField(max_length=80)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "id")
        constraints = [
            models.UniqueConstraint(fields=["process", "name_key"], name="stage_name_unique"),
            models.CheckConstraint(name="stage_name_not_empty", condition=~Q(name="")),
        ]

    @property
    def order(self) -> tuple[int, int]:
        """Where the stage stands in its process."""
        return list(StageGroup.values).index(self.group), self.position


class StageAutomation(CompanyModel):
    """What happens when a candidate enters a stage: an extension's stage action, by its key. No row: nothing."""

    class Mode(models.TextChoices):
        """Whether a person is asked first (a task), or the action runs by itself."""

        ASK = "ask", "Create a task"
        SEND = "send", "Send"

    CHOSEN = ("action", "mode", "settings", "settings_label")

    stage = models.OneToOneField(Stage, on_delete=models.CASCADE, related_name="automation")
    action = models.CharField(max_length=80)
    mode = ChoiceField(Mode, max_length=4, default=Mode.SEND)
    # What was chosen among the action's options, by their keys, and how that read then.
    settings = models.JSONField(default=dict, blank=True)
    settings_label = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [models.CheckConstraint(name="stageautomation_names_action", condition=~Q(action=""))]

    def __str__(self) -> str:
        return f"{self.action} on {self.stage}"


class PublicNumber(models.Model):
    """A number by which the outside knows something, such as a published job; never given twice, also once it is gone.

    Ten digits at random, so that nobody counts a company's jobs, and every program can read them as a number.
    """

    number = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return str(self.number)


class Department(NamedModel):
    """A part of the company. A job keeps its name, too, so that lists and searches need no join."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="departments")
    name = models.CharField(max_length=100)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children")
    number = models.BigIntegerField(unique=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name_key"], name="department_name_unique"),
            models.CheckConstraint(name="department_name_not_empty", condition=~Q(name="")),
        ]


class Location(NamedModel):
    """Somewhere people of the company work. A job keeps the address of its first one, too."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(max_length=220, help_text="As people read it, such as Berlin office.")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField("state", max_length=100, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2, such as US.")
    number = models.BigIntegerField(unique=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "name_key"], name="location_name_unique"),
            models.CheckConstraint(name="location_name_not_empty", condition=~Q(name="")),
            models.CheckConstraint(name="location_has_address", condition=~Q(city="", region="", country="")),
        ]

    @property
    def address(self) -> str:
        """City, state and country in one line; "" when none is given."""
        return in_one_line(self.city, self.region, self.country)


def in_one_line(*parts: str) -> str:
    """Return what there is of city, state and country in one line."""
    return ", ".join(filter(None, parts))


class JobQuerySet(CompanyQuerySet["Job"]):
    """Which jobs somebody sees."""

    def visible_to(self, membership: Membership, *, jobs: Collection[UUID] | None = None) -> Self:
        """Return the jobs that a member may see: all, or those with a role on them, `jobs` where they are known."""
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        if jobs is not None:
            return mine.filter(pk__in=jobs)
        return mine.filter(pk__in=HiringTeamMember.objects.filter(membership=membership).values("job"))

    def allowing(self, action: Action, membership: Membership) -> Self:
        """Return the jobs on which a member may do `action`."""
        rule = permissions.PERMISSIONS[action]
        mine = self.for_company(membership.company)
        if membership.role in rule.company_roles:
            return mine
        with_role = HiringTeamMember.objects.filter(membership=membership, role__in=rule.job_roles)
        return mine.filter(pk__in=with_role.values("job"))

    def matching(self, typed: str) -> Self:
        """Return jobs whose title, department, city or state contains every word; accents and capitals do not count."""
        words = Q()
        for word in text.search_words(typed):
            words &= Q(search_key__contains=word)
        return self.filter(words)


class Job(CompanyModel):
    """A position that a hiring team fills."""

    class State(models.TextChoices):
        """OPEN takes candidates; DRAFT is not ready; CLOSED keeps what it has."""

        DRAFT = "draft", "Draft"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="jobs")
    title = models.CharField(max_length=150)
    department = models.CharField(max_length=100, blank=True, default="")
    city = models.CharField(max_length=100, blank=True, default="")
    region = models.CharField("state", max_length=100, blank=True, default="")
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2, such as US.")
    # The list entry that `department` is the name of.
    listed_department = models.ForeignKey(
        Department, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs", editable=False
    )
    locations = models.ManyToManyField(Location, through="JobLocation", related_name="jobs")
    # The names of all locations but the first, whose address stands above, a line each.
    further_locations = models.TextField(blank=True, default="", editable=False)
    search_key = SearchField(
        sources=["title", "department", "city", "region", "further_locations"], key=text.lines_search_key
    )
    employment_type = models.CharField(max_length=40, blank=True, default="")
    description = models.TextField(max_length=20_000, blank=True, default="")
    state = ChoiceField(State, max_length=8, default=State.OPEN)
    process = models.ForeignKey(HiringProcess, on_delete=models.PROTECT, related_name="jobs")
    version = VersionField()

    objects: ClassVar = JobQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(name="job_title_not_empty", condition=~Q(title=""))]
        indexes = [models.Index(name="job_company_state", fields=["company", "state", "-id"])]

    def __str__(self) -> str:
        return self.title

    @property
    def location(self) -> str:
        """City, state and country of the first location in one line; "" when none is given."""
        return in_one_line(self.city, self.region, self.country)

    @property
    def locations_in_words(self) -> str:
        """The first location, and how many there are besides: "Berlin, DE and 2 more"; "" when none is given."""
        further = len(self.further_locations.splitlines())
        return f"{self.location} and {further} more" if further else self.location


class JobLocation(CompanyModel):
    """A location of a job; the first has position 0."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = [
            models.UniqueConstraint(fields=["job", "location"], name="joblocation_once"),
            models.UniqueConstraint(fields=["job", "position"], name="joblocation_position_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.location} of {self.job_id}"


class HiringTeamMember(CompanyModel):
    """A member's role on a job."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="team")
    membership = models.ForeignKey("companies.Membership", on_delete=models.CASCADE, related_name="job_roles")
    role = ChoiceField(JobRole, max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "membership", "role"], name="hiringteammember_role_once")]
        indexes = [models.Index(name="hiringteammember_whose", fields=["membership", "job"])]

    def __str__(self) -> str:
        return f"{self.membership} as {self.get_role_display()}"


class JobField(Field):
    """A fact that a company keeps about its jobs. The category stays as it was chosen, too."""

    class Category(models.TextChoices):
        """What the fact is about."""

        JOB = "job", "Job"
        ORGANIZATION = "organization", "Organization"

    about = "job"

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="job_fields")
    category = ChoiceField(Category, max_length=12, default=Category.JOB)

    @property
    def group(self) -> str:
        """Under which heading forms ask for it."""
        return self.category


class JobFieldOption(FieldOption):
    """One choice of a single-select field."""

    field = models.ForeignKey(JobField, on_delete=models.CASCADE, related_name="options")


class JobFieldValue(FieldValue):
    """A job's value of a field."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="field_values")
    field = models.ForeignKey(JobField, on_delete=models.CASCADE, related_name="values")
    option = models.ForeignKey(JobFieldOption, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(FieldValue.Meta):
        constraints = [
            models.UniqueConstraint(fields=["job", "field"], name="jobfieldvalue_once"),
            *FieldValue.Meta.constraints,
        ]
