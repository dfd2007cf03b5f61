"""What Spark Hire adds to the life of a request: its calls, whose key is used, deadlines and the recording's link."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from integrations import credentials, keys, outbound
from integrations.models import Credential
from integrations.requests import changes, tasks
from integrations.requests.flow import CLOCK_SKEW, STALE_AFTER, Created, RequestFlow, require_own_key
from integrations.requests.lifecycle import Call, Entry, Event, Transition
from integrations.spark_hire import SLUG, VENDOR, activity, deadlines, schemas, services
from integrations.spark_hire.client import SparkHireClient, require_link
from integrations.spark_hire.deadlines import words
from integrations.spark_hire.job_links import services as job_links
from integrations.spark_hire.lifecycle import AT_VENDOR, OPEN, State
from integrations.spark_hire.models import InterviewRequest, JobLink
from recruiting.candidates.models import Candidate
from recruiting.companies.models import Membership
from recruiting.extensions import Badge
from recruiting.foundation import clock, text
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorForbidden, VendorNotFound
from recruiting.outbox import messages
from recruiting.outbox.tasks import Attempt, Discard, Hold, RetryAt

# How long a recording's link is asked for.
LINK_WITHIN = timedelta(days=14)
NEVER_SENT = Badge("Not sent", "clock-x", "warning")
WAITING = Badge("Waiting", "clock-pause", "warning")


@dataclass(frozen=True)
class Absorbed:
    """What an answer changed besides the state."""

    is_moved: bool
    """Whether the deadline is another one."""


class InterviewFlow(RequestFlow[InterviewRequest]):
    """Spark Hire's side of video interview requests."""

    model = InterviewRequest
    slug = SLUG
    noun_there = "interview"
    order_prefix = "interview"
    entry_types = activity.BY_ENTRY
    badges = {
        State.QUEUED: Badge("Sending", "send", "neutral"),
        State.SENT: Badge("Requested", "mail-forward", "info"),
        State.ACCEPTED: Badge("Accepted", "user-check", "info"),
        State.STARTED: Badge("In Progress", "progress", "info"),
        State.COMPLETED: Badge("Complete", "circle-check", "success"),
        State.EXPIRED: Badge("Expired", "clock-x", "warning"),
        State.CANCELED: Badge("Canceled", "ban", "neutral"),
        State.FAILED: Badge("Failed", "alert-triangle", "danger"),
    }
    over_there = frozenset({Event.SEEN_COMPLETED, Event.SEEN_CANCELED, Event.SEEN_EXPIRED})

    # ── Keys: a person's acts use their own ──────────────────────────────────────────────────────────────────────────
    def require_may_act(self, request: InterviewRequest, by: Membership) -> None:
        """Raise NotAllowed unless the member has an own working key."""
        require_own_key(request, by)

    def sender_key(self, request: InterviewRequest) -> Credential:
        """Return the sender's own key; hold, and say so once in the newsfeed, while there is none that works."""
        sender = request.requested_by
        credential = credentials.own(request.installation, sender) if sender else None
        if credential is None:
            whose = f"{sender.name}'s" if sender else "the sender's"
            reason = f"{VENDOR} needs {whose} User API Key, and it does not work at the moment."
            _waits_for_key(request.pk, reason)
            raise Hold(reason)
        return credential

    def canceling_key(self, request: InterviewRequest) -> Credential:
        """Return the key of the person who canceled; where nobody did (a superseded request), an unattended one."""
        if request.canceled_by is None or request.is_superseded:
            return self.unattended_keys(request)[0]
        credential = credentials.own(request.installation, request.canceled_by)
        if credential is None:
            raise Hold(f"{VENDOR} needs {request.canceled_by.name}'s User API Key to cancel, and it does not work.")
        return credential

    def unattended_keys(self, request: InterviewRequest) -> list[Credential]:
        """Return the sender's key and the Primary User's, as far as they work."""
        usable = credentials.for_unattended(request.installation, sender=request.requested_by)
        if not usable:
            raise Hold(
                f"No {VENDOR} key works at the moment: the sender's and the Primary User's are refused or missing."
            )
        return usable

    # ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def create(self, client: SparkHireClient, request: InterviewRequest) -> Created:
        """Ask for the interview."""
        company, instant = request.company.name, request.expires_at
        message = deadlines.invitation_message(company=company, instant=instant, zone=request.zone)
        made = client.create_interview(
            job_id=request.vendor_job_id,
            name=request.invited_name,
            email=request.invited_email,
            deadline=instant,
            time_zone=request.time_zone,
            question_set_id=request.question_set_id,
            message=message,
        )
        return Created(made.id, deadline=instant)

    def create_refused(self, request: InterviewRequest) -> None:
        """Learn whether the refusal was the job's: inactive or deleted there, and nobody told us."""
        links = JobLink.objects.filter(job_id=request.application.job_id, vendor_job_id=request.vendor_job_id)
        if (link := links.first()) is not None:
            job_links.refresh.enqueue(link)

    def find(self, client: SparkHireClient, request: InterviewRequest) -> list[schemas.Interview]:
        """Return the interviews that an earlier attempt may have created: same job, same person, since then."""
        assert request.send_attempted_at is not None
        made = client.interviews_of_job(request.vendor_job_id, since=request.send_attempted_at - CLOCK_SKEW)
        ids = [interview.id for interview in made]
        here = InterviewRequest.objects.filter(installation=request.installation, vendor_id__in=ids)
        known = set(here.values_list("vendor_id", flat=True))
        unknown = [interview for interview in made if interview.id not in known]
        invited = text.email_key(request.invited_email)
        same = [interview for interview in unknown if text.email_key(interview.email) == invited]
        if not same:
            # The candidate may have changed the address at the vendor; somebody else's address is somebody else.
            name = text.compare_key(request.invited_name)
            named = [interview for interview in unknown if text.compare_key(interview.name) == name]
            people = Candidate.objects.for_company(request.company)
            others = people.filter(email_key__in=[interview.email for interview in named])
            taken = set(others.values_list("email_key", flat=True))
            same = [interview for interview in named if text.email_key(interview.email) not in taken]
        exact = [interview for interview in same if interview.deadline == request.expires_at]
        return exact if len(exact) == 1 else same

    def match_of(self, found: schemas.Interview) -> dict[str, Any]:
        """Return whose interview it is and when it was made."""
        made = found.created_at.isoformat() if found.created_at else ""
        return {**super().match_of(found), "name": found.name, "email": found.email, "created_at": made}

    def read(self, client: SparkHireClient, request: InterviewRequest) -> schemas.Interview:
        """Return the interview."""
        return client.interview(request.vendor_id)

    def cancel(self, client: SparkHireClient, request: InterviewRequest) -> None:
        """Delete the interview, which cancels it."""
        client.delete_interview(request.vendor_id)

    # ── 404: a key sees only its own user's interviews ───────────────────────────────────────────────────────────────
    def event_of_absence(self, error: VendorNotFound) -> Event | None:
        """Take 410 for what it says: the interview is over there."""
        return Event.SEEN_EXPIRED if error.gone else None

    def believe_absence(self, request: InterviewRequest, asked: list[Credential]) -> None:
        """Believe that it is gone only with the sender's key among those that say so."""
        if not _is_believed(request, asked):
            # It may well be there; the next key that is mended, added or made primary asks again.
            raise Hold(
                f"No {VENDOR} key that works sees {request.invited_name}'s interview, and the sender's cannot be asked."
            )

    def doubt_absence(self, request: InterviewRequest, credential: Credential, error: VendorNotFound) -> str:
        """Doubt it where another key sees it, or the sender's cannot be asked."""
        if error.gone or self.is_gone(request, unseen_by=credential):
            return ""
        sender = request.requested_by.name if request.requested_by else "an Administrator"
        return f"Not canceled: you cannot see this interview in {VENDOR}; ask {sender}."

    def is_gone(self, request: InterviewRequest, *, unseen_by: Credential | None = None) -> bool:
        """Return whether the interview is gone, by the word of the keys that should know.

        Args:
            request: whose interview.
            unseen_by: a key that was told 404 already and is not asked again.
        """
        asked = [unseen_by] if unseen_by else []
        for other in credentials.for_unattended(request.installation, sender=request.requested_by):
            if other in asked:
                continue
            try:
                with keys.tell_apart(other):
                    self.read(self.client(other), request)
            except VendorNotFound:
                asked.append(other)
                continue
            except VendorAuthFailed:
                # It is this key that does not work, not the one that the block is about.
                outbound.refuse(other)
                continue
            except VendorForbidden:
                pass  # it is there, and only this key may not see it
            return False
        return _is_believed(request, asked)

    # ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def before_sending(self, request: InterviewRequest) -> None:
        """Expire it where its deadline has passed before it could leave."""
        if request.state == State.QUEUED and not request.vendor_id:
            services.expire_locked(request)

    def on_created(self, request: InterviewRequest, found: Any) -> None:
        """Note the deadline that the vendor has."""
        request.vendor_deadline = (found.deadline if found else None) or request.expires_at

    def after_created(self, request: InterviewRequest) -> None:
        """Tell the vendor a deadline that was moved meanwhile."""
        if request.vendor_deadline != request.expires_at and request.state in AT_VENDOR:
            move_deadline.enqueue(request)

    def on_transition(self, request: InterviewRequest, before: str, transition: Transition) -> None:
        """Forget the recording of an interview that was reset."""
        if before == State.COMPLETED and transition.to != State.COMPLETED:
            request.completed_at, request.share_url = None, ""

    def absorb(self, request: InterviewRequest, event: Event, seen: Any, now: datetime) -> Absorbed:
        """Take over the deadline; what ended there early keeps the one that was set here, so that both can be said."""
        request.status_is_unknown = event == Event.SEEN_UNKNOWN
        deadline = seen.deadline if seen else None
        if event == Event.SEEN_EXPIRED and request.state in AT_VENDOR and request.expires_at > now:
            request.vendor_deadline = deadline or request.vendor_deadline
            return Absorbed(is_moved=False)
        if deadline is None or deadline == request.vendor_deadline:
            return Absorbed(is_moved=False)
        request.vendor_deadline = deadline
        if deadline == request.expires_at:
            return Absorbed(is_moved=False)
        request.expires_at, request.expires_on = deadline, None
        return Absorbed(is_moved=True)

    def is_live(self, request: InterviewRequest, now: datetime) -> bool:
        """Return whether the deadline lies ahead and no cancel of ours is under way."""
        return request.expires_at > now and not request.cancel_pending

    def entry_of(self, request: InterviewRequest, transition: Transition, absorbed: Absorbed) -> Entry | None:
        """Call a reset that comes with another deadline a new deadline."""
        is_new_deadline = absorbed.is_moved and transition.entry == Entry.RESET and request.state in OPEN
        return Entry.RESCHEDULED if is_new_deadline else transition.entry

    def after_seen(self, request: InterviewRequest, transition: Transition | None, absorbed: Absorbed) -> None:
        """Say that only the deadline is another one."""
        if transition is None and absorbed.is_moved and request.state in AT_VENDOR:
            changes.write_entry(request, Entry.RESCHEDULED, detail=words.new_deadline(request))

    # ── What people do ───────────────────────────────────────────────────────────────────────────────────────────────
    def is_over(self, request: InterviewRequest) -> bool:
        """Return whether its deadline has passed, swept or not."""
        return request.state_at(clock.now()) == State.EXPIRED

    def cancel_with_another_key(self, request: InterviewRequest, by: Membership) -> bool:
        """Let the vendor's cancel go on with the actor's key: the same message, not a second one."""
        if not request.vendor_id or cancel_waits_for(request) is None:
            return False
        request.write(canceled_by=by)
        changes.publish(activity.TYPES["cancel_taken_over"], request, actor=by)
        messages.release(request.installation.channel)
        return True

    def is_uncertain(self, request: InterviewRequest) -> bool:
        """Return whether several of the vendor's interviews could be it."""
        return request.state == State.QUEUED and bool(request.matches)

    # ── Words ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def badge(self, request: InterviewRequest) -> Badge:
        """Return the state as every page says it."""
        now = clock.now()
        if request.state == State.QUEUED and (request.matches or request.failure):
            return WAITING
        return NEVER_SENT if request.was_never_sent(now) else self.badges[request.state_at(now)]

    def payload(self, request: InterviewRequest, *, detail: str, **more: Any) -> activity.InterviewPayload:
        """Return whose interview it is and what there is to say."""
        return activity.InterviewPayload(candidate=request.invited_name, detail=detail)

    def entry_detail(self, request: InterviewRequest, entry: Entry) -> str:
        """Say until when a candidate who was asked may answer."""
        return words.deadline_sentence(request) if entry == Entry.REQUESTED else ""

    def detail_of(self, request: InterviewRequest, entry: Entry | None, event: Event, now: datetime) -> str:
        """Return what there is to say about what the vendor told us."""
        return words.detail_of(request, entry, now) or super().detail_of(request, entry, event, now)

    def completed_meanwhile(self, request: InterviewRequest) -> str:
        """Say that it was completed just before somebody canceled."""
        name = request.invited_name
        return f"{name} finished the interview just before you canceled, so it is kept as complete."

    def nothing_to_cancel(self, request: InterviewRequest) -> str:
        """Say what it is already."""
        word = request.state_at(clock.now()).label.lower()
        return f"This request is {word} already; there is nothing to cancel."

    def also_due(self, now: datetime, stale: Q) -> Q:
        """Ask about what expired without the vendor's final status, too."""
        unheard = Q(seen_at__isnull=True) | Q(seen_at__lt=now - STALE_AFTER)
        return Q(state=State.EXPIRED, closed_at__gt=now - timedelta(days=2)) & unheard


