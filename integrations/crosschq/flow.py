"""What Crosschq adds to the life of a check: its calls, whose request is whose, progress and reports."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from integrations import credentials, live, outbound
from integrations.crosschq import SLUG, VENDOR, activity, schemas, services
from integrations.crosschq.client import CrosschqClient
from integrations.crosschq.models import ReferenceCheck
from integrations.crosschq.payload import Payload, people
from integrations.crosschq.reports import services as reports
from integrations.crosschq.settings import connection
from integrations.models import Credential
from integrations.requests import changes, tasks
from integrations.requests.flow import CLOCK_SKEW, Created, RequestFlow
from integrations.requests.lifecycle import Call, Event, State, Transition
from newsfeed.models import NewsfeedEntry
from recruiting.companies.models import Membership
from recruiting.extensions import Badge
from recruiting.foundation import text
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.vendor_errors import VendorAuthFailed, VendorNotFound, VendorRejected
from recruiting.outbox.tasks import Attempt, Discard, Hold

PAST_DUE = Badge("Past due", "clock-exclamation", "warning")


@dataclass(frozen=True)
class Absorbed:
    """How a check stood before an answer was applied."""

    was_past_due: bool
    answered_before: int


class CheckFlow(RequestFlow[ReferenceCheck]):
    """Crosschq's side of reference checks."""

    model = ReferenceCheck
    slug = SLUG
    noun = "check"
    about = "check"
    order_prefix = "check"
    entry_types = activity.BY_ENTRY
    badges = {
        State.QUEUED: Badge("Sending", "send", "neutral"),
        State.UNCERTAIN: Badge("Uncertain", "alert-triangle", "danger"),
        State.SENT: Badge("Sent", "mail-forward", "info"),
        State.IN_PROGRESS: Badge("In Progress", "progress", "info"),
        State.COMPLETED: Badge("Complete", "circle-check", "success"),
        State.CANCELED: Badge("Canceled", "ban", "neutral"),
        State.STOPPED: Badge("No longer tracked", "ban", "neutral"),
        State.FAILED: Badge("Failed", "alert-triangle", "danger"),
    }
    related = ("template", "owner__user", "transition")
    prefetched = ("files__attachment", "kept_references")

    # ── Calls ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def unattended_keys(self, request: ReferenceCheck) -> list[Credential]:
        """Return the partner key."""
        return [connection.working_key(request.installation)]

    def can_list(self, request: ReferenceCheck) -> bool:
        """Return what the company said of its account."""
        return connection.of(request.installation).can_list

    def create(self, client: CrosschqClient, request: ReferenceCheck) -> Created:
        """Ask for the check; where the vendor does not know the requestor, once more in the name of the usual one."""
        payload = Payload.from_json(request.order)
        try:
            return Created(client.create(payload))
        except VendorRejected as error:
            if schemas.REQUESTOR_FIELD not in error.field_errors:
                raise
            default = people.default_requestor(connection.of(request.installation))
            unknown = Discard(f"{VENDOR} does not know {payload.requestor} as a user. Choose another requestor.")
            if default is None or text.email_key(default.email) == text.email_key(payload.requestor):
                raise unknown from error
        owned = services.owned_by(request.pk, default)
        try:
            return Created(client.create(Payload.from_json(owned.order)))
        except VendorRejected as error:
            if schemas.REQUESTOR_FIELD in error.field_errors:
                raise unknown from error
            raise

    def find(self, client: CrosschqClient, request: ReferenceCheck) -> list[schemas.Check]:
        """Return, of the candidate's requests, those that an earlier attempt may have created."""
        assert request.send_attempted_at is not None
        since = request.send_attempted_at - CLOCK_SKEW
        return self.fitting(client.checks_of(request.invited_email, since=since), request)

    def fitting(self, found: Sequence[schemas.Check], request: ReferenceCheck) -> list[schemas.Check]:
        """Return those of the vendor's requests that this one may be: same position, made since, and not known."""
        assert request.send_attempted_at is not None
        since = request.send_attempted_at - CLOCK_SKEW
        ids = [one.id for one in found]
        here = ReferenceCheck.objects.filter(installation=request.installation, vendor_id__in=ids)
        known = set(here.values_list("vendor_id", flat=True))
        unknown = [one for one in found if one.id not in known and (one.created_at is None or one.created_at >= since)]
        position = text.compare_key(request.position)
        return [one for one in unknown if text.compare_key(one.position) == position]

    def match_of(self, found: schemas.Check) -> dict[str, Any]:
        """Return how a request stands there and when it was made."""
        made = found.created_at.isoformat() if found.created_at else ""
        return {**super().match_of(found), "position": found.position, "progress": found.progress, "created_at": made}

    def read(self, client: CrosschqClient, request: ReferenceCheck) -> schemas.Check:
        """Return the request."""
        return client.check(request.vendor_id)

    def cancel(self, client: CrosschqClient, request: ReferenceCheck) -> None:
        """Cancel it, in a version that can."""
        if not connection.of(request.installation).paths.cancel:
            raise Discard(self.only_there(request))
        client.cancel(request.vendor_id)

    # ── 404: another organization's key sees other requests ──────────────────────────────────────────────────────────
    def believe_absence(self, request: ReferenceCheck, asked: list[Credential]) -> None:
        """Believe that it is gone only from the key that was there when it was sent."""
        if _is_another_key(request, asked[0]):
            raise Hold(f"The partner key was changed, and {_not_seen(request)}.")

    def doubt_absence(self, request: ReferenceCheck, credential: Credential, error: VendorNotFound) -> str:
        """Doubt it where the key came after the request was sent."""
        if not _is_another_key(request, credential):
            return ""
        return f"Not canceled: the partner key was changed, and {_not_seen(request)}. Cancel it in {VENDOR}."

    # ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def rivals(self, request: ReferenceCheck) -> QuerySet[ReferenceCheck] | None:
        """Return the checks of the same template that nobody forced; a forced one blocks nothing."""
        if request.is_forced or request.template is None:
            return None
        same = ReferenceCheck.objects.filter(application=request.application_id, template=request.template)
        return same.filter(is_forced=False)

    def is_outdated(self, request: ReferenceCheck, seen: schemas.Check) -> bool:
        """Return whether an answer is of an earlier change, or knows of less progress than we do."""
        before, after = request.status_updated_on, seen.status_updated_on
        return seen.progress < request.progress or (before is not None and after is not None and after < before)

    def absorb(self, request: ReferenceCheck, event: Event, seen: Any, now: datetime) -> Absorbed | None:
        """Take over progress, references and the report."""
        if seen is None:
            return None
        absorbed = Absorbed(request.is_past_due, request.answered_count)
        request.status_is_unknown = seen.status_is_unknown
        request.status_updated_on = seen.status_updated_on or request.status_updated_on
        request.progress, request.is_past_due = seen.progress, seen.is_past_due
        if seen.references:
            # An empty list of a late answer takes nobody away.
            request.entered_count, request.answered_count = len(seen.references), seen.answered
        if outbound.is_link(seen.report_url):
            request.report_url = seen.report_url
        reports.save_references(request, seen.references)
        if event == Event.SEEN_COMPLETED and request.completed_at is None:
            request.completed_at = seen.status_updated_on or seen.updated_on or request.seen_at
            request.cancel_pending = False
        return absorbed

    def after_seen(self, request: ReferenceCheck, transition: Transition | None, absorbed: Absorbed | None) -> None:
        """Say how many references answered, fetch the report, and forget a key that nothing needs any more."""
        if absorbed is None:
            return
        if request.state == State.COMPLETED:
            _write_progress_entry(request, begins=False)
            reports.arrived(request)
            connection.forget_key_if_over(request.installation)
            return
        if request.state == State.IN_PROGRESS and request.answered_count != absorbed.answered_before:
            _write_progress_entry(request)
        if request.is_past_due and not absorbed.was_past_due and request.is_open:
            changes.publish(activity.TYPES["past_due"], request, vendor=True)
        if not request.is_open:
            connection.forget_key_if_over(request.installation)

    def after_refused(self, request: ReferenceCheck) -> None:
        """Forget a key that nothing needs any more."""
        connection.forget_key_if_over(request.installation)

    # ── What people do ───────────────────────────────────────────────────────────────────────────────────────────────
    def can_cancel(self, request: ReferenceCheck) -> bool:
        """Return whether it never left, or the vendor's version can cancel."""
        never_left = not request.vendor_id and request.send_attempted_at is None
        return never_left or bool(connection.of(request.installation).paths.cancel)

    def require_this_candidate(self, request: ReferenceCheck, vendor_id: str) -> None:
        """Ask the vendor whose request an id is, outside any transaction."""
        credential = credentials.of_company(request.installation)
        if credential is None:
            raise VendorAuthFailed("There is no partner key.")
        client = connection.page_client(credential)
        asked = f"crosschq.check:{credential.pk}:{vendor_id}"
        try:
            found: schemas.Check = live.cached_read(
                asked, lambda: client.check(vendor_id), vendor=VENDOR, credential=credential, fresh=True
            )
        except VendorNotFound:
            raise NotFound(f"{VENDOR} has no request with this id.") from None
        if text.email_key(found.email) != text.email_key(request.invited_email):
            raise Conflict(f"That request is not {request.invited_name}'s.", code="another_candidate")

    # ── Words and payloads ───────────────────────────────────────────────────────────────────────────────────────────
    def badge(self, request: ReferenceCheck) -> Badge:
        """Return the state in words."""
        return PAST_DUE if request.is_past_due and request.is_open else super().badge(request)

    def payload(self, request: ReferenceCheck, *, detail: str, **more: Any) -> activity.CheckPayload:
        """Return whose check it is, with what, and how far it is."""
        return activity.payload_of(request, detail=detail, **more)

    def completed_meanwhile(self, request: ReferenceCheck) -> str:
        """Say that it was completed just before somebody canceled."""
        return "The references answered just before you canceled, so it is kept as complete."

    def writing_order(self, request: Any) -> str:
        """Return the key of a candidate's writes: checks of one candidate may look alike at the vendor."""
        return f"checks:{request.application.candidate_id}"

    def also_due(self, now: datetime, stale: Q) -> Q:
        """Ask about reports that came without their link, too."""
        return Q(state=State.COMPLETED, report_url="", completed_at__gt=now - timedelta(days=2)) & stale


