"""The addresses of the search over everything and of the bell."""

from __future__ import annotations

from django.urls import path

from . import bell, views

urlpatterns = [
    path("search/", views.search, name="desk_search"),
    path("bell/", bell.page, name="desk_bell"),
    path("bell/count/", bell.count, name="desk_bell_count"),
]
