"""The registry refuses what does not fit, and a broken extension costs its own card and nothing else."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from recruiting import events, extensions
from recruiting.candidates.models import Tag
from recruiting.companies.models import User
from recruiting.extensions import CandidateTab, Extension, StageAction, StageSuggestion, Suggestions
from tests import factories


class Tab(CandidateTab):
    slug, label, template_name = "planted-tab", "Planted", "planted.html"

    def is_visible(self, *, application: Any, membership: Any) -> bool:
        return True

    def get_context(self, *, request: Any, application: Any, membership: Any) -> dict[str, Any]:
        return {}


class Action(StageAction):
    key, label = "planted.act", "Act"

    def run(self, *, transition: Any, automation: Any) -> None:
        """Do nothing."""


def planted(slug: str = "planted", **offers: Any) -> Extension:
    extension = type("Planted", (Extension,), {"slug": slug, "name": "Planted", **offers})
    return extension()


@pytest.fixture(autouse=True)
def forget() -> Iterator[None]:
    """Forget what a test planted."""
    yield
    for slug in ("planted", "planted-two"):
        extensions.unregister(slug)


def test_what_is_registered_is_found() -> None:
    extension = planted(tabs=[Tab()], stage_actions=[Action()])

    extensions.register(extension)

    assert extensions.get("planted") is extension
    assert extension in extensions.all_extensions()
    assert extension.tabs[0] in extensions.candidate_tabs()
    assert extensions.stage_action("planted.act") is extension.stage_actions[0]
    assert extensions.owner_of_action("planted.act") is extension
    extensions.unregister("planted")
    assert extensions.get("planted") is None
    assert extensions.owner_of_action("planted.act") is None
    assert extensions.stage_action("planted.act") is None


@pytest.mark.parametrize(
    ("extension", "error", "words"),
    [
        (object(), TypeError, "not an Extension"),
        (planted(tabs=[object()]), TypeError, "not a CandidateTab"),
        (planted(tabs=[Tab]), TypeError, "not a CandidateTab"),
        (planted(panels=[Tab()]), TypeError, "not a JobPanel"),
        (planted(settings_pages=["page"]), TypeError, "not a SettingsPage"),
        (planted(stage_actions=[Tab()]), TypeError, "not a StageAction"),
        (
            planted(suggestions=Suggestions(stages=(StageSuggestion("A step", "gone.away", "?"),))),
            ValueError,
            "gone.away",
        ),
        (planted(slug="Not A Slug"), ValueError, "not a slug"),
        (planted(slug="trailing-newline\n"), ValueError, "not a slug"),
        (
            planted(tabs=[Tab(), Tab()]),
            ValueError,
            "planted offers a tab whose slug 'planted-tab' is taken, by another tab of its own.",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_start_up(extension: Any, error: type[Exception], words: str) -> None:
    before = extensions.all_extensions()

    with pytest.raises(error, match=words):
        extensions.register(extension)

    assert extensions.all_extensions() == before


@pytest.mark.parametrize(
    ("offers", "words"),
    [
        ({}, "Two extensions are called planted."),
        (
            {"tabs": [Tab()]},
            "planted-two offers a tab whose slug 'planted-tab' is taken, by a tab of planted.",
        ),
        (
            {"stage_actions": [Action()]},
            "planted-two offers a stage action whose key 'planted.act' is taken, by a stage action of planted.",
        ),
    ],
)
def test_a_name_that_is_taken_is_refused_with_who_has_it(offers: dict[str, Any], words: str) -> None:
    extensions.register(planted(**offers))

    with pytest.raises(ValueError, match=words):
        extensions.register(planted(slug="planted-two" if offers else "planted", **offers))


def test_an_extension_that_cannot_say_whether_it_is_enabled_is_not(caplog: pytest.LogCaptureFixture) -> None:
    def broken(self: Any, company: Any) -> bool:
        raise ZeroDivisionError

    off, failing = planted(is_enabled_for=lambda self, company: False), planted("planted-two", is_enabled_for=broken)
    extensions.register(off)
    extensions.register(failing)

    assert {off, failing} & set(extensions.enabled_for(User())) == set()
    assert "whether planted-two is enabled" in caplog.text


def test_tabs_stand_in_the_order_of_their_weight() -> None:
    light = type("Light", (Tab,), {"slug": "planted-light", "weight": -1})()
    extensions.register(planted(tabs=[Tab()]))
    extensions.register(planted(slug="planted-two", tabs=[light]))

    found = [tab.slug for tab in extensions.candidate_tabs()]

    assert found.index("planted-light") < found.index("planted-tab")


def test_a_failing_question_falls_back_and_undoes_only_itself(db: None, caplog: pytest.LogCaptureFixture) -> None:
    company = factories.CompanyFactory()

    def question() -> str:
        Tag.objects.create(company=company, name="undone")
        Tag.objects.create(company=company, name="UNDONE")
        return "never"

    with transaction.atomic():
        Tag.objects.create(company=company, name="kept")
        assert extensions.call_safely(question, default="the card", label="a planted question") == "the card"

    assert [tag.name for tag in Tag.objects.all()] == ["kept"]
    assert "a planted question" in caplog.text


def test_a_question_outside_a_transaction_opens_none(transactional_db: None) -> None:
    assert extensions.call_safely(lambda: connection.in_atomic_block, default=True, label="a question") is False


def test_an_act_that_fails_undoes_only_its_own_rows(db: None, caplog: pytest.LogCaptureFixture) -> None:
    company = factories.CompanyFactory()

    def act() -> None:
        Tag.objects.create(company=company, name="undone")
        raise ZeroDivisionError

    with transaction.atomic():
        Tag.objects.create(company=company, name="kept")
        assert extensions.run_isolated(act, label="a planted act") is False
        assert extensions.run_isolated(lambda: None, label="a good act") is True

    assert [tag.name for tag in Tag.objects.all()] == ["kept"]
    assert "a planted act" in caplog.text and "a good act" not in caplog.text


def test_each_subscriber_is_told_once_and_the_failed_ones_are_named(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(events, "_subscribers", events.defaultdict(list))
    told: list[Any] = []

    def broken(event: events.Event) -> None:
        raise ZeroDivisionError

    for subscriber in (told.append, broken, told.append):
        events.subscribe(events.CompanyCreated, subscriber)
    event = events.CompanyCreated(company_id=factories.UserFactory().pk)

    failed = events.publish(event)

    assert told == [event]
    assert [name.rpartition(".")[2] for name in failed] == ["broken"]
    assert (
        events.publish(events.MembershipDeactivated(company_id=event.company_id, membership_id=event.company_id)) == []
    )
