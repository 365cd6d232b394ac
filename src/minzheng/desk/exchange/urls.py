"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import check_page, checks, files, intake_page, out_page, pushes, rechecks, sources, told

urlpatterns = [
    path("", rechecks.index, name="desk_rechecks"),
    path("<int:run_id>/", rechecks.run, name="desk_recheck"),
    path("sources/", sources.index, name="desk_sources"),
    path("sources/<slug:code>/", sources.source, name="desk_source"),
    path("checks/", checks.index, name="desk_checks"),
    path("checks/<int:check_id>/", check_page.check, name="desk_check"),
    path("told/", told.index, name="desk_told"),
    path("pushes/", pushes.index, name="desk_pushes"),
    path("pushes/<int:push_id>/", pushes.push, name="desk_push"),
    path("files/", files.index, name="desk_files"),
    path("files/shape/<str:code>/", files.shape, name="desk_file_shape"),
    path("files/shape/<str:code>/template/", files.template, name="desk_file_template"),
    path("files/in/<int:intake_id>/", intake_page.brought, name="desk_intake"),
    path("files/in/<int:intake_id>/receipt/", intake_page.receipt, name="desk_intake_receipt"),
    path("files/in/<int:intake_id>/faulty/", intake_page.faulty, name="desk_intake_faulty"),
    path("files/in/<int:intake_id>/<int:number>/", intake_page.line, name="desk_intake_line"),
    path("files/out/<int:out_id>/", out_page.sent, name="desk_out"),
    path("files/out/<int:out_id>/<slug:kind>/", out_page.download, name="desk_out_file"),
]
