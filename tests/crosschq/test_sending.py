"""From the move into the step to the request at the vendor, and everything that stands in the way."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from integrations import credentials
from integrations.crosschq import preconditions, services
from integrations.crosschq.check_templates import services as templates
from integrations.crosschq.check_templates import surveys
from integrations.crosschq.check_templates.services import Asked, TemplateDetails
from integrations.crosschq.models import ReferenceCheck, Template
from integrations.crosschq.payload import people
from integrations.crosschq.settings import connection
from integrations.requests import services as request_services
from integrations.requests.preconditions import Blocked
from newsfeed.models import NewsfeedEntry
from recruiting.applications.models import Application, StageTransition
from recruiting.candidates.models import Candidate
from recruiting.foundation import ids
from recruiting.foundation.constraints import violated
from recruiting.foundation.errors import Conflict, NotAllowed, NotFound
from recruiting.foundation.permissions import JobRole
from recruiting.jobs.models import HiringTeamMember
from recruiting.outbox.models import OutboxMessage
from tests import factories
from tests.crosschq.scenario import ENGINEERING, SURVEY, Scenario
from tests.refusals import refuses

HINT = "Write it as +1 415 555 2671, with the country code, to send a text message too."


def test_moving_into_the_step_sends_what_the_job_s_tag_means(scenario: Scenario) -> None:
    transition = scenario.move()

    check = scenario.check()
    assert (check.state, check.transition, check.requested_by, check.owner) == (
        "queued",
        transition,
        scenario.kim,
        scenario.kim,
    )
    assert scenario.feed() == ["Requested: Moving Ada Lovelace to Crosschq sent Engineering, 3 references."]

    scenario.drain()

    check = scenario.now(check)
    assert (check.state, check.failure, check.is_forced) == ("sent", "", False)
    there = scenario.there(check)
    assert there["candidate"] == {
        "first_name": "Ada",
        "last_name": "Lovelace",
        "email": "ada@example.com",
        "mobile_phone": "+15125550123",
    }
    assert (there["job_role"], there["requestor"], there["job_position"]) == (
        SURVEY,
        "kim@acme.example",
        "Senior Engineer",
    )
    assert there["config_params"] == {"managers": 1, "employees": 0, "peers": 2, "business": 0, "social": 0}
    assert len(scenario.at_vendor()) == 1


def test_told_twice_of_one_move_it_sends_once(scenario: Scenario) -> None:
    transition = scenario.move()

    assert services.start(transition) is None

    scenario.drain()
    assert len(scenario.at_vendor()) == len(scenario.feed()) == 1


def test_moving_in_again_sends_no_second_one_and_says_so(scenario: Scenario) -> None:
    scenario.move()
    scenario.drain()
    scenario.out()

    scenario.move()

    assert scenario.last() == "Already Requested: A check from 21 Nov is still open, so no second one was sent."
    scenario.perform(scenario.check(), "complete")
    scenario.refreshed(scenario.check())
    scenario.out()
    scenario.move()
    assert scenario.last() == "Already Requested: A check from 21 Nov is complete, so no second one was sent."
    scenario.drain()
    assert len(scenario.at_vendor()) == 1


@pytest.mark.parametrize("told", ["requested", "not_sent", "already_requested"])
def test_what_a_move_sends_or_not_is_told_above_the_move(scenario: Scenario, told: str) -> None:
    if told == "not_sent":
        scenario.tag("")
    if told == "already_requested":
        scenario.send()

    scenario.move()

    newest_first = NewsfeedEntry.objects.filter(application=scenario.application).order_by("-id")
    assert list(newest_first.values_list("verb", flat=True)[:2]) == [f"crosschq.{told}", "applications.moved"]


def test_send_again_sends_a_second_one_beside_the_first(scenario: Scenario) -> None:
    first = scenario.completed()

    second = services.send_again(request=first, by=scenario.kim)
    scenario.drain()

    assert (second.is_forced, scenario.now(second).state, len(scenario.at_vendor())) == (True, "sent", 2)
    assert scenario.last() == "Requested: Kim Ito sent Engineering, 3 references to Ada Lovelace."


def test_another_template_is_another_check(scenario: Scenario) -> None:
    scenario.sent()
    other = scenario.template_of(name="Sales", tag="sales")

    check = scenario.sent(template=other)

    assert (check.is_forced, len(scenario.at_vendor())) == (False, 2)


# ── Refusals ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def no_email(scenario: Scenario) -> None:
    Candidate.objects.filter(pk=scenario.candidate.pk).update(email="")


def out_of_limits(scenario: Scenario) -> None:
    scenario.driver.organization("survey", codename=SURVEY, relationships={"managers": {"min": 2, "max": 5}})
    surveys.refresh(scenario.installation, fresh=True)


def survey_off(scenario: Scenario) -> None:
    scenario.driver.organization("survey", codename=SURVEY, enabled=False)
    surveys.refresh(scenario.installation, fresh=True)


def nobody(scenario: Scenario) -> None:
    HiringTeamMember.objects.filter(job=scenario.job, role=JobRole.RECRUITER).update(role=JobRole.INTERVIEWER)


REFUSALS: list[tuple[Any, str, str, list[str]]] = [
    (
        lambda scenario: connection.disconnect(connection=scenario.told, by=scenario.dana),
        "not_connected",
        "Reference Checks are not connected.",
        ["Open settings"],
    ),
    (
        lambda scenario: scenario.switch(False),
        "switched_off",
        "Make Candidate Requests is off, so moving Ada to the Crosschq step sends nothing.",
        ["Open settings"],
    ),
    (no_email, "no_email", "Ada has no email address; nothing was sent.", ["Add email"]),
    (
        lambda scenario: scenario.tag("  "),
        "tag_missing",
        "This job has no Crosschq tag, so nothing was sent.",
        ["Choose template and send", "Edit job"],
    ),
    (
        lambda scenario: scenario.tag("Eng"),
        "tag_unknown",
        'No template has the tag "Eng"; nothing was sent.',
        ["Choose template and send", "Edit job"],
    ),
    (
        lambda scenario: templates.delete(template=scenario.template, by=scenario.dana),
        "tag_unknown",
        'No template has the tag "Engineering"; nothing was sent.',
        ["Choose template and send", "Edit job"],
    ),
    (
        out_of_limits,
        "out_of_limits",
        "Engineering asks for 1 manager; the survey now needs 2.",
        ["Choose template and send", "Edit template"],
    ),
    (
        survey_off,
        "survey_off",
        "The survey Brand Marketer - Manager is switched off in Crosschq.",
        ["Choose template and send", "Edit template"],
    ),
    (
        nobody,
        "no_requestor",
        "This job has no Recruiter and no Coordinator, and Crosschq needs a requestor; nothing was sent.",
        ["Open hiring team", "Open settings"],
    ),
]


@pytest.mark.parametrize(("make_unready", "code", "sentence", "remedies"), REFUSALS, ids=[case[1] for case in REFUSALS])
def test_what_cannot_be_sent_is_said_with_its_way_out(
    scenario: Scenario, make_unready: Any, code: str, sentence: str, remedies: list[str]
) -> None:
    make_unready(scenario)
    Application.objects.filter(pk=scenario.application.pk).update(stage=scenario.application.stage)

    # As Dana, for whom "nobody" left the move allowed.
    scenario.kim = scenario.dana
    scenario.move()

    assert scenario.feed() == [f"Not Sent: {sentence}"]
    assert not ReferenceCheck.objects.exists()
    scenario.drain()
    assert scenario.at_vendor() == []
    [blocker] = [one for one in preconditions.look(scenario.application_now())[0] if one.code == code]
    assert [remedy.label for remedy in blocker.remedies] == remedies


def test_told_twice_of_a_move_that_sent_nothing_it_says_so_once(scenario: Scenario) -> None:
    scenario.tag("")
    transition = scenario.move()

    services.start(transition)

    assert len(scenario.feed()) == 1


def test_a_lead_gets_nothing_and_may_be_converted(scenario: Scenario) -> None:
    lead = factories.lead(
        job=scenario.job, candidate=factories.CandidateFactory(company=scenario.company, first_name="Bob")
    )
    transition = StageTransition.objects.create(company=scenario.company, application=lead, to_stage=scenario.step)

    assert services.start(transition) is None

    sentence = "Bob is a lead. Crosschq requests go to applicants only; nothing was sent."
    assert scenario.feed(application=lead) == [f"Not Sent: {sentence}"]
    assert preconditions.look(lead)[0][0].remedies[0].label == "Convert to applicant"
    with refuses(Blocked, "Bob is a lead"):
        scenario.send(application=lead)


def test_a_rejected_candidate_gets_nothing(scenario: Scenario) -> None:
    Application.objects.filter(pk=scenario.application.pk).update(state="rejected")

    with refuses(Blocked, "Ada was rejected. Undo that before you send a reference check."):
        scenario.send()


def test_an_interviewer_does_not_send(scenario: Scenario) -> None:
    with refuses(NotAllowed):
        scenario.send(by=scenario.ivy)


def test_another_company_s_template_or_member_is_not_there(scenario: Scenario) -> None:
    elsewhere = factories.CompanyFactory()
    stranger = factories.MembershipFactory(company=elsewhere)

    for requestor in (stranger, factories.ServiceAccountFactory(company=scenario.company)):
        with refuses(NotFound):
            scenario.send(requestor=requestor)
    foreign = Template(company=elsewhere)
    with refuses(NotFound):
        scenario.send(template=foreign)


# ── Choose template and send ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_person_chooses_template_and_requestor_whatever_the_tag_says(scenario: Scenario) -> None:
    scenario.tag("")

    check = scenario.sent(requestor=scenario.dana)

    assert (check.owner, scenario.there(check)["requestor"]) == (scenario.dana, "dana@acme.example")
    with refuses(request_services.AlreadyRequested, "A check from 21 Nov is still open"):
        scenario.send()


@pytest.mark.parametrize(
    ("phone", "sent_as", "sentence"),
    [
        ("+44 20 7946 0958", "+442079460958", ""),
        ("", None, ""),
        ("ask my agent", None, f" Sent by email only; the phone number could not be read. {HINT}"),
        ("(415) 555-2671", None, f" Sent by email only; the phone number has no country code. {HINT}"),
    ],
)
def test_an_odd_phone_is_left_out_and_said(scenario: Scenario, phone: str, sent_as: str | None, sentence: str) -> None:
    Candidate.objects.filter(pk=scenario.candidate.pk).update(phone=phone)
    scenario.application.candidate.refresh_from_db()

    check = scenario.sent()

    assert scenario.there(check)["candidate"].get("mobile_phone") == sent_as
    assert scenario.last() == f"Requested: Kim Ito sent Engineering, 3 references to Ada Lovelace.{sentence}"
    scenario.candidate.refresh_from_db()
    assert scenario.candidate.phone == phone


def test_the_recruiter_then_the_coordinator_then_the_default_owns_it(scenario: Scenario) -> None:
    owners = []
    for role in (JobRole.RECRUITER, JobRole.COORDINATOR, JobRole.EXECUTIVE):
        HiringTeamMember.objects.filter(job=scenario.job, membership=scenario.kim).update(role=role)
        if role == JobRole.EXECUTIVE:
            scenario.configure(default_requestor=scenario.dana)
        owners.append(scenario.send(application=scenario.another(), by=scenario.dana).owner)

    assert owners == [scenario.kim, scenario.kim, scenario.dana]


def test_of_two_recruiters_the_first_to_join_owns_it(scenario: Scenario) -> None:
    factories.HiringTeamMemberFactory(job=scenario.job, membership=scenario.dana, role=JobRole.RECRUITER)

    assert scenario.send().owner == scenario.kim


def test_a_service_account_on_the_team_is_nobody_to_the_vendor(scenario: Scenario) -> None:
    robot = factories.ServiceAccountFactory(company=scenario.company)
    HiringTeamMember.objects.filter(job=scenario.job).exclude(membership=scenario.kim).delete()
    HiringTeamMember.objects.filter(job=scenario.job).update(role=JobRole.COORDINATOR)
    for role in (JobRole.RECRUITER, JobRole.HIRING_MANAGER):
        factories.HiringTeamMemberFactory(job=scenario.job, membership=robot, role=role)

    check = scenario.sent()

    assert (check.owner, scenario.there(check)["requestor"]) == (scenario.kim, "kim@acme.example")
    assert check.order["hiring_managers"] == []
    assert robot not in people.choices(scenario.job, connection.of(check.installation))


def test_the_template_s_position_and_hiring_manager_win(scenario: Scenario) -> None:
    template = scenario.template_of(
        name="Sales",
        tag="sales",
        position="Seller",
        hiring_manager_first_name="Ann",
        hiring_manager_last_name="Boss",
        hiring_manager_email="ann@acme.example",
    )

    usual, own = scenario.sent(), scenario.sent(template=template)

    assert usual.order["hiring_managers"] == [{"first_name": "Sam", "last_name": "Ortiz", "email": "sam@acme.example"}]
    assert own.order["hiring_managers"] == [{"first_name": "Ann", "last_name": "Boss", "email": "ann@acme.example"}]
    assert scenario.there(own)["job_position"] == "Seller"


def test_notes_and_any_relationship_travel_as_sentences(scenario: Scenario) -> None:
    noted = scenario.template_of(
        name="Noted",
        tag="noted",
        email_message="Welcome.",
        asked=(Asked("managers", 2, "Please provide a manager reference from X company."), Asked("peers", 1)),
    )
    free = scenario.template_of(name="Free", tag="free", any_relationship=True, any_count=3, any_note="Not family.")

    one, other = scenario.sent(template=noted), scenario.sent(template=free)

    assert scenario.there(one)["candidate_message"] == (
        "Welcome.\n\nManager: Please provide a manager reference from X company."
    )
    assert scenario.there(other)["candidate_message"] == (
        "Please name 3 references; any relationship will do.\n\nNot family."
    )
    assert sum(scenario.there(other)["config_params"].values()) == 3
    assert other.asked_count == 3


def test_what_is_edited_later_does_not_change_what_was_promised(scenario: Scenario) -> None:
    check = scenario.send()
    templates.edit(
        template=scenario.template,
        details=TemplateDetails(**{**vars(ENGINEERING), "position": "Other", "asked": (Asked("managers", 2),)}),
        by=scenario.dana,
    )
    scenario.tag("")

    scenario.drain()

    there = scenario.there(scenario.now(check))
    assert (there["job_position"], there["config_params"]["peers"]) == ("Senior Engineer", 2)


def test_a_bulk_move_sends_one_each(scenario: Scenario) -> None:
    everyone = [scenario.another(), scenario.another(), scenario.another(email="")]

    for application in everyone:
        scenario.move(application)
    scenario.drain()

    assert len(scenario.at_vendor()) == 2
    assert ReferenceCheck.objects.filter(state="sent").count() == 2
    assert NewsfeedEntry.objects.filter(verb="crosschq.not_sent").count() == 1


# ── Trying again ─────────────────────────────────────────────────────────────────────────────────────────────────────
def test_an_unknown_requestor_is_replaced_by_the_default_once(scenario: Scenario) -> None:
    scenario.configure(default_requestor=scenario.dana)

    check = scenario.sent(requestor=scenario.sam)

    assert (check.owner, scenario.there(check)["requestor"]) == (scenario.dana, "dana@acme.example")
    assert scenario.calls("create_request") == 2


def test_without_a_default_an_unknown_requestor_fails_and_another_is_chosen(scenario: Scenario) -> None:
    check = scenario.send(requestor=scenario.sam)

    scenario.drain()

    check = scenario.now(check)
    sentence = "Crosschq does not know sam@acme.example as a user. Choose another requestor."
    assert (check.state, check.failure) == ("failed", sentence)
    assert scenario.last() == f"Failed: Not sent: {sentence}"
    services.try_again(request=check, by=scenario.kim, requestor=scenario.kim)
    scenario.drain()
    assert (scenario.now(check).state, scenario.now(check).owner) == ("sent", scenario.kim)


def test_a_refusal_of_the_vendor_is_said_in_its_words(scenario: Scenario) -> None:
    scenario.fault("create_request", "status", status=400, reason="No credits left.")

    check = scenario.send()
    scenario.drain()

    assert scenario.now(check).state == "failed"
    assert scenario.now(check).failure.startswith("No credits left.")
    well = scenario.sent(application=scenario.another())
    with refuses(Conflict, "not failed"):
        services.try_again(request=well, by=scenario.kim)


def test_a_failed_check_is_sent_anew_from_its_template(scenario: Scenario) -> None:
    scenario.fault("create_request", "status", status=400, reason="No.")
    check = scenario.send()
    scenario.drain()
    Candidate.objects.filter(pk=scenario.candidate.pk).update(email="countess@example.com")

    services.try_again(request=scenario.now(check), by=scenario.kim)
    scenario.drain()

    check = scenario.now(check)
    assert (check.state, check.invited_email) == ("sent", "countess@example.com")
    assert scenario.there(check)["candidate"]["email"] == "countess@example.com"


def test_a_refused_key_keeps_the_check_until_it_is_replaced(scenario: Scenario) -> None:
    new = scenario.driver.organization("rotate_key").json["key"]
    check = scenario.send()

    scenario.drain()

    assert (scenario.now(check).state, scenario.messages("crosschq.create_check")) == ("queued", ["parked"])
    credentials.save_company_key(installation=scenario.installation, secret=new, by=scenario.dana)
    scenario.drain()
    assert scenario.now(check).state == "sent"
    assert OutboxMessage.objects.filter(state="parked").count() == 0


def copy_of(check: ReferenceCheck, **changes: Any) -> ReferenceCheck:
    again = ReferenceCheck.objects.get(pk=check.pk)
    again.pk, again.transition, again.vendor_id, again.sent_at, again.state = ids.uuid7(), None, "", None, "queued"
    for name, value in changes.items():
        setattr(again, name, value)
    return again


def test_the_database_refuses_a_second_one_whatever_the_code_does(scenario: Scenario) -> None:
    scenario.move()
    check = scenario.check()

    for changes, rule in (
        ({}, "referencecheck_one_per_template"),
        ({"transition": check.transition, "is_forced": True}, "referencecheck_one_per_move"),
    ):
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            copy_of(check, **changes).save(force_insert=True)
        assert violated(caught.value) == rule
    copy_of(check, is_forced=True).save(force_insert=True)
