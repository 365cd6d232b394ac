"""A masked value with the way to see it in full."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString

__all__ = ["link", "origin", "to_field"]

_PAGES = {
    "case": "/desk/cases/{}/", "entry": "/desk/registers/{}/", "pair": "/desk/people/duplicates/{}/",
    "unsure": "/desk/people/incoming/{}/", "check": "/desk/exchange/checks/{}/",
}  # fmt: skip


def to_field(target: str, about: str, field: str) -> str:
    """The page on which one field is opened."""
    return f"/desk/reveals/field/{target}/{about}/{field}/"


def link(masked: str, target: str, about: object, field: str) -> SafeString | str:
    """The masked value, and beside it the question what for; nothing beside nothing."""
    if not masked:
        return masked
    url = to_field(target, str(about), field)
    return format_html(
        '<span class="mz-code">{}</span> <a class="mz-more" href="{}">查看完整</a>', masked, url
    )


def origin(target: str, about: str) -> str:
    """The page on which the field stands."""
    return _PAGES.get(target, "/desk/").format(about.replace(":", "/"))
