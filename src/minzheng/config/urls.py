"""The addresses of all doors."""

from __future__ import annotations

from django.urls import include, path

from .signing_in import sign_in, sign_out
from .standing import healthz

urlpatterns = [
    path("", include("minzheng.portal.urls")),
    path("desk/", include("minzheng.desk.urls")),
    path("api/", include("minzheng.api.urls")),
    path("login/", sign_in, name="sign_in"),
    path("logout/", sign_out, name="sign_out"),
    path("healthz", healthz, name="healthz"),
]
