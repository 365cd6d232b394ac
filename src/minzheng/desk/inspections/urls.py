"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import check_page, draw_page, hazard_page, lists, plan_page

urlpatterns = [
    path("", lists.index, name="desk_inspections"),
    path("draw/", draw_page.new, name="desk_draw_new"),
    path("plan/", plan_page.plan, name="desk_check_new"),
    path("draws/<int:draw_id>/", draw_page.draw, name="desk_draw"),
    path("checks/<int:check_id>/", check_page.check, name="desk_check"),
    path("hazards/<int:hazard_id>/", hazard_page.hazard, name="desk_hazard"),
    path("own/<int:facility_id>/", check_page.own, name="desk_own_check"),
]
