"""Addresses of jobs and the Job Info window. The list and the board are `recruiting.applications`'s."""

from django.urls import path

from recruiting.web.jobs import field_pages, process_pages, views

app_name = "jobs"
urlpatterns = [
    path("jobs/new/", views.new, name="new"),
    path("jobs/<uuid:job_id>/edit/", views.edit, name="edit"),
    path("jobs/<uuid:job_id>/open/", views.open_job, name="open"),
    path("jobs/<uuid:job_id>/close/", views.close_job, name="close"),
    path("jobs/<uuid:job_id>/info/", views.info, name="info"),
    path("jobs/<uuid:job_id>/team/add/", views.add_to_team, name="team-add"),
    path("jobs/<uuid:job_id>/team/remove/", views.remove_from_team, name="team-remove"),
    path("jobs/fields/<uuid:field_id>/values/", field_pages.values, name="field-values"),
    path("jobs/fields/<uuid:field_id>/remark/", field_pages.hint, name="field-remark"),
    path("jobs/<uuid:job_id>/process/", process_pages.choose, name="process-choose"),
    path("settings/hiring-processes/", process_pages.index, name="processes"),
    path("settings/hiring-processes/new/", process_pages.create, name="process-create"),
    path("settings/hiring-processes/<uuid:process_id>/duplicate/", process_pages.duplicate, name="process-duplicate"),
    path("settings/hiring-processes/<uuid:process_id>/rename/", process_pages.rename, name="process-rename"),
    path("settings/hiring-processes/<uuid:process_id>/default/", process_pages.make_default, name="process-default"),
    path("settings/hiring-processes/<uuid:process_id>/delete/", process_pages.delete, name="process-delete"),
    path("settings/job-fields/", field_pages.index, name="fields"),
    path("settings/job-fields/new/", field_pages.create, name="field-create"),
    path("settings/job-fields/suggested/", field_pages.create_suggested, name="create-suggested-field"),
    path("settings/job-fields/<uuid:field_id>/", field_pages.edit, name="field-edit"),
    path("settings/job-fields/<uuid:field_id>/move/", field_pages.move, name="field-move"),
    path("settings/job-fields/<uuid:field_id>/activate/", field_pages.activate, name="field-activate"),
    path("settings/job-fields/<uuid:field_id>/deactivate/", field_pages.deactivate, name="field-deactivate"),
    path("settings/job-fields/<uuid:field_id>/values/", field_pages.add_options, name="field-options-add"),
    path("settings/job-fields/values/<uuid:option_id>/rename/", field_pages.rename_option, name="field-option-rename"),
    path("settings/job-fields/values/<uuid:option_id>/remove/", field_pages.remove_option, name="field-option-remove"),
]
