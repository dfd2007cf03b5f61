"""Departments and locations: the company's lists, and which of them a job names.

A job keeps the name of its department and the address of its first location itself; whatever changes an entry of a
list changes them there, too.
"""

import secrets
from collections.abc import Sequence
from uuid import UUID

from django.db import IntegrityError, transaction

from recruiting.companies.access import require_administrator
from recruiting.companies.models import Company, Membership
from recruiting.foundation import limits, locks, text
from recruiting.foundation.constraints import translate_integrity_errors
from recruiting.foundation.errors import Conflict, InvalidInput, NotFound
from recruiting.jobs.countries import is_country
from recruiting.jobs.models import Department, Job, JobLocation, Location, PublicNumber, in_one_line

MOST_LOCATIONS = 20
"""Of one job."""
KEPT = ("department", "listed_department", "city", "region", "country", "further_locations")
"""What a job keeps of the lists in columns of its own."""


def draw_number() -> int:
    """Return a number that nothing ever had."""
    while True:
        number = 10**9 + secrets.randbelow(9 * 10**9)
        try:
            with transaction.atomic():
                PublicNumber.objects.create(number=number)
        except IntegrityError:
            continue
        return number


# ── Of a job ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def resolve(job: Job, locations: Sequence[UUID] | None = None) -> list[Location]:
    """Set what a job keeps of the lists, by what it says, and return its locations in order; the caller saves both.

    Entries that are missing are made.

    Args:
        job: with its department, and the address of its first location, as they are to stand.
        locations: all of them in their order, whatever the address says; None leaves all but the first as they are.

    Raises:
        InvalidInput: for a location of another company, and for more than 20.
    """
    if locations is None:
        chosen = _by_address(job)
    else:
        known = Location.objects.for_company(job.company).in_bulk(list(locations))
        if len(known) != len(set(locations)):
            raise InvalidInput(fields={"locations": "Choose locations from the list."})
        chosen = [known[each] for each in dict.fromkeys(locations)]
    if len(chosen) > MOST_LOCATIONS:
        raise InvalidInput(fields={"locations": f"A job has at most {MOST_LOCATIONS} locations."})
    first = chosen[0] if chosen else None
    job.city, job.region, job.country = (first.city, first.region, first.country) if first else ("", "", "")
    job.listed_department = department_called(job.company, job.department)
    job.department = job.listed_department.name if job.listed_department else ""
    job.further_locations = "\n".join(each.name for each in chosen[1:])
    return chosen


def _by_address(job: Job) -> list[Location]:
    before = [] if job._state.adding else [each.location for each in job.places.select_related("location")]
    address = _address_key(job.city, job.region, job.country)
    if before and _address_key(before[0].city, before[0].region, before[0].country) == address:
        return before
    first = location_at(job.company, job.city, job.region, job.country)
    return [first, *(each for each in before[1:] if each != first)] if first else before[1:]


def store(job: Job, locations: Sequence[Location]) -> bool:
    """Write which locations a saved job has, in their order; return whether they did not stand so already.

    Raises:
        NotFound: when one was deleted meanwhile.
    """
    before = list(job.places.values_list("location_id", flat=True))
    if before == [each.pk for each in locations]:
        return False
    for each in locations:
        if each.pk not in before and locks.lock_key_share(Location, each.pk) is None:
            raise NotFound(f"The location {each} was deleted meanwhile. Choose another one.")
    job.places.all().delete()
    JobLocation.objects.bulk_create(
        JobLocation(company_id=job.company_id, job=job, location=each, position=position)
        for position, each in enumerate(locations)
    )
    return True


def department_called(company: Company, name: str) -> Department | None:
    """Return the company's department of this name, a new one if there is none; None for ""."""
    if not name:
        return None
    known = Department.objects.for_company(company)
    found = known.filter(name_key=name).first()
    if found is None:
        found, _ = known.get_or_create(company=company, name_key=name, defaults={"name": name, "number": draw_number()})
    return found


def location_at(company: Company, city: str, region: str, country: str) -> Location | None:
    """Return the company's location at this address, a new one if there is none; None for no address at all."""
    if not (name := in_one_line(city, region, country)):
        return None
    wanted = _address_key(city, region, country)
    known = Location.objects.for_company(company)
    for each in known.filter(country=country).order_by("id"):
        if _address_key(each.city, each.region, each.country) == wanted:
            return each
    address = {"city": city, "region": region, "country": country}
    found, _ = known.get_or_create(
        company=company, name_key=name, defaults={"name": name, "number": draw_number(), **address}
    )
    return found


def _address_key(city: str, region: str, country: str) -> tuple[str, str, str]:
    return text.compare_key(city), text.compare_key(region), country


