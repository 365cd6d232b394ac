"""The addresses of needs and providers."""

from __future__ import annotations

from django.urls import path

from . import lists, need_page, order_page, provider_page, vouchers

urlpatterns = [
    path("", lists.orders, name="desk_matching"),
    path("needs/", lists.needs, name="desk_needs"),
    path("needs/new/<int:watched_id>/", need_page.new, name="desk_need_new"),
    path("needs/<int:need_id>/", need_page.need, name="desk_need"),
    path("orders/<int:order_id>/", order_page.order, name="desk_order"),
    path("providers/", lists.providers, name="desk_providers"),
    path("providers/new/", provider_page.new, name="desk_provider_new"),
    path("providers/<int:provider_id>/", provider_page.provider, name="desk_provider"),
    path("vouchers/", vouchers.index, name="desk_vouchers"),
]
