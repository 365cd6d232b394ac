"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import rechecks, sources

urlpatterns = [
    path("", rechecks.index, name="desk_rechecks"),
    path("<int:run_id>/", rechecks.run, name="desk_recheck"),
    path("sources/", sources.index, name="desk_sources"),
    path("sources/<slug:code>/", sources.source, name="desk_source"),
]
