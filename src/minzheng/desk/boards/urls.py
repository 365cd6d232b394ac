"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import standards, views

urlpatterns = [
    path("", views.board, name="desk_board"),
    path("count/", views.count, name="desk_board_count"),
    path("standards/", standards.standards, name="desk_standards"),
]
