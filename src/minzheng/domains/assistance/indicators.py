"""What is counted each month, by place: households, persons, money, and decisions made in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Sum

from minzheng.kernel import clock, declare
from minzheng.kernel.casework.models import Decision
from minzheng.kernel.ledger.models import Instruction, Payment

from . import roles
from .models import AidGrant, Standing
from .queries import standings_on, statements
from .registers import ON_DIBAO, ON_EDGE, ON_TEKUN

__all__ = [
    "MEASURES", "decided", "decided_on_time", "edge_households", "grants", "grants_amount", "households",
    "persons", "spending", "tekun_persons", "tekun_spending",
]  # fmt: skip


def _last_day(month: clock.Month) -> date:
    return min(month.last, clock.today())


def _kept(low_income_class: str) -> Callable[[clock.Month], QuerySet[Standing]]:
    """Those of a class at the end of a month."""
    return lambda month: standings_on(_last_day(month), low_income_class)


_on_tekun, _on_dibao, _on_edge = _kept("L1"), _kept("L2"), _kept("L3")


def households(month: clock.Month) -> dict[str, int]:
    """Households on dibao at the end of the month, those fading out included."""
    return _counted(_on_dibao(month))


def _counted(rows: QuerySet[Standing]) -> dict[str, int]:
    return dict(rows.values_list("path").annotate(n=Count("id")))


def edge_households(month: clock.Month) -> dict[str, int]:
    """Low-income edge households at the end of the month."""
    return _counted(_on_edge(month))


def persons(month: clock.Month) -> dict[str, int]:
    """Persons covered by dibao at the end of the month."""
    return dict(_on_dibao(month).values_list("path").annotate(n=Sum("members")))


def tekun_persons(month: clock.Month) -> dict[str, int]:
    """Persons kept as tekun at the end of the month."""
    return _counted(_on_tekun(month))


def _granted(month: clock.Month) -> QuerySet[AidGrant]:
    """Temporary assistance granted in the month and not set aside since."""
    return AidGrant.objects.filter(granted_on__gte=month.first, granted_on__lte=month.last, withdrawn_on=None)


def grants(month: clock.Month) -> dict[str, int]:
    """How often temporary assistance was granted in the month, in an emergency or for an expense."""
    rows = _granted(month).values("path").annotate(n=Count("id"))
    return {row["path"]: row["n"] for row in rows}


def grants_amount(month: clock.Month) -> dict[str, int]:
    """Fen granted in the month, whenever its stages are paid."""
    rows = _granted(month).values("path").annotate(n=Sum("amount"))
    return {row["path"]: row["n"] for row in rows}


def tekun_spending(month: clock.Month) -> dict[str, int]:
    """Fen paid to tekun persons for the month, as receipts confirm."""
    return _paid("assistance.tekun", month)


def spending(month: clock.Month) -> dict[str, int]:
    """Fen of dibao paid for the month, as receipts confirm."""
    return _paid("assistance.dibao", month)


def _paid(scheme: str, month: clock.Month) -> dict[str, int]:
    paid = Instruction.objects.filter(
        state=Instruction.State.PAID, payment__scheme=scheme, payment__month=month.first
    )
    rows = paid.values("payment__path").annotate(n=Sum("payment__amount"))
    return {row["payment__path"]: row["n"] for row in rows}


def _payments(scheme: str) -> Callable[[clock.Month], QuerySet[Payment]]:
    """The payments of a month of which the receipts say that they arrived."""
    arrived = Instruction.objects.filter(state=Instruction.State.PAID, payment=OuterRef("pk"))
    return lambda month: Payment.objects.filter(Exists(arrived), scheme=scheme, month=month.first)


def _decisions(month: clock.Month) -> QuerySet[Decision]:
    """The first decision of each application; one taken anew after reconsideration is not a second one."""
    earlier = Decision.objects.filter(case=OuterRef("case"), id__lt=OuterRef("id"))
    made = Decision.objects.filter(on__gte=month.first, on__lte=month.last, case__service="assistance.dibao")
    return made.exclude(Exists(earlier))


def _by_place(made: QuerySet[Decision]) -> dict[str, int]:
    return dict(made.values_list("case__path").annotate(n=Count("id")))


def decided(month: clock.Month) -> dict[str, int]:
    """Dibao applications decided in the month."""
    return _by_place(_decisions(month))


def decided_on_time(month: clock.Month) -> dict[str, int]:
    """Those decided within their limit."""
    return _by_place(_decisions(month).filter(on__lte=F("case__due_on")))


_WISH = {"low_income_class": "L1", "support_form": "centralized"}
OWN_LEADS = {"domain": "assistance"}

# Of a month of which nothing is paid yet, an average of nothing would mislead.
_UNPAID = "未发放"


def _standard(code: str, label: str, unit: str, key: str, kept: str, serves: str) -> declare.Indicator:
    """A standard of all counties, each by how many people are kept under it."""
    where, given = (kept, key.rsplit(".", 1)[1]), partial(statements.in_counties, key)
    return declare.Indicator(
        code, label, unit,
        declare.Spans(statements.standards(*where), "各县标准（分）按保障人数相加", "", given),
        declare.Spans(statements.heads(*where), "保障人数", "", given), serves=(serves,),
    )  # fmt: skip


MEASURES = (
    declare.Indicator(
        "dibao_households",
        "低保户数",
        "户",
        count=households,
        register="standings",
        where=ON_DIBAO,
        rows=_on_dibao,
    ),
    declare.Indicator(
        "dibao_persons", "低保人数", "人", count=persons, register="standings", where=ON_DIBAO, rows=_on_dibao
    ),
    declare.Indicator(
        "edge_households",
        "低保边缘家庭户数",
        "户",
        count=edge_households,
        register="standings",
        where=ON_EDGE,
        rows=_on_edge,
    ),
    declare.Indicator(
        "dibao_spending",
        "低保金支出",
        "元",
        count=spending,
        nothing=_UNPAID,
        rows=_payments("assistance.dibao"),
    ),
    declare.Indicator(
        "dibao_per_person",
        "低保人均补助",
        "元/人",
        count=spending,
        out_of=persons,
        nothing=_UNPAID,
        rows=_payments("assistance.dibao"),
    ),
    declare.Indicator(
        "dibao_on_time", "低保按期办结率", "%", count=decided_on_time, out_of=decided, rows=_decisions
    ),
    declare.Indicator(
        "tekun_persons",
        "特困人数",
        "人",
        count=tekun_persons,
        register="standings",
        where=ON_TEKUN,
        rows=_on_tekun,
    ),
    declare.Indicator(
        "tekun_spending",
        "特困供养金支出",
        "元",
        count=tekun_spending,
        nothing=_UNPAID,
        rows=_payments("assistance.tekun"),
    ),
    declare.Indicator("temporary_grants", "临时救助次数", "次", count=grants, rows=_granted),
    # For the plan (规划 T019, T020): counted everywhere at once from the posts and from the leads.
    declare.Indicator(
        "villages_with_coordinator",
        "村级社会救助协理员覆盖率",
        "%",
        declare.PerUnit(
            declare.Units(declare.VILLAGE, "村（居）"),
            declare.Tally(
                "access.Posting",
                "在岗的社会救助协理员",
                where={"role": f"assistance.{roles.COORDINATOR.code}"},
                since="from_on",
                until="until_on",
                path="office__path",
            ),
            "有协理员在岗的村（居）",
        ),
        declare.Units(declare.VILLAGE, "村（居）"),
        serves=("T019",),
    ),
    declare.Indicator(
        "hotlines_live",
        "救助热线联通率",
        "%",
        declare.PerUnit(
            declare.Units(declare.COUNTY, "县（市、区）"),
            declare.Tally("assistance.HotlineRoute", "已接通的热线", since="live_from", until="cut_on"),
            "热线已接通的县（市、区）",
        ),
        declare.Units(declare.COUNTY, "县（市、区）"),
        serves=("T018",),
    ),
    declare.Indicator(
        "leads_followed",
        "困难线索办理率",
        "%",
        declare.Tally("visits.Lead", "已有办理结果的线索", where=OWN_LEADS, since="closed_at"),
        declare.Tally("visits.Lead", "发现的困难线索", where=OWN_LEADS, since="opened_at"),
        serves=("T020",),
    ),
    declare.Indicator("temporary_amount", "临时救助金额", "元", count=grants_amount, rows=_granted),
    declare.Indicator(
        "purchased_share",
        "购买救助服务支出占中央和省级救助资金",
        "%",
        declare.Tally(
            "funds.Handover",
            "已付款的购买服务（分）",
            where={"contract__year__purchasing": "assistance.purchase", "state": "paid"},
            amount="accepted",
            on="paid_at",
            over="year",
        ),
        declare.Spans(statements.RECEIVED, "当年下达的中央和省级救助资金（分）", "year"),
        serves=("T016",),
        everywhere=True,
    ),
    declare.Indicator(
        "tekun_housed",
        "有意愿集中供养的特困人员机构供养率",
        "%",
        declare.Spans(statements.HOUSED, "在机构供养的有意愿特困人员"),
        declare.Tally(
            "assistance.Standing", "希望集中供养的特困人员", where=_WISH, since="valid_from", until="ended_on"
        ),
        serves=("T017",),
    ),
    declare.Indicator(
        "temporary_persons",
        "临时救助人次（2021 年起）",
        "人次",
        declare.Spans(statements.AIDED, "临时救助人次", "plan"),
        serves=("B017", "B018"),
    ),
    declare.Indicator(
        "price_persons",
        "价格临时补贴人次（2021 年起）",
        "人次",
        declare.Tally(
            "subsidies.Listed",
            "审定名单上的领取人",
            where={"list__subsidy": "assistance.price", "list__state": "approved"},
            on="month",
            over="plan",
        ),
        serves=("B019",),
    ),
    _standard("urban_standard", "城市低保平均标准", "元/月", "dibao.standard.urban", "L2", "B009"),
    _standard("rural_standard", "农村低保平均标准", "元/年", "dibao.standard.rural", "L2", "B010"),
    _standard("urban_tekun", "城市特困平均基本生活标准", "元/年", "tekun.basic.urban", "L1", "B013"),
    _standard("rural_tekun", "农村特困平均基本生活标准", "元/年", "tekun.basic.rural", "L1", "B014"),
    declare.Indicator(
        "watched_on_dibao",
        "纳入低保的防返贫监测对象",
        "人",
        declare.Spans(statements.WATCHED_ON_DIBAO, "低保家庭中的防返贫监测对象"),
        beside=("B016",),
    ),
)
