"""Everything that changes a person's record, one function and one transaction each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from newsfeed import facts, feed
from newsfeed.activity import ActivityType
from newsfeed.facts import Fact
from recruiting import events
from recruiting.candidates import activity, sources
from recruiting.candidates.models import Candidate, CandidateField, CandidateTag, Source, SourceType, Tag
from recruiting.companies.models import Company, Membership
from recruiting.company_fields import values as field_values
from recruiting.company_fields.values import Value
from recruiting.foundation import edits, formatting, keys, limits, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.search import services as search

TAG_LENGTH = 40
"""Characters."""
MAX_LINKS = 10
"""Pages about one person."""
DEFAULT_SOURCES = (
    ("Career site", ("Careers page",)),
    ("Job board", ("LinkedIn", "Indeed")),
    ("Referral", ("Employee referral",)),
    ("Manual", ("Added by hand",)),
)


@dataclass(frozen=True)
class CandidateDetails:
    """What a person types about a candidate."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Profile:
    """What else is known of a candidate, as a person types it or confirms it."""

    location: str = ""
    current_employer: str = ""
    current_title: str = ""
    pronouns: str = ""
    links: str = ""
    """Addresses of pages about them, one a line."""


class DuplicateCandidate(Conflict):
    """Somebody with this email is here already; `candidate` is that record."""

    code = "duplicate_candidate"

    def __init__(self, candidate: Candidate) -> None:
        super().__init__(f"Looks like someone you already have: {candidate.name}, same email.")
        self.candidate = candidate


def give_default_sources(event: events.CompanyCreated) -> None:
    """Give a new company the usual sources."""
    for type_name, names in DEFAULT_SOURCES:
        kind = SourceType.objects.create(company_id=event.company_id, name=type_name)
        Source.objects.bulk_create(Source(company_id=event.company_id, type=kind, name=name) for name in names)


def create_candidate(
    *,
    details: CandidateDetails,
    by: Membership,
    source: Source | None = None,
    owner: Membership | None = None,
    profile: Profile | None = None,
) -> Candidate:
    """Create a person in the actor's company. Whether the actor may add people is the caller's rule (it needs a job).

    Raises:
        InvalidInput: without any name or email, or for a malformed email or link.
        DuplicateCandidate: when the company has this email already.
    """
    details, profile = _cleaned(details), _cleaned_profile(profile or Profile())
    existing = find_by_email(by, details.email)
    if existing is not None:
        raise DuplicateCandidate(existing)
    taken = Conflict("Somebody added a person with this email a moment ago.", code="duplicate_candidate")
    with translate_integrity_errors({"candidate_email_unique": taken}):
        kept = sources.lock(source, company_id=by.company_id)
        candidate: Candidate = Candidate.objects.create(
            company=by.company,
            source=kept,
            owner=owner or (by if by.is_person else None),
            **vars(details),
            **vars(profile),
        )
        search.write([candidate])
        created = Fact(activity.CREATED, company_id=by.company_id, candidate_id=candidate.pk, actor_id=by.pk)
        facts.publish([created])
    return candidate


def receive_candidate(*, company: Company, details: CandidateDetails, source: Source | None) -> tuple[Candidate, bool]:
    """Return the company's person with this address, locked, and whether they were made just now.

    Nothing about somebody who is here is changed.

    Args:
        company: whose person it is.
        details: who they say they are; texts are cleaned, and fit.
        source: where somebody new comes from.

    Raises:
        InvalidInput: for a malformed address, and for texts that are too long.
    """
    details = _cleaned(details)
    known = Candidate.objects.for_company(company).with_email(details.email).order_by("-email_key", "pk")
    found = known.select_for_update(of=("self",), no_key=True).first()
    if found is not None:
        return found, False
    taken = Conflict("Somebody added a person with this email a moment ago.", code="duplicate_candidate")
    with translate_integrity_errors({"candidate_email_unique": taken}):
        kept = sources.lock(source, company_id=company.pk)
        candidate: Candidate = Candidate.objects.create(company=company, source=kept, **vars(details))
    search.write([candidate])
    facts.publish([Fact(activity.CREATED, company_id=company.pk, candidate_id=candidate.pk)])
    return candidate, True


def find_by_email(by: Membership, email: str) -> Candidate | None:
    """Return the actor's company's person with this address, however it is written; None for no address."""
    return Candidate.objects.for_company(by.company).with_email(email).order_by("-email_key", "pk").first()


