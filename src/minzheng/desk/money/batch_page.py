"""One batch: totals, what changed since last month, warnings, payments, what the bank said, and what is next."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sheet, fresh_key, limited, receive
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.comparing import Comparison, compare_with_last_month
from minzheng.kernel.ledger.doubting import drafted_before_answers, of_batch
from minzheng.kernel.ledger.models import Batch
from minzheng.kernel.ledger.monthclosing import closed_months
from minzheng.kernel.ledger.settling import Reconciliation, figures
from minzheng.ui.shown import badge, cn_datetime, yuan

from . import budgets, deeds, files, parts, rosters
from .doubts import COLUMNS as HELD
from .doubts import doubt_rows, worklist
from .lists import ROOM, state_badge
from .reach import batch_for, names_of, reader, scheme_label

__all__ = ["batch"]

State = Batch.State
_ORDER = (State.DRAFT, State.FIRST_REVIEWED, State.APPROVED, State.SENT, State.RECONCILED, State.CLOSED)
_FIRST = 10
_AT_BANK = (State.SENT, State.RECONCILED, State.CLOSED)


@require_http_methods(["GET", "POST"])
@limited
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The page of a batch and every deed on it."""
    by = staff(request)
    found = batch_for(batch_id, by)
    progress = queries.batch_progress(found, by=by)
    sheets, upload = deeds.sheets(found, progress, by), ""
    status = 200
    if request.method == "POST":
        if request.POST.get("deed") == "returns":
            done, status, upload = _returns(request, found, by)
        else:
            done, status = receive(request, sheets, by=by, path=found.path)
        if done:
            return redirect(f"/desk/money/{found.pk}/")
    else:
        audit.read("ledger.read_batch", by=by, about=found, path=found.path)
    shown = _page(request, found, progress, sheets, by) | {"upload_problem": upload}
    if shown["answered_later"]:
        for sheet in sheets:
            sheet.quiet = sheet.quiet and sheet.code != "redraft"
    return render(request, "desk/money/batch.html", shown, status=status)


def _returns(request: HttpRequest, found: Batch, by: Actor) -> tuple[bool, int, str]:
    """The uploaded answer of the bank: whether it was read, the status, and what was wrong with it."""
    try:
        said = files.read_answer(found, request.FILES.get("file"), by=by, key=fresh_key(request))
    except Refused as error:
        return False, 400, error.message
    messages.success(request, said)
    return True, 302, ""


def _page(
    request: HttpRequest, found: Batch, progress: queries.Progress, sheets: list[Sheet], by: Actor
) -> dict[str, Any]:
    looker, sent = reader(by), found.state in _AT_BANK
    people = names_of([found.prepared_by, found.first_by, found.second_by])
    title = f"{Month.of(found.month)} {scheme_label(found.scheme)}"
    comparison = compare_with_last_month(found, by=looker)
    changed = parts.changes(comparison.changes)
    witnesses = figures(found) if sent else None
    pays = by.post_for(found.payer_role, path=found.path) is not None
    return {
        **header(title, crumbs=[ROOM], badge=state_badge(found), lead=f"{name_of(found.path)}，第 {found.run} 批"),
        "batch": found, "sheets": sheets, "steps": _steps(found, people), "waiting": _waiting(found, sheets, progress),
        "stats": _stats(found, progress), "compared": _compared(comparison),
        "change_columns": parts.CHANGES, "changes": changed[:_FIRST], "more_changes": changed[_FIRST:],
        "capped": len(changed) >= queries.LISTED,
        "shared": parts.shared(found, looker), "payment_columns": parts.PAYMENTS,
        "payments": parts.payments(request, found, looker),
        "figures": _figures(witnesses) if witnesses else [], "witnesses": witnesses,
        "failed_columns": parts.FAILED, "failed": parts.failed(found, looker, pays=pays) if sent else [],
        "doubt_columns": parts.DOUBTS, "doubts": parts.doubts(found, looker) if sent else [],
        "documents": parts.bank_files(found, by) if sent else [], "sends_answers": pays and sent,
        "upload_key": fresh_key(request), **_before_approval(found, looker), "rosters": rosters.offers(found, looker),
        "frozen": bool(closed_months([(found.scheme, found.path, found.month)])),
    }  # fmt: skip


def _before_approval(found: Batch, by: Actor) -> dict[str, Any]:
    """What is looked at before a signature: the doubts that still hold, and the budget it will take from."""
    doubted = of_batch(found, by)
    listed = list(doubted.filter(answer="").order_by("weight", "-pk")[:_FIRST])
    numbers = doubted.aggregate(
        holds=Count("id", filter=Q(answer="", weight="hold")), warns=Count("id", filter=Q(answer="", weight="warn")),
    )  # fmt: skip
    draft = found.state in (State.DRAFT, State.FIRST_REVIEWED)
    return {
        "held_columns": HELD, "held": doubt_rows(listed), "holds": numbers["holds"], "warns": numbers["warns"],
        "answered_later": drafted_before_answers(found, by), "draft": draft,
        "held_url": worklist(found), "warned_url": worklist(found, "warn"),
        "budget": budgets.of_batch(found) if draft else None,
    }  # fmt: skip


