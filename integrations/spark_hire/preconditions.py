"""What has to be fixed before a video interview can be sent: all of it at once, each with its remedy."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from django.urls import reverse

from integrations import credentials, installations
from integrations.models import Credential, Installation
from integrations.requests.preconditions import Blocked, Blocker
from integrations.spark_hire import SLUG
from integrations.spark_hire.models import JobLink
from recruiting.applications.models import Application
from recruiting.companies import selectors as companies
from recruiting.companies.models import Membership
from recruiting.jobs.models import Job

_LINKS: Mapping[str, str] = {
    JobLink.State.LINKING: "This job is being linked to Spark Hire; that takes a moment.",
    JobLink.State.BROKEN: "The linked job no longer exists in Spark Hire. Link another; history stays.",
}


@dataclass(frozen=True, kw_only=True)
class Check(Blocker):
    """One line of "Before you can send", met or not."""

    title: str
    is_met: bool
    action: str = ""
    url: str = ""


@dataclass(frozen=True)
class Ready:
    """What a request needs, all of it there."""

    installation: Installation
    link: JobLink
    credential: Credential


def require_ready(application: Application, by: Membership) -> Ready:
    """Return what sending needs. Raises Blocked with everything that is missing."""
    if missing := [check for check in checks(application, by) if not check.is_met]:
        raise Blocked(missing)
    installation = installations.find(application.company, SLUG)
    assert installation is not None
    credential = credentials.own(installation, by)
    assert credential is not None
    return Ready(installation, JobLink.objects.get(job_id=application.job_id), credential)


def checks(application: Application, member: Membership) -> list[Check]:
    """Return every condition for sending, in the order of the page."""
    installation = installations.in_use(application.company, SLUG)
    link = JobLink.objects.filter(job_id=application.job_id).first()
    is_linked = link is not None and link.state == JobLink.State.LINKED
    job, candidate, name = [application.job_id], application.candidate, application.candidate.name
    record = [application.candidate_id, application.pk]
    return [
        Check(
            code="integration_off",
            title="Video Interviewing is on",
            is_met=installation is not None,
            sentence=off_sentence(member),
            action="Open settings" if member.is_administrator else "",
            url=reverse("spark_hire:settings"),
        ),
        _own_key(installation, member),
        Check(
            code="job_not_linked",
            title="The job is linked to Spark Hire",
            is_met=is_linked,
            sentence=_LINKS.get(link.state if link else "", "This job is not linked to Spark Hire."),
            action="Link Job to Spark Hire",
            url=reverse("spark_hire:link", args=job),
        ),
        Check(
            code="vendor_job_inactive",
            title="The job is active in Spark Hire",
            is_met=is_linked and link is not None and link.vendor_is_active,
            sentence=(
                "This job is inactive in Spark Hire, so no requests can be sent. Activate it there, then check again."
                if is_linked
                else "Link the job to Spark Hire first."
            ),
            action="Check again" if is_linked else "",
            url=reverse("jobs:info", args=job),
        ),
        Check(
            code="no_question_set",
            title="A Question Set is chosen",
            is_met=link is not None and bool(link.question_set_id),
            sentence="This job has no Question Set yet.",
            action="Choose Question Set",
            url=reverse("spark_hire:question-set", args=job),
        ),
        Check(
            code="no_email",
            title=f"{name} has an email address",
            is_met=bool(candidate.email),
            sentence=f"{name} has no email address, and Spark Hire invites by email.",
            action="Add email",
            url=reverse("applications:candidate-edit", args=record),
        ),
        Check(
            code="not_in_the_running",
            title=f"{name} is an active applicant",
            is_met=application.is_open,
            sentence=(
                f"{name} is a lead. Convert to applicant first."
                if application.state == Application.State.LEAD
                else f"{name} was {application.get_state_display().lower()}. Undo that before you ask for an interview."
            ),
            action="Open record",
            url=reverse("applications:candidate", args=record),
        ),
        Check(
            code="job_closed",
            title="The job is open",
            is_met=application.job.state == Job.State.OPEN,
            sentence="This job is not open. Open it before you ask for an interview.",
            action="Open job page",
            url=reverse("applications:job", args=job),
        ),
    ]


def off_sentence(member: Membership) -> str:
    """Say that it is switched off, and who can turn it on."""
    helper = "You" if member.is_administrator else companies.an_administrator(member.company)
    return f"Video Interviewing is off for {member.company.name}. {helper} can turn it on in Company Settings."


def _own_key(installation: Installation | None, member: Membership) -> Check:
    check = partial(Check, code="no_own_key", title="You are linked to Spark Hire", is_met=False)
    if installation is None:
        return check(sentence="Turn Video Interviewing on first.")
    mine = Credential.objects.filter(installation=installation, membership=member).first()
    state = mine.state if mine else ""
    if state == Credential.State.ACCEPTED:
        return check(is_met=True, sentence="")
    if state == Credential.State.UNCHECKED:
        sentence = "Spark Hire didn't answer, so your key is not checked yet. We try again by ourselves."
        return check(code="key_unchecked", sentence=sentence)
    helper = "you" if member.is_administrator else companies.an_administrator(member.company)
    if mine is not None and state == Credential.State.REFUSED:
        mend = "Replace it." if member.is_administrator else f"Replace it, or ask {helper}."
        return check(
            code="key_refused",
            sentence=f"Spark Hire no longer accepts your key (ends {mine.last4}). {mend}",
            action="Replace key",
            url=reverse("spark_hire:my-key"),
        )
    action, url = ("Add my key", reverse("spark_hire:settings")) if member.is_administrator else ("", "")
    if mine is not None:
        action, url = "Enter my key", reverse("spark_hire:my-key")
    who = f"Nobody at {member.company.name} is linked yet; {helper} can add users."
    if holders := [holder.name for holder in credentials.holders(installation)[:3]]:
        able = " or ".join(holders)
        who = f"You have none, so you can watch but not send. {able} can send; {helper} can add your key."
    sentence = f"Spark Hire requires a linked user account for anyone who sends requests. {who}"
    return check(sentence=sentence, action=action, url=url)
