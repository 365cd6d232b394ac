"""The addresses of work out of doors."""

from __future__ import annotations

from django.urls import path

from . import handing, shell

urlpatterns = [
    path("", shell.page, name="desk_field"),
    path("worker.js", shell.worker, name="desk_field_worker"),
    path("app.webmanifest", shell.manifest, name="desk_field_manifest"),
    path("me/", handing.me, name="desk_field_me"),
    path("take-along/", handing.take_along, name="desk_field_take_along"),
    path("photo/", handing.photo, name="desk_field_photo"),
    path("hand-in/", handing.hand_in, name="desk_field_hand_in"),
]
