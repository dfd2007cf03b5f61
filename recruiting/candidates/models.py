"""Candidates (people), where they came from and their tags."""

from collections.abc import Collection
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from recruiting.companies.models import Membership, member_or_none
from recruiting.company_fields.models import Field, FieldOption, FieldValue
from recruiting.foundation import permissions, text
from recruiting.foundation.keys import KeyField, SearchField
from recruiting.foundation.models import CompanyModel, CompanyQuerySet, NamedModel, VersionField
from recruiting.foundation.permissions import Action


class SourceType(NamedModel):
    """A kind of source, such as Job board or Referral."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="source_types")
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name_key"], name="sourcetype_name_unique")]


class Source(NamedModel):
    """Where candidates come from, such as LinkedIn."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="sources")
    type = models.ForeignKey(SourceType, on_delete=models.PROTECT, related_name="sources")
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "type", "name_key"], name="source_name_unique")]


class Tag(NamedModel):
    """A word that a company puts on candidates."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["company", "name_key"], name="tag_name_unique")]


class CandidateQuerySet(CompanyQuerySet["Candidate"]):
    """Which people somebody sees, and how they are found."""

    def visible_to(
        self, membership: Membership, *, jobs: Collection[UUID] | None = None, before: UUID | None = None
    ) -> Self:
        """Return the people a member may see: all, or those with an application on a visible job.

        Args:
            membership: who looks.
            jobs: the keys of the jobs that they see, where these are known: by them the database knows how many people
                that is, and whether to begin with people or with applications.
            before: a key that the rows are older than, so that applications of newer people are not read either.
        """
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        # Not joined, which would need DISTINCT.
        on_jobs = self._applications().filter(Q(job__team__membership=membership) if jobs is None else Q(job__in=jobs))
        if before is not None:
            on_jobs = on_jobs.filter(candidate__lt=before)
        return mine.filter(pk__in=on_jobs.values("candidate"))

    def allowing(self, action: Action, membership: Membership) -> Self:
        """Return the people with a job on which a member may do `action`."""
        rule = permissions.PERMISSIONS[action]
        mine = self.for_company(membership.company)
        if membership.role in rule.company_roles:
            return mine
        on_jobs = self._applications().filter(job__team__membership=membership, job__team__role__in=rule.job_roles)
        return mine.filter(pk__in=on_jobs.values("candidate"))

    def _applications(self) -> Any:
        return self.model._meta.get_field("applications").related_model._default_manager

    def with_email(self, email: str) -> Self:
        """Return whose address this is, however it is written: one person, and others that share it from before."""
        if not text.email_key(email):
            return self.none()
        shared = Q(email_key="", email__in={email.strip().lower(), text.email(email)}) & ~Q(email="")
        return self.filter(Q(email_key=email) | shared)

    def sharing_an_address(self) -> Self:
        """Return people who keep an address that is somebody else's in their company, from before keys."""
        return self.filter(email_key="").exclude(email="")


def full_name(first_name: str, last_name: str, email: str) -> str:
    """Return a person's full name, or the address of someone without one."""
    return f"{first_name} {last_name}".strip() or email


class Candidate(CompanyModel):
    """A person. May have no email address, and then gets no requests."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="candidates")
    first_name = models.CharField(max_length=80, blank=True, default="")
    last_name = models.CharField(max_length=80, blank=True, default="")
    email = models.EmailField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    location = models.CharField(max_length=120, blank=True, default="")
    current_employer = models.CharField(max_length=120, blank=True, default="")
    current_title = models.CharField(max_length=120, blank=True, default="")
    pronouns = models.CharField(max_length=40, blank=True, default="")
    # Addresses of pages about them, one a line.
    links = models.TextField(max_length=4000, blank=True, default="")
    # Empty beside an address: somebody else's record has it, too, from before addresses were compared like this.
    email_key = KeyField(sources=["email"], key=text.email_key)
    search_key = SearchField(sources=["first_name", "last_name", "email", "phone"], key=text.person_search_key)
    # Found by the index below, which also has the order of the list.
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="candidates", db_index=False
    )
    owner = member_or_none()
    tags = models.ManyToManyField(Tag, through="CandidateTag", related_name="candidates")
    version = VersionField()

    objects: ClassVar = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["company", "email_key"], condition=~Q(email_key=""), name="candidate_email_unique"
            ),
            models.CheckConstraint(
                name="candidate_has_name_or_email",
                condition=~Q(first_name="", last_name="", email=""),
            ),
        ]
        indexes = [
            models.Index(name="candidate_company_recent", fields=["company", "-id"]),
            models.Index(name="candidate_source_recent", fields=["source", "-id"]),
            models.Index(name="candidate_shared_address", fields=["company"], condition=Q(email_key="") & ~Q(email="")),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The full name, or the address of someone without one."""
        return full_name(self.first_name, self.last_name, self.email)

    @property
    def link_list(self) -> list[str]:
        """The addresses of pages about them."""
        return self.links.splitlines()

    @property
    def first(self) -> str:
        """The first name, else the full name."""
        return self.first_name or self.name


class CandidateTag(CompanyModel):
    """A tag on a person."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "tag"], name="candidatetag_once")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.candidate}"


class CandidateField(Field):
    """A fact that a company keeps about people. Many come by themselves or from programs, which know nothing of it."""

    about = "candidate"
    is_always_asked = False

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="candidate_fields")


class CandidateFieldOption(FieldOption):
    """One choice of a single-select field."""

    field = models.ForeignKey(CandidateField, on_delete=models.CASCADE, related_name="options")


class CandidateFieldValue(FieldValue):
    """A person's value of a field."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="field_values")
    field = models.ForeignKey(CandidateField, on_delete=models.CASCADE, related_name="values")
    option = models.ForeignKey(CandidateFieldOption, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta(FieldValue.Meta):
        constraints = [
            models.UniqueConstraint(fields=["candidate", "field"], name="candidatefieldvalue_once"),
            *FieldValue.Meta.constraints,
        ]
