"""Addresses of jobs and the Job Info window. The list and the board are `recruiting.applications`'s."""

from django.urls import path

from recruiting.jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/new/", views.new, name="new"),
    path("jobs/<uuid:job_id>/edit/", views.edit, name="edit"),
    path("jobs/<uuid:job_id>/open/", views.open_job, name="open"),
    path("jobs/<uuid:job_id>/close/", views.close_job, name="close"),
    path("jobs/<uuid:job_id>/info/", views.info, name="info"),
    path("jobs/<uuid:job_id>/team/add/", views.add_to_team, name="team-add"),
    path("jobs/<uuid:job_id>/team/remove/", views.remove_from_team, name="team-remove"),
]
