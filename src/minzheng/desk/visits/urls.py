"""The addresses of visits and leads."""

from __future__ import annotations

from django.urls import path

from . import leads, recording

urlpatterns = [
    path("", leads.board, name="desk_visits"),
    path("new/", recording.find, name="desk_visit_find"),
    path("new/<int:household_id>/", recording.record, name="desk_visit_new"),
    path("upload/<int:household_id>/", recording.upload, name="desk_visit_upload"),
    path("<int:visit_id>/", leads.visit_page, name="desk_visit"),
    path("leads/new/<int:household_id>/", leads.raise_page, name="desk_lead_new"),
    path("leads/<int:lead_id>/", leads.lead_page, name="desk_lead"),
]
