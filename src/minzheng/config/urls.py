"""The addresses of all doors."""

from __future__ import annotations

from django.urls import include, path

from .standing import healthz

urlpatterns = [
    path("", include("minzheng.portal.urls")),
    path("desk/", include("minzheng.desk.urls")),
    path("api/", include("minzheng.api.urls")),
    path("", include("minzheng.config.signin.addresses")),
    path("healthz", healthz, name="healthz"),
]
