"""What each letter must say, as frozen shapes; a letter that would leave something out is not written."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from datetime import date
from typing import Any

__all__ = [
    "Acceptance", "Authorisation", "Change", "Commitment", "Correction", "Finding", "Grant", "Missing",
    "NotAccepted", "Publicity", "Reason", "ReconsiderationDecision", "Refusal", "Shape", "Signer", "Waived", "says",
]  # fmt: skip


def says(label: str, *, default: Any = MISSING, money: bool = False) -> Any:
    """A field of a letter, with the words by which a refusal names it."""
    return field(default=default, kw_only=True, metadata={"label": label, "money": money})


@dataclass(frozen=True)
class Waived:
    """A paper nobody need bring, because a department answers for it."""

    label: str = says("免交材料")
    source: str = says("由谁提供")


@dataclass(frozen=True)
class Missing:
    """A paper or a fact still wanting, and why it is needed."""

    label: str = says("所缺内容")
    why: str = says("补正要求")


@dataclass(frozen=True)
class Finding:
    """One test of the law, its figures, and the article."""

    label: str = says("审核事项")
    figures: str = says("数据")
    result: str = says("结论")
    article: str = says("依据")


@dataclass(frozen=True)
class Reason:
    """Why not: in words, with figures, evidence and article."""

    text: str = says("理由")
    figures: str = says("数据", default="")
    evidence: str = says("证据", default="")
    article: str = says("依据")


@dataclass(frozen=True)
class Signer:
    """One who signs for himself; the number is shown masked."""

    name: str = says("姓名")
    masked_number: str = says("遮盖后的证件号码")
    way: str = says("签署方式")
    signed_on: date | None = says("签署日期", default=None)


@dataclass(frozen=True)
class Shape:
    """What every letter carries: the office that issues it."""

    office: str = says("制发机关")


@dataclass(frozen=True)
class _Addressed(Shape):
    """A letter to somebody about a case, with a number to ring."""

    recipient: str = says("收件人")
    case_number: str = says("办件编号")
    phone: str = says("咨询电话")


@dataclass(frozen=True)
class _Contestable(_Addressed):
    """A decision: it names the body for reconsideration and the court (handbook 00 §0.12)."""

    reconsideration_body: str = says("行政复议机关")
    court: str = says("有管辖权的人民法院")


@dataclass(frozen=True)
class Acceptance(_Addressed):
    """受理通知书: what was handed in, what need not be, until when the office answers."""

    service: str = says("事项名称")
    accepted_on: date = says("受理日期")
    received: tuple[str, ...] = says("收到的材料", default=())
    waived: tuple[Waived, ...] = says("免交材料", default=())
    deadline: date = says("办结期限")
    limit: str = says("办理时限")
    provisional: bool = says("期限待放假通知确定", default=False)
    follow: str = says("查询办法")


@dataclass(frozen=True)
class Correction(_Addressed):
    """一次性补正告知书: everything that is wanting, told once."""

    service: str = says("事项名称")
    missing: tuple[Missing, ...] = says("需要补正的内容")
    answer_until: date = says("补正期限")
    otherwise: str = says("逾期后果")


@dataclass(frozen=True)
class NotAccepted(_Contestable):
    """不予受理通知书: why, and where to turn instead."""

    service: str = says("事项名称")
    reasons: tuple[Reason, ...] = says("不予受理的理由")
    elsewhere: str = says("可以向哪里申请", default="")


@dataclass(frozen=True)
class Publicity(Shape):
    """公示: name, number of members, amount, scheme, period and objection phone, nothing else.

    最低生活保障审核确认办法 art. 24; the shape has no room for more.
    """

    applicant: str = says("申请人")
    members: int = says("保障人数")
    amount: int = says("拟保障金额", money=True)
    per: str = says("发放方式", default="每月")
    ending: bool = says("拟终止", default=False)
    scheme: str = says("保障类别")
    posted_on: date = says("公示起始日")
    last_day: date = says("公示截止日")
    objection_phone: str = says("异议电话")


@dataclass(frozen=True)
class Grant(_Contestable):
    """确认通知书: how much, for whom, from when, by which rules, until which review; of a sum, its instalments."""

    scheme: str = says("保障类别")
    members: tuple[str, ...] = says("保障对象")
    amount: int = says("保障金额", money=True)
    per: str = says("发放方式", default="每月")
    after: str = says("审核经过", default="经调查核实和公示")
    from_month: str = says("起发月份")
    plan: tuple[str, ...] = says("发放安排", default=())
    review_on: date | None = says("复核日期", default=None)
    rule_set: str = says("适用规定")
    findings: tuple[Finding, ...] = says("审核结论")


@dataclass(frozen=True)
class Refusal(_Contestable):
    """不予确认通知书: every reason with figures and article, and what else the household may receive."""

    scheme: str = says("保障类别")
    reasons: tuple[Reason, ...] = says("不予确认的理由")
    rule_set: str = says("适用规定")
    also: tuple[str, ...] = says("可以申请的其他救助", default=())


@dataclass(frozen=True)
class Change(_Contestable):
    """变更通知书: an adjustment, a stop or a gradual exit, with its reason."""

    scheme: str = says("保障类别")
    change: str = says("变更类型")
    before: int = says("变更前金额", money=True)
    after: int = says("变更后金额", money=True)
    from_month: str = says("执行月份")
    until_month: str = says("渐退期满月份", default="")
    reasons: tuple[Reason, ...] = says("变更理由")
    heard: str = says("听取意见情况", default="")


@dataclass(frozen=True)
class Commitment(Shape):
    """承诺书: what the applicant promises, in which version of the text."""

    service: str = says("事项名称")
    case_number: str = says("办件编号")
    items: tuple[str, ...] = says("承诺内容")
    version: str = says("文本版本")
    signers: tuple[Signer, ...] = says("承诺人")


@dataclass(frozen=True)
class Authorisation(Shape):
    """核对授权书: every capable adult lets the office ask, for one purpose, the sources named."""

    service: str = says("事项名称")
    case_number: str = says("办件编号")
    purpose: str = says("核对目的")
    sources: tuple[str, ...] = says("查询的信息")
    valid_until: str = says("授权期限")
    basis: str = says("依据")
    version: str = says("文本版本")
    signers: tuple[Signer, ...] = says("授权人")


@dataclass(frozen=True)
class ReconsiderationDecision(Shape):
    """行政复议决定书: what was contested, what was found, what is decided."""

    applicant: str = says("申请人")
    respondent: str = says("被申请人")
    case_number: str = says("复议案号")
    contested: str = says("被申请的决定")
    request: str = says("复议请求")
    applicant_says: str = says("申请人理由")
    respondent_says: str = says("被申请人答复")
    facts: str = says("查明事实")
    opinion: str = says("本机关认为")
    decision: tuple[str, ...] = says("决定")
    article: str = says("依据")
    court: str = says("有管辖权的人民法院")
