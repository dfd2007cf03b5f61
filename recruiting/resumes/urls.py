"""Addresses of résumés: one to look at in the record, and many that are dropped on a job."""

from django.urls import path

from recruiting.resumes import views

app_name = "resumes"
_record = "candidates/<uuid:candidate_id>/applications/<uuid:application_id>/"
_batch = "jobs/<uuid:job_id>/resumes/<uuid:batch_id>/"
urlpatterns = [
    path(f"{_record}files/<uuid:file_id>/show/", views.show, name="show"),
    path(f"{_record}resume/<slug:name>/use/", views.use, name="use"),
    path("candidates/add/resume/", views.draft, name="draft"),
    path("jobs/<uuid:job_id>/resumes/", views.drop, name="drop"),
    path(_batch, views.batch, name="batch"),
    path(f"{_batch}<uuid:item_id>/add/", views.add_row, name="row-add"),
    path(f"{_batch}<uuid:item_id>/add-to-known/", views.add_to_known, name="row-add-to-known"),
    path(f"{_batch}<uuid:item_id>/skip/", views.skip, name="row-skip"),
    path(f"{_batch}<uuid:item_id>/undo/", views.undo, name="row-undo"),
]
