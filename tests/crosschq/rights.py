"""Crosschq in the permission table, and in the world that the table is asked of."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from integrations.crosschq import SLUG, VENDOR, schemas
from integrations.crosschq.check_templates import tags
from integrations.crosschq.client import CrosschqClient
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.models import Installation
from integrations.requests import changes
from integrations.requests.lifecycle import Entry, State
from recruiting.applications import files
from recruiting.applications import services as applications
from recruiting.applications.models import Application
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock
from recruiting.jobs.models import Job
from tests import factories
from tests.crosschq import factories as checks
from tests.matrix.vendor import Hook, VendorRights
from tests.matrix.world import FOUND_THERE, about

TEMPLATE = {"name": "Sales", "tag": "sales", "survey": "survey-0", "asking": "kinds", "count_managers": "1"}
LIFE = (State.SENT, State.FAILED, State.COMPLETED, State.UNCERTAIN, State.CANCELED)


class CrosschqRights(VendorRights):
    """Reference checks, their templates, and prospects."""

    slug = SLUG
    members = """
applications:candidate-tab#reference-check | report           | 200                   |
crosschq:choose                        | application      | SEND_REQUEST 200      | SEND_REQUEST 303
crosschq:send-again                    | report           | SEND_REQUEST 200      | SEND_REQUEST 303
crosschq:try-again                     | failed check     |                       | SEND_REQUEST 303
crosschq:requestor                     | failed check     | SEND_REQUEST 200      | SEND_REQUEST 303
crosschq:follow                        | uncertain check  | 303                   | SEND_REQUEST 303
crosschq:not-there                     | uncertain check  | SEND_REQUEST 200      | SEND_REQUEST 303
crosschq:cancel                        | check            | SEND_REQUEST 200      | SEND_REQUEST 303
crosschq:stop                          | check            | SEND_REQUEST 200      | SEND_REQUEST 303
crosschq:remind                        | check            |                       | SEND_REQUEST 303
crosschq:check-again                   | check            |                       | SEND_REQUEST 303
crosschq:copy-again                    | report           |                       | SEND_REQUEST 303
crosschq:report                        | report           | 302                   |
crosschq:worklist#failed               |                  | 200                   |
crosschq:worklist#uncertain            |                  | 200                   |
crosschq:worklist#not-sent             |                  | 200                   |
"""
    settings = """
crosschq:settings              |               | 200 |
crosschq:save-key              |               | 303 | 303
crosschq:save-webhook          |               |     | 303
crosschq:renew-secret          |               | 200 | 303
crosschq:save-options          |               |     | 303
crosschq:switch                |               |     | 303
crosschq:privacy               |               | 303 | 303
crosschq:test                  |               |     | 303
crosschq:disconnect            |               | 200 | 303
crosschq:jobs-without-tag      |               | 200 |
crosschq:prospects             |               | 200 | 303
crosschq:prospects-start       |               |     | 303
crosschq:prospects-stop        |               |     | 303
crosschq:prospects-skipped     |               | 200 |
crosschq:prospects-jobs        |               | 200 |
crosschq:templates             |               | 200 |
crosschq:template-create       |               | 200 | 303
crosschq:template-live         |               |     | 200
crosschq:template-edit         | template      | 200 | 303
crosschq:template-duplicate    | template      |     | 303
crosschq:template-delete       | template      | 200 | 303
"""
    api = """
crosschq_api:reference-checks           | (application) | GET   | requests:read      |                  | 200
crosschq_api:reference-checks           | (application) | POST  | requests:write     | SEND_REQUEST     | 201
crosschq_api:reference-check            | check         | GET   | requests:read      |                  | 200
crosschq_api:reference-check-send-again | report        | POST  | requests:write     | SEND_REQUEST     | 201
crosschq_api:reference-check-cancel     | check         | POST  | requests:write     | SEND_REQUEST     | 200
crosschq_api:reference-check-stop       | check         | POST  | requests:write     | SEND_REQUEST     | 200
crosschq_api:reference-check-templates  |               | GET   | requests:read      |                  | 200
"""
    admin = """
