"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from . import behind, screen, views

urlpatterns = [
    path("", views.board, name="desk_board"),
    path("behind/", behind.behind, name="desk_board_behind"),
    path("screen/", screen.screen, name="desk_board_screen"),
    path("count/", views.count, name="desk_board_count"),
    # Standards have rooms of their own; whoever kept the former address finds them.
    path("standards/", RedirectView.as_view(url="/desk/standards/", query_string=True)),
]
