"""People whom an integration brings: recognized by their email, put on jobs as leads, told in the newsfeed.

A batch is one transaction whose number of queries does not grow with the people in it. What a person typed is never
overwritten: whoever is here already only gets the tags and the lead applications that are missing. Where the people
come from, and in which order, is the integration's business.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from uuid import UUID

from django.db import transaction

from newsfeed import facts, feed
from newsfeed.facts import Fact
from newsfeed.models import NewsfeedEntry
from recruiting.applications import activity
from recruiting.applications.models import Application
from recruiting.candidates import activity as people
from recruiting.candidates import sources
from recruiting.candidates.models import Candidate, CandidateTag, Source, Tag
from recruiting.candidates.services import CandidateDetails
from recruiting.companies.models import Company, Membership
from recruiting.foundation import clock, limits, text
from recruiting.jobs.models import Job
from recruiting.search import services as search

BATCH = 100
"""How many people one call takes at most."""
NO_EMAIL = "No email address."
BAD_EMAIL = "The email address cannot be right."


class Outcome(StrEnum):
    """What became of one of the people."""

    ADDED = "added"
    KNOWN = "known"
    """Here already, also when an earlier one of the same batch has the address."""
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Received:
    """What became of one of the people, who it is here, and why somebody was left out."""

    outcome: Outcome
    candidate_id: UUID | None = None
    reason: str = ""


def receive_leads(
    *,
    company: Company,
    people: Sequence[CandidateDetails],
    source: Source,
    jobs: Iterable[Job] = (),
    tags: Iterable[Tag] = (),
    label: str,
    by: Membership | None = None,
) -> list[Received]:
    """Take in people as leads on every job that is not closed; without a job they are candidates on no job.

    Safe to run again, and beside others who add the same people: the unique rules decide who was first, and whoever
    comes second recognizes the other's row.

    Args:
        company: whose they become.
        people: at most `BATCH`, as the integration has them: texts are trimmed and shortened to fit.
        source: where those who are new, and all new applications, come from.
        jobs: of the company; closed ones are left out.
        tags: of the company; whoever is recognized gets them too.
        label: what the newsfeed calls their origin, such as "Acme's prospects".
        by: who let them in; None for unattended work.

    Returns:
        What became of each, in the order of `people`.

    Raises:
        ValueError: for more than `BATCH` people.
        NotFound: when the source is another company's.
        Conflict: when it was deleted meanwhile.
    """
    if len(people) > BATCH:
        raise ValueError(f"At most {BATCH} people at once.")
    arrivals = [_cleaned(person) for person in people]
    wanted: dict[str, CandidateDetails] = {}
    for arrival in arrivals:
        if not _why_not(arrival):
            wanted.setdefault(text.email_key(arrival.email), arrival)
    with transaction.atomic():
        kept = sources.lock(source, company_id=company.pk)
        assert kept is not None
        batch = _Batch(company=company, source=kept)
        batch.recognise(wanted)
        batch.create(wanted)
        batch.tag(tags)
        batch.place(jobs)
        batch.write_entry(label, by)
    return [batch.outcome(arrival, first=wanted.get(text.email_key(arrival.email)) is arrival) for arrival in arrivals]


@dataclass
class _Batch:
    """The people of one call, as they become known; each step takes a fixed number of queries."""

    company: Company
    source: Source
    here: dict[str, tuple[UUID, str]] = field(default_factory=dict)
    """By the key of the email: id and name."""
    added: set[UUID] = field(default_factory=set)
    changed: set[UUID] = field(default_factory=set)
    """Who was here and has a tag more."""
    placed: list[Application] = field(default_factory=list)

    def recognise(self, emails: Iterable[str]) -> None:
        """Find who is here."""
        found = Candidate.objects.for_company(self.company).filter(email_key__in=list(emails))
        for one in found.only("first_name", "last_name", "email", "email_key"):
            self.here[one.email_key] = (one.id, one.name)

    def create(self, wanted: Mapping[str, CandidateDetails]) -> None:
        """Create who is not here. Somebody else may just be doing so: then theirs is taken, once it is committed."""
        # In one order everywhere, so that two batches never wait for each other.
        new = [
            Candidate(company=self.company, source=self.source, **vars(wanted[key]))
            for key in sorted(wanted)
            if key not in self.here
        ]
        if new:
            Candidate.objects.bulk_create(new, ignore_conflicts=True)
            self.recognise(one.email for one in new)
            self.added = {one.id for one in new} & {pk for pk, _ in self.here.values()}
            search.write(one for one in new if one.id in self.added)

    def tag(self, tags: Iterable[Tag]) -> None:
        """Give everybody the tags that are missing."""
        people, given = self._everybody(), [tag.pk for tag in tags]
        there = CandidateTag.objects.filter(candidate__in=people, tag__in=given).values_list("candidate_id", "tag_id")
        missing = {(person, tag) for person in people for tag in given} - set(there) if given else set()
        if missing:
            CandidateTag.objects.bulk_create(
                [CandidateTag(company=self.company, candidate_id=one, tag_id=tag) for one, tag in sorted(missing)],
                ignore_conflicts=True,
            )
            tagged = {person for person, _ in missing}
            Candidate.objects.filter(pk__in=tagged).update(updated_at=clock.now())
            self.changed = tagged - self.added

    def place(self, jobs: Iterable[Job]) -> None:
        """Put everybody as a lead on the jobs on which they are not, in whatever state."""
        wanted = [job.pk for job in jobs]
        taking = list(
            Job.objects.for_company(self.company).filter(pk__in=wanted).exclude(state=Job.State.CLOSED).order_by("id")
        )
        people = self._everybody()
        there = set(
            Application.objects.filter(candidate__in=people, job__in=taking).values_list("candidate_id", "job_id")
        )
        missing = [
            Application(
                company=self.company, candidate_id=person, job=job, source=self.source, state=Application.State.LEAD
            )
            for person in people
            for job in taking
            if (person, job.pk) not in there
        ]
        if missing:
            Application.objects.bulk_create(missing, ignore_conflicts=True)
            ids = Application.objects.filter(pk__in=[one.pk for one in missing]).values_list("pk", flat=True)
            made = set(ids)
            self.placed = [one for one in missing if one.pk in made]

    def write_entry(self, label: str, by: Membership | None) -> None:
        """Write one newsfeed entry for each new application, and for each new person on no job."""
        names = dict(self.here.values())
        on_no_job = self.added - {one.candidate_id for one in self.placed}
        about: list[dict[str, UUID]] = [
            {"application_id": one.pk, "job_id": one.job_id, "candidate_id": one.candidate_id} for one in self.placed
        ]
        about += [{"candidate_id": person} for person in sorted(on_no_job)]
        now = clock.now()
        entries = [
            NewsfeedEntry(
                company=self.company,
                verb=activity.LEAD_RECEIVED.verb,
                actor=by,
                actor_label=label,
                payload=dataclasses.asdict(activity.ReceivedPayload(names[ids["candidate_id"]], label)),
                occurred_at=now,
                **ids,
            )
            for ids in about
        ]
        feed.publish_many(entries)
        told = partial(Fact, company_id=self.company.pk, actor_id=by.pk if by else None, occurred_at=now)
        created = [told(people.CREATED, candidate_id=person) for person in sorted(self.added)]
        changed = [told(people.CHANGED, candidate_id=person) for person in sorted(self.changed)]
        placed = [facts.of_entry(activity.CREATED, entry, {}) for entry in entries if entry.application_id]
        facts.publish([*created, *changed, *placed])

    def outcome(self, arrival: CandidateDetails, *, first: bool) -> Received:
        """Return what became of one of the people; `first`: none before them in the batch has their address."""
        reason = _why_not(arrival)
        if reason:
            return Received(Outcome.SKIPPED, reason=reason)
        person, _ = self.here[text.email_key(arrival.email)]
        return Received(Outcome.ADDED if first and person in self.added else Outcome.KNOWN, person)

    def _everybody(self) -> list[UUID]:
        return sorted(person for person, _ in self.here.values())


def _cleaned(person: CandidateDetails) -> CandidateDetails:
    """Return the details as they can be kept: names that are too long are cut, a number that is too long is none."""
    first, last = text.person_name(person.first_name), text.person_name(person.last_name)
    phone = text.one_line(person.phone)
    return CandidateDetails(
        first_name=first[: _longest("first_name")],
        last_name=last[: _longest("last_name")],
        email=text.email(person.email),
        phone=phone if len(phone) <= _longest("phone") else "",
    )


def _longest(name: str) -> int:
    length = Candidate._meta.get_field(name).max_length  # type: ignore[union-attr]
    assert length is not None
    return length


def _why_not(person: CandidateDetails) -> str:
    if not person.email:
        return NO_EMAIL
    return "" if limits.is_address(person.email) and len(person.email) <= _longest("email") else BAD_EMAIL
