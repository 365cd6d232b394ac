"""The addresses of assessments."""

from __future__ import annotations

from django.urls import path

from . import certificates, lists, one_page, sheet_page

urlpatterns = [
    path("", lists.index, name="desk_assessments"),
    path("certificates/", certificates.certificates, name="desk_certificates"),
    path("new/<int:person_id>/", sheet_page.new, name="desk_assessment_new"),
    path("<int:assessment_id>/", one_page.assessment, name="desk_assessment"),
    path("<int:assessment_id>/again/", sheet_page.again, name="desk_assessment_again"),
]