crosschq.connection            |
crosschq.template              |
crosschq.referencecheck        |
crosschq.reportfile            |
"""
    words = {"crosschq:worklist": "listed"}
    company_wide = ("template",)
    forms = {
        "crosschq:choose": lambda w, r, at, home: {"template": at.rows["a template"].pk, "requestor": at.clerk.pk},
        "crosschq:requestor": lambda w, r, at, home: {"requestor": at.clerk.pk},
        "crosschq:follow": lambda w, r, at, home: {"vendor_id": "a"},
        "crosschq:save-key": lambda w, r, at, home: {"secret": "another-partner-key-0123456789"},
        "crosschq:save-webhook": lambda w, r, at, home: {"webhook_auth": "token"},
        "crosschq:save-options": lambda w, r, at, home: {"api_version": "v2", "can_list": "on"},
        "crosschq:switch": lambda w, r, at, home: {"is_on": "on"},
        "crosschq:privacy": lambda w, r, at, home: {"keeps_references": "on"},
        "crosschq:prospects": lambda w, r, at, home: {},
        "crosschq:template-create": lambda w, r, at, home: dict(TEMPLATE),
        "crosschq:template-live": lambda w, r, at, home: dict(TEMPLATE),
        "crosschq:template-edit": lambda w, r, at, home: dict(TEMPLATE),
    }  # fmt: skip
    bodies = {
        ("crosschq_api:reference-checks", "POST"): lambda r, at: {
            "application": at.rows["application"]["application_id"], "template": at.rows["a template"].pk,
        },
    }  # fmt: skip
    texts = {
        "crosschq:template-create": (
            "description", "position", "any_note", "hiring_manager_first_name", "hiring_manager_last_name",
            "hiring_manager_email", "email_message", "sms_message", "note_managers",
        ),
        "crosschq:prospects": ("add_job", "add_tag"),
    }  # fmt: skip
    read_and_kept = ("crosschq:template-create", "crosschq:template-edit")

    def in_company(self, company: Company, clerk: Membership, rows: Mapping[str, Any]) -> dict[str, Any]:
        """Connect it with a template, a field for its tag, and prospects that arrived."""
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        references = factories.InstallationFactory(company=company, integration=SLUG)
        whole = factories.CredentialFactory(installation=references, membership=None)
        Installation.objects.filter(pk=references.pk).update(primary_credential=whole)
        checks.ConnectionFactory(installation=references, api_version="v2")
        checks.SurveyFactory(installation=references, codename="survey-0", name="Survey")
        template = checks.TemplateFactory(
            company=company, installation=references, name="Engineering", tag="engineering"
        )
        checks.AskedReferenceFactory(template=template)
        export = checks.ProspectExportFactory(company=company, installation=references)
        checks.ProspectRunFactory(export=export, state="done", finished_at=clock.now())
        return {
            "references": references,
            "template": {"template_id": template.pk},
            "a template": template,
            "carried": factories.JobFieldFactory(company=company, name=tags.FIELD_NAME),
        }

    def on_job(self, job: Job, rows: Mapping[str, Any]) -> None:
        """Give it the template's tag."""
        factories.JobFieldValueFactory(job=job, field=rows["carried"], option=None, text="engineering")

    def about(self, job: Job, rows: Mapping[str, Any], apply: Callable[..., Application]) -> dict[str, Any]:
        """Return one that was sent, one that failed, one in doubt and one with its report."""
        found = {}
        for word, state in (("check", State.SENT), ("failed check", State.FAILED),
                            ("uncertain check", State.UNCERTAIN), ("report", State.COMPLETED)):  # fmt: skip
            sent = _check(apply(), rows["references"], state, rows["clerk"], rows["a template"])
            found[word] = about(sent.application, check_id=sent.pk)
        return found

    def life(self, number: int, application: Application, rows: Mapping[str, Any], clerk: Membership) -> None:
        """Ask for a check; a report that came is a note and a file."""
        state = LIFE[number % len(LIFE)]
        check = _check(application, rows["references"], state, clerk, rows["a template"])
        changes.write_entry(check, Entry.REQUESTED, actor=clerk)
        if state == State.COMPLETED:
            changes.write_entry(check, Entry.COMPLETED, vendor=True)
            name = f"Reference report {number} {application.job.title}.pdf"
            report = files.receive_file(
                application=check.application, content=b"%PDF-1.7\n", name=name, max_bytes=1_000_000
            )
            check.files.update(state="copied", attachment=report)
            applications.receive_note(application=application, body=f"Report {number}", author_label=VENDOR)

    def hook(self, company: Company) -> Hook:
        """Return the connection's, believed by its token."""
        installation = Installation.objects.get(company=company, integration=SLUG)
        body = {"request_id": "r", "id": "r", "status": "completed", "candidate": {"email": "ada@example.com"}}
        return Hook(installation, {"Authorization": f"Token {installation.crosschq.webhook_secret}"}, body)

    def answers(self) -> Mapping[type, Mapping[str, Any]]:
        """Return a survey."""
        surveys = [schemas.Survey("survey-0", "Survey", {"managers": (0, 10, 1)})]
        return {CrosschqClient: {"minimum_total": 1, "surveys": surveys}}

    def visited(self) -> Iterator[str]:
        """Return the lists and the checks."""
        yield from (f"/reference-checks/{listed}/" for listed in ("failed", "uncertain", "not-sent"))
        yield from (f"/api/v1/{name}/?page_size=200" for name in ("reference-checks", "reference-check-templates"))
        yield from (f"/api/v1/reference-checks/{check.pk}/" for check in ReferenceCheck.objects.all())


def _check(
    application: Application, installation: Installation, state: State, by: Membership, template: Template
) -> ReferenceCheck:
    now, is_there = clock.now(), state in (State.SENT, State.COMPLETED)
    made: ReferenceCheck = checks.ReferenceCheckFactory(
        application=application,
        installation=installation,
        template=template,
        requested_by=by,
        state=state,
        vendor_id=f"check-{application.pk}" if is_there else "",
        send_attempted_at=now if is_there or state == State.UNCERTAIN else None,
        sent_at=now if is_there else None,
        matches=[FOUND_THERE] if state == State.UNCERTAIN else [],
        progress=100 if state == State.COMPLETED else 0,
        report_url="http://127.0.0.1:8001/crosschq/report" if state == State.COMPLETED else "",
    )
    if state == State.COMPLETED:
        checks.ReportFileFactory(reference_check=made, state="absent")
    return made
