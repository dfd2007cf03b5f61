"""Addresses of home, jobs list, boards, moves and candidates. One list; a new address joins its paragraph."""

from django.urls import URLPattern, URLResolver, include, path

from recruiting.web.applications.views import (
    board,
    candidates,
    files,
    home,
    jobs,
    moves,
    notes,
    owner_and_tags,
    processes,
    record,
    tasks,
)

app_name = "applications"
record_urls: list[URLPattern] = [
    path("", record.show, name="candidate"),
    path("edit/", candidates.edit, name="candidate-edit"),
    path("owner/", owner_and_tags.owner, name="candidate-owner"),
    path("tags/add/", owner_and_tags.add_tag, name="tag-add"),
    path("tags/suggestions/", owner_and_tags.suggest_tags, name="tag-suggestions"),
    path("tags/<uuid:tag_id>/remove/", owner_and_tags.remove_tag, name="tag-remove"),
    path("notes/add/", notes.add, name="note-add"),
    path("notes/<uuid:note_id>/edit/", notes.edit, name="note-edit"),
    path("notes/<uuid:note_id>/delete/", notes.delete, name="note-delete"),
    path("files/add/", files.add, name="file-add"),
    path("files/<uuid:file_id>/", files.download, name="file"),
    path("files/<uuid:file_id>/kind/", files.set_kind, name="file-kind"),
    path("files/<uuid:file_id>/remove/", files.remove, name="file-remove"),
    # Moves and the ends of an application: from the board's cards, the list and the candidate's record alike.
    path("move/", moves.move, name="move"),
    path("convert/", moves.convert_lead, name="convert-lead"),
    path("reject/", moves.reject, name="reject"),
    path("withdraw/", moves.withdraw, name="withdraw"),
    path("reopen/", moves.reopen, name="reopen"),
    path("<slug:tab>/", record.show, name="candidate-tab"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:job_id>/", board.job_page, name="job"),
    path("jobs/<uuid:job_id>/actions/", jobs.job_actions, name="job-actions"),
    path("jobs/<uuid:job_id>/filters/", board.filters, name="job-filters"),
    path("jobs/<uuid:job_id>/newsfeed/", board.job_newsfeed, name="job-newsfeed"),
    path("jobs/<uuid:job_id>/<uuid:application_id>/", moves.actions, name="actions"),
    path("moves/<uuid:transition_id>/undo/", moves.undo_move, name="undo-move"),
    # Files from before they belonged to an application.
    path("files/unplaced/", files.unplaced, name="unplaced-files"),
    path("files/<uuid:file_id>/place/", files.place, name="place-file"),
    # For vendors' servers.
    path("shared-files/<str:token>/", files.shared, name="shared-file"),
    # What waits because a step asks a person first.
    path("waiting/<uuid:stage_id>/", tasks.waiting, name="stage-tasks"),
    path("waiting/tasks/<uuid:task_id>/start/", tasks.start, name="stage-task-start"),
    path("waiting/tasks/<uuid:task_id>/dismiss/", tasks.dismiss, name="stage-task-dismiss"),
    # A hiring process with the candidates in its steps; the list of processes is `recruiting.jobs`'s.
    path("settings/hiring-processes/<uuid:process_id>/", processes.process, name="process"),
    path("settings/hiring-processes/<uuid:process_id>/edit/", processes.edit, name="process-edit"),
    # Home and people.
    path("", home.home, name="home"),
    path("candidates/", candidates.index, name="candidates"),
    path("candidates/add/", candidates.add, name="candidate-add"),
    path("candidates/<uuid:candidate_id>/", candidates.person, name="person"),
    path("candidates/<uuid:candidate_id>/add-to-job/", candidates.add_to_job, name="candidate-add-to-job"),
    # The candidate record, its notes and files. A tab's address comes last: any word may be one.
    path("candidates/<uuid:candidate_id>/applications/<uuid:application_id>/", include(record_urls)),
]
