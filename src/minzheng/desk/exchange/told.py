"""What other departments may ask us and were told: the agreements with their quota, every answer and every refusal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.kernel import catalogue, clock, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.exchange.models import Answered, Spent
from minzheng.kernel.people.masks import mask_name
from minzheng.ui.shown import badge, cn_date
from minzheng.ui.tables import Head, Row

from .reach import checker
from .rechecks import ROOM

__all__ = ["TOLD", "index"]

TOLD = ("对外答复", "/desk/exchange/told/")
_GRANTS = (
    Head("部门"), Head("可查内容"), Head("用途"), Head("每日额度", "number"), Head("今日已答复", "number"),
    Head("有效期"), Head("协议", secondary=True),
)  # fmt: skip
_COLUMNS = (
    Head("时间", "instant"), Head("部门和查询人员"), Head("被查询人"), Head("用途"), Head("结果"),
    Head("答复的字段", secondary=True), Head("地区", secondary=True),
)  # fmt: skip
_LEAD = "其他部门按协议查询本平台：只答复授权的字段，只用于载明的用途，超过额度不答复；每次查询都有记录。"
_REASONS = {
    "no_grant": "没有有效授权", "purpose_not_granted": "用途不在授权内", "field_not_granted": "字段不在授权内",
    "out_of_place": "不在授权地区", "over_quota": "超过当日额度", "officer_missing": "没有写明查询人员",
    "question_malformed": "请求不合格式",
}  # fmt: skip
Grants = list[catalogue.Declared[declare.Grant]]


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The agreements of the whole platform, and what was asked about people of my places."""
    by = checker(staff(request))
    grants = list(catalogue.current().grants.values())
    chosen = {name: request.GET.get(name, "")[:40] for name in ("department", "outcome")}
    rows = in_scope(Answered.objects.select_related("person"), by)
    for name, value in chosen.items():
        rows = rows.filter(**{name: value}) if value else rows
    page = latest_first(rows, request)
    return render(request, "desk/exchange/told.html", {
        **header(TOLD[0], crumbs=[ROOM], lead=_LEAD), "columns": _COLUMNS, "rows": _log(page.rows, grants),
        "page": page,
        "grant_columns": _GRANTS, "grants": _agreed(grants), "count": capped(rows).replace("件", "次"),
        "filtered": any(chosen.values()), "filters": _filters(chosen, grants),
    })  # fmt: skip


def _agreed(grants: Grants) -> list[Row]:
    spent = dict(Spent.objects.filter(day=clock.today()).values_list("grant", "count"))
    return [_agreement(one.item, spent.get(one.code, 0)) for one in grants]


def _agreement(one: declare.Grant, spent: int) -> Row:
    what = f"{one.disclosure.label}：{'、'.join(one.disclosure.fields[name] for name in one.fields)}"
    until = f"至{cn_date(one.until)}（不含）" if one.until else "起"
    term = f"{cn_date(one.from_)}{until}"
    term = term if one.holds(clock.today()) else badge(f"{term}，未生效或已失效", "neutral")
    return Row([one.label, what, "、".join(one.purposes.values()), one.per_day, spent, term, one.document])


def _log(found: list[Answered], grants: Grants) -> list[Row]:
    labels = {one.item.department: one.item.label for one in grants}
    purposes = {code: words for one in grants for code, words in one.item.purposes.items()}
    fields = {code: words for one in grants for code, words in one.item.disclosure.fields.items()}
    places = names({one.path for one in found})
    return [
        Row([
            one.at, f"{labels.get(one.department, one.department)}，{one.officer}",
            mask_name(one.person.name) if one.person else "", purposes.get(one.purpose, one.purpose), _outcome(one),
            "、".join(fields.get(name, name) for name in one.fields), places[one.path],
        ])
        for one in found
    ]  # fmt: skip


def _outcome(one: Answered) -> str:
    if one.outcome == Answered.Outcome.GIVEN:
        return badge("已答复", "good")
    return badge(f"已拒绝：{_REASONS.get(one.reason, one.reason)}", "warn")


def _filters(chosen: dict[str, str], grants: Grants) -> list[dict[str, object]]:
    departments = sorted({(one.item.department, one.item.label) for one in grants})
    return [
        {"name": name, "label": label, "kind": "choice", "value": chosen[name], "options": options}
        for name, label, options in (
            ("department", "部门", departments), ("outcome", "结果", list(Answered.Outcome.choices)),
        )
    ]  # fmt: skip
