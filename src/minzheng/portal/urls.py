"""The addresses of this door."""

from __future__ import annotations

from django.urls import path

from .views import (
    answers,
    family,
    handing_in,
    home,
    mine,
    opinions,
    public,
    rating,
    reasons,
    replying,
    self_check,
    starting,
)

app_name = "portal"

urlpatterns = [
    path("", home.home, name="home"),
    path("services/", home.services, name="services"),
    path("services/<str:code>/", home.guide, name="guide"),
    path("services/<str:code>/start/", starting.start, name="start"),
    path("services/<str:code>/relative/", starting.relative, name="relative"),
    path("places/", home.places, name="places"),
    path("self-check/", self_check.first, name="self_checks"),
    path("self-check/<str:code>/", self_check.ask, name="self_check"),
    path("self-check/<str:code>/answer/", self_check.answer, name="self_check_answer"),
    path("self-check/<str:code>/begin/", self_check.begin, name="self_check_begin"),
    path("apply/<int:pk>/", starting.resume, name="resume"),
    path("apply/<int:pk>/family/", family.family, name="family"),
    path("apply/<int:pk>/family/<int:member_id>/remove/", family.remove, name="remove"),
    path("apply/<int:pk>/members/", answers.members, name="members"),
    path("apply/<int:pk>/members/<int:member_id>/", answers.member, name="member"),
    path("apply/<int:pk>/members/<int:member_id>/save/", answers.autosave_member, name="autosave_member"),
    path("apply/<int:pk>/household/", answers.household, name="household"),
    path("apply/<int:pk>/payee/", answers.payee, name="payee"),
    path("apply/<int:pk>/<str:step>/save/", answers.autosave, name="autosave"),
    path("apply/<int:pk>/photo/", answers.photo, name="photo"),
    path("apply/<int:pk>/papers/", handing_in.papers, name="papers"),
    path("apply/<int:pk>/papers/<int:document_id>/remove/", handing_in.drop_paper, name="drop_paper"),
    path("apply/<int:pk>/joined/<int:other_id>/remove/", handing_in.drop_joined, name="drop_joined"),
    path("apply/<int:pk>/mandate/", handing_in.mandate, name="mandate"),
    path("apply/<int:pk>/consent/", handing_in.consent, name="consent"),
    path("apply/<int:pk>/review/", handing_in.review, name="review"),
    path("my/", mine.matters, name="my"),
    path("my/messages/", mine.told, name="messages"),
    path("my/messages/<int:pk>/read/", mine.read_message, name="read_message"),
    path("my/documents/<int:pk>/", mine.document, name="document"),
    path("my/sign/<int:pk>/", replying.sign, name="sign"),
    path("my/cases/<int:pk>/", mine.case, name="case"),
    path("my/cases/<int:pk>/reasons/<int:decision_id>/", reasons.reasons, name="reasons"),
    path("my/cases/<int:pk>/rate/<int:task_id>/", rating.rate, name="rate"),
    path("my/cases/<int:pk>/receipt/", mine.receipt, name="receipt"),
    path("my/cases/<int:pk>/withdraw/", replying.withdraw, name="withdraw"),
    path("my/cases/<int:pk>/appeal/<int:decision_id>/", replying.appeal, name="appeal"),
    path("my/cases/<int:pk>/differences/<int:difference_id>/", replying.explain, name="explain"),
    path("opinions/", opinions.opinions, name="opinions"),
    path("board/", public.board, name="board"),
    path("board/postings/<int:pk>/", public.object_page, name="object"),
    path("board/<str:uid>/", public.village, name="village"),
    path("verify/", public.verify, name="verify"),
    path("verify/<str:code>/", public.verified, name="verified"),
]