# ── The lists ────────────────────────────────────────────────────────────────────────────────────────────────────────
def save_department(
    *, by: Membership, name: str, parent: Department | None = None, department: Department | None = None
) -> Department:
    """Add a department, or change one; jobs that name it follow.

    Args:
        by: an Administrator.
        name: as people read it, unique in the company.
        parent: what it is a part of.
        department: the one to change; None adds one.

    Raises:
        NotAllowed: for anyone else.
        InvalidInput: for a name that is missing, too long or taken, and for a parent that is a part of it.
        NotFound: for one of another company.
    """
    require_administrator(by)
    name = text.one_line(name)
    _require_name(Department, name)
    with transaction.atomic(), translate_integrity_errors({"department_name_unique": _taken("department", name)}):
        # One writer at a time, or two changes could close a circle.
        rows = {each.pk: each for each in Department.objects.for_company(by.company).select_for_update().order_by("pk")}
        locked, above = rows.get(department.pk) if department else None, rows.get(parent.pk) if parent else None
        if (department and locked is None) or (parent and above is None):
            raise NotFound("There is no such department in your company.")
        if locked is None:
            return Department.objects.create(company=by.company, name=name, parent=above, number=draw_number())
        step = above
        while step is not None:
            if step == locked:
                raise InvalidInput(fields={"parent": f"{above} is a part of {locked}. Choose another one."})
            step = rows.get(step.parent_id) if step.parent_id else None
        if locked.change(name=name, parent=above):
            Job.objects.filter(listed_department=locked).exclude(department=name).update(department=name)
    return locked


def save_location(
    *, by: Membership, name: str, city: str, region: str, country: str, location: Location | None = None
) -> Location:
    """Add a location, or change one; jobs that name it follow.

    Raises:
        NotAllowed: for anyone but an Administrator.
        InvalidInput: for a name that is missing, too long or taken, and for no country of the list.
        NotFound: for one of another company.
    """
    require_administrator(by)
    details = {key: text.one_line(value) for key, value in (("city", city), ("region", region), ("country", country))}
    name = text.one_line(name) or in_one_line(*details.values())
    limits.require_fits(Location, {"name": name, **details})
    country = details["country"]
    if country and not is_country(country):
        raise InvalidInput(fields={"country": "Choose a country from the list."})
    if not any(details.values()):
        raise InvalidInput(fields={"city": "Enter a city, a state or a country."})
    with transaction.atomic(), translate_integrity_errors({"location_name_unique": _taken("location", name)}):
        if location is None:
            return Location.objects.create(company=by.company, name=name, number=draw_number(), **details)
        locked = Location.objects.locked(location, by)
        if locked.change(name=name, **details):
            Job.objects.filter(places__location=locked, places__position=0).update(**details)
            _name_further(locked)
    return locked


def delete_department(*, department: Department, by: Membership) -> None:
    """Delete a department that no job names; what was a part of it stands alone then.

    Raises:
        NotAllowed: for anyone but an Administrator.
        Conflict: while a job names it.
    """
    require_administrator(by)
    with transaction.atomic():
        locked = Department.objects.locked(department, by)
        if count := locked.jobs.count():
            raise _in_use(count, f"in {locked}")
        locked.delete()


def delete_location(*, location: Location, by: Membership) -> None:
    """Delete a location that no job has, by the rules of `delete_department`."""
    require_administrator(by)
    with transaction.atomic():
        locked = Location.objects.locked(location, by)
        if count := locked.jobs.count():
            raise _in_use(count, f"at {locked}")
        locked.delete()


def _name_further(location: Location) -> None:
    jobs = Job.objects.filter(places__location=location, places__position__gt=0)
    names: dict[UUID, list[str]] = {}
    further = JobLocation.objects.filter(job__in=jobs, position__gt=0).select_related("location").order_by("position")
    for each in further:
        names.setdefault(each.job_id, []).append(each.location.name)
    changed = list(jobs.only("id", "company"))
    for job in changed:
        job.further_locations = "\n".join(names[job.pk])
    for job in changed:
        job.save(update_fields=["further_locations"])


def _require_name(model: type[Department] | type[Location], name: str) -> None:
    if not name:
        raise InvalidInput(fields={"name": "Enter a name."})
    limits.require_fits(model, {"name": name})


def _taken(called: str, name: str) -> InvalidInput:
    return InvalidInput(fields={"name": f"There is a {called} called {name} already."})


def _in_use(count: int, where: str) -> Conflict:
    words = f"1 job is {where}. Change it" if count == 1 else f"{count:,} jobs are {where}. Change them"
    return Conflict(f"{words} first.", code="in_use")
