"""The company that is measured and what it has few of: members, jobs, connections. Made by the factories."""

from typing import Any

from recruiting.companies.models import Membership
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import Stage, StageGroup
from tests import factories
from tests.crosschq.factories import ConnectionFactory, TemplateFactory
from tests.spark_hire.factories import JobLinkFactory

COMPANY = "Benchmark"
JOBS = 20
"""Besides the large one, which alone has an interviewer."""


class World:
    """One company with its people, jobs and connections."""

    def __init__(self) -> None:
        self.company = company = factories.CompanyFactory(name=COMPANY)
        administrator, standard = factories.administrator(company), factories.MembershipFactory(company=company)
        interviewer = factories.MembershipFactory(company=company)
        staff = [factories.staffing(company) for _ in range(7)]
        self.members: list[Membership] = [administrator, standard, interviewer, *staff]
        self.big, *self.jobs = [factories.JobFactory(company=company, title=f"Engineer {n}") for n in range(JOBS + 1)]
        for job in (self.big, *self.jobs[:2]):
            factories.HiringTeamMemberFactory(job=job, membership=standard)
        factories.HiringTeamMemberFactory(job=self.big, membership=interviewer, role=JobRole.INTERVIEWER)
        self.steps: list[Stage] = [factories.stage_of(self.big, group) for group in StageGroup]
        self.sources = [factories.SourceFactory(company=company).pk for _ in range(10)]
        self.tags = [factories.TagFactory(company=company).pk for _ in range(20)]
        self.video = self._connected("video-interviewing", administrator)
        self.checks = self._connected("reference-checks", administrator)
        ConnectionFactory(installation=self.checks)
        self.template = TemplateFactory(installation=self.checks, company=company)
        for job in (self.big, *self.jobs):
            JobLinkFactory(job=job, installation=self.video)

    def _connected(self, slug: str, holder: Membership) -> Any:
        factories.CompanyFeatureFactory(company=self.company, feature=slug)
        installation = factories.InstallationFactory(company=self.company, integration=slug)
        installation.primary_credential = factories.CredentialFactory(installation=installation, membership=holder)
        installation.save()
        return installation
