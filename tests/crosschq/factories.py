"""A factory per model of Crosschq: plain rows, as the services leave them."""

import factory

from integrations.crosschq import SLUG
from integrations.crosschq.models import (
    AskedReference,
    Connection,
    KeptReference,
    Prospect,
    ProspectExport,
    ProspectRun,
    ReferenceCheck,
    ReportFile,
    Survey,
    Template,
)
from integrations.requests.lifecycle import State
from recruiting.foundation import clock
from tests.factories import (
    ApplicationFactory,
    CandidateFactory,
    InstallationFactory,
    MembershipFactory,
    Row,
    SourceFactory,
    child,
    company_of,
    explicit_company,
)


class ConnectionFactory(Row):
    """A connection as it is made: version 1, a token, no default requestor."""

    class Meta:
        model = Connection

    company = company_of("installation")
    installation = child(InstallationFactory, integration=SLUG)


class SurveyFactory(Row):
    """An offered survey: up to ten of every kind."""

    class Meta:
        model = Survey

    company = company_of("installation")
    installation = child(InstallationFactory, integration=SLUG)
    codename = factory.Sequence(lambda n: f"survey-{n}")
    name = factory.Sequence(lambda n: f"Survey {n}")
    limits = factory.LazyFunction(
        lambda: {kind: [0, 10, 1] for kind in ("managers", "employees", "peers", "business", "social")}
    )
    seen_at = factory.LazyFunction(clock.now)


class TemplateFactory(Row):
    """A template without references; `AskedReferenceFactory` adds them."""

    class Meta:
        model = Template

    company = explicit_company()
    installation = child(InstallationFactory, integration=SLUG)
    name = factory.Sequence(lambda n: f"Template {n}")
    tag = factory.Sequence(lambda n: f"tag-{n}")
    survey = "survey-0"


class AskedReferenceFactory(Row):
    """One manager."""

    class Meta:
        model = AskedReference

    company = company_of("template")
    template = child(TemplateFactory)
    relationship = "managers"
    count = 1


class ReferenceCheckFactory(Row):
    """A queued check for one manager."""

    class Meta:
        model = ReferenceCheck

    company = company_of("application")
    application = child(ApplicationFactory)
    installation = child(InstallationFactory, integration=SLUG)
    template = child(TemplateFactory)
    template_name = "Engineering"
    requested_by = child(MembershipFactory)
    owner = factory.SelfAttribute("requested_by")
    invited_name = factory.LazyAttribute(lambda row: row.application.candidate.name)
    invited_email = factory.LazyAttribute(lambda row: row.application.candidate.email)
    position = factory.LazyAttribute(lambda row: row.application.job.title)
    asked_count = 1
    state = State.QUEUED
    completed_at = factory.LazyAttribute(lambda row: clock.now() if row.state == State.COMPLETED else None)
    order = factory.LazyAttribute(
        lambda row: {
            "candidate": {"first_name": "Ada", "last_name": "Lovelace", "email": row.invited_email},
            "phone": "",
            "survey": "survey-0",
            "requestor": "kim@acme.example",
            "counts": {"managers": 1},
            "position": row.position,
            "message": "",
            "sms_message": "",
            "hiring_managers": [],
            "vendor_tells_owner": False,
        }
    )


class KeptReferenceFactory(Row):
    """A reference of a company that keeps them."""

    class Meta:
        model = KeptReference

    company = company_of("reference_check")
    reference_check = child(ReferenceCheckFactory)
    email = factory.Sequence(lambda n: f"reference{n}@example.com")


class ReportFileFactory(Row):
    """The summary, being copied."""

    class Meta:
        model = ReportFile

    company = company_of("reference_check")
    reference_check = child(ReferenceCheckFactory)
    kind = ReportFile.Kind.SUMMARY


class ProspectExportFactory(Row):
    """Prospects arrive under a source, on no job."""

    class Meta:
        model = ProspectExport

    company = explicit_company()
    installation = child(InstallationFactory, integration=SLUG)
    source = child(SourceFactory)
    is_on = True


class ProspectRunFactory(Row):
    """A run that is under way, at the first page; no message stands behind it."""

    class Meta:
        model = ProspectRun

    company = company_of("export")
    export = child(ProspectExportFactory)


class ProspectFactory(Row):
    """A prospect who became a candidate."""

    class Meta:
        model = Prospect

    company = explicit_company()
    installation = child(InstallationFactory, integration=SLUG)
    vendor_id = factory.Sequence(lambda n: f"prospect-{n}")
    outcome = Prospect.Outcome.ADDED
    candidate = child(CandidateFactory)
