"""Addresses of home, jobs list, boards, moves and candidates. One list; a new address joins its paragraph."""

from django.urls import URLPattern, path

from recruiting.applications.views import moves

app_name = "applications"
urlpatterns: list[URLPattern] = [
    # Moves and the ends of an application: from the board's cards, the list and the candidate's record alike.
    path("candidates/<uuid:candidate_id>/applications/<uuid:application_id>/move/", moves.move, name="move"),
    path("candidates/<uuid:candidate_id>/applications/<uuid:application_id>/convert/", moves.convert_lead, name="convert-lead"),
    path("candidates/<uuid:candidate_id>/applications/<uuid:application_id>/reject/", moves.reject, name="reject"),
    path("candidates/<uuid:candidate_id>/applications/<uuid:application_id>/withdraw/", moves.withdraw, name="withdraw"),
    path("candidates/<uuid:candidate_id>/applications/<uuid:application_id>/reopen/", moves.reopen, name="reopen"),
    path("moves/<uuid:transition_id>/undo/", moves.undo_move, name="undo-move"),
]
