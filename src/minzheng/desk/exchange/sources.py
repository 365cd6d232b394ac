"""The data catalogue (数据目录): what each department can be asked, on what ground, how fresh, and what it feeds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.kernel import catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotFound
from minzheng.kernel.exchange.models import Query, RecheckPart
from minzheng.kernel.exchange.shapes import Field, Item, Source
from minzheng.kernel.exchange.silence import policy_of
from minzheng.kernel.exchange.sources import SOURCES
from minzheng.kernel.law.units import UNITS
from minzheng.ui.shown import badge, cn_date
from minzheng.ui.tables import Head, Row

from .rechecks import ROOM
from .words import why

__all__ = ["index", "source"]

CATALOGUE = ("数据目录", "/desk/exchange/sources/")
DAYS = 90
_COLUMNS = (
    Head("来源"), Head("提供单位", secondary=True), Head("更新"), Head("有效期（天）", "number"), Head("未返回时"),
    Head(f"近{DAYS}天查询", "number"), Head("返回率"), Head("最近数据", "day", secondary=True),
)  # fmt: skip
_OURS = (Head("数据"), Head("提供给"), Head("字段"), Head("共享类型"), Head("更新", secondary=True))
_RESULTS = (Head("结果"), Head("次数", "number"))
_RECHECKS = (
    Head("年度复核"), Head("有记录", "number"), Head("无记录", "number"), Head("未知", "number"),
    Head("数据截至", "day"),
)  # fmt: skip
_SHARED = "有条件共享"
_FIELDS = (Head("字段"), Head("代码", secondary=True), Head("质量规则"), Head("可空"))
_ITEMS = (Head("事项"), Head("核到"), Head("比对"), Head("用作的事实", secondary=True))
_UNITS = {"text": "文字，100字以内", "share": "份额，0到1", "code": "代码", "date": "日期"}


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All sources, with how they have answered in my places."""
    by = staff(request)
    known = _answered(by)
    return render(request, "desk/exchange/sources.html", {
        **header("数据目录", crumbs=[ROOM], lead="向哪些单位查什么、依据什么、返回得怎样。打开一项看字段和去向。"),
        "columns": _COLUMNS, "rows": [_row(one, known.get(one.code, {}), by) for one in SOURCES.values()],
        "our_columns": _OURS, "ours": _ours(),
    })  # fmt: skip


def _ours() -> list[Row]:
    """What the platform gives others: answers under an agreement, and files of an agreed shape."""
    book = catalogue.current()
    rows = [
        Row([
            one.item.disclosure.label, one.item.label,
            "、".join(one.item.disclosure.fields[name] for name in one.item.fields), f"{_SHARED}：按协议", "实时",
        ])
        for one in book.grants.values()
    ]  # fmt: skip
    return rows + [
        Row([
            one.item.label, one.item.with_whom, f"{len(one.item.fields)} 项，见“数据交换”的约定格式",
            f"{_SHARED}：按约定", one.item.freshness,
        ])
        for one in book.extracts.values()
    ]  # fmt: skip


def _answered(by: Actor) -> dict[str, dict[str, Any]]:
    since = clock.now() - timedelta(days=DAYS)
    asked = in_scope(Query.objects.filter(asked_at__gte=since), by).values("source").order_by()
    answered = Count("id", filter=Q(state=Query.State.ANSWERED, taken_from=None))
    return {
        row["source"]: row for row in asked.annotate(n=Count("id"), answered=answered, newest=Max("as_of"))
    }


def _row(one: Source, known: dict[str, Any], by: Actor) -> Row:
    asked = known.get("n", 0)
    share = known.get("answered", 0) * 100 // asked if asked else 0
    rate = (
        badge(f"{share}%", "good" if share >= 95 else "warn" if share >= 80 else "bad") if asked else "未查询"
    )
    policy = policy_of(one.code, path=by.scope[0], on=clock.today()).label
    return Row(
        [one.label, one.department, one.freshness, one.valid_for.n, policy, asked, rate, known.get("newest")],
        url=f"{CATALOGUE[1]}{one.code}/",
    )