def _steps(found: Batch, people: dict[str, str]) -> list[dict[str, str]]:
    """Where the batch stands, who signed and when."""
    notes = {
        State.DRAFT: (found.prepared_by, found.prepared_at),
        State.FIRST_REVIEWED: (found.first_by, found.first_at),
        State.APPROVED: (found.second_by, found.second_at),
    }
    words = ("编制", "初核", "复核批准", "送银行", "对账", "关账")
    reached = _ORDER.index(State(found.state))
    steps = []
    for place, (state, label) in enumerate(zip(_ORDER, words, strict=True)):
        who, at = notes.get(state, (None, None))
        note = f"{people.get(who, who)} {cn_datetime(at)}" if who and at else ""
        kind = "done" if place <= reached else "now" if place == reached + 1 else "todo"
        steps.append({"label": label, "state": kind, "note": note})
    return steps


def _waiting(found: Batch, sheets: list[Sheet], progress: queries.Progress) -> str:
    """Who is to act next, for whoever is not."""
    words = {
        State.DRAFT: "等待资金复核人员初核。", State.FIRST_REVIEWED: "等待另一位资金复核人员复核。",
        State.APPROVED: "等待资金经办送银行。", State.SENT: "等待银行回单。", State.RECONCILED: "等待资金经办关账。",
        State.CLOSED: "本批次已关账，不再变动。",
    }  # fmt: skip
    if any(not one.quiet for one in sheets):
        return ""
    if not found.count:
        return "批次里没有可以发放的明细。请资金复核人员核实缓发的疑点，再由经办人重新编制。"
    if found.state == State.SENT and not progress.sent:
        return "等待资金复核人员放行修正后的付款。" if progress.pending else "请修正退回的付款，或者对账。"
    return words[State(found.state)]


def _stats(found: Batch, progress: queries.Progress) -> list[dict[str, Any]]:
    stats: list[dict[str, Any]] = [
        {"label": "笔数", "value": f"{progress.count:,}", "unit": "笔", "icon": "list"},
        {
            "label": "金额",
            "value": yuan(found.total),
            "unit": "元",
            "icon": "coin-yuan",
            "note": f"另扣回 {yuan(found.withheld)} 元" if found.withheld else "",
        },
    ]
    if found.state in _AT_BANK:
        waiting = progress.sent + progress.pending
        stats += [
            {
                "label": "发放成功", "value": f"{progress.paid:,}", "unit": "笔", "icon": "circle-check",
                "note": f"{yuan(progress.paid_total)} 元",
            },
            {
                "label": "退回待修正", "value": f"{progress.failed:,}", "unit": "笔", "icon": "alert-triangle",
                "note": f"待银行答复或放行 {waiting} 笔" if waiting else "银行已全部答复",
            },
        ]  # fmt: skip
    return stats


def _compared(comparison: Comparison) -> list[dict[str, Any]]:
    return [
        {"label": "新增", "value": f"{comparison.new:,}", "unit": "户（人）"},
        {"label": "金额变动", "value": f"{comparison.changed:,}", "unit": "户（人）"},
        {"label": "停发", "value": f"{comparison.ended:,}", "unit": "户（人）"},
        {"label": "补发", "value": f"{comparison.made_up:,}", "unit": "户（人）",
         "note": f"{yuan(comparison.makeup_total)} 元"},
        {"label": "扣回", "value": f"{comparison.held_back:,}", "unit": "户（人）",
         "note": f"{yuan(comparison.withheld_total)} 元"},
        {"label": "与上月相同", "value": f"{comparison.unchanged:,}", "unit": "户（人）"},
    ]  # fmt: skip


def _figures(found: Reconciliation) -> list[tuple[str, Any]]:
    zero = badge("差额为 0，三方一致", "good") if not found.difference else ""
    return [
        ("批准发放", f"{yuan(found.approved)} 元"), ("发放成功（付款指令）", f"{yuan(found.paid)} 元"),
        ("发放成功（银行回单）", f"{yuan(found.bank_paid)} 元"), ("退回未补发", f"{yuan(found.outstanding)} 元"),
        ("银行尚未答复", f"{yuan(found.in_transit)} 元"), ("修正后待放行", f"{yuan(found.waiting)} 元"),
        ("账簿应付余额", f"{yuan(found.books_owed)} 元"), ("账簿在途余额", f"{yuan(found.books_in_transit)} 元"),
        ("差额", zero or badge(f"差额 {yuan(found.difference)} 元", "bad")),
    ]  # fmt: skip
