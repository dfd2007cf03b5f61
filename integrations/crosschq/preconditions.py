"""Every reason why no reference check is sent, in the words that pages and newsfeed share, each with its remedies."""

from integrations import credentials, installations
from integrations.crosschq import SLUG
from integrations.crosschq.check_templates import limits, surveys, tags
from integrations.crosschq.models import Connection, ReferenceCheck, Template
from integrations.crosschq.payload import NO_NAME, builder, people, phone
from integrations.crosschq.payload.builder import Ready
from integrations.crosschq.settings import connection
from integrations.requests.lifecycle import State
from integrations.requests.preconditions import (
    EDIT_JOB,
    EDIT_TEAM,
    OPEN_TAB,
    About,
    Blocker,
    Remedy,
    RemedyKind,
    Who,
    of_person,
)
from recruiting.applications.models import Application
from recruiting.companies.models import Membership
from recruiting.foundation import clock, formatting

OPEN_SETTINGS = RemedyKind("Open settings", "crosschq:settings", About.NOTHING, Who.ADMINISTRATOR)
CHOOSE_TEMPLATE = RemedyKind("Choose template and send", "crosschq:choose", is_window=True)
EDIT_TEMPLATE = RemedyKind("Edit template", "crosschq:template-edit", About.TARGET, Who.ADMINISTRATOR)
TRY_AGAIN = RemedyKind("Try again", "crosschq:try-again", About.BOTH, is_post=True)
SEND_AGAIN = RemedyKind("Send again", "crosschq:send-again", About.BOTH, is_window=True)


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
    blockers = _of_connection(application, found) + of_person(
        application,
        lead="is a lead. Crosschq requests go to applicants only; nothing was sent.",
        closed="Undo that before you send a reference check.",
        no_email="has no email address; nothing was sent.",
    )
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
    made = formatting.moment(check.created_at, now=clock.now(), zone=zone).partition(",")[0]
    stands = "is complete" if check.state == State.COMPLETED else "is still open"
    return Blocker(
        code="already_complete" if check.state == State.COMPLETED else "already_open",
        sentence=f"A check from {made} {stands}, so no second one was sent.",
        remedies=(Remedy(SEND_AGAIN, check.pk), Remedy(OPEN_TAB)),
    )


def _of_connection(application: Application, found: Connection | None) -> list[Blocker]:
    settings = (Remedy(OPEN_SETTINGS),)
    enabled = installations.is_enabled(application.company, SLUG)
    if found is None or not enabled or credentials.of_company(found.installation) is None:
        return [Blocker("not_connected", "Reference Checks are not connected.", settings)]
    if not found.installation.is_on:
        name = application.candidate.first
        sentence = f"Make Candidate Requests is off, so moving {name} to the Crosschq step sends nothing."
        return [Blocker("switched_off", sentence, settings)]
    return []


def _of_tag(application: Application, tag: tags.JobTag) -> list[Blocker]:
    remedies = (Remedy(CHOOSE_TEMPLATE), Remedy(EDIT_JOB, application.job_id))
    if not tag.text:
        return [Blocker("tag_missing", "This job has no Crosschq tag, so nothing was sent.", remedies)]
    if tag.template is None:
        return [Blocker("tag_unknown", f'No template has the tag "{tag.text}"; nothing was sent.', remedies)]
    return []


def _of_template(application: Application, template: Template) -> list[Blocker]:
    remedies = (Remedy(CHOOSE_TEMPLATE), Remedy(EDIT_TEMPLATE, template.pk))
    survey = surveys.find(template.installation, template.survey)
    if survey is None or not survey.is_offered:
        name = survey.name if survey else template.survey_name or template.survey
        return [Blocker("survey_off", f"The survey {name} is switched off in Crosschq.", remedies)]
    sentence = limits.sentence(
        template.name,
        builder.wanted_of(template),
        surveys.limits_of(survey),
        surveys.minimum_total(template.installation),
    )
    return [Blocker("out_of_limits", sentence, remedies)] if sentence else []


def _nobody(application: Application) -> Blocker:
    return Blocker(
        code="no_requestor",
        sentence="This job has no Recruiter and no Coordinator, and Crosschq needs a requestor; nothing was sent.",
        remedies=(Remedy(EDIT_TEAM, application.job_id), Remedy(OPEN_SETTINGS)),
    )
