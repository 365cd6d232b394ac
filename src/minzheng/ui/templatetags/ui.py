"""The words templates are written with: icons, money, days, states, cards, tables, charts, forms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from minzheng.kernel import catalogue
from minzheng.kernel.declare.forms import Form
from minzheng.ui import charts, elder, fields, shown, staged, tables

register = template.Library()

register.filter("yuan", shown.yuan)
register.filter("cn_date", shown.cn_date)
register.filter("cn_datetime", shown.cn_datetime)
register.filter("iso_day", shown.iso_day)
register.filter("light", shown.light)
register.filter("outcome", shown.outcome)
register.filter("article", shown.article)


@register.filter
def status(text: str, kind: str = "neutral") -> SafeString:
    """A state in words: ``{{ "已受理"|status:"info" }}``."""
    return shown.badge(text, kind)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An inline icon."""
    return staged.icon(name, label)


@register.simple_tag
def staged_url(*paths: str) -> str:
    """Address of a file fetched at set-up, or nothing."""
    return staged.url(*paths)


@register.simple_tag
def money(fen: Any) -> SafeString:
    """An amount that stands out on a page."""
    return format_html('<span class="mz-money"><b>{}</b> 元</span>', shown.yuan(fen))


@register.simple_tag(takes_context=True)
def elder_on(context: Mapping[str, Any]) -> bool:
    """Whether the page is drawn large: the door's own ``elder``, else the request."""
    if "elder" in context:
        return bool(context["elder"])
    request = context.get("request")
    return isinstance(request, HttpRequest) and elder.is_on(request)


@register.simple_tag(takes_context=True)
def elder_url(context: Mapping[str, Any]) -> str:
    """This same page in the other size."""
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else None
    wish = "0" if elder_on(context) else "1"
    if query is None:
        return f"?{elder.PARAMETER}={wish}"
    query[elder.PARAMETER] = wish
    return f"?{query.urlencode()}"


@register.simple_block_tag
def card(
    content: str,
    title: str = "",
    icon: str = "",
    level: int = 2,
    action_url: str = "",
    action: str = "",
    id: str = "",
) -> SafeString:
    """A box with a heading: ``{% card "家庭成员" icon="users" %} … {% endcard %}``."""
    more = format_html('<a class="mz-card-more" href="{}">{}</a>', action_url, action) if action_url else ""
    drawing = staged.icon(icon) if icon else ""
    head = format_html(
        '<div class="mz-card-head">{}<h{}>{}</h{}>{}</div>', drawing, level, title, level, more
    )
    anchor = format_html(' id="{}"', id) if id else ""
    return format_html(
        '<section class="mz-card"{}>{}<div class="mz-card-body">{}</div></section>',
        anchor,
        head if title else "",
        content,
    )


@register.simple_tag
def table(columns: Sequence[tables.Heading], rows: Iterable[tables.Row], caption: str) -> SafeString:
    """A list; cards on a phone."""
    return tables.table(columns, rows, caption=caption)


@register.inclusion_tag("ui/parts/chart.html")
def chart(of: charts.Chart) -> dict[str, Any]:
    """A chart over its table."""
    return {"chart": of, "review": charts.MAP_REVIEW, "note": charts.MAP_NOTE}


@register.inclusion_tag("ui/form/fields.html", takes_context=True)
def form_fields(
    context: template.Context,
    form: Form,
    values: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    prefix: str = "",
    typed: bool = False,
    upload_url: str = "",
) -> dict[str, Any]:
    """Every question of a declared form."""
    questions = fields.drawn(form, values or {}, errors or {}, prefix=prefix, typed=typed, law=_law(context))
    has_rows = any(one.kind == "rows" for one in questions)
    return {"questions": questions, "upload_url": upload_url, "has_rows": has_rows}


def _law(context: template.Context) -> object:
    """What the page rests on: what it says itself, the service of its case, or the law of its room."""
    said, case = context.get("law"), context.get("case")
    if said is not None and not callable(said):
        return said
    if isinstance(getattr(case, "service_version", None), str):
        return catalogue.current().service_of(case).item.basis
    return said() if callable(said) else None


@register.inclusion_tag("ui/form/summary.html")
def error_summary(form: Form, errors: Mapping[str, str] | None = None, prefix: str = "") -> dict[str, Any]:
    """What is to be put right, each message leading to its field."""
    return {"problems": fields.summary(form, errors or {}, prefix=prefix)}
