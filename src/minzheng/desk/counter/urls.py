"""The addresses of receipts, and of what the window looks up while somebody waits."""

from __future__ import annotations

from django.urls import path

from . import enrolling, intake_page, lists, numbers, screening

urlpatterns = [
    path("", lists.receipts, name="desk_receipts"),
    path("number/", numbers.number, name="desk_number"),
    path("people/<int:person_id>/screen/", screening.screen, name="desk_person_screen"),
    path("people/<int:person_id>/household/", enrolling.enrol_page, name="desk_person_household"),
    path("<int:receipt_id>/", intake_page.intake_page, name="desk_receipt"),
    path("<int:receipt_id>/receipt/", intake_page.receipt, name="desk_receipt_paper"),
]
