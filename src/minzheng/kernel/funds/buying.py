"""Buying services: a contract under the year's cap, deliveries with proof, acceptance by another, payment once.

paid         debit 救助支出    credit 专户存款     and the year's budget is committed
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.paths import level_of
from minzheng.kernel.audit import Actor, note, verb
from minzheng.kernel.errors import NotFound, Refused
from minzheng.kernel.ledger.models import Account, Budget, Fund, Journal
from minzheng.kernel.ledger.posting import Books, Entry, commit, post_entry
from minzheng.kernel.people.organisation_codes import check_uscc
from minzheng.kernel.registers.words import in_yuan

from .caps import Cap, cap_of
from .duties import Purchases, money, require, words
from .models import Contract, Handover, PurchaseYear

__all__ = ["Terms", "accept", "deliver", "pay_for", "sign"]


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a contract says."""

    number: str
    provider: str
    provider_code: str
    service: str
    people: int
    unit_price: int
    amount: int
    acceptance: str
    from_on: date
    until_on: date


@verb("funds.sign", label="签订购买服务合同")
def sign(*, purchasing: str, path: str, terms: Terms, by: Actor) -> Contract:
    """Sign a contract of this year, if with it all that is signed stays within the cap (checked at signing)."""
    declared = catalogue.current().purchasing(purchasing)
    require(declared, declared.item.signer, path=path, by=by)
    if level_of(path) is not Level.COUNTY:
        raise Refused("not_a_county", "购买服务合同由县（市、区）签订。请选择县级地区。", field="path")
    _sound(declared, terms)
    year = _year(purchasing, path)
    if Contract.objects.filter(path=path, number=terms.number.strip()).exists():
        raise Refused(
            "contract_number", f"合同编号“{terms.number.strip()}”已经登记过。请核对。", field="number"
        )
    cap = _within(declared, year, terms.amount)
    year.signed, year.cap = cap.total, cap.limit
    year.save(update_fields=["signed", "cap"])
    contract = Contract.objects.create(
        year=year, path=path, number=terms.number.strip(), provider=terms.provider.strip(),
        provider_code=check_uscc(terms.provider_code, field="provider_code").code, service=terms.service,
        people=terms.people, unit_price=terms.unit_price, amount=terms.amount,
        acceptance=terms.acceptance.strip(), from_on=terms.from_on,
        until_on=terms.until_on, signed_on=clock.today(), signed_by=by.id, signed_by_name=by.name,
    )  # fmt: skip
    note(about=contract, path=path, after={"amount": terms.amount, "signed": cap.total, "cap": cap.limit})
    return contract


def _within(declared: Purchases, year: PurchaseYear, amount: int) -> Cap:
    """The cap with this contract in it; what comes from above is held until the signature stands."""
    list(Budget.objects.select_for_update().filter(path=year.path, year=year.year).order_by("id"))
    cap = cap_of(declared, path=year.path, year=year.year, signed=year.signed, asked=amount)
    if not cap.allowed:
        raise Refused(
            "above_cap",
            f"本年已签 {in_yuan(year.signed)}，加上本合同共 {in_yuan(cap.total)}，超过上限 {in_yuan(cap.limit)}"
            f"（中央和省级资金 {in_yuan(cap.received)} 的规定比例）。不能签订。",
            field="amount",
            cap=cap.limit,
        )
    return cap


def _sound(declared: Purchases, terms: Terms) -> None:
    """Everything a contract must say, each gap beside its field."""
    money(terms.amount)
    money(terms.unit_price, field="unit_price")
    words(terms.number, what="合同编号", field="number", longest=60)
    words(terms.provider, what="承接主体", field="provider", longest=100)
    words(terms.acceptance, what="验收标准", field="acceptance", longest=300)
    if terms.service not in declared.item.services:
        raise Refused("service_unknown", "请从购买服务目录中选择服务内容。", field="service")
    if terms.people <= 0:
        raise Refused("people_positive", "服务人数须大于零。", field="people")
    if terms.until_on < terms.from_on:
        raise Refused("until_before", "服务截止日不能早于起始日。", field="until_on")


def _year(purchasing: str, path: str) -> PurchaseYear:
    """The year's account, locked: of two who sign at once the second sees what the first has signed."""
    same = {"path": path, "purchasing": purchasing, "year": clock.today().year}
    PurchaseYear.objects.bulk_create([PurchaseYear(**same)], ignore_conflicts=True)
    return PurchaseYear.objects.select_for_update().get(**same)


