"""What each letter must say, as frozen shapes; a letter that would leave something out is not written."""
# ruff: noqa: RUF009  (a field says its label; the call makes a field, as dataclasses.field does)

from __future__ import annotations

from dataclasses import MISSING, dataclass, field
from datetime import date
from typing import Any

__all__ = [
    "Acceptance", "Authorisation", "Change", "Commitment", "Correction", "Finding", "Grant", "Missing",
    "NotAccepted", "Publicity", "Reason", "ReconsiderationDecision", "Refusal", "Shape", "Signer", "Waived",
]  # fmt: skip


def _says(label: str, *, default: Any = MISSING, money: bool = False) -> Any:
    """A field of a letter, with the words by which a refusal names it."""
    return field(default=default, kw_only=True, metadata={"label": label, "money": money})


@dataclass(frozen=True)
class Waived:
    """A paper nobody need bring, because a department answers for it."""

    label: str = _says("免交材料")
    source: str = _says("由谁提供")


@dataclass(frozen=True)
class Missing:
    """A paper or a fact still wanting, and why it is needed."""

    label: str = _says("所缺内容")
    why: str = _says("补正要求")


@dataclass(frozen=True)
class Finding:
    """One test of the law, its figures, and the article."""

    label: str = _says("审核事项")
    figures: str = _says("数据")
    result: str = _says("结论")
    article: str = _says("依据")


@dataclass(frozen=True)
class Reason:
    """Why not: in words, with figures, evidence and article."""

    text: str = _says("理由")
    figures: str = _says("数据", default="")
    evidence: str = _says("证据", default="")
    article: str = _says("依据")


@dataclass(frozen=True)
class Signer:
    """One who signs for himself; the number is shown masked."""

    name: str = _says("姓名")
    masked_number: str = _says("遮盖后的证件号码")
    way: str = _says("签署方式")
    signed_on: date | None = _says("签署日期", default=None)


@dataclass(frozen=True)
class Shape:
    """What every letter carries: the office that issues it."""

    office: str = _says("制发机关")


@dataclass(frozen=True)
class _Addressed(Shape):
    """A letter to somebody about a case, with a number to ring."""

    recipient: str = _says("收件人")
    case_number: str = _says("办件编号")
    phone: str = _says("咨询电话")


@dataclass(frozen=True)
class _Contestable(_Addressed):
    """A decision: it names the body for reconsideration and the court (handbook 00 §0.12)."""

    reconsideration_body: str = _says("行政复议机关")
    court: str = _says("有管辖权的人民法院")


@dataclass(frozen=True)
class Acceptance(_Addressed):
    """受理通知书: what was handed in, what need not be, until when the office answers."""

    service: str = _says("事项名称")
    accepted_on: date = _says("受理日期")
    received: tuple[str, ...] = _says("收到的材料", default=())
    waived: tuple[Waived, ...] = _says("免交材料", default=())
    deadline: date = _says("办结期限")
    limit: str = _says("办理时限")
    provisional: bool = _says("期限待放假通知确定", default=False)
    follow: str = _says("查询办法")


@dataclass(frozen=True)
class Correction(_Addressed):
    """一次性补正告知书: everything that is wanting, told once."""

    service: str = _says("事项名称")
    missing: tuple[Missing, ...] = _says("需要补正的内容")
    answer_until: date = _says("补正期限")
    otherwise: str = _says("逾期后果")


@dataclass(frozen=True)
class NotAccepted(_Contestable):
    """不予受理通知书: why, and where to turn instead."""

    service: str = _says("事项名称")
    reasons: tuple[Reason, ...] = _says("不予受理的理由")
    elsewhere: str = _says("可以向哪里申请", default="")


@dataclass(frozen=True)
class Publicity(Shape):
    """公示: name, number of members, amount, scheme, period and objection phone, nothing else.

    最低生活保障审核确认办法 art. 24; the shape has no room for more.
    """

    applicant: str = _says("申请人")
    members: int = _says("保障人数")
    amount: int = _says("拟保障金额", money=True)
    per: str = _says("发放方式", default="每月")
    ending: bool = _says("拟终止", default=False)
    scheme: str = _says("保障类别")
    posted_on: date = _says("公示起始日")
    last_day: date = _says("公示截止日")
    objection_phone: str = _says("异议电话")


@dataclass(frozen=True)
class Grant(_Contestable):
    """确认通知书: how much, for whom, from when, by which rules, until which review; of a sum, its instalments."""

    scheme: str = _says("保障类别")
    members: tuple[str, ...] = _says("保障对象")
    amount: int = _says("保障金额", money=True)
    per: str = _says("发放方式", default="每月")
    after: str = _says("审核经过", default="经调查核实和公示")
    from_month: str = _says("起发月份")
    plan: tuple[str, ...] = _says("发放安排", default=())
    review_on: date | None = _says("复核日期", default=None)
    rule_set: str = _says("适用规定")
    findings: tuple[Finding, ...] = _says("审核结论")


@dataclass(frozen=True)
class Refusal(_Contestable):
    """不予确认通知书: every reason with figures and article, and what else the household may receive."""

    scheme: str = _says("保障类别")
    reasons: tuple[Reason, ...] = _says("不予确认的理由")
    rule_set: str = _says("适用规定")
    also: tuple[str, ...] = _says("可以申请的其他救助", default=())


@dataclass(frozen=True)
class Change(_Contestable):
    """变更通知书: an adjustment, a stop or a gradual exit, with its reason."""

    scheme: str = _says("保障类别")
    change: str = _says("变更类型")
    before: int = _says("变更前金额", money=True)
    after: int = _says("变更后金额", money=True)
    from_month: str = _says("执行月份")
    until_month: str = _says("渐退期满月份", default="")
    reasons: tuple[Reason, ...] = _says("变更理由")
    heard: str = _says("听取意见情况", default="")


@dataclass(frozen=True)
class Commitment(Shape):
    """承诺书: what the applicant promises, in which version of the text."""

    service: str = _says("事项名称")
    case_number: str = _says("办件编号")
    items: tuple[str, ...] = _says("承诺内容")
    version: str = _says("文本版本")
    signers: tuple[Signer, ...] = _says("承诺人")


@dataclass(frozen=True)
class Authorisation(Shape):
    """核对授权书: every capable adult lets the office ask, for one purpose, the sources named."""

    service: str = _says("事项名称")
    case_number: str = _says("办件编号")
    purpose: str = _says("核对目的")
    sources: tuple[str, ...] = _says("查询的信息")
    valid_until: str = _says("授权期限")
    basis: str = _says("依据")
    version: str = _says("文本版本")
    signers: tuple[Signer, ...] = _says("授权人")


@dataclass(frozen=True)
class ReconsiderationDecision(Shape):
    """行政复议决定书: what was contested, what was found, what is decided."""

    applicant: str = _says("申请人")
    respondent: str = _says("被申请人")
    case_number: str = _says("复议案号")
    contested: str = _says("被申请的决定")
    request: str = _says("复议请求")
    applicant_says: str = _says("申请人理由")
    respondent_says: str = _says("被申请人答复")
    facts: str = _says("查明事实")
    opinion: str = _says("本机关认为")
    decision: tuple[str, ...] = _says("决定")
    article: str = _says("依据")
    court: str = _says("有管辖权的人民法院")
