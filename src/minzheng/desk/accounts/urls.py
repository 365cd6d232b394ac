"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import account_page, chain_page, lists, rights, system_page, systems, trail, trail_entry

urlpatterns = [
    path("", lists.index, name="desk_accounts"),
    path("new/", lists.new, name="desk_accounts_new"),
    path("rights/", rights.index, name="desk_rights"),
    path("audit/", trail.index, name="desk_audit"),
    path("audit/file/", trail.export, name="desk_audit_file"),
    path("audit/chain/", chain_page.chain, name="desk_audit_chain"),
    path("audit/<int:entry_id>/", trail_entry.entry, name="desk_audit_row"),
    path("<int:user_id>/", account_page.account, name="desk_account"),
    path("systems/", systems.index, name="desk_systems"),
    path("systems/new/", systems.new, name="desk_systems_new"),
    path("systems/<int:system_id>/", system_page.system, name="desk_system"),
    path("systems/<int:system_id>/key/", system_page.new_key, name="desk_system_key"),
]
