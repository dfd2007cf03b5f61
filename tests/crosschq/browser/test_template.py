"""The form of a reference check's template in a browser: it answers while somebody fills it in."""

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from integrations.crosschq import SLUG
from integrations.crosschq.check_templates import surveys
from integrations.crosschq.models import Template
from tests import factories
from tests.browser.scenario import Visitor
from tests.crosschq.factories import AskedReferenceFactory, SurveyFactory, TemplateFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.every_page]


def test_numbers_follow_the_survey_and_what_is_wrong_is_said_at_once(
    browser: Browser, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = factories.CompanyFactory()
    factories.CompanyFeatureFactory(company=company, feature=SLUG)
    installation = factories.InstallationFactory(company=company, integration=SLUG)
    narrow = {"managers": [1, 3, 2], "peers": [0, 4, 1]}
    SurveyFactory(company=company, installation=installation, codename="narrow", name="Narrow", limits=narrow)
    SurveyFactory(company=company, installation=installation, codename="wide", name="Wide")
    taken = TemplateFactory(company=company, installation=installation, name="Engineering", tag="engineering")
    AskedReferenceFactory(template=taken)

    def listed(asked: Any, *, fresh: bool = False) -> Any:
        return surveys.kept(asked)

    monkeypatch.setattr(surveys, "refresh", listed)
    dana = factories.administrator(company)
    visitor = Visitor(browser, live_server.url).sign_in(dana.user)
    page = visitor.page
    page.goto("/settings/integrations/reference-checks/templates/new/")

    page.get_by_label("Name", exact=True).fill("Sales")
    page.get_by_label("ATS Tag").fill("Engineering")
    expect(page.locator("#said-tag")).to_have_text("Another template, Engineering, has this tag.")
    page.get_by_label("ATS Tag").fill("sales")
    expect(page.locator("#said-tag")).to_have_text("")

    page.get_by_label("Survey").select_option("wide")
    page.get_by_label("Note on mentor references").fill("Somebody outside the company.")
    page.get_by_label("Survey").select_option("narrow")
    expect(page.get_by_text("1–3")).to_be_visible()
    expect(page.get_by_label("Mentor", exact=True)).to_have_count(0)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Sales")
    page.get_by_label("Manager", exact=True).fill("4")
    expect(page.locator("#said-count_managers")).to_have_text("Manager: between 1 and 3.")
    expect(page.get_by_label("Manager", exact=True)).to_be_focused()

    page.get_by_label("Survey").select_option("wide")
    expect(page.get_by_label("Note on mentor references")).to_have_value("Somebody outside the company.")
    page.get_by_label("Any relationship").check()
    expect(page.get_by_label("Manager", exact=True)).to_be_hidden()
    page.get_by_label("How many references").fill("3")
    expect(page.locator("#template-preview")).to_contain_text("Please name 3 references; any relationship will do.")

    visitor.click("Create Template")
    visitor.sees("Sales was created. Put the tag sales on the jobs that use it.", inside="#toasts")
    assert Template.objects.get(name="Sales").any_count == 3
    visitor.context.close()
    assert visitor.complaints == []