def edit_details(
    *,
    candidate: Candidate,
    details: CandidateDetails,
    by: Membership,
    base: CandidateDetails | None = None,
    profile: Profile | None = None,
    base_profile: Profile | None = None,
    values: Mapping[UUID, Value | None] | None = None,
) -> Candidate:
    """Change a person's details, what else is known of them and what is said in the company's fields.

    What is unchanged writes nothing.

    Args:
        candidate: who.
        details: what is to stand there.
        by: who changes it.
        base: what the actor saw when they began; what they left as it was stays as it is now.
        profile: what else is to be known; None leaves it.
        base_profile: as `base`.
        values: what is to stand in the company's fields; those that are missing stay as they are.

    Raises:
        InvalidInput, DuplicateCandidate: as `create_candidate`.
        EditConflict: when somebody else changed the same meanwhile.
    """
    wanted = vars(_cleaned(details)) | (vars(_cleaned_profile(profile)) if profile else {})
    seen = {**vars(base), **(vars(base_profile) if base_profile else {})} if base else None
    with transaction.atomic():
        locked = lock(candidate, by)
        now = {name: getattr(locked, name) for name in wanted}
        changed = edits.merge_changes(wanted, base=seen, now=now)
        before, released = text.email_key(locked.email), locked.email_key
        if not locked.email_key and before and text.email_key(changed.get("email", "")) == before:
            # Shared from before keys: a tidier spelling of it is no new address.
            del changed["email"]
        is_answered_anew = field_values.write(CandidateField, locked, values or {}, by)
        if not (changed or is_answered_anew):
            return locked
        existing = find_by_email(by, changed.get("email", ""))
        if existing is not None and existing.pk != locked.pk:
            raise DuplicateCandidate(existing)
        taken = Conflict("Somebody added a person with this email a moment ago.", code="duplicate_candidate")
        with translate_integrity_errors({"candidate_email_unique": taken}):
            locked.write(**changed)
        search.write([locked])
        if released and released != locked.email_key:
            _hand_on(locked.company_id, released)
        words = [name.replace("_", " ") for name in changed] + ["candidate fields"] * is_answered_anew
        _write_details_entry(locked, words, by)
    return locked


def set_field_values(*, candidate: Candidate, values: Mapping[UUID, Value | None], by: Membership) -> Candidate:
    """Change what is said of a person in some of the company's fields, by the rules of `edit_details`."""
    with transaction.atomic():
        locked = lock(candidate, by)
        if field_values.write(CandidateField, locked, values, by):
            locked.write()
            _write_details_entry(locked, ["candidate fields"], by)
    return locked


def _hand_on(company_id: UUID, key: str) -> None:
    """Give the key of an address that its holder no longer has to the first of those who share it from before."""
    waiting = Candidate.objects.filter(company_id=company_id).sharing_an_address().order_by("pk")
    heir = next((one for one in waiting.only("email") if text.email_key(one.email) == key), None)
    if heir is not None:
        Candidate.objects.filter(pk=heir.pk).update(email_key=key)


def add_tag(*, candidate: Candidate, name: str, by: Membership) -> Tag:
    """Put a tag on a person, making it when the company lacks it; a tag that is there already writes nothing.

    Raises:
        InvalidInput: for an empty or too long name.
    """
    name = text.one_line(name)
    if wrong := _wrong_tag(name):
        raise InvalidInput(fields={"tag": wrong})
    (tag,) = _put_tags(candidate, [name], by)
    return tag


def add_tags(*, candidate: Candidate, names: Sequence[str], by: Membership) -> list[Tag]:
    """Put several tags on a person at once, as `add_tag` does one, and return them by name, each once.

    Raises:
        InvalidInput: for empty and too long names, each called `tags.` and its place.
    """
    tidy = [text.one_line(name) for name in names]
    wrong = {f"tags.{place}": _wrong_tag(name) for place, name in enumerate(tidy)}
    if any(wrong.values()):
        raise InvalidInput(fields={field: sentence for field, sentence in wrong.items() if sentence})
    return _put_tags(candidate, tidy, by) if tidy else []


def remove_tag(*, candidate: Candidate, tag: Tag, by: Membership) -> None:
    """Take a tag off a person; one that is not there any more writes nothing."""
    with transaction.atomic():
        locked = lock(candidate, by)
        removed, _ = CandidateTag.objects.filter(candidate=locked, tag=tag).delete()
        if removed:
            locked.write()
            _write_tag_entry(activity.TAG_REMOVED, locked, [tag], by)


def lock(candidate: Candidate, by: Membership) -> Candidate:
    """Lock a person of the actor's company for a change, while rows that point to them can be written.

    Raises:
        NotFound: when the company has nobody like it (any more).
    """
    return Candidate.objects.locked(candidate, by, no_key=True)


