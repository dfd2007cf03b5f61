"""A company whose careers page is ready, and jobs of it that the public reads."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.text import slugify

from recruiting.careers import publishing, sites
from recruiting.careers.models import Posting
from recruiting.careers.publishing import PostingDetails
from recruiting.companies.models import Company, Membership
from recruiting.jobs import places
from recruiting.jobs.models import Job, Location
from tests import factories


@dataclass
class Published:
    """A company, an Administrator, and what they published, by title."""

    company: Company
    by: Membership
    handle: str
    postings: dict[str, Posting] = field(default_factory=dict)

    @classmethod
    def make(cls, handle: str = "acme", *, time_zone: str = "America/New_York", **site: Any) -> "Published":
        """Make a company with a careers page; `site` is what an Administrator says about it."""
        company = factories.CompanyFactory(name="Acme", time_zone=time_zone)
        by = factories.administrator(company)
        details = {"name": "Acme", "contact": "jobs@acme.example", **site}
        sites.save(details=sites.SiteDetails(**details), by=by)
        sites.save_notice(words=sites.DEFAULT_NOTICE, by=by)
        sites.change_handle(handle=handle, by=by)
        return cls(company, by, handle)

    def publish(
        self, title: str = "Senior Buyer", *, publication: str = "public", at: Any = (), job: Any = None, **details: Any
    ) -> Posting:
        """Publish a job.

        Args:
            title: of the job.
            publication: public or unlisted.
            at: addresses (city, state, country) of its locations.
            job: what else the job says.
            details: what its posting says.
        """
        row = factories.JobFactory(company=self.company, title=title, city="", region="", country="", **(job or {}))
        self._place(row, [places.location_at(self.company, *address) for address in at])
        if details:
            publishing.save(job=row, details=PostingDetails(**details), by=self.by)
        posting = publishing.publish(job=row, publication=publication, by=self.by)
        self.postings[title] = posting
        return posting

    def _place(self, job: Job, locations: list[Location | None]) -> None:
        job.listed_department = places.department_called(self.company, job.department)
        there = [each for each in locations if each]
        if there:
            job.city, job.region, job.country = there[0].city, there[0].region, there[0].country
            job.further_locations = "; ".join(each.name for each in there[1:])
        job.save()
        places.store(job, there)

    def path(self, posting: Posting) -> str:
        """Return the path of a job's page."""
        return f"/careers/{self.handle}/jobs/{posting.number}-{slugify(posting.job.title)}/"
