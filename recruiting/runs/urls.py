"""Addresses of long work."""

from django.urls import path

from recruiting.runs import views

app_name = "runs"
urlpatterns = [
    path("progress/", views.index, name="index"),
    path("progress/<uuid:run_id>/", views.run, name="run"),
    path("progress/<uuid:run_id>/stop/", views.stop, name="stop"),
    path("progress/<uuid:run_id>/undo/", views.undo, name="undo"),
]