def set_owner(*, candidate: Candidate, owner: Membership | None, by: Membership) -> Candidate:
    """Say who looks after a person, or that nobody does; the same owner again writes nothing.

    Raises:
        NotFound: when the new owner is of another company, inactive or a service account.
    """
    if owner is not None and not owner.works_at(by.company_id):
        raise NotFound("There is no such active member in your company.")
    with transaction.atomic():
        locked = lock(candidate, by)
        if locked.owner_id != (owner.pk if owner else None):
            locked.write(owner=owner)
            payload = activity.OwnerPayload(candidate=locked.name, owner=owner.name if owner else "")
            feed.publish(activity.OWNER_CHANGED, payload, actor=by, candidate=locked)
    return locked


def tags_like(company: Company, typed: str) -> QuerySet[Tag]:
    """Return the tags of a company that hold what was typed, however it is written."""
    return Tag.objects.for_company(company).filter(name_key__contains=text.compare_key(typed))


def tags_named(names: Iterable[str], *, by: Membership) -> list[Tag]:
    """Return the actor's company's tags of these names, by name, making the ones that are new."""
    tidy = [text.one_line(name)[:TAG_LENGTH].strip() for name in names]
    wanted = {keys.of_name(name): name for name in tidy if name}
    mine = Tag.objects.for_company(by.company).filter(name_key__in=wanted)
    have = set(mine.values_list("name_key", flat=True))
    # In one order everywhere, so that no two of us ever wait for each other.
    if new := [Tag(company=by.company, name=wanted[key]) for key in sorted(wanted.keys() - have)]:
        Tag.objects.bulk_create(new, ignore_conflicts=True)
    return list(mine.order_by("name_key"))


def _cleaned(details: CandidateDetails) -> CandidateDetails:
    first, last = text.person_name(details.first_name), text.person_name(details.last_name)
    email = text.email(details.email)
    if not (first or last or email):
        raise InvalidInput(fields={"first_name": "Enter a name or an email."})
    if email and not limits.is_address(email):
        raise InvalidInput(fields={"email": limits.NO_ADDRESS})
    cleaned = CandidateDetails(first_name=first, last_name=last, email=email, phone=text.one_line(details.phone))
    limits.require_fits(Candidate, vars(cleaned))
    return cleaned


def _cleaned_profile(profile: Profile) -> Profile:
    links = [text.one_line(line) for line in text.multi_line(profile.links).splitlines()]
    links = list(dict.fromkeys(_address(link) for link in links if link))
    wrong = next((link for link in links if not limits.is_web_address(link)), "")
    if wrong:
        raise InvalidInput(fields={"links": f"{wrong[:80]} is no web address. Write each on its own line."})
    if len(links) > MAX_LINKS:
        raise InvalidInput(fields={"links": f"Enter up to {MAX_LINKS} links; these are {len(links)}."})
    lines = {name: text.one_line(value) for name, value in vars(profile).items() if name != "links"}
    cleaned = Profile(**lines, links="\n".join(links))
    limits.require_fits(Candidate, vars(cleaned))
    return cleaned


def _address(link: str) -> str:
    return link if "://" in link else f"https://{link}"


def _write_details_entry(candidate: Candidate, changed: Sequence[str], by: Membership) -> None:
    payload = activity.DetailsPayload(candidate=candidate.name, fields=formatting.join_names(changed))
    feed.publish(activity.DETAILS_CHANGED, payload, actor=by, candidate=candidate)


def _write_tag_entry(
    kind: ActivityType[activity.TagPayload], candidate: Candidate, tags: Sequence[Tag], by: Membership
) -> None:
    payload = activity.TagPayload(candidate=candidate.name, tag=", ".join(tag.name for tag in tags), count=len(tags))
    feed.publish(kind, payload, actor=by, candidate=candidate)


def _wrong_tag(name: str) -> str:
    if not name:
        return "Enter a tag."
    return f"A tag holds up to {TAG_LENGTH} characters; this has {len(name)}." if len(name) > TAG_LENGTH else ""


def _put_tags(candidate: Candidate, names: Sequence[str], by: Membership) -> list[Tag]:
    with transaction.atomic():
        locked = lock(candidate, by)
        tags = tags_named(reversed(names), by=by)  # a new one is spelled as it is first
        there = set(CandidateTag.objects.filter(candidate=locked, tag__in=tags).values_list("tag_id", flat=True))
        if new := [tag for tag in tags if tag.pk not in there]:
            CandidateTag.objects.bulk_create(
                # An integration that brings people gives them tags without their locks.
                [CandidateTag(company_id=locked.company_id, candidate=locked, tag=tag) for tag in new],
                ignore_conflicts=True,
            )
            locked.write()
            _write_tag_entry(activity.TAG_ADDED, locked, new, by)
    return tags
