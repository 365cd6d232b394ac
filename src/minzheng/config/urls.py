"""The addresses of all doors."""

from __future__ import annotations

from django.urls import include, path

from .watch.pages import healthz, metrics, readyz

urlpatterns = [
    path("", include("minzheng.portal.urls")),
    path("desk/", include("minzheng.desk.urls")),
    path("api/", include("minzheng.api.urls")),
    path("", include("minzheng.config.signin.addresses")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]

handler500 = "minzheng.config.fallen.fallen"