FLOW = InterviewFlow()
tasks.register(
    FLOW,
    {
        Call.CREATE: "spark_hire.create_interview",
        Call.CANCEL: "spark_hire.cancel_interview",
        Call.REFRESH: "spark_hire.refresh_interview",
    },
)


def cancel_waits_for(request: InterviewRequest) -> Membership | None:
    """Return the member without whose key the vendor is not told of a cancel, when that key does not work; else None.

    The canceler's key cancels. What may or may not be at the vendor has to be looked for first, with the sender's.
    """
    if not request.cancel_pending or (request.vendor_id and request.is_superseded):
        return None
    needed = request.canceled_by if request.vendor_id else request.requested_by
    return needed if needed is not None and credentials.own(request.installation, needed) is None else None


def _waits_for_key(request_id: UUID, reason: str) -> None:
    """Say once in the newsfeed that a request waits for a key."""
    with transaction.atomic():
        request = changes.lock_for_worker(FLOW, request_id)
        if request.change(failure=reason[:300]):
            changes.publish(activity.TYPES["waiting"], request, detail=reason)


def share_link_refused(attempt: Attempt, reason: str) -> None:
    """Keep why the vendor gives no address at which anybody may watch."""
    waiting = InterviewRequest.objects.filter(pk=attempt.payload["request"], state=State.COMPLETED, share_url="")
    waiting.update(failure=reason[:300])


