"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import accounts, emergencies, emergency_page, indices, list_page, lists

urlpatterns = [
    path("", lists.index, name="desk_subsidies"),
    path("<int:list_id>/", list_page.listing, name="desk_subsidy_list"),
    path("accounts/", accounts.index, name="desk_accounts_to_confirm"),
    path("accounts/<int:left_out_id>/", accounts.confirm, name="desk_account_confirm"),
    path("indices/", indices.index, name="desk_indices"),
    path("indices/new/", indices.new, name="desk_index_new"),
    path("indices/<int:index_id>/", indices.row, name="desk_index_row"),
    path("emergencies/", emergencies.index, name="desk_emergencies"),
    path("emergencies/new/", emergencies.new, name="desk_emergency_new"),
    path("emergencies/<int:emergency_id>/", emergency_page.emergency, name="desk_emergency"),
    path(
        "emergencies/<int:emergency_id>/tasks/<int:task_id>/", emergency_page.task, name="desk_measure_task"
    ),
]
