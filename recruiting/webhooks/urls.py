"""Addresses of Company Settings › Webhooks."""

from django.urls import path

from recruiting.webhooks import views

app_name = "webhooks"
_one = "settings/webhooks/<uuid:webhook_id>/"
_delivery = f"{_one}deliveries/<uuid:delivery_id>/"
urlpatterns = [
    path("settings/webhooks/", views.index, name="index"),
    path("settings/webhooks/new/", views.create, name="create"),
    path(_one, views.detail, name="webhook"),
    path(f"{_one}edit/", views.edit, name="edit"),
    path(f"{_one}rotate/", views.rotate, name="rotate"),
    path(f"{_one}pause/", views.pause, name="pause"),
    path(f"{_one}resume/", views.resume, name="resume"),
    path(f"{_one}ping/", views.ping, name="ping"),
    path(f"{_one}delete/", views.delete, name="delete"),
    path(f"{_delivery}redeliver/", views.redeliver, name="redeliver"),
    path(f"{_delivery}skip/", views.skip, name="skip"),
]
