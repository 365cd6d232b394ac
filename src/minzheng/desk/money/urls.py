"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import batch_page, books, claim_page, claims, files, lists, repairing

urlpatterns = [
    path("", lists.index, name="desk_money"),
    path("new/", lists.new, name="desk_money_new"),
    path("statement/", books.statement, name="desk_money_statement"),
    path("proof/", books.proof, name="desk_money_proof"),
    path("claims/", claims.index, name="desk_claims"),
    path("claims/new/", claims.new, name="desk_claim_new"),
    path("claims/<int:claim_id>/", claim_page.claim, name="desk_claim"),
    path("<int:batch_id>/", batch_page.batch, name="desk_batch"),
    path("<int:batch_id>/files/<int:number>/<str:kind>/", files.download, name="desk_bank_file"),
    path("<int:batch_id>/repair/<int:instruction_id>/", repairing.repair, name="desk_repair"),
]
