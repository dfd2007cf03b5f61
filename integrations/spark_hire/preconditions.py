"""What has to be mended before a video interview can be sent: all of it at once, each with its way out."""

from dataclasses import dataclass

from django.urls import reverse

from integrations import credentials, installations
from integrations.models import Credential, Installation
from integrations.spark_hire.models import JobLink
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.jobs import access

SLUG = "video-interviewing"


@dataclass(frozen=True)
class Check:
    """One line of "Before you can send"."""

    code: str
    title: str
    is_met: bool
    sentence: str = ""
    action: str = ""
    url: str = ""


@dataclass(frozen=True)
class Ready:
    """What a request needs, all of it there."""

    installation: Installation
    link: JobLink
    credential: Credential


class Blocked(Conflict):
    """Something has to be mended first; `checks` are all lines, met or not."""

    def __init__(self, checks: list[Check]) -> None:
        first = next(check for check in checks if not check.is_met)
        super().__init__(first.sentence, code=first.code)
        self.checks = checks


def require_ready(application: Application, by: Membership) -> Ready:
    """Return what sending needs. Raises Blocked with everything that is missing."""
    found = checks(application, by)
    if not all(check.is_met for check in found):
        raise Blocked(found)
    installation = installations.find(application.company, SLUG)
    assert installation is not None
    link = JobLink.objects.get(job_id=application.job_id)
    credential = credentials.own(installation, by)
    assert credential is not None
    return Ready(installation=installation, link=link, credential=credential)


def checks(application: Application, member: Membership) -> list[Check]:
    """Return every condition for sending, in the order of the page."""
    installation = installations.in_use(application.company, SLUG)
    link = JobLink.objects.filter(job_id=application.job_id).first()
    return [
        _switched_on(installation is not None, member),
        _own_key(installation, member),
        _linked(application, link),
        _active_there(application, link),
        _question_set(application, link),
        _email(application),
        _in_the_running(application),
        _job_open(application),
    ]


def _switched_on(usable: bool, member: Membership) -> Check:
    return Check(
        code="integration_off",
        title="Video Interviewing is on",
        is_met=usable,
        sentence=off_sentence(member),
        action="Open settings" if member.is_administrator else "",
        url=reverse("spark_hire:settings"),
    )


def _own_key(installation: Installation | None, member: Membership) -> Check:
    title = "You are linked to Spark Hire"
    if installation is None:
        return Check(code="no_own_key", title=title, is_met=False, sentence="Turn Video Interviewing on first.")
    mine = Credential.objects.filter(installation=installation, membership=member).first()
    if mine is not None and mine.state == Credential.State.ACCEPTED:
        return Check(code="no_own_key", title=title, is_met=True)
    helper = "you" if member.is_administrator else _administrator(member)
    action, url = ("Add my key", reverse("spark_hire:settings")) if member.is_administrator else ("", "")
    if mine is not None:
        action, url = "Enter my key", reverse("spark_hire:my-key")
    if mine is not None and mine.state == Credential.State.REFUSED:
        mend = "Replace it." if member.is_administrator else f"Replace it, or ask {helper}."
        return Check(
            code="key_refused",
            title=title,
            is_met=False,
            sentence=f"Spark Hire no longer accepts your key (ends {mine.last4}). {mend}",
            action="Replace key",
            url=url,
        )
    if mine is not None and mine.state == Credential.State.UNCHECKED:
        return Check(
            code="key_unchecked",
            title=title,
            is_met=False,
            sentence="Spark Hire didn't answer, so your key is not checked yet. We try again by ourselves.",
        )
    holders = [holder.name for holder in credentials.holders(installation)]
    if holders:
        who = f"You have none, so you can watch but not send. {_listed(holders)} can send; {helper} can add your key."
    else:
        who = f"Nobody at {member.company.name} is linked yet; {helper} can add users."
    return Check(
        code="no_own_key",
        title=title,
        is_met=False,
        sentence=f"Spark Hire requires a linked user account for anyone who sends requests. {who}",
        action=action,
        url=url,
    )


def _linked(application: Application, link: JobLink | None) -> Check:
    met = link is not None and link.state == JobLink.State.LINKED
    sentence = "This job is not linked to Spark Hire."
    if link is not None and link.state == JobLink.State.LINKING:
        sentence = "This job is being linked to Spark Hire; that takes a moment."
    elif link is not None and link.state == JobLink.State.BROKEN:
        sentence = "The linked job no longer exists in Spark Hire. Link another; history stays."
    return Check(
        code="job_not_linked",
        title="The job is linked to Spark Hire",
        is_met=met,
        sentence=sentence,
        action="Link Job to Spark Hire",
        url=reverse("spark_hire:link", args=[application.job_id]),
    )


def _active_there(application: Application, link: JobLink | None) -> Check:
    title = "The job is active in Spark Hire"
    if link is None or link.state != JobLink.State.LINKED:
        return Check("vendor_job_inactive", title, is_met=False, sentence="Link the job to Spark Hire first.")
    return Check(
        code="vendor_job_inactive",
        title=title,
        is_met=link.vendor_is_active,
        sentence="This job is inactive in Spark Hire, so no requests can be sent. Activate it there, then check again.",
        action="Check again",
        url=reverse("jobs:info", args=[application.job_id]),
    )


def _question_set(application: Application, link: JobLink | None) -> Check:
    return Check(
        code="no_question_set",
        title="A Question Set is chosen",
        is_met=link is not None and bool(link.question_set_id),
        sentence="This job has no Question Set yet.",
        action="Choose Question Set",
        url=reverse("spark_hire:question-set", args=[application.job_id]),
    )


def _email(application: Application) -> Check:
    candidate = application.candidate
    return Check(
        code="no_email",
        title=f"{candidate.name} has an email address",
        is_met=bool(candidate.email),
        sentence=f"{candidate.name} has no email address, and Spark Hire invites by email.",
        action="Add email",
        url=reverse("applications:candidate-edit", args=[application.candidate_id, application.pk]),
    )


def _in_the_running(application: Application) -> Check:
    name = application.candidate.name
    state = application.state
    if state == Application.State.LEAD:
        sentence = f"{name} is a lead. Convert to applicant first."
    else:
        sentence = f"{name} was {application.get_state_display().lower()}. Undo that before you ask for an interview."
    return Check(
        code="not_in_the_running",
        title=f"{name} is an active applicant",
        is_met=application.is_open,
        sentence=sentence,
        action="Open record",
        url=reverse("applications:candidate", args=[application.candidate_id, application.pk]),
    )


def _job_open(application: Application) -> Check:
    return Check(
        code="job_closed",
        title="The job is open",
        is_met=application.job.state == "open",
        sentence="This job is not open. Open it before you ask for an interview.",
        action="Open job page",
        url=reverse("applications:job", args=[application.job_id]),
    )


def off_sentence(member: Membership) -> str:
    """Say that it is switched off, and who can turn it on."""
    return (
        f"Video Interviewing is off for {member.company.name}. "
        f"{_administrator(member)} can turn it on in Company Settings."
    )


def may_send(application: Application, member: Membership) -> bool:
    """Return whether the member's role allows sending at all."""
    return access.may(member, Action.SEND_REQUEST, application.job)


def _administrator(member: Membership) -> str:
    return "You" if member.is_administrator else companies.an_administrator(member.company)


def _listed(names: list[str]) -> str:
    return " or ".join(names[:3])
