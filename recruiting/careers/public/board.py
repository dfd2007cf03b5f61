"""A company's job board as programs read it that speak the Greenhouse Job Board API; the reading half.

What they expect was found by running them: docs/careers.md. Texts are escaped once more than HTML is, nothing that they
take for text or a list is ever null, and ids are the numbers of our addresses, the same for ever. `parent_id` of what
stands at the top is null, as in the API that this follows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from typing import Any
from uuid import UUID

from recruiting.careers.models import Posting, Question
from recruiting.careers.public import addresses, feeds, words
from recruiting.careers.public.selectors import Opening, Part, Place, PublicField, PublicSite
from recruiting.careers.questions import input_name
from recruiting.jobs.models import JobField

Member = dict[str, Any]
NO_DEPARTMENT = 0
LOCATION_TYPE, EMPLOYMENT_TYPE = 1, 2
_LOCATION_TYPES = {
    Posting.Workplace.ON_SITE: "On-site",
    Posting.Workplace.HYBRID: "Hybrid",
    Posting.Workplace.REMOTE: "Remote",
}
_VALUE_TYPES = {
    JobField.Kind.TEXT: "short_text",
    JobField.Kind.SELECT: "single_select",
    JobField.Kind.NUMBER: "number",
    JobField.Kind.DATE: "date",
    JobField.Kind.YES_NO: "yes_no",
}
_FIELD_TYPES = {
    Question.Kind.SHORT: "input_text",
    Question.Kind.LONG: "textarea",
    Question.Kind.NUMBER: "input_text",
    Question.Kind.DATE: "input_text",
    Question.Kind.FILE: "input_file",
    Question.Kind.YES_NO: "multi_value_single_select",
    Question.Kind.ONE: "multi_value_single_select",
    Question.Kind.MANY: "multi_value_multi_select",
}


def as_json(body: Member) -> bytes:
    """Return a body as it goes out."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def not_found(what: str) -> bytes:
    """Return the body of a 404: some readers go by its member `status` alone."""
    return as_json({"status": 404, "error": f"{what} not found"})


def board(site: PublicSite) -> Member:
    """Return whose board it is."""
    return {"name": site.name, "content": _escaped_once_more(site.introduction)}


def jobs(site: PublicSite, found: Sequence[Opening], parts: "Parts", *, content: bool, pay: bool) -> Member:
    """Return the listed jobs.

    Args:
        site: the company's page.
        found: its listed jobs.
        parts: the departments that are shown.
        content: whether descriptions, departments and offices come along.
        pay: whether pay ranges do.
    """
    listed = [job(site, each, parts, content=content, pay=pay) for each in found]
    return {"jobs": listed, "meta": {"total": len(listed)}}


def job(site: PublicSite, opening: Opening, parts: "Parts", *, content: bool = True, pay: bool = False) -> Member:
    """Return one job, by the arguments of `jobs`."""
    row = opening.row
    body: Member = {
        "id": row.number,
        "internal_job_id": row.number,
        "title": row.title,
        "company_name": site.name,
        "absolute_url": addresses.absolute(addresses.job_path(site.handle, row.number, row.title)),
        "location": {"name": location_name(opening)},
        "first_published": _iso(row.published_at),
        "updated_at": _iso(row.updated_at),
        "requisition_id": str(row.number),
        "language": site.language,
        "metadata": list(_metadata(opening)),
    }
    if row.closes_on:
        body["application_deadline"] = row.closes_on.isoformat()
    if content:
        body["content"] = _content(opening)
        body["departments"] = (
            [_department(parts[row.department_number], parts)] if row.department_number in parts else []
        )
        body["offices"] = [_office(place) for place in opening.places]
    if pay:
        body["pay_input_ranges"] = list(_pay(opening))
    return body


def location_name(opening: Opening) -> str:
    """Return where a job is, with the word by which programs know remote ones."""
    names = "; ".join(words.place(each) for each in opening.places)
    if opening.row.workplace != Posting.Workplace.REMOTE:
        return names
    countries = ", ".join(feeds.country_in_english(code) for code in opening.row.remote_countries)
    return " - ".join(filter(None, ("Remote", names or countries)))


def _content(opening: Opening) -> str:
    html = str(words.html_of(opening.description))
    if pay := feeds.pay_in_english(opening.row):
        html += f"<p>Pay: {escape(pay)}</p>\n"
    return escape(html, quote=True)


def _escaped_once_more(typed: str) -> str:
    return escape(str(words.html_of(typed)), quote=True) if typed else ""


def _metadata(opening: Opening) -> Iterable[Member]:
    row = opening.row
    if row.workplace:
        kind = _LOCATION_TYPES[Posting.Workplace(row.workplace)]
        yield {"id": LOCATION_TYPE, "name": "Location Type", "value": kind, "value_type": "single_select"}
    if row.employment_type:
        label = Posting.EmploymentType(row.employment_type).label
        yield {"id": EMPLOYMENT_TYPE, "name": "Employment Type", "value": label, "value_type": "single_select"}
    for each in opening.fields:
        yield _public_field(each)


def _public_field(given: PublicField) -> Member:
    kind = JobField.Kind(given.kind)
    value = given.value if isinstance(given.value, bool) else words.value(given.value)
    return {"id": number_of(given.field_id), "name": given.name, "value": value, "value_type": _VALUE_TYPES[kind]}


