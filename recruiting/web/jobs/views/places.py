"""Company Settings › Departments and Locations, what the job form suggests of them, and a job's further locations."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from recruiting.foundation import pagination, text
from recruiting.foundation.errors import Conflict
from recruiting.foundation.permissions import Action
from recruiting.jobs import places, services
from recruiting.jobs.countries import COUNTRIES
from recruiting.jobs.models import Department, Location
from recruiting.web import responses
from recruiting.web.access import ADMINISTRATOR, MemberRequest, page
from recruiting.web.jobs.forms import DepartmentForm, FurtherLocationsForm, LocationForm
from recruiting.web.jobs.job_info import find_job
from recruiting.web.responses import respond_to_form

SUGGESTIONS = 20


# ── Departments ──────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def departments(request: MemberRequest) -> HttpResponse:
    """List the company's departments by name."""
    found = Department.objects.for_company(request.company).annotate(job_count=Count("jobs"))
    shown = pagination.page_of(found.select_related("parent"), ("name", "id"), request.GET, "department", "departments")
    return render(request, "jobs/places/departments.html", {"page": shown})


@page("GET", "POST", role=ADMINISTRATOR)
def create_department(request: MemberRequest) -> HttpResponse:
    """Add a department."""
    return _edit_department(request, None)


@page("GET", "POST", role=ADMINISTRATOR)
def edit_department(request: MemberRequest, department_id: UUID) -> HttpResponse:
    """Change a department; jobs that name it follow."""
    return _edit_department(request, _department(request, department_id))


@page("GET", "POST", role=ADMINISTRATOR)
def delete_department(request: MemberRequest, department_id: UUID) -> HttpResponse:
    """Ask, and delete a department that no job names."""
    found = _department(request, department_id)
    asked = "Departments that are a part of it stand alone then."
    return _delete(request, found, asked, lambda: places.delete_department(department=found, by=request.membership))


def _edit_department(request: MemberRequest, department: Department | None) -> HttpResponse:
    initial = {"name": department.name, "parent": department.parent_id} if department else {}
    form = DepartmentForm(
        request.POST or None, initial=initial, auto_id="window_%s", company=request.company, of=department
    )

    def save() -> HttpResponse:
        made = places.save_department(department=department, by=request.membership, **form.cleaned_data)
        words = f"{made} was saved." if department else f"{made} was added."
        return responses.saved(request, words, "jobs:departments", focus=f"row-{made.pk}")

    context = _window("department", department)
    return respond_to_form(request, form, save, "jobs/places/edit.html", context)


# ── Locations ────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", role=ADMINISTRATOR)
def locations(request: MemberRequest) -> HttpResponse:
    """List the company's locations by name."""
    found = Location.objects.for_company(request.company).annotate(job_count=Count("jobs"))
    shown = pagination.page_of(found, ("name", "id"), request.GET, "location", "locations")
    countries = dict(COUNTRIES)
    rows = [(each, countries.get(each.country, each.country)) for each in shown.rows]
    return render(request, "jobs/places/locations.html", {"page": shown, "rows": rows})


@page("GET", "POST", role=ADMINISTRATOR)
def create_location(request: MemberRequest) -> HttpResponse:
    """Add a location."""
    return _edit_location(request, None)


@page("GET", "POST", role=ADMINISTRATOR)
def edit_location(request: MemberRequest, location_id: UUID) -> HttpResponse:
    """Change a location; jobs that have it follow."""
    return _edit_location(request, _location(request, location_id))


@page("GET", "POST", role=ADMINISTRATOR)
def delete_location(request: MemberRequest, location_id: UUID) -> HttpResponse:
    """Ask, and delete a location that no job has."""
    found = _location(request, location_id)
    return _delete(request, found, "", lambda: places.delete_location(location=found, by=request.membership))


def _edit_location(request: MemberRequest, location: Location | None) -> HttpResponse:
    initial = {name: getattr(location, name) for name in LocationForm.base_fields} if location else {}
    form = LocationForm(request.POST or None, initial=initial, auto_id="window_%s")

    def save() -> HttpResponse:
        made = places.save_location(location=location, by=request.membership, **form.cleaned_data)
        words = f"{made} was saved." if location else f"{made} was added."
        return responses.saved(request, words, "jobs:locations", focus=f"row-{made.pk}")

    return respond_to_form(request, form, save, "jobs/places/edit.html", _window("location", location))


# ── On a job ─────────────────────────────────────────────────────────────────────────────────────────────────────────
@page("GET", "POST")
def choose_locations(request: MemberRequest, job_id: UUID) -> HttpResponse:
    """Say where a job is besides its first location."""
    job = find_job(request, job_id, Action.EDIT_JOB)
    there = [each.location for each in job.places.select_related("location")]
    first, further = next(iter(there), None), there[1:]
    form = FurtherLocationsForm(
        request.POST if request.method == "POST" else None,
        initial={"locations": [each.pk for each in further]},
        company=request.company,
        first=first,
    )
    back = reverse("jobs:edit", args=[job.pk])

    def save() -> HttpResponse:
        chosen = [*([first.pk] if first else []), *(each.pk for each in form.cleaned_data["locations"])]
        services.set_locations(job=job, locations=chosen, by=request.membership)
        return responses.saved(request, "Locations saved.", back)

    context = {"job": job, "first": first, "close_url": back}
    return respond_to_form(request, form, save, "jobs/places/choose.html", context)


@page("GET")
def suggest_departments(request: MemberRequest) -> HttpResponse:
    """Suggest departments to somebody who describes a job."""
    typed = text.compare_key(request.GET.get("q", ""))
    known = Department.objects.for_company(request.company).filter(name_key__contains=typed)
    return responses.suggestions(known.order_by("name", "id").values_list("name", flat=True)[:SUGGESTIONS])


@page("GET")
def suggest_cities(request: MemberRequest) -> HttpResponse:
    """Suggest the locations of the list by their city, with the state and country to fill in."""
    typed = text.compare_key(request.GET.get("q", ""))
    known = Location.objects.for_company(request.company).exclude(city="").filter(name_key__contains=typed)
    found = known.order_by("city", "name", "id")[:SUGGESTIONS]
    return JsonResponse(
        [
            {
                "value": each.city,
                "label": each.city,
                "detail": each.name if each.name != each.city else "",
                "fills": {"region": each.region, "country": each.country},
            }
            for each in found
        ],
        safe=False,
    )


def _window(called: str, row: Department | Location | None) -> dict[str, Any]:
    """Return what the window of a department or location shows beside its form."""
    return {"called": called, "row": row, "close_url": reverse(f"jobs:{called}s")}


def _delete(request: MemberRequest, row: Department | Location, asked: str, delete: Callable[[], None]) -> HttpResponse:
    window = _window(str(row._meta.verbose_name), row)
    if request.method != "POST":
        return render(request, "jobs/places/delete.html", {**window, "sentence": asked})
    try:
        delete()
    except Conflict as error:
        return responses.saved(request, error.message, window["close_url"], focus=f"row-{row.pk}", level=messages.ERROR)
    return responses.saved(request, f"{row} was deleted.", window["close_url"])


def _department(request: MemberRequest, department_id: UUID) -> Department:
    return get_object_or_404(Department.objects.for_company(request.company), pk=department_id)


def _location(request: MemberRequest, location_id: UUID) -> Location:
    return get_object_or_404(Location.objects.for_company(request.company), pk=location_id)
