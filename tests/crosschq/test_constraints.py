"""What the database refuses, whatever the code does: rows of Crosschq's tables that make no sense."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from integrations.crosschq.models import (
    AskedReference,
    Connection,
    Prospect,
    ProspectExport,
    ProspectRun,
    ReferenceCheck,
    ReportFile,
    Template,
)
from integrations.requests.lifecycle import State
from recruiting.foundation.constraints import violated
from tests import factories

pytestmark = pytest.mark.both_engines

LATER = datetime(2030, 1, 1, tzinfo=UTC)
WRONG: tuple[tuple[type[models.Model], dict[str, Any], str], ...] = (
    (AskedReference, {"relationship": "pets"}, "askedreference_relationship_legal"),
    (AskedReference, {"count": 0}, "askedreference_says_something"),
    (Connection, {"api_version": "v3"}, "connection_version_legal"),
    (Connection, {"webhook_auth": "oauth"}, "connection_webhook_auth_legal"),
    (Prospect, {"outcome": "lost"}, "prospect_outcome_legal"),
    (ProspectExport, {"is_on": True, "source": None}, "prospectexport_on_has_source"),
    (ProspectExport, {"is_on": False, "follows": True}, "prospectexport_follow_needs_on"),
    (ProspectRun, {"state": "asleep", "finished_at": LATER}, "prospectrun_state_legal"),
    (ProspectRun, {"state": "done", "finished_at": None}, "prospectrun_over_has_date"),
    (ReferenceCheck, {"state": "odd"}, "referencecheck_state_legal"),
    (ReferenceCheck, {"state": State.SENT, "vendor_id": ""}, "referencecheck_at_vendor_has_id"),
    (ReferenceCheck, {"send_attempted_at": None, "sent_at": LATER}, "referencecheck_sent_has_attempt"),
    (ReferenceCheck, {"cancel_pending": True}, "referencecheck_cancel_pending_is_canceled"),
    (ReferenceCheck, {"progress": 101}, "referencecheck_progress_percent"),
    (
        ReferenceCheck,
        {"state": State.COMPLETED, "vendor_id": "v", "completed_at": None},
        "referencecheck_completed_has_date",
    ),
    (ReportFile, {"state": "torn"}, "reportfile_state_legal"),
    (ReportFile, {"kind": "poem"}, "reportfile_kind_legal"),
    (Template, {"tag": ""}, "template_tag_not_empty"),
    (Template, {"tag": "Sales"}, "template_tag_is_normal"),
    (Template, {"tag": " sales"}, "template_tag_is_normal"),
    (Template, {"any_relationship": True}, "template_any_has_count"),
    (Template, {"any_count": 2}, "template_any_has_count"),
)


def test_every_rule_of_a_row_is_tried() -> None:
    rules = [rule for model in apps.get_app_config("crosschq").get_models() for rule in model._meta.constraints]

    assert {name for _, _, name in WRONG} == {rule.name for rule in rules if isinstance(rule, models.CheckConstraint)}


@pytest.mark.parametrize(("model", "wrong", "rule"), WRONG, ids=[f"{m.__name__} {w}" for m, w, _ in WRONG])
def test_a_row_that_makes_no_sense_does_not_get_in(
    db: None, model: type[models.Model], wrong: dict[str, Any], rule: str
) -> None:
    row = factories.make(model, company=factories.CompanyFactory())

    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        model._default_manager.filter(pk=row.pk).update(**wrong)

    assert violated(caught.value) == rule
