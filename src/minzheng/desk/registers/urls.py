"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import bringing, doing, exports, keeping, releasing, views

urlpatterns = [
    path("", views.index, name="desk_registers"),
    path("exports/", exports.exports, name="desk_register_exports"),
    path("exports/<int:export_id>/", exports.export, name="desk_register_made"),
    path("exports/<int:export_id>/progress/", exports.progress, name="desk_register_progress"),
    path("exports/<int:export_id>/file/", exports.fetch, name="desk_register_file"),
    path("<str:code>/", views.table, name="desk_register"),
    path("<str:code>/export/", exports.workbook, name="desk_register_export"),
    path("<str:code>/clear/", releasing.ask, name="desk_register_clear"),
    path("<str:code>/print/", keeping.paper, name="desk_register_paper"),
    path("<str:code>/views/", keeping.keep, name="desk_register_views"),
    path("<str:code>/views/<int:view_id>/", keeping.change, name="desk_register_view"),
    path("<str:code>/views/<int:view_id>/drop/", keeping.drop, name="desk_register_view_drop"),
    path("<str:code>/new/<slug:deed>/", doing.new, name="desk_register_new"),
    path("<str:code>/import/", bringing.bring, name="desk_register_import"),
    path("<str:code>/import/template/", bringing.template, name="desk_register_template"),
    path("<str:code>/<int:row_id>/", views.entry, name="desk_register_entry"),
]
