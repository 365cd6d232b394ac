"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import (
    behind,
    board,
    boxes,
    crosschecks,
    document,
    evaluations,
    matters,
    places,
    target_page,
    third,
    yearly,
)

urlpatterns = [
    path("", board.board, name="desk_plan"),
    path("places/", places.places, name="desk_plan_places"),
    path("matters/", matters.matters, name="desk_plan_matters"),
    path("projects/", boxes.boxes, name="desk_plan_projects"),
    path("projects/<int:project_id>/", boxes.project, name="desk_plan_project"),
    path("text/", document.text, name="desk_plan_text"),
    path("evaluations/", evaluations.index, name="desk_plan_evaluations"),
    path("evaluations/<slug:kind>/", evaluations.page, name="desk_plan_evaluation"),
    path("evaluations/<slug:kind>/workbook/", evaluations.book, name="desk_plan_workbook"),
    path("evaluations/<slug:kind>/checks/", crosschecks.checks, name="desk_plan_checks"),
    path("third/", third.index, name="desk_third"),
    path("third/<slug:kind>/", third.page, name="desk_third_evaluation"),
    path("third/<slug:kind>/<slug:place>/", third.township, name="desk_third_township"),
    path("years/", yearly.offices, name="desk_plan_years"),
    path("years/<int:year>/<slug:owner>/", yearly.office, name="desk_plan_year"),
    path("targets/<slug:code>/", target_page.target, name="desk_plan_target"),
    path("targets/<slug:code>/rows/", behind.rows, name="desk_plan_rows"),
]
