"""Candidates (people), where they came from and their tags."""

from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from recruiting.base.models import BaseModel, CompanyQuerySet


class SourceType(BaseModel):
    """A kind of source, such as Job board or Referral."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="source_types")
    name = models.CharField(max_length=60)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("company", Lower("name"), name="sourcetype_name_unique")]

    def __str__(self) -> str:
        return self.name


class Source(BaseModel):
    """Where candidates come from, such as LinkedIn."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="sources")
    type = models.ForeignKey(SourceType, on_delete=models.PROTECT, related_name="sources")
    name = models.CharField(max_length=80)
    is_active = models.BooleanField(default=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("company", "type", Lower("name"), name="source_name_unique")]

    def __str__(self) -> str:
        return self.name


class Tag(BaseModel):
    """A word that a company puts on candidates."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=40)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint("company", Lower("name"), name="tag_name_unique")]

    def __str__(self) -> str:
        return self.name


class CandidateQuerySet(CompanyQuerySet["Candidate"]):
    """Which people somebody sees, and how they are found."""

    def visible_to(self, membership: Any) -> Self:
        """Return the people a member may see: all, or those with an application on a visible job."""
        mine = self.for_company(membership.company)
        if membership.sees_all_jobs:
            return mine
        return mine.filter(
            Q(applications__job__team__membership=membership),
        ).distinct()

    def matching(self, text: str) -> Self:
        """Return people whose name or e-mail contains every word of `text`."""
        found = self
        for word in text.split()[:8]:
            found = found.filter(
                Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(email__icontains=word)
            )
        return found


class Candidate(BaseModel):
    """A person. May have no e-mail address, and then gets no requests."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="candidates")
    first_name = models.CharField(max_length=80, blank=True, default="")
    last_name = models.CharField(max_length=80, blank=True, default="")
    email = models.EmailField(max_length=254, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    # Found by the index below, which also has the order of the list.
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.PROTECT, related_name="candidates", db_index=False
    )
    owner = models.ForeignKey(
        "companies.Membership", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.ManyToManyField(Tag, through="CandidateTag", related_name="candidates")

    objects = CandidateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint("company", Lower("email"), condition=~Q(email=""), name="candidate_email_unique"),
            models.CheckConstraint(
                name="candidate_has_name_or_email",
                condition=~Q(first_name="", last_name="", email=""),
            ),
        ]
        indexes = [
            models.Index(name="candidate_company_recent", fields=["company", "-id"]),
            models.Index(name="candidate_source_recent", fields=["source", "-id"]),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The full name, or the address of someone without one."""
        return f"{self.first_name} {self.last_name}".strip() or self.email

    @property
    def first(self) -> str:
        """The first name, else the full name."""
        return self.first_name or self.name


class CandidateTag(BaseModel):
    """A tag on a person."""

    company = models.ForeignKey("companies.Company", on_delete=models.CASCADE, related_name="+")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")

    objects = CompanyQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["candidate", "tag"], name="candidatetag_once")]

    def __str__(self) -> str:
        return f"{self.tag} on {self.candidate}"
