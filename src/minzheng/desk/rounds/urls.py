"""The addresses of rounds."""

from __future__ import annotations

from django.urls import path

from . import ledger_page, lists, places_page

urlpatterns = [
    path("", lists.index, name="desk_rounds"),
    path("places/", places_page.places, name="desk_round_places"),
    path("<int:watched_id>/", ledger_page.ledger, name="desk_round_ledger"),
    path("<int:watched_id>/record/", ledger_page.record, name="desk_round_record"),
]