FLOW = CheckFlow()
tasks.register(
    FLOW,
    {
        Call.CREATE: "crosschq.create_check",
        Call.CANCEL: "crosschq.cancel_check",
        Call.REFRESH: "crosschq.refresh_check",
    },
)


@outbound.vendor_task("crosschq.adopt_check", about="check", order_by=FLOW.writing_order)
def adopt(attempt: Attempt) -> None:
    """Look whether a request that a webhook spoke of is a check whose answer was lost."""
    check = changes.load(FLOW, attempt.payload["check"])
    vendor_id: str = attempt.payload["vendor_id"]
    if check.vendor_id == vendor_id:
        # Its answer came just behind the webhook, whose news is still to be asked for.
        changes.adopted(FLOW, check.pk, Created(vendor_id))
    elif not check.vendor_id and check.send_attempted_at is not None:
        tasks.adopt_if_found(FLOW, check, lambda client: client.check(vendor_id), lambda found: _is_it(check, found))


def reminder_failed(attempt: Attempt, reason: str) -> None:
    """Say that nobody was reminded."""
    services.reminded(attempt.payload["check"], sentence=f"Not reminded: {reason}")


@outbound.vendor_task("crosschq.remind_check", about="check", order_by=FLOW.writing_order, on_failure=reminder_failed)
def remind(attempt: Attempt) -> None:
    """Let the vendor remind whoever has not answered."""
    check = changes.load(FLOW, attempt.payload["check"])
    if not check.is_open or not check.vendor_id:
        return
    credential = connection.working_key(check.installation)
    with outbound.handle_vendor_errors(check.installation, credential):
        FLOW.client(credential).remind(check.vendor_id)
    services.reminded(check.pk)


