"""What a human looks at before a month is paid: a work list across batches, and one doubt with its answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, handled
from minzheng.kernel import catalogue
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.ledger import actions
from minzheng.kernel.ledger.doubting import LABELS, doubts
from minzheng.kernel.ledger.models import Batch, Doubt, Payment
from minzheng.kernel.ledger.monthclosing import closed_months
from minzheng.kernel.people.masks import mask_bank_account
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .reach import names_of, reader, reviews, scheme_label

__all__ = ["COLUMNS", "doubt", "doubt_rows", "index", "weight_badge"]

DOUBTS = ("发放疑点", "/desk/money/doubts/")
COLUMNS = (
    Head("领取人"), Head("疑点"), Head("说明"), Head("月金额（元）", "money"), Head("处理"),
    Head("地区", secondary=True), Head("核实结果"),
)  # fmt: skip
_STATES = {"open": "未核实", "answered": "已核实"}
_WORDS = Text(
    "words",
    "核实情况",
    lines=2,
    longest=200,
    help="写明向谁核实、核实到什么。",
    example="电话核实，本人健在，死亡登记有误",
)


def weight_badge(one: Doubt) -> str:
    """What a doubt does, as shape, word and colour."""
    return badge(one.get_weight_display(), "bad" if one.weight == Doubt.Weight.HOLD else "warn")


def doubt_rows(found: Iterable[Doubt]) -> list[Row]:
    """Doubts as lines of a table: one more query, for the places."""
    listed = list(found)
    places = names({one.path for one in listed})
    return [
        Row(
            [
                one.entitlement.payee.name, LABELS.get(one.code, one.code), one.detail, one.entitlement.amount,
                weight_badge(one), places[one.path], _answered(one),
            ],
            url=f"{DOUBTS[1]}{one.pk}/",
        )
        for one in listed
    ]  # fmt: skip


def _answered(one: Doubt) -> str:
    if not one.answer:
        return badge("未核实", "warn" if one.weight == Doubt.Weight.HOLD else "neutral")
    return badge(one.get_answer_display(), "good" if one.answer == Doubt.Answer.PAY else "neutral")


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """Every doubt of my place, the open holds unless asked otherwise."""
    by = reader(staff(request))
    asked = {name: request.GET.get(name, "") for name in ("month", "scheme", "code", "weight", "state")}
    asked["state"] = asked["state"] if "state" in request.GET else "open"
    asked["weight"] = asked["weight"] if "weight" in request.GET else Doubt.Weight.HOLD.value
    rows = doubts(by)
    for name in ("scheme", "code", "weight"):
        rows = rows.filter(**{name: asked[name]}) if asked[name] else rows
    if asked["month"]:
        rows = rows.filter(month=Month.parse(asked["month"]).first)
    if asked["state"] in _STATES:
        rows = rows.filter(answer="") if asked["state"] == "open" else rows.exclude(answer="")
    page = latest_first(rows, request)
    schemes = [(code, one.item.label) for code, one in catalogue.current().schemes.items()]
    return render(request, "desk/money/doubts.html", {
        **header("发放疑点", crumbs=[ROOM], lead="“缓发”的要逐条核实，核实以前本月不发；“提示”的不影响发放。"),
        "columns": COLUMNS, "rows": doubt_rows(page.rows), "page": page, "count": capped(rows).replace("件", "条"),
        "filters": [
            _pick("state", "核实", asked, list(_STATES.items())), _pick("weight", "处理", asked, Doubt.Weight.choices),
            {"name": "month", "label": "月份", "kind": "month", "value": asked["month"]},
            _pick("scheme", "项目", asked, schemes), _pick("code", "疑点", asked, list(LABELS.items())),
        ],
    })  # fmt: skip


def _pick(name: str, label: str, asked: dict[str, str], options: Any) -> dict[str, Any]:
    return {"name": name, "label": label, "kind": "choice", "value": asked[name], "options": options}


@require_http_methods(["GET", "POST"])
def doubt(request: HttpRequest, doubt_id: int) -> HttpResponse:
    """One doubt: whom it is about, what was found, and the answer of a reviewer who has looked."""
    by = staff(request)
    looker = reader(by)
    found = doubts(looker).filter(pk=doubt_id).first()
    if found is None:
        raise NotFound("doubt_unknown", "没有这条疑点，可能已重新编制，或不在您的管辖范围内。请返回列表。")
    frozen = bool(closed_months([(found.scheme, found.path, found.month)]))
    sheets = []
    if not found.answer and not frozen and reviews(found.scheme, found.path, by):
        sheets = [Sheet("answer", _form(found), lambda sent: _answer(found, by, sent), submit="提交核实结果")]
    batch = _batch(found)
    done, status = handled(request, sheets, by=by, about=found, read="ledger.read_doubt")
    if done:
        return redirect(f"/desk/money/{batch.pk}/#held" if batch else DOUBTS[1])
    title = LABELS.get(found.code, found.code)
    return render(request, "desk/money/doubt.html", {
        **header(title, crumbs=[ROOM, DOUBTS], badge=weight_badge(found),
                 lead=f"{Month.of(found.month)} {scheme_label(found.scheme)}，{name_of(found.path)}"),
        "facts": _facts(found), "answer": _given(found), "sheets": sheets, "batch": batch, "frozen": frozen,
        "open": not found.answer, "holds": found.weight == Doubt.Weight.HOLD,
    }, status=status)  # fmt: skip


def _form(found: Doubt) -> Form:
    if found.weight == Doubt.Weight.WARN:
        options = {Doubt.Answer.PAY.value: "已核实，照常发放"}
    else:
        options = dict(Doubt.Answer.choices)
    return Form("answer", "核实", (Choice("answer", "核实结果", options=options), _WORDS))


def _answer(found: Doubt, by: Actor, sent: Sent) -> str:
    answers = _form(found).clean(sent.answers).plain
    actions.answer_doubt(
        doubt=found, answer=Doubt.Answer(answers["answer"]), words=answers["words"], by=by, key=sent.key
    )
    if found.weight == Doubt.Weight.WARN:
        return "已记录核实结果。"
    return "已记录核实结果。由资金经办重新编制批次后生效。"


def _batch(found: Doubt) -> Batch | None:
    """The batch that the answer will change: the latest of the month that covers the place."""
    rows = Batch.objects.filter(scheme=found.scheme, month=found.month)
    places = [found.path[: at + 1] for at, sign in enumerate(found.path) if sign == "/"]
    return rows.filter(path__in=places).order_by("-pk").first()


def _facts(found: Doubt) -> list[tuple[str, Any]]:
    of = found.entitlement
    before = Payment.objects.filter(
        of.beneficiary, scheme=found.scheme, month=Month.of(found.month).previous.first
    ).first()
    return [
        ("领取人", of.payee.name), ("户号", of.household.number if of.household else ""),
        ("月金额", f"{yuan(of.amount)} 元"), ("上月实发", f"{yuan(before.amount)} 元" if before else "没有"),
        ("银行账号", mask_bank_account(of.account)), ("户名", of.account_owner),
        ("决定文号", of.decision_number), ("说明", found.detail), ("发现时间", cn_datetime(found.found_at)),
    ]  # fmt: skip


def _given(found: Doubt) -> list[tuple[str, Any]]:
    if not found.answer:
        return []
    who = names_of([found.answered_by]).get(found.answered_by, found.answered_by)
    return [
        ("核实结果", found.get_answer_display()), ("核实情况", found.answer_note), ("核实人", who),
        ("核实时间", cn_datetime(found.answered_at)),
    ]  # fmt: skip


def worklist(batch: Batch, weight: str = Doubt.Weight.HOLD) -> str:
    """The address of a batch's open doubts."""
    month = Month.of(batch.month)
    return f"{reverse('desk_money_doubts')}?state=open&weight={weight}&month={month}&scheme={batch.scheme}"
