"""The county's side of a reserve fund: the quota, the advances, requests for more, and the clearing at the year's end.

advanced     debit 备用金（乡镇）    credit 专户存款（县）     the appropriation moves with it, and the budget
cleared      debit 专户存款（县）    credit 备用金（乡镇）     and back again
"""

from __future__ import annotations

from django.db.models import F, Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import Refused
from minzheng.kernel.ledger.models import Account, Budget, Fund, Journal
from minzheng.kernel.ledger.posting import Books, Entry, post_entry
from minzheng.kernel.people.models import Person
from minzheng.kernel.registers.words import in_yuan

from .duties import Declared, due, locked, money, require, the_county, words
from .models import ReserveFund, ReserveMove, ReserveQuota, Settlement, TopUp

__all__ = ["advance", "clear", "decide_top_up", "grounds", "request_top_up", "set_quota", "top_up_wanted"]


def grounds(*, reserve: str, path: str, year: int) -> tuple[int, int]:
    """What a quota is fixed by: how many people live in the township, and what it used the year before."""
    people = Person.objects.filter(path__startswith=path, died_on=None, merged_into=None).count()
    before = ReserveFund.objects.filter(path=path, reserve=reserve, year=year - 1)
    return people, before.aggregate(n=Sum(F("paid") - F("returned")))["n"] or 0


@verb("funds.set_quota", label="核定备用金额度")
def set_quota(
    *, reserve: str, path: str, year: int, amount: int, document: str, by: Actor, source: Fund = Fund.COUNTY
) -> ReserveFund:
    """The county opens a township's fund for a year, or fixes its quota anew."""
    declared = catalogue.current().reserve(reserve)
    require(declared, declared.item.overseer, path=path, by=by)
    the_county(path)
    amount, document = money(amount), words(document, what="核定文号", field="document", longest=60)
    if year not in (clock.today().year, clock.today().year + 1):
        raise Refused("year_odd", "只能核定本年度或下一年度的备用金。", field="year")
    same = {"path": path, "reserve": reserve, "year": year}
    scheme = f"{declared.domain.code}.{declared.item.scheme.code}"
    ReserveFund.objects.bulk_create(
        [ReserveFund(**same, scheme=scheme, source=source, quota=amount)], ignore_conflicts=True
    )
    fund = locked(ReserveFund.objects.get(**same))
    before, fund.quota = fund.quota, amount
    fund.save(update_fields=["quota"])
    people, used = grounds(reserve=reserve, path=path, year=year)
    ReserveQuota.objects.create(
        fund=fund, path=path, amount=amount, document=document, population=people, used_before=used,
        on=clock.today(), by=by.id,
    )  # fmt: skip
    note(about=fund, path=path, reason=document, before={"quota": before}, after={"quota": amount})
    return fund


@verb("funds.advance", label="拨付备用金")
def advance(*, fund: ReserveFund, amount: int, document: str, by: Actor) -> ReserveFund:
    """The payer moves money of the county's budget into the township's fund; a granted request is met by it."""
    fund = locked(fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.payer, path=fund.path, by=by)
    amount, document = money(amount), words(document, what="拨付凭据", field="document", longest=60)
    if ReserveMove.objects.filter(fund=fund, kind=ReserveMove.Kind.ADVANCE, document=document).exists():
        raise Refused(
            "document_booked", f"凭据“{document}”已经登记过。请核对，勿重复拨付。", field="document"
        )
    if fund.balance + amount > fund.quota:
        raise Refused(
            "above_quota",
            f"拨付后余额将达 {in_yuan(fund.balance + amount)}，超过核定额度 {in_yuan(fund.quota)}。"
            "请减少金额，或先重新核定额度。",
            field="amount",
        )
    move = _moved(fund, ReserveMove.Kind.ADVANCE, amount, document, by)
    _between(fund, move, by=by)
    open_requests = TopUp.objects.filter(fund=fund, state__in=[TopUp.State.REQUESTED, TopUp.State.GRANTED])
    open_requests.update(state=TopUp.State.ADVANCED)
    note(about=fund, path=fund.path, reason=document, after={"advanced": amount, "balance": fund.balance})
    return fund


def _moved(fund: ReserveFund, kind: ReserveMove.Kind, amount: int, document: str, by: Actor) -> ReserveMove:
    """A move and the totals of its fund, together."""
    column = {"advance": "advanced", "back": "returned", "cleared": "cleared"}[kind]
    setattr(fund, column, getattr(fund, column) + amount)
    changed = [column]
    if kind == ReserveMove.Kind.CLEARED:
        changed += ["state", "closed_at"]
    fund.save(update_fields=changed)
    return ReserveMove.objects.create(
        fund=fund, path=fund.path, kind=kind, amount=amount, document=document, on=clock.today(), at=clock.now(),
        by=by.id, by_name=by.name,
    )  # fmt: skip


