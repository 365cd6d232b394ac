"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import notices

urlpatterns = [
    path("", notices.index, name="desk_informed"),
    path("<int:notice_id>/", notices.notice, name="desk_office_notice"),
]
