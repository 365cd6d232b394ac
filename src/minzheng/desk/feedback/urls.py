"""The addresses of this part of the desk."""

from __future__ import annotations

from django.urls import path

from . import counter_page, lists, opinion_page, remedy_page

urlpatterns = [
    path("", lists.index, name="desk_feedback"),
    path("counter/", counter_page.counter, name="desk_feedback_counter"),
    path("opinions/", lists.box, name="desk_opinions"),
    path("opinions/<int:opinion_id>/", opinion_page.opinion, name="desk_opinion"),
    path("<int:remedy_id>/", remedy_page.remedy, name="desk_remedy"),
]
