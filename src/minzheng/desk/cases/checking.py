"""The check with other departments as pages show it: who was asked what when, the answer's hash, the differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework.models import Case
from minzheng.kernel.exchange import queries as exchange
from minzheng.kernel.exchange.models import Discrepancy, Query, Verification
from minzheng.kernel.exchange.policies import Policy
from minzheng.kernel.exchange.silence import asked_until, why
from minzheng.kernel.exchange.sources import source
from minzheng.kernel.law.units import in_words, unit_of
from minzheng.ui.shown import badge, cn_date, cn_datetime
from minzheng.ui.tables import Head, Row

__all__ = [
    "ANSWER_COLUMNS",
    "COMPARISON_COLUMNS",
    "CONSENT_COLUMNS",
    "differences",
    "latest",
    "report",
    "unsettled",
]

ANSWER_COLUMNS = (
    Head("数据来源"), Head("被查询人"), Head("结果"), Head("说明"), Head("数据截至", "day"),
    Head("有效期至", "day", secondary=True), Head("原文摘要（SM3）", secondary=True),
)  # fmt: skip
COMPARISON_COLUMNS = (Head("事项"), Head("成员"), Head("申报"), Head("查得"), Head("比对"))
CONSENT_COLUMNS = (
    Head("授权人"), Head("签署方式"), Head("签署时间", "instant"), Head("见证人", secondary=True), Head("状态"),
    Head("授权书版本", secondary=True),
)  # fmt: skip
_KINDS = {"answered": "good", "pending": "neutral", "late": "info", "failed": "bad", "refused": "warn"}
_VERDICTS = {"agrees": "good", "exceeds": "bad", "below": "info", "unknown": "unknown", "noted": "neutral"}
_CONCLUSIONS = {"within": "good", "exceeds": "bad", "unknown": "unknown"}
_OPEN = (Verification.State.STARTED, Verification.State.PARTIAL, Verification.State.RECHECKING)
_STATES = {"open": "warn", "explained": "info", "accepted": "good", "upheld": "bad", "cleared": "neutral"}


def latest(case: Case, by: Actor) -> Verification | None:
    """The newest check of the case; of the case it follows from where it has none of its own."""
    own = exchange.latest_verification(case.pk, by=by)
    if own is not None or case.origin_id is None or case.channel != Case.Channel.FOLLOW_ON:
        return own
    return exchange.latest_verification(case.origin_id, by=by)


def report(verification: Verification, by: Actor) -> dict[str, Any]:
    """Sources, times, hashes, comparison and conclusion."""
    log = exchange.query_log(verification.case_id, by=by)
    asked = list(log.filter(verification=verification, round=verification.round))
    kept: Mapping[str, Any] = verification.report or {}
    answered = sum(1 for one in asked if one.state == Query.State.ANSWERED)
    conclusion = verification.get_conclusion_display() if verification.conclusion else ""
    return {
        "verification": verification, "asked": len(asked), "answered": answered,
        "items": [
            ("状态", verification.get_state_display()), ("依据", verification.basis),
            ("基准日", cn_date(verification.reference_date)),
            ("发起", f"{verification.requester_name}，{cn_datetime(verification.requested_at)}"),
            ("报告时间", cn_datetime(verification.reported_at) if verification.reported_at else "尚未出具"),
            ("有效期至（不含）", cn_date(verification.valid_until) if verification.valid_until else ""),
            ("结论", badge(conclusion, _CONCLUSIONS[verification.conclusion]) if conclusion else ""),
            ("报告摘要（SM3）", verification.report_sha[:16]),
        ],
        "answers": [_answer(one) for one in asked], "silent": _silent(asked), "next": _next(verification, asked),
        "comparison": [_line(row) for row in sorted(kept.get("comparison", ()), key=_urgency)],
    }  # fmt: skip


def _answer(one: Query) -> Row:
    said, kind, words = one.get_state_display(), _KINDS.get(one.state, "neutral"), why(one)
    if one.state == Query.State.ANSWERED:
        found = (one.body or {}).get("found")
        said, kind = ("有记录", "good") if found else ("无记录", "neutral")
        words = "沿用有效期内的上次结果" if one.taken_from_id is not None else ""
    return Row([
        f"{one.of.label}（{one.of.department}）", one.person.name, badge(said, kind), words, one.as_of,
        one.valid_until, one.raw_sha[:10],
    ])  # fmt: skip


def _silent(asked: Sequence[Query]) -> list[tuple[str, str]]:
    """Each source without an answer that can be used: what came instead, and about how many of the family."""
    counted = Counter((one.source, why(one)) for one in asked if why(one))
    return [
        (f"{source(code).label}（{source(code).department}）", f"{words}（{n}人）")
        for (code, words), n in counted.items()
    ]


def _next(verification: Verification, asked: Sequence[Query]) -> str:
    """What happens by itself, what the clerk may do, and what a report makes of silence."""
    waiting = [one for one in asked if one.state in (Query.State.FAILED, Query.State.LATE)]
    if not waiting:
        return "这些来源不再自动问，相应事项记为“未知”，不当作没有；与该部门联系解决后，可在复核中重新查询。"
    if verification.state not in _OPEN:
        return ""
    minutes, last = asked_until(verification)
    again = (
        f"系统每 {minutes} 分钟自动再问，至 {cn_date(last)}；也可以点“查询未返回的”马上再问。"
        if clock.today() <= last
        else f"自动再问已于 {cn_date(last)} 停止；可以点“查询未返回的”再问。"
    )
    if any(one.policy == Policy.HOLD for one in waiting):
        return f"{again}按本地规定，其中有来源未返回时暂缓办理，不能出具报告。"
    return f"{again}先出具报告的，未返回的事项记为“未知”，不当作没有。"


def _urgency(row: Mapping[str, Any]) -> int:
    """What differs is read first."""
    order = ("exceeds", "unknown", "below", "agrees")
    return order.index(row["verdict"]) if row["verdict"] in order else len(order)


def _line(row: Mapping[str, Any]) -> Row:
    verdict = badge(str(row["verdict_label"]), _VERDICTS.get(row["verdict"], "neutral"))
    mark = "bad" if row["verdict"] == "exceeds" else ""
    return Row([row["label"], row["name"], row["declared_words"], row["found_words"], verdict], mark=mark)


def differences(verification: Verification, by: Actor) -> list[dict[str, Any]]:
    """Each difference with what the household says and what was decided."""
    return [_difference(one) for one in exchange.discrepancies(verification, by=by)]


def _difference(one: Discrepancy) -> dict[str, Any]:
    items = {item.name: item for item in source(one.source).items}
    item = items.get(one.item)
    unit = item.unit if item else "count"
    said = [
        ("申报", _figure(one.declared, unit)), ("查得", _figure(one.found, unit)),
        ("来源", f"{source(one.source).department}（{source(one.source).label}）"),
        ("说明期限", cn_date(one.explain_due)),
    ]  # fmt: skip
    if one.explanation:
        said.append(("当事人说明", one.explanation))
    if one.reason:
        said += [("采用", _figure(one.settled, unit)), ("认定理由", one.reason)]
    return {
        "row": one, "id": one.pk, "label": item.label if item else one.item,
        "name": one.member.name if one.member else "全家", "items": said,
        "state": one.get_state_display(), "kind": _STATES.get(one.state, "neutral"),
        "unsettled": one.state in (Discrepancy.State.OPEN, Discrepancy.State.EXPLAINED),
        "document": f"/desk/documents/{one.document_id}/" if one.document_id else "",
    }  # fmt: skip


def _figure(value: int | None, unit: str) -> str:
    if value is None:
        return "未申报"
    kind = unit_of(unit)
    return in_words(bool(value) if unit == "boolean" else value, kind)


def unsettled(found: Sequence[Mapping[str, Any]]) -> int:
    """How many differences wait for a decision."""
    return sum(1 for one in found if one["unsettled"])
