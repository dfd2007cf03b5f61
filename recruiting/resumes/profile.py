"""What a résumé proposes for a person's record. Nobody's own words are written over unless they say so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from recruiting.applications.models import Application, Attachment
from recruiting.candidates import services as candidates
from recruiting.candidates.models import Candidate
from recruiting.candidates.services import CandidateDetails, Profile
from recruiting.companies.models import Membership
from recruiting.foundation import limits, text
from recruiting.foundation.errors import Conflict, NotFound
from recruiting.foundation.permissions import Action
from recruiting.jobs import access

LABELS: Mapping[str, str] = {
    "name": "Name",
    "email": "Email",
    "phone": "Phone",
    "current_title": "Current title",
    "current_employer": "Current employer",
    "links": "Links",
}
"""What can be taken over, by the word of the address that does it."""
_DETAILS = tuple(CandidateDetails.__dataclass_fields__)
_PROFILE = tuple(Profile.__dataclass_fields__)


@dataclass(frozen=True)
class Proposal:
    """Something that a résumé says and the record does not."""

    name: str
    label: str
    value: str
    now: str
    """What the record says, "" for nothing; then *Use* replaces it."""


def found_in(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return what was found, by the columns of a person; "" for what was not."""
    email = text.email(fields.get("email") or "")
    return {
        "first_name": text.person_name(fields.get("first_name") or ""),
        "last_name": text.person_name(fields.get("last_name") or ""),
        "email": email if limits.is_address(email) else "",
        "phone": fields.get("phone") or "",
        "current_title": fields.get("title") or "",
        "current_employer": fields.get("employer") or "",
        "links": "\n".join(link for link in fields.get("links") or () if limits.is_web_address(link)),
    }


def proposals(candidate: Candidate, fields: Mapping[str, Any]) -> list[Proposal]:
    """Return what the record lacks or has otherwise, in the order of `LABELS`."""
    found = found_in(fields)
    made = []
    for name, label in LABELS.items():
        value, now = _shown(name, found), _shown(name, {each: getattr(candidate, each) for each in found})
        if value and not _is_known(name, value, now):
            made.append(Proposal(name, label, value, now))
    return made


def use(*, application: Application, file: Attachment, name: str, by: Membership, replaces: str = "") -> Candidate:
    """Write one thing that a résumé says into the person's record.

    Args:
        application: in whose record the actor looks.
        file: the résumé.
        name: a word of `LABELS`.
        by: who says so.
        replaces: what they saw there; only that is written over.

    Raises:
        NotAllowed: when they may not edit the person.
        NotFound: when the résumé says no such thing.
        Conflict: when the record says something that the actor did not see.
        candidates.DuplicateCandidate: for somebody else's address.
    """
    access.require(by, Action.EDIT_CANDIDATE, application.job)
    reading = getattr(file, "reading", None)
    fields = reading.fields if reading is not None else {}
    proposed = next((each for each in proposals(application.candidate, fields) if each.name == name), None)
    if proposed is None:
        raise NotFound("The résumé says nothing else about this.")
    if proposed.now != replaces:
        raise Conflict(
            f"{proposed.label} was changed meanwhile: it is {proposed.now or 'empty'} now. Nothing was written."
        )
    found = found_in(fields)
    person = application.candidate
    details = CandidateDetails(**{each: getattr(person, each) for each in _DETAILS})
    profile = Profile(**{each: getattr(person, each) for each in _PROFILE})
    if name == "name":
        new: tuple[CandidateDetails, Profile] = (
            replace(details, first_name=found["first_name"], last_name=found["last_name"]),
            profile,
        )
    elif name == "links":
        new = (details, replace(profile, links="\n".join(_joined(profile.links, found["links"]))))
    elif name in _DETAILS:
        new = (replace(details, **{name: found[name]}), profile)
    else:
        new = (details, replace(profile, **{name: found[name]}))
    return candidates.edit_details(
        candidate=person, details=new[0], base=details, profile=new[1], base_profile=profile, by=by
    )


def _shown(name: str, values: Mapping[str, str]) -> str:
    if name == "name":
        return f"{values['first_name']} {values['last_name']}".strip()
    return values[name]


def _is_known(name: str, value: str, now: str) -> bool:
    if name == "links":
        return _joined(now, value) == now.splitlines()
    if name == "phone":
        return text.phone_part(value) == text.phone_part(now) != "" or text.phone_digits(value) == text.phone_digits(
            now
        )
    if name == "email":
        return text.email_key(value) == text.email_key(now)
    return text.compare_key(value) == text.compare_key(now)


def _joined(now: str, more: str) -> list[str]:
    """Return the links of a record and those of a résumé that are others, as many as a record holds."""
    kept = now.splitlines()
    known = {_key(link) for link in kept}
    for link in more.splitlines():
        if _key(link) not in known and len(kept) < candidates.MAX_LINKS:
            known.add(_key(link))
            kept.append(link)
    return kept


def _key(link: str) -> str:
    return link.lower().partition("://")[2].removeprefix("www.").rstrip("/")
