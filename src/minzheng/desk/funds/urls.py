"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import contract_page, contracts, fund_page, lists

urlpatterns = [
    path("", lists.index, name="desk_funds"),
    path("new/", lists.new, name="desk_funds_new"),
    path("<int:fund_id>/", fund_page.fund, name="desk_fund"),
    path("contracts/", contracts.index, name="desk_contracts"),
    path("contracts/new/", contracts.new, name="desk_contracts_new"),
    path("contracts/<int:contract_id>/", contract_page.contract, name="desk_contract"),
]
