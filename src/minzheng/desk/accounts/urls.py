"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import account_page, lists, rights, system_page, systems, trail

urlpatterns = [
    path("", lists.index, name="desk_accounts"),
    path("new/", lists.new, name="desk_accounts_new"),
    path("rights/", rights.index, name="desk_rights"),
    path("audit/", trail.index, name="desk_audit"),
    path("<int:user_id>/", account_page.account, name="desk_account"),
    path("systems/", systems.index, name="desk_systems"),
    path("systems/new/", systems.new, name="desk_systems_new"),
    path("systems/<int:system_id>/", system_page.system, name="desk_system"),
    path("systems/<int:system_id>/key/", system_page.new_key, name="desk_system_key"),
]
