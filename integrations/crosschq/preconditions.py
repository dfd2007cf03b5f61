"""Every reason why nothing is sent, in the words that pages and newsfeed share, each with its way out as data.

Pages turn a way out into a link or a button; here it is only said which one and about what.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from integrations import installations
from integrations.crosschq import SLUG
from integrations.crosschq.check_templates import limits, surveys, tags
from integrations.crosschq.models import Connection, ReferenceCheck, Survey, Template
from integrations.crosschq.orders import NO_NAME, building, people, phone
from integrations.crosschq.settings import connection
from integrations.requests.lifecycle import State
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock, wording
from recruiting.foundation.errors import Conflict


class Way(StrEnum):
    """What can be done about a blocker. `WayOut.target` is what it is about."""

    OPEN_SETTINGS = "open_settings"
    """Administrators only; no target."""
    CONVERT = "convert"
    """Target: the application."""
    REOPEN = "reopen"
    """Target: the application."""
    CHOOSE_TEMPLATE = "choose_template"
    """Target: the application."""
    EDIT_JOB = "edit_job"
    """Target: the job."""
    EDIT_TEAM = "edit_team"
    """Target: the job."""
    ADD_EMAIL = "add_email"
    """Target: the candidate."""
    EDIT_TEMPLATE = "edit_template"
    """Administrators only. Target: the template."""
    TRY_AGAIN = "try_again"
    """Target: the check."""
    SEND_AGAIN = "send_again"
    """Target: the check."""
    OPEN_CHECK = "open_check"
    """Target: the check."""


LABELS = {
    Way.OPEN_SETTINGS: "Open settings",
    Way.CONVERT: "Convert to applicant",
    Way.REOPEN: "Open record",
    Way.CHOOSE_TEMPLATE: "Choose template and send",
    Way.EDIT_JOB: "Edit job",
    Way.EDIT_TEAM: "Open hiring team",
    Way.ADD_EMAIL: "Add email",
    Way.EDIT_TEMPLATE: "Edit template",
    Way.TRY_AGAIN: "Try again",
    Way.SEND_AGAIN: "Send again",
    Way.OPEN_CHECK: "Open tab",
}


@dataclass(frozen=True)
class WayOut:
    """One thing to do about a blocker."""

    way: Way
    target: UUID | None = None

    @property
    def label(self) -> str:
        """The words of the button."""
        return LABELS[self.way]


@dataclass(frozen=True)
class Blocker:
    """One reason why nothing is sent."""

    code: str
    sentence: str
    ways: tuple[WayOut, ...] = ()


@dataclass(frozen=True)
class Ready:
    """What sending needs, all of it there."""

    connection: Connection
    template: Template
    survey: Survey
    requestor: Membership


class Blocked(Conflict):
    """Something has to be mended first; `blockers` are all of it, the first one's sentence is the error's."""

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(blockers[0].sentence, code=blockers[0].code)
        self.blockers = blockers


def look(
    application: Application, *, template: Template | None = None, requestor: Membership | None = None
) -> tuple[list[Blocker], Ready | None]:
    """Return every reason why nothing can be sent, most basic first, or what sending needs.

    Args:
        application: the candidate on the job.
        template: the one that a person chose; None: the one that the job's tag means.
        requestor: the one that a person chose; None: the usual one.
    """
    found = connection.find(application.company)
    blockers = [*_of_connection(application, found), *_of_person(application)]
    chosen = template
    if chosen is None:
        tag = tags.of_job(application.job)
        chosen = tag.template
        blockers += _of_tag(application, tag)
    if found is not None and chosen is not None:
        blockers += _of_template(application, chosen)
    named = requestor
    if found is not None and named is None:
        named = people.requestor_of(application.job, found)
        if named is None:
            blockers.append(_nobody(application))
    if blockers:
        return blockers, None
    assert found is not None and chosen is not None and named is not None
    survey = surveys.find(found.installation, chosen.survey)
    assert survey is not None
    return [], Ready(connection=found, template=chosen, survey=survey, requestor=named)


def phone_note(application: Application) -> str:
    """Return "Sent by email only; the phone number has no country code. …" where no text message goes out, else ""."""
    why = phone.read(application.candidate.phone).why
    return f"Sent by email only; {why}. {phone.HINT}" if why else ""


def name_note(application: Application) -> str:
    """Return what the vendor gets as the last name of somebody with one name, else ""."""
    candidate = application.candidate
    if candidate.first_name and candidate.last_name:
        return ""
    return f"Crosschq takes two names, so it gets “{NO_NAME}” as the last name."


def standing_in_the_way(check: ReferenceCheck) -> Blocker:
    """Return why a second check is not sent where there is one: "A check from 21 Nov is still open, …"."""
    zone = check.company.zone
    made = wording.moment(check.created_at, now=clock.now(), zone=zone).partition(",")[0]
    stands = "is complete" if check.state == State.COMPLETED else "is still open"
    return Blocker(
        code="already_complete" if check.state == State.COMPLETED else "already_open",
        sentence=f"A check from {made} {stands}, so no second one was sent.",
        ways=(WayOut(Way.SEND_AGAIN, check.pk), WayOut(Way.OPEN_CHECK, check.pk)),
    )


def _of_connection(application: Application, found: Connection | None) -> list[Blocker]:
    settings = (WayOut(Way.OPEN_SETTINGS),)
    enabled = installations.is_enabled(application.company, SLUG)
    if found is None or not enabled or connection.key_of(found) is None:
        return [Blocker("not_connected", "Reference Checks are not connected.", settings)]
    if not found.installation.is_on:
        name = application.candidate.first
        sentence = f"Make Candidate Requests is off, so moving {name} to the Crosschq step sends nothing."
        return [Blocker("switched_off", sentence, settings)]
    return []


def _of_person(application: Application) -> list[Blocker]:
    name, blockers = application.candidate.first, []
    if application.state == Application.State.LEAD:
        sentence = f"{name} is a lead. Crosschq requests go to applicants only; nothing was sent."
        blockers.append(Blocker("is_a_lead", sentence, (WayOut(Way.CONVERT, application.pk),)))
    elif not application.is_open:
        state = application.get_state_display().lower()
        sentence = f"{name} was {state}. Undo that before you send a reference check."
        blockers.append(Blocker("not_in_the_running", sentence, (WayOut(Way.REOPEN, application.pk),)))
    if not application.candidate.email:
        sentence = f"{name} has no email address; nothing was sent."
        blockers.append(Blocker("no_email", sentence, (WayOut(Way.ADD_EMAIL, application.candidate_id),)))
    return blockers


def _of_tag(application: Application, tag: tags.JobTag) -> list[Blocker]:
    ways = (WayOut(Way.CHOOSE_TEMPLATE, application.pk), WayOut(Way.EDIT_JOB, application.job_id))
    if not tag.text:
        return [Blocker("tag_missing", "This job has no Crosschq tag, so nothing was sent.", ways)]
    if tag.template is None:
        return [Blocker("tag_unknown", f'No template has the tag "{tag.text}"; nothing was sent.', ways)]
    return []


def _of_template(application: Application, template: Template) -> list[Blocker]:
    ways = (WayOut(Way.CHOOSE_TEMPLATE, application.pk), WayOut(Way.EDIT_TEMPLATE, template.pk))
    survey = surveys.find(template.installation, template.survey)
    if survey is None or not survey.is_offered:
        name = survey.name if survey else template.survey_name or template.survey
        return [Blocker("survey_off", f"The survey {name} is switched off in Crosschq.", ways)]
    sentence = limits.sentence(
        template.name,
        building.wanted_of(template),
        surveys.limits_of(survey),
        surveys.minimum_total(template.installation),
    )
    return [Blocker("out_of_limits", sentence, ways)] if sentence else []


def _nobody(application: Application) -> Blocker:
    return Blocker(
        code="no_requestor",
        sentence="This job has no Recruiter and no Coordinator, and Crosschq needs a requestor; nothing was sent.",
        ways=(WayOut(Way.EDIT_TEAM, application.job_id), WayOut(Way.OPEN_SETTINGS)),
    )
