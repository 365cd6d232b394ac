"""The addresses of the staff desk, part by part."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("minzheng.desk.cases.urls")),
    path("", include("minzheng.desk.finding.urls")),
    path("counter/", include("minzheng.desk.counter.urls")),
    path("papers/", include("minzheng.desk.papers.urls")),
    path("informed/", include("minzheng.desk.informed.urls")),
    path("visits/", include("minzheng.desk.visits.urls")),
    path("field/", include("minzheng.desk.field.urls")),
    path("rounds/", include("minzheng.desk.rounds.urls")),
    path("assessments/", include("minzheng.desk.assessments.urls")),
    path("facilities/", include("minzheng.desk.facilities.urls")),
    path("matching/", include("minzheng.desk.matching.urls")),
    path("inspections/", include("minzheng.desk.inspections.urls")),
    path("warnings/", include("minzheng.desk.warnings.urls")),
    path("events/", include("minzheng.desk.events.urls")),
    path("feedback/", include("minzheng.desk.feedback.urls")),
    path("people/", include("minzheng.desk.people.urls")),
    path("registers/", include("minzheng.desk.registers.urls")),
    path("reveals/", include("minzheng.desk.reveals.urls")),
    path("boards/", include("minzheng.desk.boards.urls")),
    path("plans/", include("minzheng.desk.plans.urls")),
    path("exchange/", include("minzheng.desk.exchange.urls")),
    path("money/", include("minzheng.desk.money.urls")),
    path("funds/", include("minzheng.desk.funds.urls")),
    path("subsidies/", include("minzheng.desk.subsidies.urls")),
    path("accounts/", include("minzheng.desk.accounts.urls")),
    path("standards/", include("minzheng.desk.releases.urls")),
]