@verb("funds.deliver", label="登记服务交付")
def deliver(
    *,
    contract: Contract,
    period: str,
    served: int,
    claimed: int,
    record: str,
    by: Actor,
    evidence: Sequence[int] = (),
) -> Handover:
    """What the provider did in a stretch of time, with its proof; never more than the contract is worth."""
    contract, declared = _locked(contract)
    require(declared, declared.item.registrar, path=contract.path, by=by)
    claimed, period = (
        money(claimed, field="claimed"),
        words(period, what="服务时段", field="period", longest=60),
    )
    record = words(record, what="服务记录", field="record", longest=500)
    rows = contract.handovers.exclude(state=Handover.State.REFUSED)
    if rows.filter(period=period).exists():
        raise Refused("period_twice", f"“{period}”的服务已经登记过。请核对。", field="period")
    left = contract.amount - _worth(contract)
    if claimed > left:
        raise Refused("above_contract", f"合同剩余金额 {in_yuan(left)}，申报金额不能超过。", field="claimed")
    found = Handover.objects.create(
        contract=contract, path=contract.path, period=period, served=served, claimed=claimed, record=record,
        evidence=list(evidence), registered_by=by.id, registered_by_name=by.name, registered_at=clock.now(),
    )  # fmt: skip
    note(about=found, path=contract.path, after={"claimed": claimed, "period": period})
    return found


def _worth(contract: Contract) -> int:
    """What was accepted, or is claimed and waits for acceptance."""
    waiting = Q(state=Handover.State.DELIVERED)
    sums = contract.handovers.aggregate(
        claimed=Sum("claimed", filter=waiting, default=0), accepted=Sum("accepted", default=0)
    )
    return int(sums["claimed"] + sums["accepted"])


@verb("funds.accept", label="购买服务验收")
def accept(*, handover: Handover, accepted: int, opinion: str, by: Actor) -> Handover:
    """Somebody other than its registrar finds it done, wholly or in part; nothing accepted means it failed."""
    row, declared = _handover(handover)
    require(declared, declared.item.acceptor, path=row.path, by=by)
    if row.state != Handover.State.DELIVERED:
        raise Refused("handover_state", f"这次服务现为“{row.get_state_display()}”，不能再验收。请刷新页面。")
    if row.registered_by == by.id:
        raise Refused("own_delivery", "登记人不能验收本人登记的服务。请由其他同志验收。")
    if isinstance(accepted, bool) or not 0 <= accepted <= row.claimed:
        raise Refused("accepted_range", f"验收金额应在 0 和 {in_yuan(row.claimed)} 之间。", field="accepted")
    row.opinion = words(opinion, what="验收意见", field="opinion", longest=300)
    row.accepted, row.state = accepted, Handover.State.ACCEPTED if accepted else Handover.State.REFUSED
    row.accepted_by, row.accepted_by_name, row.accepted_at = by.id, by.name, clock.now()
    row.save()
    note(about=row, path=row.path, reason=opinion, after={"accepted": accepted})
    return row


@verb("funds.pay_for", label="购买服务付款")
def pay_for(*, handover: Handover, scheme: str, fund: Fund, by: Actor) -> Handover:
    """What was accepted is paid, once, out of the budget of one of the schemes whose money may be used."""
    row, declared = _handover(handover)
    require(declared, declared.item.payer, path=row.path, by=by)
    if row.state != Handover.State.ACCEPTED or not row.accepted:
        raise Refused("handover_state", f"这次服务现为“{row.get_state_display()}”，不能付款。请刷新页面。")
    if by.id in (row.accepted_by, row.registered_by):
        raise Refused("own_acceptance", "登记人、验收人不能付款。请由其他资金经办人员办理。")
    if scheme not in {f"{declared.domain.code}.{one.code}" for one in declared.item.out_of}:
        raise Refused("scheme_unknown", "请选择列支项目。", field="scheme")
    row.state, row.scheme, row.source = Handover.State.PAID, scheme, fund
    row.paid_by, row.paid_at = by.id, clock.now()
    row.save()
    books = Books(row.path, fund, scheme)
    commit(books, year=clock.today().year, amount=row.accepted)
    post_entry(
        kind=Journal.Kind.CONTRACT, books=books, reference=f"contract/paid/{row.pk}", about=row, by=by,
        entries=[
            Entry(Account.Kind.BUDGET, debit=row.accepted), Entry(Account.Kind.CASH, credit=row.accepted),
        ],
        memo=f"购买服务：{row.contract.number} {row.period}",
    )  # fmt: skip
    note(about=row, path=row.path, after={"paid": row.accepted, "scheme": scheme, "fund": fund})
    return row


def _locked(contract: Contract) -> tuple[Contract, Purchases]:
    found = (
        Contract.objects.select_for_update(of=("self",)).select_related("year").filter(pk=contract.pk).first()
    )
    if found is None:
        raise NotFound("contract_unknown", "没有这份合同，或不在您的管辖范围内。请返回列表重新选择。")
    return found, catalogue.current().purchasing(found.year.purchasing)


def _handover(handover: Handover) -> tuple[Handover, Purchases]:
    _, declared = _locked(handover.contract)
    return Handover.objects.select_for_update(of=("self",)).select_related("contract").get(
        pk=handover.pk
    ), declared
