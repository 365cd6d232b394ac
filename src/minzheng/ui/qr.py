"""A square code (QR) drawn into the page itself, so that a telephone finds the address on paper or on a screen."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe

__all__ = ["square_code"]


def square_code(address: str, label: str) -> SafeString:
    """The address as inline SVG; the label is what a screen reader says instead."""
    drawn = segno.make(address, error="m", micro=False)
    picture = drawn.svg_inline(
        scale=4, border=2, dark="#17212e", light="#fff", title=label, svgclass="mz-qr", lineclass=None
    )
    # Everything in it is drawn by segno; the title is escaped by it.
    return mark_safe(picture)
