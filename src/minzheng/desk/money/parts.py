"""The lists on the page of a batch, each in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from minzheng.desk.paging import address
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.audit import Actor
from minzheng.kernel.ledger import queries
from minzheng.kernel.ledger.bank.layouts import layout
from minzheng.kernel.ledger.comparing import Change
from minzheng.kernel.ledger.models import BankFile, Batch, Entitlement, Instruction, Payment
from minzheng.kernel.people.masks import mask_bank_account
from minzheng.kernel.people.models import Household, Membership, Person
from minzheng.ui.shown import badge, cn_datetime, yuan
from minzheng.ui.tables import Head, Row

__all__ = [
    "CHANGES",
    "DOUBTS",
    "FAILED",
    "PAYMENTS",
    "bank_files",
    "changes",
    "doubts",
    "failed",
    "payments",
    "shared",
]

PAYMENTS = (
    Head("领取人"), Head("户号", secondary=True), Head("当月（元）", "money"),
    Head("补发（元）", "money", secondary=True), Head("扣回（元）", "money", secondary=True),
    Head("实发（元）", "money"),
    Head("银行账号"), Head("状态"),
)  # fmt: skip
CHANGES = (
    Head("家庭（个人）"), Head("变化"), Head("上月（元）", "money"), Head("本月（元）", "money"),
    Head("补发（元）", "money"), Head("扣回（元）", "money"), Head("原因或依据", "long"),
)  # fmt: skip
FAILED = (Head("领取人"), Head("金额（元）", "money"), Head("银行账号"), Head("银行说明"))
DOUBTS = (
    Head("付款编号"),
    Head("银行所报结果"),
    Head("金额（元）", "money"),
    Head("疑问"),
    Head("读入时间", "instant"),
)
SIZE = 30
_KINDS = {"pending": "neutral", "sent": "info", "paid": "good", "failed": "bad"}
_WORDS = {
    "new": ("新增", "good"), "changed": ("金额变动", "warn"), "ended": ("停发", "neutral"),
    "once": ("仅补发", "info"), "unchanged": ("待遇不变", "neutral")}  # fmt: skip
_HEADS = ("01", "02")
_FILES = {".csv": "CSV", ".xml": "报文 XML", ".xlsx": "原件 Excel"}


@dataclass(frozen=True)
class Listed:
    """Some payments, and where the rest is."""

    rows: list[Row]
    next_url: str
    previous_url: str


def payments(request: HttpRequest, batch: Batch, by: Actor) -> Listed:
    """The payments in the order they were drafted, accounts masked: three queries for a page."""
    after = request.GET.get("after", "")
    found = in_scope(Payment.objects.filter(batch=batch), by).select_related("household").order_by("pk")
    if after.isdigit() and len(after) < 19:
        found = found.filter(pk__gt=int(after))
    page = list(found[: SIZE + 1])
    more, page = len(page) > SIZE, page[:SIZE]
    orders = Instruction.objects.filter(payment__in=[one.pk for one in page]).order_by("attempt")
    states = {one.payment_id: one for one in orders}
    rows = [
        Row(
            [
                one.payee_name, one.household.number if one.household else "", one.regular, one.makeup or None,
                one.withheld or None, one.amount,
                mask_bank_account(_latest(one, states).account), _state(states.get(one.pk)),
            ]
        )
        for one in page
    ]  # fmt: skip
    return Listed(
        rows=rows,
        next_url=address(request, after=page[-1].pk) + "#payments" if more else "",
        previous_url=address(request, after=None) + "#payments" if after else "",
    )


def _latest(one: Payment, states: dict[int, Instruction]) -> Payment | Instruction:
    return states.get(one.pk, one)


def _state(order: Instruction | None) -> str:
    return badge(order.get_state_display(), _KINDS[order.state]) if order else badge("待审批")


def changes(found: Iterable[Change]) -> list[Row]:
    """Who is new, who gets another amount and who gets nothing more, with the reason on file."""
    found = list(found)
    names = _names(
        {c.household_id for c in found if c.household_id}, {c.person_id for c in found if c.person_id}
    )
    return [
        Row(
            [
                names.get(("household", c.household_id), "") or names.get(("person", c.person_id), ""),
                badge(*_WORDS[c.kind]), c.before or None, c.after or None,
                c.makeup or None, c.withheld or None, c.reason,
            ]
        )
        for c in found
    ]  # fmt: skip


def _names(households: set[int], persons: set[int]) -> dict[tuple[str, int | None], str]:
    """The head of each household, or the person: three queries, whatever their number."""
    known: dict[tuple[str, int | None], str] = {
        ("household", pk): number
        for pk, number in Household.objects.filter(pk__in=households).values_list("pk", "number")
    }
    heads = Membership.objects.filter(household__in=households, relation__in=_HEADS).filter(Q(until_on=None))
    for pk, name, number in heads.values_list("household_id", "person__name", "household__number"):
        known["household", pk] = f"{name}（{number}）"
    for pk, name in Person.objects.filter(pk__in=persons).values_list("pk", "name"):
        known["person", pk] = name
    return known


def shared(batch: Batch, by: Actor) -> list[str]:
    """Each account into which several households are paid, in a sentence (handbook 01 §17 W1)."""
    found = queries.shared_accounts(batch, by=by)
    ids = [pk for one in found for pk in one.entitlement_ids]
    held = Entitlement.objects.filter(pk__in=ids).values_list("pk", "payee__name", "account")
    known = {pk: (name, mask_bank_account(account)) for pk, name, account in held}
    return [
        f"账户 {known[one.entitlement_ids[0]][1]} 有 {one.beneficiaries} 户（人）共用："
        + "、".join(sorted({known[pk][0] for pk in one.entitlement_ids}))
        for one in found
    ]


def failed(batch: Batch, by: Actor, *, pays: bool) -> list[Row]:
    """Payments the bank gave back and nobody has repaired yet; for the payer each leads to its repair."""
    found = queries.instructions(batch, by=by, state=Instruction.State.FAILED)[: queries.LISTED]
    return [
        Row(
            [one.payment.payee_name, one.payment.amount, mask_bank_account(one.account), one.failure],
            url=f"/desk/money/{batch.pk}/repair/{one.pk}/" if pays else "",
        )
        for one in found
    ]


def doubts(batch: Batch, by: Actor) -> list[Row]:
    """Rows of the bank's answers that somebody must look at."""
    found = queries.rejected_returns(batch, by=by)[: queries.LISTED]
    return [
        Row([one.reference, "成功" if one.paid else "失败", one.amount, one.get_outcome_display(), one.at])
        for one in found
    ]


def bank_files(batch: Batch, by: Actor) -> list[dict[str, Any]]:
    """The files handed over, for those who may download them."""
    if not any(by.post_for(role, path=batch.path) for role in (batch.payer_role, batch.reviewer_role)):
        return []
    return [
        {
            "url": f"/desk/money/{batch.pk}/files/{one.number}/{kind}/", "icon": "file-spreadsheet",
            "label": f"银行文件 {one.number}（{word}）",
            "note": f"{one.count} 笔，{yuan(one.total)} 元，{cn_datetime(one.at)}，SM3 {one.sha[:12]}",
        }
        for one in BankFile.objects.filter(batch=batch).order_by("number")
        for kind, word in (("csv", _FILES[layout(one.kind).suffix]), ("xlsx", "Excel"))
    ]  # fmt: skip
