"""A home made fit for old age (居家适老化改造): asked for, planned item by item, posted, accepted by three, paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from minzheng.kernel import audit, clock
from minzheng.kernel.audit import Actor, verb
from minzheng.kernel.catalogue.terms import due_after
from minzheng.kernel.catalogue.terms import number as number_of
from minzheng.kernel.documents.models import Document
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities.duties import require_words
from minzheng.kernel.funds import actions as funds
from minzheng.kernel.funds.models import Contract, Handover
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import household_of
from minzheng.kernel.publicity import posting as publicity

from .. import roles
from ..models import Adaptation, AdaptationItem
from ..queries.living import contracts_for
from ..rules import ADAPT, living
from ..rules.adaptations import BASIC, ITEMS
from .common import answer, asked_by, held, living_person, require

__all__ = [
    "GROUPS", "POSTED", "Works", "apply", "approve", "claim", "look_after", "plan", "plan_anew", "refuse", "take_over",
]  # fmt: skip

# Under which publicity an approved home hangs (`steps.postings`).
POSTED = "eldercare.adaptation"

GROUPS: Mapping[str, str] = {
    "tekun": "特困人员", "dibao": "低保对象", "edge": "低保边缘家庭", "disabled": "失能老年人",
    "severe": "重度残疾老年人", "special": "计划生育特殊家庭",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Works:
    """Works that are done: the pictures before and after, and who has signed."""

    before: Document
    after: Document
    elder: str
    community: str
    contractor: str


@verb("eldercare.ask_adaptation", label="申请适老化改造")
def apply(
    *, person: Person, group: str, owner: str, agreed: bool, by: Actor, key: str | None = None
) -> Adaptation:
    """At the township or by oneself, with the word of elder and owner; not twice within so many months."""
    elder, today = living_person(person), clock.today()
    asked_by(elder, roles.CLERK, by=by)
    if group not in GROUPS:
        raise Refused("adaptation_group", "请选择困难类别。", field="group")
    household = household_of(elder)
    if household is None:
        raise Refused("no_household", "此人没有家庭档案，请先建立家庭档案。", field="id_number")
    _again(household, agreed, elder.path, today)
    made = Adaptation.objects.create(
        person=elder, household=household, path=elder.path, number=f"SL{today:%Y}{_next():06d}", group=group,
        owner=require_words(owner, "房屋所有人", field="owner", longest=60), applied_on=today,
        due_on=due_after("adapt.term", path=elder.path, since=today), by_name=by.name,
    )  # fmt: skip
    audit.note(about=made, path=made.path, article=ADAPT.as_a_whole(), after={"group": group})
    return made


def _again(household: Household, agreed: bool, path: str, today: date) -> None:
    Household.objects.select_for_update(of=("self",)).get(pk=household.pk)
    rows = Adaptation.objects.filter(household=household).exclude(state=Adaptation.State.REFUSED)
    if rows.filter(accepted_on=None).exists():
        raise Refused("adaptation_running", "这个家庭已有正在办理的改造。", field="id_number")
    facts: dict[str, Any] = {"total": 0, "agreed_by_owner": agreed}
    last = rows.order_by("-accepted_on").values_list("accepted_on", flat=True).first()
    if last is not None:
        months = (today.year - last.year) * 12 + today.month - last.month
        facts["months_since"] = months if today.day >= last.day else months - 1
    if not agreed:
        raise Refused("not_agreed", "须经老年人和房屋所有人同意。", field="agreed")
    if answer(living.adaptation, living.may_adapt, facts, path=path) is not True:
        raise Refused(
            "adapted_before", f"这个家庭 {last} 已经改造过，间隔期内不能再次改造。", field="id_number"
        )


def _next() -> int:
    last = Adaptation.objects.order_by("-id").values_list("id", flat=True).first()
    return (last or 0) + 1


@verb("eldercare.plan_adaptation", label="登记改造方案")
def plan(
    *, works: Adaptation, findings: str, items: Sequence[Mapping[str, Any]], by: Actor, key: str | None = None
) -> Adaptation:
    """What the look at the home found, and the items with their prices; the subsidy ends at the household's cap.

    A plan that is not yet approved gives way to a new one.
    """
    row = held(works, Adaptation.State.APPLIED, Adaptation.State.PLANNED, by=by)
    require(roles.CLERK, roles.COUNTY_OFFICER, path=row.path, by=by)
    row.findings = require_words(findings, "入户评估情况", field="findings", longest=300)
    codes = [str(one["item"]) for one in items]
    if not codes or len(set(codes)) != len(codes) or not set(codes) <= set(ITEMS):
        raise Refused("adaptation_items", "请从清单中选择改造项目，同一项目只填一行。", field="items")
    if any(one["many"] < 1 or one["price"] < 1 for one in items):
        raise Refused("adaptation_prices", "请填写数量和单价。", field="items")
    row.items.all().delete()
    AdaptationItem.objects.bulk_create(
        AdaptationItem(
            adaptation=row, item=one["item"], basic=one["item"] in BASIC, many=one["many"], price=one["price"]
        )
        for one in items
    )
    row.total = sum(one["many"] * one["price"] for one in items)
    facts = {"total": row.total, "agreed_by_owner": True}
    row.subsidy = cast(int, answer(living.adaptation, living.adaptation_subsidy, facts, path=row.path))
    row.state = Adaptation.State.PLANNED
    row.save()
    audit.note(about=row, path=row.path, after={"total": row.total, "subsidy": row.subsidy})
    return row


@verb("eldercare.approve_adaptation", label="批准并公示改造")
def approve(*, works: Adaptation, contract: Contract, by: Actor, key: str | None = None) -> Adaptation:
    """The county gives it to a contractor it has a contract with, and the township's list is posted."""
    row = held(works, Adaptation.State.PLANNED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    if not contracts_for("adaptation", row.path).filter(pk=contract.pk).exists():
        raise Refused("adaptation_contract", "请选择本县有效的适老化改造合同。", field="contract")
    row.contract, row.posted_until = contract, publicity.hang(POSTED, row, by=by).last_day
    row.state = Adaptation.State.POSTED
    row.save()
    audit.note(about=row, path=row.path, after={"contract": contract.number, "until": str(row.posted_until)})
    return row


@verb("eldercare.refuse_adaptation", label="不予改造")
def refuse(*, works: Adaptation, reason: str, by: Actor, key: str | None = None) -> Adaptation:
    """With its reason; what was posted comes down with it."""
    row = held(works, "applied", "planned", "posted", by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    row.reason = require_words(reason, "理由", field="reason", longest=300)
    row.state = Adaptation.State.REFUSED
    row.save()
    publicity.withdraw(POSTED, row, reason=f"不予改造：{row.reason}")
    audit.note(about=row, path=row.path, reason=row.reason)
    return row


@verb("eldercare.plan_adaptation_anew", label="公示异议成立，重定方案")
def plan_anew(works: Adaptation, *, reason: str, by: Actor, key: str | None = None) -> Adaptation:
    """An objection was right: the plan is open again, to be changed, approved once more, or refused."""
    row = held(works, Adaptation.State.POSTED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    row.state, row.contract, row.posted_until = Adaptation.State.PLANNED, None, None
    row.save()
    audit.note(about=row, path=row.path, reason=reason)
    return row


@verb("eldercare.take_over_adaptation", label="三方验收")
def take_over(*, works: Adaptation, done: Works, by: Actor, key: str | None = None) -> Adaptation:
    """The old person, the community and the contractor sign, with pictures of before and after."""
    row = held(works, Adaptation.State.POSTED, by=by)
    require(roles.CLERK, path=row.path, by=by)
    today = clock.today()
    publicity.stands(POSTED, row)
    names = [
        require_words(name, what, field=field, longest=60)
        for name, what, field in (
            (done.elder, "老年人签字", "elder"), (done.community, "社区签字", "community"),
            (done.contractor, "施工方签字", "contractor"),
        )
    ]  # fmt: skip
    row.signers, row.accepted_on, row.before, row.after = "、".join(names), today, done.before, done.after
    row.warranty_until = clock.add_months(today, number_of("adapt.warranty_months", path=row.path, on=today))
    row.state = Adaptation.State.ACCEPTED
    row.save()
    audit.note(about=row, path=row.path, after={"accepted": str(today), "signers": row.signers})
    return row


@verb("eldercare.claim_adaptation", label="申报改造付款")
def claim(*, works: Adaptation, by: Actor, key: str | None = None) -> Handover:
    """What was accepted goes as a delivery under the contract: accepted by another, paid by a third."""
    row = held(works, Adaptation.State.ACCEPTED, by=by)
    require(roles.COUNTY_OFFICER, path=row.path, by=by)
    assert row.contract is not None
    made = funds.deliver(
        contract=row.contract, period=row.number, served=1, claimed=row.subsidy,
        record=f"适老化改造 {row.number}，{row.accepted_on} 三方验收，{row.items.count()} 个项目。",
        evidence=[one for one in (row.before_id, row.after_id) if one is not None], by=by,
    )  # fmt: skip
    row.handover, row.state = made, Adaptation.State.CLAIMED
    row.save()
    audit.note(about=row, path=row.path, after={"claimed": row.subsidy})
    return made


@verb("eldercare.look_after_adaptation", label="质保期满检查")
def look_after(*, works: Adaptation, words: str, by: Actor, key: str | None = None) -> Adaptation:
    """Twelve months later somebody goes to see whether it still holds."""
    row = held(works, Adaptation.State.CLAIMED, by=by)
    require(roles.CLERK, path=row.path, by=by)
    if row.warranty_until is None or clock.today() < row.warranty_until:
        raise Refused("under_warranty", f"质保到 {row.warranty_until}，期满后检查。")
    row.checked_words = require_words(words, "检查情况", field="words", longest=300)
    row.state = Adaptation.State.CHECKED
    row.save()
    audit.note(about=row, path=row.path, reason=row.checked_words)
    return row
