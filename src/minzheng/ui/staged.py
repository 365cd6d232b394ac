"""Files fetched at set-up (styles, charts, icons, the map) may be absent: pages then do without them."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

__all__ = ["icon", "url"]

_NAME = re.compile(r"[a-z0-9-]+")
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.S)


@lru_cache(maxsize=256)
def _found(path: str) -> str | None:
    found = finders.find(path)
    return str(found) if found else None


def url(*paths: str) -> str:
    """Address of the first of these static files that is there; empty if none is."""
    for path in paths:
        if _found(path):
            return static(path)
    return ""


@lru_cache(maxsize=512)
def _drawing(name: str) -> str:
    place = _found(f"icons/{name}.svg") if _NAME.fullmatch(name) else None
    if place is None:
        return ""
    found = _DRAWING.search(Path(place).read_text(encoding="utf-8"))
    drawing = found[1].replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "") if found else ""
    return re.sub(r"\s+", " ", drawing).strip()


def icon(name: str, label: str = "") -> SafeString:
    """An icon as inline SVG, silent for screen readers unless it carries a label; nothing if not staged."""
    drawing = _drawing(name)
    if not drawing:
        return mark_safe(f'<span class="mz-sr">{escape(label)}</span>' if label else "")
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true" focusable="false"'
    return mark_safe(
        f'<svg class="mz-icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor" '
        f'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {spoken}>{drawing}</svg>'
    )
