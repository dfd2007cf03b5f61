"""Crosschq's addresses, and what there is of it in the tests that visit every address of the site."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from integrations.crosschq import SLUG
from integrations.crosschq.models import Prospect, ProspectRun
from integrations.requests.lifecycle import State
from recruiting.applications.models import Application
from recruiting.foundation import clock
from tests import factories
from tests.crosschq.factories import ProspectExportFactory, ProspectRunFactory, ReferenceCheckFactory
from tests.vendor_site import VendorSite


class CrosschqSite(VendorSite):
    """Reference checks, their templates, and prospects."""

    namespace = "crosschq"
    pages = {
        "choose": 30,
        "send-again": 20,
        "requestor": 20,
        "not-there": 20,
        "cancel": 20,
        "stop": 20,
        "worklist": 20,
        "settings": 40,
        "renew-secret": 20,
        "disconnect": 20,
        "jobs-without-tag": 20,
        "prospects": 20,
        "prospects-skipped": 20,
        "templates": 20,
        "template-create": 20,
        "template-edit": 30,
        "template-delete": 20,
    }
    only_post = (
        "try-again", "remind", "check-again", "copy-again", "save-webhook", "save-options", "switch", "test",
        "prospects-start", "prospects-stop", "template-live", "template-duplicate",
    )  # fmt: skip
    not_pages = {
        "follow": "it leads to the tab",
        "save-key": "it leads to the settings",
        "privacy": "it leads to the settings",
        "report": "it leads to the vendor's report",
        "prospects-jobs": "suggestions for a field",
    }
    tidies = {
        ("activity.py", "*"): "a sentence without its empty end",
        ("models.py", "__str__"): "a name of one part",
        ("prospects/runs.py", "_row"): "a name of one part",
        ("check_templates/forms.py", "with_usual_numbers"): "whether a number is there",
    }
    tables = (Prospect,)

    def connect(self, world: Any) -> Mapping[str, Sequence[object]]:
        """Let prospects arrive under the company's source, and leave a check in doubt."""
        company, application = world.company, world.application
        factories.CompanyFeatureFactory(company=company, feature=SLUG)
        self.installation = factories.InstallationFactory(company=company, integration=SLUG)
        export = ProspectExportFactory(
            company=company, installation=self.installation, source=world.source, follows=True
        )
        export.jobs.add(application.job)
        ProspectRunFactory(export=export, state=ProspectRun.State.DONE, finished_at=clock.now())
        check = ReferenceCheckFactory(
            application=application,
            installation=self.installation,
            template__installation=self.installation,
            state=State.UNCERTAIN,
        )
        return {
            "check_id": [check.pk],
            "template_id": [check.template_id],
            "listed": ["failed", "uncertain", "not-sent"],
        }

    def rows(self, world: Any, number: int, there: Application) -> Iterator[models.Model]:
        """Give a prospect that was skipped."""
        yield Prospect(
            company=world.company, installation=self.installation, vendor_id=f"p{number}",
            outcome=Prospect.Outcome.SKIPPED, name=f"P {number}", reason="No email address.",
        )  # fmt: skip