@outbound.vendor_task(
    "spark_hire.fetch_share_link", about="request", order_by="interview-link", on_failure=share_link_refused
)
def fetch_share_link(attempt: Attempt) -> None:
    """Get the address at which anybody may watch, and keep it.

    Asked for again more and more seldom; no longer when the interview is gone, nor after `LINK_WITHIN`.
    """
    request = changes.load(FLOW, attempt.payload["request"])
    if request.state != State.COMPLETED or request.share_url:
        return
    usable = FLOW.unattended_keys(request)
    url = tasks.first_answer(request, usable, lambda client: _link_of(client, request))
    if isinstance(url, VendorNotFound):
        # It is the link that is not there yet, or the interview that is there no more.
        with outbound.handle_vendor_errors(request.installation, usable[0]):
            if FLOW.is_gone(request):
                return
    elif url:
        # Unless the vendor gave the candidate another try meanwhile.
        completed = InterviewRequest.objects.filter(pk=request.pk, state=State.COMPLETED)
        completed.update(share_url=url, failure="")
        return
    waited = clock.machine_now() - attempt.written_at
    if waited < LINK_WITHIN:
        pause = min(max(waited, timedelta(minutes=1)), timedelta(hours=1))
        raise RetryAt(clock.machine_now() + pause, "The recording's link is not there yet.")


