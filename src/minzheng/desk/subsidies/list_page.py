"""One list: how many and how much, by whom it was started, a sample, who is left out, and what may be done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.lights import Lights
from minzheng.desk.money.lists import state_badge
from minzheng.desk.sheets import NOTHING, Sent, Sheet, handled
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Form, Text, YesNo
from minzheng.kernel.people.masks import mask_bank_account
from minzheng.kernel.people.models import Household
from minzheng.kernel.subsidies import actions, queries
from minzheng.kernel.subsidies.models import SubsidyList
from minzheng.ui.shown import badge, cn_datetime, iso_day, yuan
from minzheng.ui.tables import Head, Row

from .lists import due_light
from .reach import ROOM, group_label, list_badge, percent, reader, subsidy_label

__all__ = ["listing"]

State = SubsidyList.State
_GROUPS = (
    Head("对象类别"),
    Head("城乡"),
    Head("每人（元）", "money"),
    Head("人数", "number"),
    Head("金额（元）", "money"),
)
_SAMPLE = (
    Head("姓名"), Head("户号", secondary=True), Head("对象类别"), Head("金额（元）", "money"), Head("领取人"),
    Head("银行账号", "masked"),
)  # fmt: skip
_OUT = (Head("姓名"), Head("户号", secondary=True), Head("对象类别"), Head("未列入原因"))
_BATCHES = (Head("批次"), Head("笔数", "number"), Head("金额（元）", "money"), Head("状态"))
_SIGN = Form(
    "sign", "签字", (YesNo("checked", "我已核对人数、金额、抽看人员和未列入人员，名单属实", must=True),)
)
_BACK = Form("back", "退回", (Text("reason", "退回理由", lines=2, longest=200),))
_WITHDRAW = Form("withdraw", "撤回", (Text("reason", "撤回原因", lines=2, longest=200),))
_LISTED = 50


@require_http_methods(["GET", "POST"])
def listing(request: HttpRequest, list_id: int) -> HttpResponse:
    """The page of a list and every deed on it."""
    by = staff(request)
    looker = reader(by)
    one = queries.listing(list_id, looker)
    sheets = _sheets(one, by)
    done, status = handled(request, sheets, by=by, about=one, read="subsidies.read_list")
    if done:
        return redirect(f"/desk/subsidies/{one.pk}/")
    return render(request, "desk/subsidies/list.html", _page(one, looker, sheets), status=status)


def _page(one: SubsidyList, by: Actor, sheets: list[Sheet]) -> dict[str, Any]:
    classes = dict(Household.Class.choices)
    title = f"{Month.of(one.month)} {subsidy_label(one.subsidy)}"
    return {
        **header(title, crumbs=[ROOM], badge=list_badge(one), lead=f"{name_of(one.path)}，{one.number}"),
        "one": one, "sheets": sheets, "waiting": "" if sheets else _waiting(one), "steps": _steps(one),
        "stats": _stats(one), "facts": _facts(one, by), "group_columns": _GROUPS, "sample_columns": _SAMPLE,
        "groups": [
            Row([group_label(one.subsidy, g.group), classes[g.class_ur],
                 one.rates.get(g.group, one.rates.get(g.class_ur)), g.persons, g.total])
            for g in queries.grouped(one, by)
        ],
        "sample": _sample(one, by), "out_columns": _OUT, "out": _out(one, by),
        "listed": _LISTED, "batch_columns": _BATCHES,
        "batches": [
            Row([b.number, b.count, b.total, state_badge(b)], url=f"/desk/money/{b.pk}/")
            for b in queries.batches_of(one, by)
        ],
    }  # fmt: skip


def _sample(one: SubsidyList, by: Actor) -> list[Row]:
    return [
        Row([
            row.person.name, row.household.number if row.household else "", group_label(one.subsidy, row.group),
            row.amount, row.payee.name, mask_bank_account(row.account),
        ])
        for row in queries.sample(one, by)
    ]  # fmt: skip


def _out(one: SubsidyList, by: Actor) -> list[Row]:
    return [
        Row([
            row.person.name, row.household.number if row.household else "", group_label(one.subsidy, row.group),
            row.get_reason_display(),
        ])
        for row in queries.left_out(one, by)[:_LISTED]
    ]  # fmt: skip


def _stats(one: SubsidyList) -> list[dict[str, Any]]:
    return [
        {"label": "人数", "value": f"{one.persons:,}", "unit": "人", "icon": "users"},
        {"label": "发放笔数", "value": f"{one.beneficiaries:,}", "unit": "笔", "icon": "list"},
        {"label": "金额", "value": yuan(one.total), "unit": "元", "icon": "coin-yuan"},
        {"label": "未列入", "value": f"{one.left_out:,}", "unit": "人", "icon": "user-x"},
    ]


def _facts(one: SubsidyList, by: Actor) -> list[tuple[str, Any]]:
    facts: list[tuple[str, Any]] = [("名单截止日期", iso_day(one.counted_on))]
    if one.index is not None:
        facts += [
            ("居民消费价格同比", percent(one.index.cpi)), ("食品价格同比", percent(one.index.food_cpi)),
            ("低收入居民物价同比", percent(one.index.scpi)), ("指数公布", iso_day(one.index.published_on)),
        ]  # fmt: skip
    if one.measure is not None:
        facts += [
            ("应急响应", str(one.measure.emergency)),
            ("启动文号", one.measure.emergency.order_number),
        ]
    # Where the amount goes by group it stands in the sums by group.
    named = (("城市每人", "urban"), ("农村每人", "rural"))
    facts += [(label, f"{yuan(one.rates[code])} 元") for label, code in named if code in one.rates]
    facts += [("发放期限", due_light(one, Lights())), ("规则版本", one.rule_set)]
    if one.state == State.APPROVED:
        facts.append(("足额及时", _arrived(queries.arrival(one, by))))
    if one.end_reason:
        facts.append(("退回或撤回原因", one.end_reason))
    return facts


def _arrived(found: queries.Arrival) -> str:
    """Whether every fen has reached the payees, and by the last day."""
    if found.full:
        return badge("足额、按期到账", "good") if found.timely else badge("足额到账，已过期限", "warn")
    text = f"已到账 {yuan(found.paid)} 元，共 {yuan(found.total)} 元"
    return badge(text, "info") if found.timely else badge(f"{text}，已过期限", "bad")


def _steps(one: SubsidyList) -> list[dict[str, str]]:
    notes = (
        ("生成", one.drafted_by_name, one.drafted_at), ("第一人签字", one.first_by_name, one.first_at),
        ("第二人签字", one.second_by_name, one.second_at),
    )  # fmt: skip
    reached = {State.DRAFT: 1, State.FIRST_SIGNED: 2, State.APPROVED: 3, State.WITHDRAWN: 0}[State(one.state)]
    found = []
    for place, (label, who, at) in enumerate(notes):
        stopped = one.state == State.WITHDRAWN and not who
        kind = (
            "stopped"
            if stopped
            else "done"
            if place < reached or who
            else "now"
            if place == reached
            else "todo"
        )
        shown = "平台" if who == "subsidies" else who
        found.append(
            {"label": label, "state": kind, "note": f"{shown} {cn_datetime(at)}" if who and at else ""}
        )
    return found


def _waiting(one: SubsidyList) -> str:
    return {
        State.DRAFT: "等待资金复核人员核对、签字。", State.FIRST_SIGNED: "等待另一位资金复核人员签字。",
        State.APPROVED: "已审定并确立当月待遇，请资金经办在“资金发放”编制当月批次。",
        State.WITHDRAWN: "名单已撤回，不发放。",
    }[State(one.state)]  # fmt: skip


def _sheets(one: SubsidyList, by: Actor) -> list[Sheet]:
    """The deeds open to this actor in this state."""
    if one.state not in (State.DRAFT, State.FIRST_SIGNED):
        return []
    declared = catalogue.current().subsidies[one.subsidy]
    scheme = declared.item.scheme
    found: list[Sheet] = []
    reviews = by.post_for(declared.role(scheme.reviewed_by), path=one.path) is not None
    if reviews and by.id not in (one.drafted_by, one.first_by):
        found.append(Sheet("sign", _SIGN, lambda sent: _sign(one, sent, by), submit="签字审定", title="签字"))
    if reviews:
        back = Sheet(
            "back", _BACK, lambda sent: _back(one, sent, by), submit="退回", title="退回重新生成", quiet=True
        )
        found.append(back)
    if by.post_for(declared.role(scheme.prepared_by), path=one.path) is not None:
        if one.state == State.DRAFT:
            found.append(
                Sheet("redraw", NOTHING, lambda sent: _redraw(one, sent, by), submit="按最新情况重新生成")
            )
        found.append(Sheet(
            "withdraw", _WITHDRAW, lambda sent: _withdraw(one, sent, by), submit="撤回名单", title="撤回", quiet=True,
            confirm="撤回后本月不发放，需要时可以重新生成。确定撤回？",
        ))  # fmt: skip
    for sheet in found:
        sheet.version = one.version
    return found


def _sign(one: SubsidyList, sent: Sent, by: Actor) -> str:
    _SIGN.clean(sent.answers)
    seen = one.content_sha if sent.version in (None, one.version) else ""
    row = actions.sign(listing=one, seen=seen, by=by, key=sent.key)
    return (
        "名单已审定，当月待遇已确立。" if row.state == State.APPROVED else "已签字，等待另一位复核人员签字。"
    )


def _back(one: SubsidyList, sent: Sent, by: Actor) -> str:
    actions.send_back(listing=one, reason=_BACK.clean(sent.answers).plain["reason"], by=by, key=sent.key)
    return "已退回，请资金经办重新生成。"


def _withdraw(one: SubsidyList, sent: Sent, by: Actor) -> str:
    actions.withdraw(listing=one, reason=_WITHDRAW.clean(sent.answers).plain["reason"], by=by, key=sent.key)
    return "名单已撤回。"


def _redraw(one: SubsidyList, sent: Sent, by: Actor) -> str:
    row = actions.draft(
        subsidy=one.subsidy,
        path=one.path,
        month=Month.of(one.month),
        started_by=one.index or one.measure,
        by=by,
        key=sent.key,
    )
    return f"已重新生成：{row.persons} 人，{yuan(row.total)} 元。"
