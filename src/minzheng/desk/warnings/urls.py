"""The addresses of monitoring."""

from __future__ import annotations

from django.urls import path

from . import alert_page, lists

urlpatterns = [
    path("", lists.index, name="desk_alerts"),
    path("<int:alert_id>/", alert_page.alert, name="desk_alert"),
    path("<int:alert_id>/visit/", alert_page.visit, name="desk_alert_visit"),
]
