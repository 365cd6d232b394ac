"""One page for each service: the guide, who does what by when under which article, what comes of it."""

from __future__ import annotations

from minzheng.kernel import declare, law
from minzheng.kernel.catalogue import Declared

from .tables import article, dated, head, lines, table

__all__ = ["page"]

OFFERED = {"public": "群众申请", "office": "机关发起", "follow_on": "由未获确认的申请转入"}
SOURCES = {"system": "系统核对，不向群众要", "applicant": "申请人提供", "signed": "当场签署"}
THEN = {"advance": "进入下一环节", "grant": "予以确认", "refuse": "不予确认", "close": "办结"}
TERMS = (
    ("term", "时限"),
    ("explain_term", "说明期限"),
    ("valid_term", "报告有效期"),
    ("publicity_term", "公示期"),
    ("decided_by", "由谁确认"),
    ("tolerance", "差异容许"),
)


def page(declared: Declared[declare.Service], values: law.Parameters) -> str:
    """Everything a clerk or an auditor asks about a service."""
    service = declared.item
    basis = table(["依据"], [[article(one)] for one in service.basis])
    parts = [
        head(f"{service.label}（`{declared.code}`）", service.guide.summary),
        f"版本 {service.version}；{service.situation}；{OFFERED[service.offered]}。\n\n## 依据\n\n{basis}",
        _guide(service.guide),
        "## 材料\n\n" + table(["材料", "编码", "来源", "必需"], map(_material, service.materials)),
        "## 环节\n\n" + table(["环节", "编码", "岗位", "层级", "前置", "依据", "结果"], _steps(service)),
        "## 时限与确认机关\n\n各地可在“标准与参数”中登记本地的值；这里列出随平台写入的全国和全省的值。\n\n"
        + table(["适用于", "名称", "参数", "值", "出处"], _terms(service, values)),
        "## 由此产生\n\n" + _outcome(service),
    ]
    return "\n".join(parts)


def _guide(guide: declare.Guide) -> str:
    text = f"## 办事指南\n\n谁可以办：\n\n{lines(guide.who)}\n能得到什么：\n\n{lines(guide.get)}\n"
    text += f"多长时间：{guide.how_long}\n\n在哪里办：{guide.where}\n"
    return text + "".join(f"\n**{question}** {answer}\n" for question, answer in guide.questions)


def _material(one: declare.Material) -> list[str]:
    source = SOURCES[one.source] + (f"（{one.from_source}）" if one.from_source else "")
    return [one.label, f"`{one.code}`", source, "是" if one.required else "否"]


def _steps(service: declare.Service) -> list[list[str]]:
    labels = {step.code: step.label for step in service.steps}
    rows = []
    for at, step in enumerate(service.steps):
        before = step.after or ((service.steps[at - 1].code,) if at else ())
        by, level = step.by.label, step.by.at.label
        if isinstance(step, declare.Deciding) and step.or_by:
            by, level = f"{by}，或{step.or_by.label}", f"{level}，或{step.or_by.at.label}"
        if step.together > 1:
            by += f"（{step.together} 人共同）"
        rows.append(
            [
                step.label,
                f"`{step.code}`",
                by,
                level,
                "、".join(labels[code] for code in before),
                article(step.basis),
                "\n".join(_way(one, labels, last=at == len(service.steps) - 1) for one in step.outcomes),
            ]
        )
    return rows


def _way(outcome: declare.Outcome, labels: dict[str, str], *, last: bool) -> str:
    then = "办件结束" if last and outcome.then == "advance" else THEN.get(outcome.then, "")
    if outcome.to:
        then = ("退回" if outcome.then == "return" else "直接进入") + f"“{labels[outcome.to]}”"
    return f"{outcome.label} → {then}" + ("，须写明理由" if outcome.needs_reason else "")


def _terms(service: declare.Service, values: law.Parameters) -> list[list[str]]:
    used = [(step.label, word, getattr(step, name, "")) for step in service.steps for name, word in TERMS]
    whole = service.within
    used += [
        ("全程", "一般", whole.ordinary),
        ("全程", "特殊情形", whole.special),
        ("全程", "下放乡镇确认", whole.delegated),
    ]
    rows = []
    for where, word, key in used:
        for value in values if key else ():
            if value.key == key:
                rows.append([where, f"{word}：{value.title}", f"`{key}`", dated(value), value.source])
    return rows


def _outcome(service: declare.Service) -> str:
    told = ["决定书，送达申请人；不予确认的写明理由、依据和救济途径。"]
    if service.scheme:
        told.append(f"予以确认的按“{service.scheme.label}”（{service.scheme.unit}）发放。")
    if service.follow_on:
        told.append(f"不予确认的转入 `{service.follow_on.service}`，沿用已有材料和调查结果。")
    if service.reviewed_by:
        told.append(f"复议由{service.reviewed_by.label}审理。")
    if service.proxy:
        told.append(f"可由{'、'.join(role.label for role in service.proxy)}代为申请或发起。")
    return lines(told)
