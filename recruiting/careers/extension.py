"""What careers pages add to the core's pages: the record, home, and what is ticked where somebody is rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from recruiting import events
from recruiting.applications import selectors as applications
from recruiting.applications.models import Application, StageTransition
from recruiting.careers import publishing, selectors, sites
from recruiting.careers.models import SourceLink, Submission
from recruiting.companies.models import Company, Membership
from recruiting.extensions import ClosingChoice, Extension, JobBadge, JobPanel, Part, WorkItem
from recruiting.foundation import clock, formatting, pagination
from recruiting.foundation.permissions import Action
from recruiting.jobs import access
from recruiting.jobs.models import Job

SHOW_CLOSED = "careers.show_closed"
CLOSED_AFTER = timedelta(days=2)


class PublicationPanel(JobPanel):
    """The *Publication* section of the Job Info window: who finds the job, and until when."""

    slug = "publication"
    label = "Publication"
    template_name = "careers/job/panel.html"
    weight = 10

    def is_visible(self, *, job: Job, membership: Membership) -> bool:
        """Show it to everybody who sees the job."""
        return True

    def get_context(self, *, request: HttpRequest, job: Job, membership: Membership) -> Mapping[str, Any]:
        """Return what the section shows."""
        now, posting = clock.now(), publishing.of_job(job)
        posting.job = job
        return {
            "posting": posting,
            "badge": selectors.badge_of(posting, now=now),
            "url": selectors.public_url(posting, sites.current_handle(membership.company)),
            "closing": publishing.closing_in_words(posting, zone=membership.company.zone, now=now),
            "may_edit": access.may(membership, Action.EDIT_JOB, job),
        }


class Careers(Extension):
    """Careers pages, always there."""

    slug = "careers"
    name = "Careers pages"
    panels = (PublicationPanel(),)

    def job_badges(self, jobs: Sequence[Job]) -> Mapping[UUID, Sequence[JobBadge]]:
        """Say which jobs the public finds."""
        return selectors.badges_of(jobs, now=clock.now())

    def source_uses(self, company: Company) -> Mapping[UUID, Sequence[str]]:
        """Say which sources have links."""
        uses: dict[UUID, list[str]] = {}
        for source_id, code in SourceLink.objects.for_company(company).order_by("id").values_list("source", "code"):
            if not uses.get(source_id):
                uses[source_id] = [f"Source link {code}"]
        return uses

    def banners(self, application: Application, membership: Membership) -> Sequence[Part]:
        """Say that somebody applied again, or under another name, and what their status page says."""
        submissions = selectors.submissions_of(application)
        if not submissions:
            return ()
        actions = access.allowed_actions(application.job, membership)
        newest, notices = submissions[0], []
        if newest.applied_again and newest.seen_at is None:
            notices.append(_applied_again(application, newest, may_move=Action.MOVE_APPLICATION in actions))
        for submission in submissions:
            if submission.has_other_name:
                notices.append(_other_name(submission, may_edit=Action.EDIT_CANDIDATE in actions))
        if application.state == Application.State.REJECTED and newest.closed_shown_at is not None:
            notices.append(_shown_closed(newest, may_move=Action.MOVE_APPLICATION in actions))
        return (Part("careers/record_banner.html", {"notices": notices}),) if notices else ()

    def application_parts(self, application: Application, membership: Membership) -> Sequence[Part]:
        """Show every form that somebody sent, as it was asked and answered."""
        submissions = selectors.submissions_of(application)
        return (Part("careers/record_answers.html", {"submissions": submissions}),) if submissions else ()

    def closing_choices(self, application: Application) -> Sequence[ClosingChoice]:
        """Offer to say on the status page that it is closed."""
        if not selectors.submissions_of(application):
            return ()
        hint = "Nobody is emailed. You can stop it on the record until then."
        return (ClosingChoice(SHOW_CLOSED, "Show “closed” on the status page in 2 days", hint),)

    def not_looked_at(self, applications: QuerySet[Application]) -> int:
        """Count what came in through a form and waits in *Applicants*."""
        waiting = Submission.objects.filter(state=Submission.State.TAKEN, seen_at=None)
        return applications.filter(pk__in=waiting.values("application")).count()

    def work_items(self, membership: Membership) -> Sequence[WorkItem]:
        """Return who applied and was not looked at, what is held, and what people asked for about their data."""
        counted = selectors.count_inbox(membership, applications.movable_jobs(membership))
        inbox = reverse("careers:inbox")
        words = {
            "new": ("person applied", "people applied", "and nobody has looked yet", 20),
            "again": ("person applied again", "people applied again", "", 30),
            "held": ("application is held", "applications are held", "because something looked odd", 35),
            "requests": ("person asks", "people ask", "about their data", 10),
        }
        found = []
        for key, (one, many, rest, weight) in words.items():
            if counted.get(key):
                who = formatting.plural(counted[key], one, many, limit=pagination.WORK_TO)
                sentence = " ".join(filter(None, (who, rest)))
                found.append(WorkItem(f"careers:{key}", sentence, f"{inbox}?show={key}", "Review", weight))
        return found


@dataclass(frozen=True)
class Notice:
    """A banner of the record."""

    tone: str
    title: str
    text: str
    at: datetime | None = None
    actions: Sequence[Mapping[str, Any]] = ()


def _applied_again(application: Application, submission: Submission, *, may_move: bool) -> Notice:
    text = f"{application.candidate.first} sent another application."
    about = [application.candidate_id, application.pk]
    actions = [_button("Mark as seen", reverse("careers:seen", args=[submission.pk]))]
    if application.state in (Application.State.REJECTED, Application.State.WITHDRAWN):
        actions.insert(0, _button("Reopen", reverse("applications:reopen", args=about)))
    return Notice("warning", "Applied again", text, submission.received_at, actions if may_move else ())


def _other_name(submission: Submission, *, may_edit: bool) -> Notice:
    url = reverse("careers:use-name", args=[submission.pk])
    text = ", ".join(filter(None, (submission.name, submission.phone)))
    actions = [_button("Use", url, use="yes"), _button("Not the same person", url, use="no")]
    return Notice("info", "Applied under another name", f"{text}.", actions=actions if may_edit else ())


def _shown_closed(submission: Submission, *, may_move: bool) -> Notice:
    at = submission.closed_shown_at
    if at is None or at <= clock.now():
        return Notice("neutral", "", "The status page says that the application is closed.")
    stop = _button("Stop", reverse("careers:stop-closed", args=[submission.pk]))
    text = "The status page will say that the application is closed."
    return Notice("neutral", "", text, at, [stop] if may_move else ())


def _button(label: str, url: str, **fields: str) -> Mapping[str, Any]:
    return {"label": label, "url": url, "post": True, "fields": fields}


def application_closed(event: events.ApplicationClosed) -> None:
    """Let the status page say so in two days, if that was ticked; and whoever rejects somebody has seen them."""
    when = clock.now() + CLOSED_AFTER if SHOW_CLOSED in event.choices else None
    rows = Submission.objects.filter(application=event.application_id)
    rows.update(closed_shown_at=when)
    rows.filter(seen_at=None).update(seen_at=clock.now())


def application_moved(event: events.ApplicationMoved) -> None:
    """Note that somebody has looked, where a member moved the person on."""
    waiting = Submission.objects.filter(application=event.application_id, seen_at=None)
    if StageTransition.objects.filter(pk=event.transition_id, moved_by__isnull=False).exists():
        waiting.update(seen_at=clock.now())