def _between(fund: ReserveFund, move: ReserveMove, *, by: Actor) -> None:
    """Cash and appropriation pass between county and township; the county's budget gives or takes as much."""
    county, here = Books(the_county(fund.path), fund.source, fund.scheme), _books(fund)
    same = {"path": county.path, "fund": fund.source, "scheme": fund.scheme, "year": fund.year}
    budget = Budget.objects.select_for_update().filter(**same).first()
    out = move.kind == ReserveMove.Kind.ADVANCE
    left = budget.left if budget else 0
    if budget is None or (out and move.amount > left):
        raise Refused(
            "budget_exceeded",
            f"{fund.year} 年{Fund(fund.source).label}预算余额 {in_yuan(left)}，本次需 {in_yuan(move.amount)}，"
            "不足以拨付。请先登记下达的拨款，或减少金额。",
            left=left,
        )
    change = -move.amount if out else move.amount
    Budget.objects.filter(pk=budget.pk).update(allotted=F("allotted") + change)
    came, went = (move.amount, 0) if out else (0, move.amount)
    post_entry(
        kind=Journal.Kind.ADVANCE if out else Journal.Kind.RESERVE_CLEARED, books=here, about=budget, by=by,
        reference=f"reserve/{move.kind}/{move.pk}",
        entries=[
            Entry(Account.Kind.ADVANCE, debit=came, credit=went),
            Entry(Account.Kind.APPROPRIATION, debit=went, credit=came),
            Entry(Account.Kind.APPROPRIATION, debit=came, credit=went, books=county),
            Entry(Account.Kind.CASH, debit=went, credit=came, books=county),
        ],
        memo=f"{move.get_kind_display()}备用金：{move.document}",
    )  # fmt: skip


def _books(fund: ReserveFund) -> Books:
    return Books(fund.path, Fund.RESERVE, fund.scheme)


@verb("funds.request_top_up", label="申请补充备用金")
def request_top_up(*, fund: ReserveFund, amount: int, reason: str, by: Actor) -> TopUp:
    """The township asks for more before the line is reached."""
    fund = locked(fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.officer, path=fund.path, by=by)
    amount, reason = money(amount), words(reason, what="申请理由", field="reason")
    if fund.balance + amount > fund.quota:
        raise Refused(
            "above_quota",
            f"余额 {in_yuan(fund.balance)}，最多可申请 {in_yuan(max(fund.quota - fund.balance, 0))}（补足核定额度）。",
            field="amount",
        )
    found = top_up_wanted(fund, declared, amount=amount, automatic=False, reason=reason, by=by)
    if found is None:
        raise Refused("top_up_pending", "已有一项补充申请正在办理。请等待县级拨付。")
    note(about=found, path=fund.path, reason=reason, after={"amount": amount})
    return found


def top_up_wanted(
    fund: ReserveFund,
    declared: Declared,
    *,
    by: Actor,
    amount: int = 0,
    automatic: bool = True,
    reason: str = "",
) -> TopUp | None:
    """A request for what lacks to the quota; one at a time for a fund, met within the term of the place."""
    waiting = [TopUp.State.REQUESTED, TopUp.State.GRANTED]
    if TopUp.objects.filter(fund=fund, state__in=waiting).exists():
        return None
    wanted = amount or fund.quota - fund.balance
    if wanted <= 0:
        return None
    return TopUp.objects.create(
        fund=fund, path=fund.path, amount=wanted, balance=fund.balance, automatic=automatic, reason=reason,
        requested_by=by.id, requested_at=clock.now(),
        due_on=due(declared.item.top_up_term, path=fund.path, on=clock.today()),
    )  # fmt: skip


@verb("funds.decide_top_up", label="审核补充申请")
def decide_top_up(*, top_up: TopUp, amount: int, by: Actor, reason: str = "") -> TopUp:
    """The county agrees to all or part of it; nothing at all is refused with its reason."""
    fund = locked(top_up.fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.overseer, path=fund.path, by=by)
    row = TopUp.objects.select_for_update().get(pk=top_up.pk)
    if row.state != TopUp.State.REQUESTED:
        raise Refused("top_up_decided", f"该申请现为“{row.get_state_display()}”。请刷新页面。")
    if isinstance(amount, bool) or not 0 <= amount <= row.amount:
        raise Refused("amount_range", f"同意的金额应在 0 和 {in_yuan(row.amount)} 之间。", field="amount")
    row.reason = row.reason if amount else words(reason, what="不同意的理由", field="reason")
    row.state = TopUp.State.GRANTED if amount else TopUp.State.REFUSED
    row.granted, row.decided_by, row.decided_at = amount, by.id, clock.now()
    row.save()
    note(about=row, path=fund.path, reason=reason, after={"granted": amount})
    return row


@verb("funds.clear", label="备用金年终清缴")
def clear(*, fund: ReserveFund, by: Actor) -> ReserveFund:
    """At the year's end, everything settled, the rest goes back to the county and the fund is closed."""
    fund = locked(fund)
    declared = catalogue.current().reserve(fund.reserve)
    require(declared, declared.item.payer, path=fund.path, by=by)
    today = clock.today()
    if (today.year, today.month) < (fund.year, 12):
        raise Refused("year_runs", f"{fund.year} 年备用金在当年 12 月起办理年终清缴。")
    if fund.payments.exclude(settlement__state=Settlement.State.APPROVED).exists():
        raise Refused("not_settled", "还有支出没有核销，不能清缴。请先由乡镇报送核销。")
    fund.state, fund.closed_at = ReserveFund.State.CLOSED, clock.now()
    if rest := fund.balance:
        move = _moved(fund, ReserveMove.Kind.CLEARED, rest, f"{fund.year}年终清缴", by)
        _between(fund, move, by=by)
    else:
        fund.save(update_fields=["state", "closed_at"])
    waiting = [TopUp.State.REQUESTED, TopUp.State.GRANTED]
    TopUp.objects.filter(fund=fund, state__in=waiting).update(
        state=TopUp.State.REFUSED, reason="年终清缴", decided_by=by.id, decided_at=clock.now()
    )
    note(about=fund, path=fund.path, after={"cleared": rest})
    return fund
