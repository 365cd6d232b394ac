"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.index, name="desk_registers"),
    path("<str:code>/", views.table, name="desk_register"),
    path("<str:code>/export/", views.workbook, name="desk_register_export"),
    path("<str:code>/<int:row_id>/", views.entry, name="desk_register_entry"),
]
