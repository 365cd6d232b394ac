"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import brought, comparing, lists, parameters, release_page, sample_page, simulation_page, standards

_RELEASE = "releases/<int:release_id>/"
_RUN = "simulations/<int:simulation_id>/"

urlpatterns = [
    path("", standards.standards, name="desk_standards"),
    path("workbook/", standards.standards_workbook, name="desk_standards_workbook"),
    path("values/", parameters.values, name="desk_parameters"),
    path("values/<str:key>/", parameters.history, name="desk_parameter"),
    path("releases/", lists.index, name="desk_releases"),
    path("releases/new/", lists.new, name="desk_release_new"),
    path(_RELEASE, release_page.release, name="desk_release"),
    path(f"{_RELEASE}arrears/", brought.arrears, name="desk_arrears"),
    path(f"{_RELEASE}arrears/workbook/", brought.arrears_workbook, name="desk_arrears_workbook"),
    path(f"{_RELEASE}attention/", brought.attentions, name="desk_attentions"),
    path(f"{_RELEASE}attention/<int:attention_id>/", brought.attention, name="desk_attention"),
    path("simulations/compare/", comparing.compare, name="desk_simulations_compare"),
    path(_RUN, simulation_page.simulation, name="desk_simulation"),
    path(f"{_RUN}progress/", simulation_page.progress, name="desk_simulation_progress"),
    path(f"{_RUN}workbook/", simulation_page.simulation_workbook, name="desk_simulation_workbook"),
    path(f"{_RUN}households/<int:drawn_id>/", sample_page.sample, name="desk_simulation_household"),
]
