"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import circle, house_page, lists, network

urlpatterns = [
    path("", lists.index, name="desk_facilities"),
    path("circle/", circle.circle, name="desk_circle"),
    path("network/<slug:code>/", network.network, name="desk_network"),
    path("new/<slug:sort>/", lists.new, name="desk_facility_new"),
    path("<int:facility_id>/", house_page.house, name="desk_facility"),
]