@outbound.vendor_task("spark_hire.move_deadline", about="request", order_by=FLOW.writing_order)
def move_deadline(attempt: Attempt) -> None:
    """Tell the vendor a deadline that we moved (a changed time zone)."""
    request = changes.load(FLOW, attempt.payload["request"])
    if not request.vendor_id or not request.is_open or request.vendor_deadline == request.expires_at:
        return
    deadline = request.expires_at
    answer = tasks.first_answer(
        request,
        FLOW.unattended_keys(request),
        lambda client: client.reschedule(request.vendor_id, deadline=deadline, time_zone=request.time_zone),
    )
    if isinstance(answer, VendorNotFound):
        outbound.note_error(request.installation, str(answer))
        raise Discard(str(answer)) from answer
    InterviewRequest.objects.filter(pk=request.pk).update(vendor_deadline=deadline)


FLOW.tasks = {**FLOW.tasks, Call.FETCH_RESULT: fetch_share_link}


def _link_of(client: SparkHireClient, request: InterviewRequest) -> str:
    url = client.share_link(request.vendor_id)
    return require_link(url) if url else ""


def _is_believed(request: InterviewRequest, asked: list[Credential]) -> bool:
    """A 404 counts when the sender's key says it (the sender sees what they sent) and every other key agrees."""
    return any(key.membership_id == request.requested_by_id for key in asked)
