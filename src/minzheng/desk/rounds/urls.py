"""The addresses of rounds."""

from __future__ import annotations

from django.urls import path

from . import ledger_page, lists

urlpatterns = [
    path("", lists.index, name="desk_rounds"),
    path("places/", lists.places, name="desk_round_places"),
    path("<int:watched_id>/", ledger_page.ledger, name="desk_round_ledger"),
    path("<int:watched_id>/record/", ledger_page.record, name="desk_round_record"),
]