def send_reminder(*, request: ReferenceCheck, by: Membership) -> None:
    """Let the vendor remind whoever has not answered. Raises as `services.require_remindable`."""
    with transaction.atomic():
        remind.enqueue(services.require_remindable(request=request, by=by))


def _is_it(check: ReferenceCheck, found: schemas.Check) -> bool:
    is_theirs = text.email_key(found.email) == text.email_key(check.invited_email)
    return is_theirs and len(FLOW.fitting([found], check)) == 1


def _is_another_key(check: ReferenceCheck, credential: Credential) -> bool:
    """Return whether the key came after the request was sent, so that it may be another organization's."""
    return credential.checked_at is not None and check.sent_at is not None and credential.checked_at > check.sent_at


def _not_seen(check: ReferenceCheck) -> str:
    return f"the new one does not see {check.invited_name}'s check"


def _write_progress_entry(check: ReferenceCheck, *, begins: bool = True) -> None:
    """Say how many references answered, in the one entry that a check has for that; `begins`: write it if missing."""
    mine = NewsfeedEntry.objects.filter(verb=activity.TYPES["progress"].verb, subject_id=check.pk)
    payload = dataclasses.asdict(activity.payload_of(check, detail=""))
    if not mine.update(payload=payload) and begins:
        changes.publish(activity.TYPES["progress"], check, vendor=True)
