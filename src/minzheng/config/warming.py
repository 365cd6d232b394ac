"""What a process of the site lays ready before somebody waits for it: addresses, declarations, pages, readings.

What is laid out stays as long as the process: the collector of garbage is told so, and does not walk through it again
and again while pages are made (a walk through all of it took 180 ms, and every page waited).
"""

from __future__ import annotations

import gc
from pathlib import Path

from django.template import engines
from django.template.loaders.app_directories import get_app_template_dirs
from django.urls import get_resolver

from minzheng.kernel import catalogue
from minzheng.kernel.people.naming import patterns

__all__ = ["AT_ONCE", "warm"]

_SOURCE = Path(__file__).resolve().parents[1]
# New objects between two looks of the collector: a page makes some ten thousand and drops them at its end.
AT_ONCE = (20_000, 20, 20)


def warm() -> None:
    """Once for each process, before its first request."""
    catalogue.current()
    get_resolver()._populate()
    for name in _pages():
        engines["django"].get_template(name)
    patterns("zhang")
    gc.collect()
    gc.freeze()
    gc.set_threshold(*AT_ONCE)


def _pages() -> list[str]:
    """The platform's own templates, by the names they are asked for."""
    folders = [Path(one) for one in get_app_template_dirs("templates") if Path(one).is_relative_to(_SOURCE)]
    return sorted(
        page.relative_to(folder).as_posix() for folder in folders for page in folder.rglob("*.html")
    )
