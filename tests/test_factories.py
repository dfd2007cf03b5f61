"""There is a factory for each model of ours, and what it makes belongs to one company throughout."""

import pytest
from django.apps import apps

from recruiting.applications.models import Application
from tests import factories
from tests.cases import undone

OURS = ("recruiting.", "newsfeed", "integrations", "tests.")
MODELS = [
    model
    for config in apps.get_app_configs()
    if config.name.startswith(OURS)
    for model in config.get_models()
    if not model._meta.auto_created
]


def test_each_model_has_a_factory_that_keeps_to_one_company(db: None) -> None:
    for model in MODELS:
        with undone(model._meta.label):
            fields = {field.name: field for field in model._meta.fields}
            given = {"company": factories.CompanyFactory()} if "company" in fields else {}

            row = factories.make(model, **given)

            row.refresh_from_db()
            for field in fields.values():
                parent = getattr(row, field.name) if field.is_relation else None
                if given and hasattr(parent, "company_id"):
                    assert parent.company_id == given["company"].pk, field.name


def test_a_company_is_never_guessed(db: None) -> None:
    with pytest.raises(TypeError, match="Give the company"):
        factories.CandidateFactory()


def test_an_application_stands_in_the_first_stage_with_its_transition(db: None) -> None:
    application = factories.ApplicationFactory(company=factories.CompanyFactory())

    assert application.state == Application.State.ACTIVE
    assert application.stage.name == "New"
    assert [t.to_stage for t in application.transitions.all()] == [application.stage]


def test_a_lead_stands_nowhere(db: None) -> None:
    lead = factories.lead(company=factories.CompanyFactory())

    assert (lead.stage, lead.stage_entered_at, lead.transitions.count()) == (None, None, 0)


def test_a_parent_row_gives_the_company(db: None) -> None:
    job = factories.JobFactory(company=factories.CompanyFactory())

    application = factories.ApplicationFactory(job=job)

    assert application.company == application.candidate.company == job.company
