"""The addresses of one person, one file."""

from __future__ import annotations

from django.urls import path

from . import merges, pair_page, queue, unsure, unsure_page

urlpatterns = [
    path("", queue.index, name="desk_pairs"),
    path("duplicates/<int:pair_id>/", pair_page.pair, name="desk_pair"),
    path("merges/", merges.index, name="desk_merges"),
    path("merges/<int:merge_id>/", merges.merge, name="desk_merge"),
    path("incoming/", unsure.index, name="desk_unsure"),
    path("incoming/<int:unsure_id>/", unsure_page.unsure, name="desk_unsure_row"),
]
