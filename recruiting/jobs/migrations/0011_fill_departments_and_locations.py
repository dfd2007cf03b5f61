"""Make the lists of departments and locations from what jobs say, a company at a time; it can be run again."""

import secrets
from typing import Any

from django.db import IntegrityError, migrations, transaction
from django.db.models import Q

from recruiting.foundation import text


def fill(apps: Any, schema_editor: Any) -> None:
    """Make an entry for every department and address, and let jobs point to them and say the same."""
    Job = apps.get_model("jobs", "Job")
    unplaced = ~Q(department="") & Q(listed_department=None) | ~Q(city="", region="", country="") & Q(places=None)
    companies = Job.objects.filter(unplaced).order_by().values_list("company_id", flat=True).distinct()
    for company_id in list(companies):
        with transaction.atomic():
            _fill_company(apps, company_id, Job.objects.filter(unplaced, company_id=company_id))


def _fill_company(apps: Any, company_id: Any, jobs: Any) -> None:
    Job, JobLocation = apps.get_model("jobs", "Job"), apps.get_model("jobs", "JobLocation")
    Department, Location = apps.get_model("jobs", "Department"), apps.get_model("jobs", "Location")
    departments = {each.name_key: each for each in Department.objects.filter(company_id=company_id)}
    locations = {_key(each): each for each in Location.objects.filter(company_id=company_id)}
    names = {each.name_key for each in locations.values()}
    placed = set(JobLocation.objects.filter(company_id=company_id).values_list("job_id", flat=True))
    rows = []
    for job in jobs.order_by("id").only("id", "department", "city", "region", "country", "listed_department"):
        if job.department and not job.listed_department_id:
            key = text.compare_key(job.department)
            if key not in departments:
                departments[key] = Department.objects.create(
                    company_id=company_id, name=job.department, number=_draw(apps)
                )
            listed = departments[key]
            Job.objects.filter(pk=job.pk).update(listed_department=listed, department=listed.name)
        if (job.city or job.region or job.country) and job.pk not in placed:
            if _key(job) not in locations:
                name = ", ".join(filter(None, (job.city, job.region, job.country)))
                while text.compare_key(name) in names:
                    name += " (2)"
                names.add(text.compare_key(name))
                locations[_key(job)] = Location.objects.create(
                    company_id=company_id,
                    name=name,
                    city=job.city,
                    region=job.region,
                    country=job.country,
                    number=_draw(apps),
                )
            here = locations[_key(job)]
            Job.objects.filter(pk=job.pk).update(city=here.city, region=here.region)
            rows.append(JobLocation(company_id=company_id, job=job, location=here, position=0))
    JobLocation.objects.bulk_create(rows, batch_size=1000)


def _key(place: Any) -> tuple[str, str, str]:
    return text.compare_key(place.city), text.compare_key(place.region), place.country


def _draw(apps: Any) -> int:
    while True:
        number = 10**9 + secrets.randbelow(9 * 10**9)
        try:
            with transaction.atomic():
                apps.get_model("jobs", "PublicNumber").objects.create(number=number)
        except IntegrityError:
            continue
        return number


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("jobs", "0010_departments_and_locations")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