@require_GET
def source(request: HttpRequest, code: str) -> HttpResponse:
    """One source: its agreement, its fields with their rules, and what is made of them."""
    by = staff(request)
    one = SOURCES.get(code)
    if one is None:
        raise NotFound("source_unknown", "没有这个数据来源。请返回数据目录重新选择。")
    return render(request, "desk/exchange/source.html", {
        **header(one.label, crumbs=[ROOM, CATALOGUE], lead=one.department), "facts": _agreement(one, by),
        "fields": _FIELDS, "field_rows": [_field(field) for field in one.fields],
        "items": _ITEMS, "item_rows": [_item(item) for item in one.items],
        "results": _RESULTS, "result_rows": _results(one, by), "days": DAYS,
        "rechecks": _RECHECKS, "recheck_rows": _rechecks(one, by),
    })  # fmt: skip


def _results(one: Source, by: Actor) -> list[Row]:
    """How the source has answered lately, and why not: what its quality is in fact."""
    since = clock.now() - timedelta(days=DAYS)
    asked = in_scope(Query.objects.filter(source=one.code, asked_at__gte=since, taken_from=None), by)
    found = asked.values_list("state", "error").annotate(n=Count("id")).order_by("-n", "state", "error")
    labels = dict(Query.State.choices)
    return [
        Row([f"{labels[state]}：{why(error)}" if error else labels[state], n]) for state, error, n in found
    ]


def _rechecks(one: Source, by: Actor) -> list[Row]:
    """What the last re-checks have had from it."""
    parts = (
        in_scope(RecheckPart.objects.filter(source=one.code), by)
        .values("run_id", "run__year")
        .order_by("-run_id")
    )
    sums = parts.annotate(
        has=Sum("found"), has_not=Sum("none"), open=Sum("unknown"), newest=Max("as_of")
    )  # fmt: skip
    return [
        Row(
            [f"{row['run__year']}年", row["has"], row["has_not"], row["open"], row["newest"]],
            url=f"{ROOM[1]}{row['run_id']}/",
        )
        for row in sums[:3]
    ]


def _agreement(one: Source, by: Actor) -> list[tuple[str, str]]:
    known = _answered(by).get(one.code, {})
    policy = policy_of(one.code, path=by.scope[0], on=clock.today()).label
    return [
        ("查询依据", "；".join(str(article) for article in one.bases)),
        ("可用于", "、".join(purpose.label for purpose in one.purposes)),
        ("共享类型", f"{_SHARED}：须有本人授权、写明用途，查询留痕；结果不得用于其他用途"),
        ("更新", one.freshness), ("结果有效期", f"{one.valid_for.n} 天"),
        ("没有记录时", "视为没有" if one.absence_is_none else "情况未知"), ("未返回时", policy),
        ("最近数据截至", cn_date(known["newest"]) if known.get("newest") else "尚无"),
    ]  # fmt: skip


def _field(one: Field) -> Row:
    rule = _UNITS.get(one.unit, "")
    if one.options:
        rule = "只能是：" + "、".join(one.options.values())
    elif not rule:
        suffix = UNITS[one.unit].suffix
        rule = (
            f"不小于零的整数，以分计（{suffix}）"
            if one.unit.startswith("fen")
            else f"不小于零的整数（{suffix or '个'}）"
        )
    return Row([one.label, one.name, rule, "是" if one.blank else "否"])


def _item(one: Item) -> Row:
    compared = "只供参考" if one.noted else "须完全相符" if one.exact else "允许容差"
    fact = next(iter(_facts(one.name)), "")
    return Row([one.label, "全家合计" if one.of == "household" else "本人", compared, fact or "报告"])


def _facts(name: str) -> list[str]:
    """The facts of the law that the item settles, in the words of the law."""
    found = []
    for profiles in catalogue.current().profiles.values():
        for entity in (profiles.entity, profiles.person):
            if name in entity.facts:
                found.append(f"{entity.facts[name].title}（{name}）")
    return found
