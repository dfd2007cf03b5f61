"""Addresses of jobs and the Job Info window. The list and the board are `recruiting.applications`'s."""

from django.urls import path

from recruiting.web.company_fields import views as fields
from recruiting.web.company_fields.pages import JOBS
from recruiting.web.company_fields.urls import of_fields
from recruiting.web.jobs.views import jobs, places, processes

app_name = "jobs"
urlpatterns = [
    path("jobs/new/", jobs.new, name="new"),
    path("jobs/<uuid:job_id>/edit/", jobs.edit, name="edit"),
    path("jobs/<uuid:job_id>/open/", jobs.open_job, name="open"),
    path("jobs/<uuid:job_id>/close/", jobs.close_job, name="close"),
    path("jobs/<uuid:job_id>/info/", jobs.info, name="info"),
    path("jobs/<uuid:job_id>/team/add/", jobs.add_to_team, name="team-add"),
    path("jobs/<uuid:job_id>/team/remove/", jobs.remove_from_team, name="team-remove"),
    path("jobs/<uuid:job_id>/locations/", places.choose_locations, name="choose-locations"),
    path("preview/", jobs.preview, name="preview"),
    path("jobs/departments/", places.suggest_departments, name="suggest-departments"),
    path("jobs/cities/", places.suggest_cities, name="suggest-cities"),
    path("jobs/fields/<uuid:field_id>/remark/", fields.hint, name="field-remark"),
    path("jobs/<uuid:job_id>/process/", processes.choose, name="process-choose"),
    path("settings/hiring-processes/", processes.index, name="processes"),
    path("settings/hiring-processes/new/", processes.create, name="process-create"),
    path("settings/hiring-processes/<uuid:process_id>/duplicate/", processes.duplicate, name="process-duplicate"),
    path("settings/hiring-processes/<uuid:process_id>/rename/", processes.rename, name="process-rename"),
    path("settings/hiring-processes/<uuid:process_id>/default/", processes.make_default, name="process-default"),
    path("settings/hiring-processes/<uuid:process_id>/delete/", processes.delete, name="process-delete"),
    path("settings/departments/", places.departments, name="departments"),
    path("settings/departments/new/", places.create_department, name="department-create"),
    path("settings/departments/<uuid:department_id>/", places.edit_department, name="department-edit"),
    path("settings/departments/<uuid:department_id>/delete/", places.delete_department, name="department-delete"),
    path("settings/locations/", places.locations, name="locations"),
    path("settings/locations/new/", places.create_location, name="location-create"),
    path("settings/locations/<uuid:location_id>/", places.edit_location, name="location-edit"),
    path("settings/locations/<uuid:location_id>/delete/", places.delete_location, name="location-delete"),
    path("settings/job-fields/suggested/", fields.create_suggested, name="create-suggested-field"),
    *of_fields(JOBS, "job-fields"),
]
