"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import (
    batch_page,
    books,
    budgets,
    claim_page,
    claims,
    closing,
    doubts,
    files,
    journals,
    lists,
    makeups,
    payers,
    repairing,
    rosters,
    runs,
)  # fmt: skip

urlpatterns = [
    path("", lists.index, name="desk_money"),
    path("new/", lists.new, name="desk_money_new"),
    path("statement/", books.statement, name="desk_money_statement"),
    path("proof/", books.proof, name="desk_money_proof"),
    path("claims/", claims.index, name="desk_claims"),
    path("claims/new/", claims.new, name="desk_claim_new"),
    path("claims/<int:claim_id>/", claim_page.claim, name="desk_claim"),
    path("makeups/", makeups.index, name="desk_makeups"),
    path("makeups/new/", makeups.new, name="desk_makeup_new"),
    path("makeups/<int:adjustment_id>/", makeups.adjustment, name="desk_makeup"),
    path("statement/workbook/", books.statement_workbook, name="desk_money_statement_workbook"),
    path("accounts/<int:account_id>/", journals.account, name="desk_money_account"),
    path("journals/<int:journal_id>/", journals.journal, name="desk_money_journal"),
    path("budgets/", budgets.index, name="desk_money_budgets"),
    path("budgets/<int:budget_id>/", budgets.budget, name="desk_money_budget"),
    path("payers/", payers.index, name="desk_money_payers"),
    path("payers/<int:payer_id>/", payers.account, name="desk_money_payer"),
    path("doubts/", doubts.index, name="desk_money_doubts"),
    path("doubts/<int:doubt_id>/", doubts.doubt, name="desk_money_doubt"),
    path("runs/", runs.index, name="desk_money_runs"),
    path("runs/<int:run_id>/", runs.run, name="desk_money_run"),
    path("runs/<int:run_id>/progress/", runs.progress, name="desk_money_run_progress"),
    path("months/", closing.index, name="desk_money_months"),
    path("months/close/", closing.close, name="desk_money_month"),
    path("<int:batch_id>/", batch_page.batch, name="desk_batch"),
    path("<int:batch_id>/rosters/", rosters.take, name="desk_money_roster"),
    path("<int:batch_id>/files/<int:number>/<str:kind>/", files.download, name="desk_bank_file"),
    path("<int:batch_id>/repair/<int:instruction_id>/", repairing.repair, name="desk_repair"),
]
