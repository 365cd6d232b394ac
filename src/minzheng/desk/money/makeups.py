"""Make-ups and instalments within scope: entered by a payer, carried by a batch, called off while it is a draft."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.paging import capped, latest_first
from minzheng.desk.sheets import Sent, Sheet, handled, receive
from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.paths import county_of
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.clock import Month
from minzheng.kernel.declare.forms import Choice, Form, Money, Text
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.ledger import actions, makingup
from minzheng.kernel.ledger.models import Adjustment, Entitlement
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import find_person
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

from .lists import ROOM
from .reach import payable, reader, scheme_label

__all__ = ["adjustment", "index", "new"]

AT = ("补发与扣回", "/desk/money/makeups/")
_COLUMNS = (
    Head("家庭（个人）"), Head("类别"), Head("项目"), Head("所属月份"), Head("金额（元）", "money"), Head("随哪月发放"),
    Head("状态"), Head("地区", secondary=True),
)  # fmt: skip
_RIGHTS = (
    Head("项目"), Head("起止月份"), Head("月金额（元）", "money"), Head("状态"), Head("决定文号", secondary=True),
)  # fmt: skip
_FIND = Form("find", "查找", (Text("number", "领取人的身份证号码", longest=24),))
_OFF = Form("off", "撤销", (Text("reason", "撤销的原因", lines=2, longest=200),))
_LEAD = "已批准的月份不再改动：少发的登记补发，随以后的月份发放；多发的从“追缴”立项，分期扣回。"
_BACK, _AHEAD, _MOST = 24, 3, 20


@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """The latest first."""
    by = staff(request)
    kind = request.GET.get("kind", "")
    rows = makingup.adjustments(reader(by))
    if kind in Adjustment.Kind.values:
        rows = rows.filter(kind=kind)
    page = latest_first(rows, request)
    places = names({one.path for one in page.rows})
    new_one = {"url": f"{AT[1]}new/", "label": "登记补发", "icon": "plus", "kind": "primary"}
    return render(request, "desk/money/makeups.html", {
        **header(
            AT[0], crumbs=[ROOM], lead=_LEAD,
            actions=[new_one] if payable(by) else [],
        ),
        "columns": _COLUMNS, "page": page, "count": capped(rows).replace("件", "笔"), "filtered": bool(kind),
        "rows": [
            Row([_whose(one), one.get_kind_display(), scheme_label(one.scheme), _months(one), one.amount,
                 str(Month.of(one.from_month)), _state(one), places[one.path]], url=f"{AT[1]}{one.pk}/")
            for one in page.rows
        ],
        "filters": [
            {"name": "kind", "label": "类别", "kind": "choice", "value": kind, "options": Adjustment.Kind.choices},
        ],
    })  # fmt: skip


def _whose(one: Adjustment | Entitlement) -> str:
    return one.household.number if one.household else str(one.person)


def _months(one: Adjustment) -> str:
    first, last = Month.of(one.for_from), Month.of(one.for_until).previous
    return str(first) if first == last else f"{first} 至 {last}"


def _state(one: Adjustment) -> str:
    """Called off, waiting, drafted, or gone out with a month, as shape, word and colour."""
    if one.cancelled_at is not None:
        return badge("已撤销", "neutral")
    carried = getattr(one, "carried", None)
    if carried is None:
        return badge("待发放" if one.kind == Adjustment.Kind.MAKEUP else "待扣回")
    batch = carried.payment.batch
    if batch.state in ("draft", "first_reviewed"):
        return badge("已编入批次，待审批", "info")
    return badge(f"已随 {Month.of(batch.month)} 批次{one.get_kind_display()[-2:]}", "good")


@require_http_methods(["GET", "POST"])
def adjustment(request: HttpRequest, adjustment_id: int) -> HttpResponse:
    """One of them, on which decision it rests, and that it may still be called off."""
    by = staff(request)
    one = makingup.adjustment_of(adjustment_id, reader(by))
    sheets = _sheets(one, by)
    done, status = handled(request, sheets, by=by, about=one, read="ledger.read_adjustment")
    if done:
        return redirect(f"{AT[1]}{one.pk}/")
    facts = [
        ("家庭（个人）", _whose(one)), ("类别", one.get_kind_display()), ("项目", scheme_label(one.scheme)),
        ("地区", name_of(one.path)), ("所属月份", _months(one)), ("金额", f"{yuan(one.amount)} 元"),
        ("最早随哪月发放", str(Month.of(one.from_month))), ("决定文号", one.decision_number), ("原因", one.reason),
        ("登记时间", cn_datetime(one.at)), ("撤销时间", cn_datetime(one.cancelled_at) if one.cancelled_at else ""),
    ]  # fmt: skip
    return render(request, "desk/money/makeup.html", {
        **header(f"{one.get_kind_display()}第 {one.pk} 号", crumbs=[ROOM, AT], badge=_state(one)), "facts": facts,
        "sheets": sheets,
    }, status=status)  # fmt: skip


def _sheets(one: Adjustment, by: Actor) -> list[Sheet]:
    """A payer calls off what no batch under review or approved carries."""
    declared, carried = catalogue.current().schemes[one.scheme], getattr(one, "carried", None)
    settled = carried is not None and carried.payment.batch.state != "draft"
    pays = by.post_for(declared.role(declared.item.prepared_by), path=county_of(one.path) or one.path)
    if one.cancelled_at is not None or settled or pays is None:
        return []
    return [Sheet(
        "off", _OFF, lambda sent: _off(one, sent, by), submit="撤销", title="撤销这一笔", danger=True,
        confirm="撤销以后不再随月发放或扣回，已编入草稿的须重新编制。确定撤销？",
    )]  # fmt: skip


def _off(one: Adjustment, sent: Sent, by: Actor) -> str:
    actions.call_off(adjustment=one, reason=_OFF.clean(sent.answers).plain["reason"], by=by, key=sent.key)
    return "已撤销。草稿批次已编入的，请按最新待遇重新编制。"


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """First the household or the person, then what they are entitled to, then the months that were paid too little."""
    by = staff(request)
    if not payable(by):
        raise NotAllowed("payment_role", "登记补发由资金经办岗位办理。您没有这一岗位。")
    if request.method == "POST" and request.POST.get("deed") == "find":
        found = find_person(request.POST.get("find-number", "")[:24])
        return redirect(f"{AT[1]}new/?person={found.pk if found else 0}")
    rights, sheet, status = _entitled(request, reader(by)), None, 200
    if rights:
        form = _form(rights)
        sheet = Sheet("makeup", form, lambda sent: _register(form, sent, by), submit="登记补发")
        if request.method == "POST":
            done, status = receive(request, [sheet], by=by, path=rights[0].path)
            if done:
                return redirect(AT[1])
        else:
            audit.read("ledger.read_paid", by=by, about=rights[0], path=rights[0].path)
    number = request.GET.get("household", "").strip()[:24]
    return render(request, "desk/money/makeup_new.html", {
        **header("登记补发", crumbs=[ROOM, AT], lead="按户号或领取人找到待遇，再填写少发的月份和金额。"),
        "filters": [{"name": "household", "label": "户号", "value": number}], "sheet": sheet,
        "asked": bool(number or request.GET.get("person")), "columns": _RIGHTS,
        "rows": [
            Row([scheme_label(one.scheme), _span(one), one.amount, one.get_state_display(), one.decision_number])
            for one in rights
        ],
        "finder": Sheet("find", _FIND, lambda sent: "", submit="查找", quiet=True),
    }, status=status)  # fmt: skip


def _entitled(request: HttpRequest, by: Actor) -> list[Entitlement]:
    """What the household of this number, or this person, is or was entitled to, the latest first."""
    number, own = request.GET.get("household", "").strip()[:24], request.GET.get("person", "")[:18]
    rows = in_scope(Entitlement.objects.order_by("-from_month", "-id"), by)
    home = in_scope(Household.objects.filter(number=number), by).first() if number else None
    if home is not None:
        return list(rows.filter(household=home)[:_MOST])
    person = Person.objects.filter(pk=int(own)).first() if own.isdecimal() else None
    return list(rows.filter(person=person)[:_MOST]) if person else []


def _span(one: Entitlement) -> str:
    first = Month.of(one.from_month)
    return f"{first} 至 {Month.of(one.until_month).previous}" if one.until_month else f"{first} 起"


def _form(rights: list[Entitlement]) -> Form:
    now = Month.of(clock.today())
    past = {str(now - n): f"{(now - n).year}年{(now - n).month}月" for n in range(_BACK)}
    ahead = {str(now + n): f"{(now + n).year}年{(now + n).month}月" for n in range(_AHEAD)}
    listed = {
        str(one.pk): f"{scheme_label(one.scheme)}，{_span(one)}，{yuan(one.amount)} 元" for one in rights
    }
    return Form("makeup", "登记补发", (
        Choice("entitlement", "少发的待遇", options=listed), Choice("first", "少发起始月", options=past),
        Choice("last", "少发截止月（含）", options=past),
        Money("amount", "补发金额", help="不超过这些月份应发而未发的金额。"),
        Choice("from_month", "随哪月发放", options=ahead), Text("decision", "决定文号", longest=60),
        Text("reason", "补发原因", lines=2, longest=200),
    ))  # fmt: skip


def _register(form: Form, sent: Sent, by: Actor) -> str:
    given: dict[str, Any] = form.clean(sent.answers).plain
    until = Month.parse(given["last"]).next
    owed = actions.Owed(int(given["entitlement"]), Month.parse(given["first"]), until, given["amount"])
    actions.register_make_up(
        owed=owed, from_month=Month.parse(given["from_month"]), reason=given["reason"], by=by, key=sent.key,
        basis=actions.Basis(decision_number=given["decision"], rule_set="", trace_sha=""),
    )  # fmt: skip
    return "已登记补发。编制那个月的批次时自动编入，由资金复核人员一并复核。"
