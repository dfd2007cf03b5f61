"""Addresses of the style guide; the composition root includes them in sandbox mode only."""

from django.urls import path

from devtools.styleguide import views

app_name = "styleguide"
urlpatterns = [
    path("", views.index, name="index"),
    path("window/", views.window, name="window"),
    path("card/", views.card, name="card"),
    path("suggest/", views.suggest, name="suggest"),
    path("deadline/", views.deadline, name="deadline"),
    path("move/", views.move, name="move"),
    path("undo/", views.undo, name="undo"),
    path("errors/<int:status>/", views.error, name="error"),
]
