"""Addresses of the staff's pages about careers pages and what came in through them."""

from django.urls import path

from recruiting.careers import inbox
from recruiting.careers.views import posting, questions, site, sources

app_name = "careers"
_submission = "applicants/<uuid:submission_id>/"
_site = "settings/careers/"
_set = "settings/question-sets/<uuid:set_id>/"
_set_question = f"{_set}questions/<uuid:set_question_id>/"
_job = "jobs/<uuid:job_id>/"
_question = f"{_job}questions/<uuid:question_id>/"
urlpatterns = [
    path(_site, site.index, name="site"),
    path(f"{_site}logo/", site.change_logo, name="logo"),
    path(f"{_site}logo.png", site.logo, name="logo-file"),
    path(f"{_site}address/", site.change_handle, name="handle"),
    path(f"{_site}privacy-notice/", site.notice, name="notice"),
    path(f"{_site}privacy-notice/<uuid:notice_id>/", site.notice_version, name="notice-version"),
    path(f"{_site}preview/", site.preview, name="preview"),
    path(f"{_site}preview.css", site.preview_style, name="preview-style"),
    path("settings/source-links/", sources.links, name="links"),
    path("settings/source-links/new/", sources.create_link, name="link-create"),
    path("settings/source-links/<uuid:link_id>/delete/", sources.delete_link, name="link-delete"),
    path("settings/board-keys/", sources.keys, name="keys"),
    path("settings/board-keys/new/", sources.create_key, name="key-create"),
    path("settings/board-keys/<uuid:key_id>/revoke/", sources.revoke_key, name="key-revoke"),
    path("settings/question-sets/", questions.sets, name="sets"),
    path("settings/question-sets/new/", questions.create_set, name="set-create"),
    path(_set, questions.show_set, name="set"),
    path(f"{_set}rename/", questions.rename_set, name="set-rename"),
    path(f"{_set}delete/", questions.delete_set, name="set-delete"),
    path(f"{_set}questions/new/", questions.create_in_set, name="set-question-new"),
    path(_set_question, questions.edit_in_set, name="set-question-edit"),
    path(f"{_set_question}move/", questions.move_in_set, name="set-question-move"),
    path(f"{_set_question}delete/", questions.delete_in_set, name="set-question-delete"),
    path(f"{_job}publication/", posting.publication, name="publication"),
    path(f"{_job}publication/choose/", posting.publish, name="publish"),
    path(f"{_job}publication/preview/", site.preview_job, name="preview-job"),
    path(f"{_job}publication/question-sets/", questions.use_sets, name="use-sets"),
    path(f"{_job}questions/new/", questions.create, name="question-new"),
    path(_question, questions.edit, name="question-edit"),
    path(f"{_question}move/", questions.move, name="question-move"),
    path(f"{_question}delete/", questions.delete, name="question-delete"),
    path(f"{_job}refer/", sources.refer, name="refer"),
    path(f"{_job}mails/", posting.choose_mails, name="mails"),
    path("applicants/", inbox.inbox, name="inbox"),
    path(f"{_submission}release/", inbox.release, name="release"),
    path(f"{_submission}discard/", inbox.discard, name="discard"),
    path(f"{_submission}undo-discard/", inbox.undo_discard, name="undo-discard"),
    path(f"{_submission}seen/", inbox.seen, name="seen"),
    path(f"{_submission}name/", inbox.use_name, name="use-name"),
    path(f"{_submission}stop-closed/", inbox.stop_closed, name="stop-closed"),
    path("applicants/requests/<uuid:request_id>/settle/", inbox.settle, name="settle"),
]
