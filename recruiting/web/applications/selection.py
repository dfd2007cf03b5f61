"""Whom somebody selected in a list or on a board, as the bar under it posts them (templates/components/selection.html).

Either the boxes that are ticked, or everybody whom the address of the list finds now. Nobody is in it whom the member
does not see.
"""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict

from recruiting.applications.models import Application
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.foundation.ids import parse_uuid
from recruiting.jobs.models import Job
from recruiting.web.applications.views.board import applications_listed
from recruiting.web.applications.views.candidates import Asked

MOST_TICKED = 1_000
APPLICATIONS, PEOPLE = "applications", "people"


@dataclass(frozen=True)
class Selection:
    """Who is selected, and where.

    `rows` says what the boxes name: the applications of a job (its board and list), or people.
    """

    membership: Membership
    rows: str
    job: Job | None
    query: QueryDict
    is_everybody: bool
    chosen: tuple[UUID, ...]

    @classmethod
    def read(cls, posted: QueryDict, membership: Membership) -> "Selection":
        """Read what the bar posted."""
        keys = (parse_uuid(value) for value in posted.getlist("chosen")[:MOST_TICKED])
        query, job_id = QueryDict(posted.get("query", "")[:4_000]), parse_uuid(posted.get("job", ""))
        job = Job.objects.visible_to(membership).filter(pk=job_id).first() if job_id else None
        rows = APPLICATIONS if posted.get("rows") == APPLICATIONS and job else PEOPLE
        return cls(membership, rows, job, query, "everybody" in posted, tuple(filter(None, keys)))

    def people(self) -> QuerySet[Candidate]:
        """Return the people who are selected, newest first."""
        seen = Candidate.objects.visible_to(self.membership)
        if self.rows == APPLICATIONS:
            return seen.filter(pk__in=self.applications().order_by().values("candidate")).order_by("-id")
        if self.is_everybody:
            return Asked.read(self.query, self.membership).people()
        return seen.filter(pk__in=self.chosen).order_by("-id")

    def applications(self) -> QuerySet[Application]:
        """Return the applications on the job that are selected, or whose people are, newest first."""
        seen = Application.objects.visible_to(self.membership).filter(job=self.job)
        if self.rows == PEOPLE:
            return seen.filter(candidate__in=self.people().order_by().values("pk")).order_by("-id")
        if self.is_everybody and self.job is not None:
            return applications_listed(self.query, self.job, all_steps=self.query.get("view") != "list")
        return seen.filter(pk__in=self.chosen).order_by("-id")

    @property
    def repeated(self) -> list[tuple[str, str]]:
        """Return what a form repeats so that its next page reads the same selection."""
        job = [("job", str(self.job.pk))] if self.job else []
        ticked = [("everybody", "1")] if self.is_everybody else [("chosen", str(key)) for key in self.chosen]
        return [("rows", self.rows), ("query", self.query.urlencode()), *job, *ticked]
