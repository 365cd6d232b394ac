"""What each letter must say, as frozen shapes; a letter that would leave something out is not written."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field
from datetime import date
from typing import Any, TypeVar

from minzheng.kernel.errors import Refused

from .numerals import money_in_figures, money_in_words

__all__ = [
    "Acceptance", "Authorisation", "Change", "Commitment", "Correction", "Finding", "Grant", "Missing",
    "NotAccepted", "Publicity", "Reason", "ReconsiderationDecision", "Refusal", "Shape", "Signer", "Waived",
    "as_json", "build", "printed",
]  # fmt: skip

T = TypeVar("T")


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
    scheme: str = _says("保障类别")
    posted_on: date = _says("公示起始日")
    last_day: date = _says("公示截止日")
    objection_phone: str = _says("异议电话")


@dataclass(frozen=True)
class Grant(_Contestable):
    """确认通知书: how much, for whom, from when, by which rules, until which review."""

    scheme: str = _says("保障类别")
    members: tuple[str, ...] = _says("保障对象")
    amount: int = _says("保障金额", money=True)
    from_month: str = _says("起发月份")
    review_on: date = _says("复核日期")
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


def build(shape: type[T], data: Mapping[str, Any] | T, *, name: str) -> T:
    """The letter's content, complete and of the right kinds, or a refusal that lists what is wanting."""
    given = as_json(data) if dataclasses.is_dataclass(data) else data
    if not isinstance(given, Mapping):
        raise Refused("letter_data", f"{name}的内容应当按栏目填写。", letter=name)
    fields = {one.name: one for one in dataclasses.fields(shape)}  # type: ignore[arg-type]
    if unknown := sorted(set(given) - set(fields)):
        message = f"{name}没有这些栏目：{'、'.join(unknown)}。请核对栏目名称。"
        raise Refused("letter_data_unknown", message, unknown=unknown)
    required = [one for one in fields.values() if one.default is MISSING]
    if lacking := [one for one in required if _blank(given.get(one.name))]:
        labels = "、".join(one.metadata["label"] for one in lacking)
        message = f"{name}缺少：{labels}。请补全后再出具。"
        raise Refused("letter_data_missing", message, missing=[one.name for one in lacking])
    hints = typing.get_type_hints(shape)
    values = {
        key: _read(hints[key], given[key], f"{name}的“{one.metadata['label']}”")
        for key, one in fields.items()
        if given.get(key) is not None
    }
    return shape(**values)


def as_json(content: Any) -> Any:
    """The content as it is stored: days in ISO form, tuples as lists."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        return {one.name: as_json(getattr(content, one.name)) for one in dataclasses.fields(content)}
    if isinstance(content, (list, tuple)):
        return [as_json(one) for one in content]
    return content.isoformat() if isinstance(content, date) else content


def printed(content: Any) -> Any:
    """The content as it is read: days and money in Chinese."""
    if dataclasses.is_dataclass(content) and not isinstance(content, type):
        return {
            one.name: _money(getattr(content, one.name))
            if one.metadata.get("money")
            else printed(getattr(content, one.name))
            for one in dataclasses.fields(content)
        }
    if isinstance(content, (list, tuple)):
        return [printed(one) for one in content]
    return f"{content.year}年{content.month}月{content.day}日" if isinstance(content, date) else content


def _money(fen: int) -> dict[str, str]:
    return {"figures": money_in_figures(fen), "words": money_in_words(fen)}


def _blank(value: Any) -> bool:
    return value is None or value in ([], ()) or (isinstance(value, str) and not value.strip())


def _read(kind: Any, value: Any, where: str) -> Any:
    """One value of the kind the shape declares."""
    if isinstance(kind, types.UnionType):
        kind = next(one for one in typing.get_args(kind) if one is not type(None))
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, (list, tuple)):
            raise Refused("letter_data_kind", f"{where}应当逐条列出。")
        inner = typing.get_args(kind)[0]
        return tuple(_read(inner, one, where) for one in value)
    if dataclasses.is_dataclass(kind):
        return build(typing.cast("type[Any]", kind), value, name=where)
    if kind is date and isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Refused("letter_data_kind", f"{where}不是有效的日期。") from None
    if type(value) is not kind:
        words = {str: "文字", int: "整数", date: "日期", bool: "是或否"}
        raise Refused("letter_data_kind", f"{where}应当是{words.get(kind, '规定的内容')}。")
    return value
