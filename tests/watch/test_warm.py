"""A process of the site is ready before its first request, and takes no more at once than the database bears."""

from __future__ import annotations

import gc

from django.template import engines
from django.urls import get_resolver

from launch import database, serving
from minzheng.config import warming


def test_every_page_and_address_is_laid_ready_and_left_to_no_collector(monkeypatch):
    asked, done = [], []
    monkeypatch.setattr(engines["django"], "get_template", asked.append)
    monkeypatch.setattr(gc, "freeze", lambda: done.append("freeze"))
    monkeypatch.setattr(gc, "set_threshold", lambda *numbers: done.append("threshold"))
    warming.warm()
    assert {"desk/cases/case.html", "ui/desk.html", "portal/home.html"} <= set(asked)
    assert done == ["freeze", "threshold"]
    assert get_resolver()._populated


def test_every_page_can_be_compiled():
    for name in warming._pages():
        engines["django"].get_template(name)


def test_the_processes_of_the_site_leave_connections_for_the_workers():
    words = serving.site(8000)
    workers, threads = (int(words[words.index(name) + 1]) for name in ("--workers", "--blocking-threads"))
    assert workers * threads <= int(database._SETTINGS["max_connections"]) // 2
