"""The addresses of tasks, cases, drafts, documents, appeals and samplings."""

from __future__ import annotations

from django.urls import path

from minzheng.desk.counter import window

from . import (
    appeals,
    case_deeds,
    case_page,
    documents,
    drafts,
    overdue,
    picked,
    reasons,
    receivable,
    reporting,
    sampling,
    search,
    starting,
    task_page,
    tasks,
    window_account,
)

urlpatterns = [
    path("", tasks.home, name="desk"),
    path("bulk/", picked.bulk, name="desk_bulk"),
    path("overdue/", overdue.overdue, name="desk_overdue"),
    path("cases/", search.search, name="desk_cases"),
    path("cases/new/", starting.new, name="desk_case_new"),
    path("cases/new/<int:person_id>/", window.start, name="desk_case_start"),
    path("cases/new/<int:person_id>/account/", window_account.window_account, name="desk_resident_account"),
    path("cases/report/", reporting.report_page, name="desk_report"),
    path("cases/<int:case_id>/", case_page.case_page, name="desk_case"),
    path("cases/<int:case_id>/reasons/", reasons.reasons_page, name="desk_case_reasons"),
    path("cases/<int:case_id>/receivable/", receivable.of_case, name="desk_case_receivable"),
    path(
        "cases/households/<int:household_id>/receivable/",
        receivable.of_household,
        name="desk_household_receivable",
    ),
    path("cases/<int:case_id>/upload/", case_deeds.upload, name="desk_case_upload"),
    path("cases/<int:case_id>/tasks/<int:task_id>/", task_page.task_page, name="desk_task"),
    path("cases/<int:case_id>/draft/", drafts.overview, name="desk_draft"),
    path("cases/<int:case_id>/draft/form/", drafts.answers_page, name="desk_draft_form"),
    path("cases/<int:case_id>/draft/members/", drafts.members_page, name="desk_draft_members"),
    path("cases/<int:case_id>/draft/members/<int:member_id>/", drafts.member_page, name="desk_draft_member"),
    path("cases/<int:case_id>/draft/letters/", drafts.letters_page, name="desk_draft_letters"),
    path("cases/<int:case_id>/draft/submit/", drafts.hand_in, name="desk_draft_submit"),
    path("documents/<int:document_id>/", documents.document, name="desk_document"),
    path("appeals/", appeals.appeals, name="desk_appeals"),
    path("appeals/<int:appeal_id>/", appeals.appeal_page, name="desk_appeal"),
    path("sampling/", sampling.samples, name="desk_sampling"),
    path("sampling/<int:sample_id>/", sampling.sample_page, name="desk_sample"),
    path("sampling/files/<int:sampled_id>/", sampling.file_page, name="desk_sampled"),
]
