"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import field_page, requests, watching

urlpatterns = [
    path("", watching.index, name="desk_reveals"),
    path("field/<str:target>/<str:about>/<str:name>/", field_page.field, name="desk_reveal"),
    path("left/", watching.left, name="desk_left"),
    path("left/<int:left_id>/", watching.leaving, name="desk_leaving"),
    path("requests/", requests.requests, name="desk_clear_requests"),
    path("requests/<int:export_id>/", requests.request_page, name="desk_clear_request"),
]
