"""Addresses of the staff's pages about careers pages and what came in through them."""

from django.urls import path

from recruiting.careers import inbox

app_name = "careers"
_submission = "applicants/<uuid:submission_id>/"
urlpatterns = [
    path("applicants/", inbox.inbox, name="inbox"),
    path(f"{_submission}release/", inbox.release, name="release"),
    path(f"{_submission}discard/", inbox.discard, name="discard"),
    path(f"{_submission}undo-discard/", inbox.undo_discard, name="undo-discard"),
    path(f"{_submission}seen/", inbox.seen, name="seen"),
    path(f"{_submission}name/", inbox.use_name, name="use-name"),
    path(f"{_submission}stop-closed/", inbox.stop_closed, name="stop-closed"),
    path("applicants/requests/<uuid:request_id>/settle/", inbox.settle, name="settle"),
]
