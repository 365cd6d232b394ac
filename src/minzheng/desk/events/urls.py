"""The addresses of life events."""

from __future__ import annotations

from django.urls import path

from . import event_page, follow_up_page, lists, telling, unplaced_pages

urlpatterns = [
    path("", lists.index, name="desk_events"),
    path("new/", telling.find, name="desk_event_find"),
    path("new/<int:person_id>/", telling.tell, name="desk_event_new"),
    path("todo/", lists.todo, name="desk_follow_ups"),
    path("todo/<int:follow_up_id>/", follow_up_page.follow_up, name="desk_follow_up"),
    path("unplaced/", unplaced_pages.rows, name="desk_unplaced"),
    path("unplaced/<int:unplaced_id>/", unplaced_pages.one_row, name="desk_unplaced_row"),
    path("<int:event_id>/", event_page.event, name="desk_event"),
]