def number_of(key: UUID) -> int:
    """Return a number of ten digits for what has no public number of its own; of one key always the same."""
    return 10**9 + key.int % (9 * 10**9)


def _pay(opening: Opening) -> Iterable[Member]:
    row = opening.row
    if row.pay_min is not None and row.pay_max is not None:
        yield {
            "min_cents": int(row.pay_min * 100),
            "max_cents": int(row.pay_max * 100),
            "currency_type": row.pay_currency,
            "title": f"Pay {Posting.PayPeriod(row.pay_period).label}",
            "blurb": "",
        }


# ── What an application asks ─────────────────────────────────────────────────────────────────────────────────────────
def with_questions(body: Member, asked: Sequence[Question]) -> Member:
    """Return a job with what its form asks: the person, files, and the job's questions under their numbers."""
    person = (
        ("First Name", True, [("first_name", "input_text")]),
        ("Last Name", True, [("last_name", "input_text")]),
        ("Email", True, [("email", "input_text")]),
        ("Phone", False, [("phone", "input_text")]),
        ("Resume/CV", False, [("resume", "input_file"), ("resume_text", "textarea")]),
        ("Cover Letter", False, [("cover_letter", "input_file"), ("cover_letter_text", "textarea")]),
    )
    usual = [
        {
            "label": label,
            "required": required,
            "description": "",
            "fields": [{"name": name, "type": kind, "values": []} for name, kind in fields],
        }
        for label, required, fields in person
    ]
    own = [
        {
            "label": each.label,
            "required": each.is_required,
            "description": each.hint,
            "fields": [
                {"name": input_name(each), "type": _FIELD_TYPES[Question.Kind(each.kind)], "values": _values(each)}
            ],
        }
        for each in asked
    ]
    return {**body, "questions": [*usual, *own], "location_questions": []}


def _values(question: Question) -> list[Member]:
    if question.kind == Question.Kind.YES_NO:
        return [{"value": 1, "label": "Yes"}, {"value": 0, "label": "No"}]
    return [{"value": each["number"], "label": each["label"]} for each in question.options]


# ── Departments and offices ──────────────────────────────────────────────────────────────────────────────────────────
Parts = Mapping[int | None, Part]
"""A company's departments by number."""


def shown_parts(found: Sequence[Opening], parts: Parts) -> Parts:
    """Return the departments of listed jobs, and what those are parts of, by name; the others are nobody's business."""
    seen: dict[int | None, Part] = {}
    for each in found:
        part = parts.get(each.row.department_number)
        while part is not None and part.number not in seen:
            seen[part.number] = part
            part = parts.get(part.parent)
    return dict(sorted(seen.items(), key=lambda item: item[1].name))


def departments(site: PublicSite, found: Sequence[Opening], parts: Parts, *, as_tree: bool) -> list[Member]:
    """Return the departments as `shown_parts` does, with their jobs.

    Args:
        site: the company's page.
        found: its listed jobs.
        parts: its departments.
        as_tree: whether parts stand in `children` of what they are parts of; else all stand beside each other.
    """
    shown = shown_parts(found, parts)
    by_number: dict[int, Member] = {
        number: {
            **_department(part, shown),
            "jobs": [_short(site, each) for each in found if each.row.department_number == number],
        }
        for number, part in shown.items()
        if number is not None
    }
    if without := [each for each in found if each.row.department_number not in parts]:
        by_number[NO_DEPARTMENT] = {
            "id": NO_DEPARTMENT,
            "name": "No Department",
            "parent_id": None,
            "child_ids": [],
            "jobs": [_short(site, each) for each in without],
        }
    if not as_tree:
        return list(by_number.values())
    for body in by_number.values():
        body["children"] = [by_number[child] for child in body["child_ids"]]
    return [body for body in by_number.values() if body["parent_id"] not in by_number]


def offices(site: PublicSite, found: Sequence[Opening], parts: Parts) -> list[Member]:
    """Return the locations of listed jobs, each with the departments that seek people there."""
    places = {place.number: place for each in found for place in each.places}
    shown: list[Member] = []
    for number, place in sorted(places.items(), key=lambda item: item[1].name):
        here = [each for each in found if any(other.number == number for other in each.places)]
        seeking = [each for each in departments(site, here, parts, as_tree=False) if each["jobs"]]
        shown.append({**_office(place), "departments": seeking})
    return shown


def _department(part: Part, parts: Parts) -> Member:
    children = [each.number for each in parts.values() if each.parent == part.number]
    parent = part.parent if part.parent in parts else None
    return {"id": part.number, "name": part.name, "parent_id": parent, "child_ids": children}


def _office(place: Place) -> Member:
    address = ", ".join(
        filter(None, (place.city, place.region, feeds.country_in_english(place.country) if place.country else ""))
    )
    name = words.place(place)
    return {"id": place.number, "name": name, "location": address or name, "parent_id": None, "child_ids": []}


def _short(site: PublicSite, opening: Opening) -> Member:
    """Return a job as departments and offices list it."""
    row = opening.row
    return {
        "id": row.number,
        "internal_job_id": row.number,
        "title": row.title,
        "absolute_url": addresses.absolute(addresses.job_path(site.handle, row.number, row.title)),
        "location": {"name": location_name(opening)},
        "updated_at": _iso(row.updated_at),
        "requisition_id": str(row.number),
        "language": site.language,
        "metadata": list(_metadata(opening)),
    }


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
