"""What may be done with a release now, and by whom: one sheet for each deed, none for whoever may not."""

from __future__ import annotations

from collections.abc import Iterator

from minzheng.desk.sheets import NOTHING, Do, Sent, Sheet
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Text, YesNo
from minzheng.kernel.errors import Refused
from minzheng.kernel.releases import actions, queries
from minzheng.kernel.releases.models import Release, ReleaseValue, Simulation
from minzheng.ui.shown import badge, cn_datetime

from .reach import seen

__all__ = ["removing", "sheets", "steps", "waiting"]

State = Release.State
_SIGN = Form(
    "sign", "会签",
    (YesNo("checked", "我已核对发布的数值、依据文件和试算结果，同意按此发布", must=True),),
)  # fmt: skip
_REASON = Form("reason", "理由", (Text("reason", "理由", lines=2, longest=300),))
_ORDER = (State.DRAFT, State.SIMULATED, State.SIGNED, State.PUBLISHED)


def sheets(of: Release, tried: Simulation | None, by: Actor) -> list[Sheet]:
    """The deeds open to this actor in this state: what leads on first, what ends it last."""
    may = queries.may(of, by)
    found = [*_forward(of, tried, by, may), *_ending(of, by, may)]
    for sheet in found:
        sheet.version = of.version
    return sorted(found, key=lambda sheet: sheet.quiet or sheet.danger)


def _forward(of: Release, tried: Simulation | None, by: Actor, may: frozenset[str]) -> Iterator[Sheet]:
    running = of.simulations.filter(voided_at=None, state__in=("waiting", "running")).exists()
    if "simulate" in may and not running and (of.values.exists() or of.alternative):
        words = "重新试算后，已有的会签失效。" if of.state == State.SIGNED else ""
        label = "对全部家庭试算" if tried is None else "重新试算"
        yield Sheet(
            "simulate", NOTHING, _simulate(of, by), submit=label, quiet=tried is not None, confirm=words
        )
    if "sign" in may and tried is not None:
        yield Sheet("sign", _SIGN, _sign(of, tried, by), submit="会签", title="会签")
    if "publish" in may and not of.alternative:
        words = "发布后，从执行月份起按新的数值计算和发放。"
        yield Sheet("publish", NOTHING, _publish(of, by), submit="发布", confirm=words)


def _ending(of: Release, by: Actor, may: frozenset[str]) -> Iterator[Sheet]:
    if "withdraw" in may:
        yield Sheet("withdraw", _REASON, _withdraw(of, by), submit="作废", title="作废这次发布", quiet=True)
    if "back_out" in may:
        words = "撤销后，恢复发布以前的数值；已发放的月份不改，差额列为补发或追缴。"
        yield Sheet(
            "back_out",
            _REASON,
            _back_out(of, by),
            submit="撤销发布",
            title="撤销",
            danger=True,
            confirm=words,
        )


def removing(of: Release, by: Actor, chosen: str) -> Sheet:
    """The deed behind the buttons beside the values: the one pressed is not said any more."""

    def do(sent: Sent) -> str:
        if not seen(of, sent, by):
            return ""
        found = of.values.filter(pk=int(chosen)).first() if chosen.isdigit() and len(chosen) < 19 else None
        if found is None:
            raise Refused("release_value_gone", "这个值已经删去了。请刷新页面。")
        actions.remove_value(value=found, by=by, key=sent.key)
        return f"已删去“{_said(found)}”。"

    return Sheet("remove", NOTHING, do, version=of.version)


def _said(one: ReleaseValue) -> str:
    return one.title or one.key


def steps(of: Release, signed: int) -> list[dict[str, str]]:
    """Where the release stands."""
    reached = _ORDER.index(State(of.state)) if of.state in _ORDER else -1
    if of.state == State.BACKED_OUT:
        reached = _ORDER.index(State.PUBLISHED)
    notes = [
        f"{of.drafted_by_name} {cn_datetime(of.drafted_at)}", "", f"{signed} 人已会签" if signed else "",
        f"{of.published_by_name} {cn_datetime(of.published_at)}" if of.published_at else "",
    ]  # fmt: skip
    found = []
    for at, label in enumerate(("拟订", "试算", "两人会签", "发布")):
        kind = "done" if at <= reached else "now" if at == reached + 1 else "todo"
        if of.state == State.WITHDRAWN:
            kind = "done" if at == 0 else "skipped"
        found.append({"label": label, "state": kind, "note": notes[at]})
    return [*found, _last(of)]


def _last(of: Release) -> dict[str, str]:
    if of.state == State.BACKED_OUT:
        return {
            "label": "已撤销",
            "state": "stopped",
            "note": f"{of.ended_by_name} {cn_datetime(of.ended_at)}",
        }
    if of.state == State.WITHDRAWN:
        return {
            "label": "已作废",
            "state": "stopped",
            "note": f"{of.ended_by_name} {cn_datetime(of.ended_at)}",
        }
    if of.applied_at is not None:
        return {"label": "待遇调整", "state": "done", "note": cn_datetime(of.applied_at)}
    return {"label": "待遇调整", "state": "now" if of.state == State.PUBLISHED else "todo", "note": ""}


def waiting(of: Release, found: list[Sheet], by: Actor, *, running: bool) -> str:
    """What comes next, for whoever has nothing to press."""
    if running:
        return "正在试算，完成后可以会签。"
    if any(sheet.code in ("simulate", "sign", "publish") and not sheet.quiet for sheet in found):
        return ""
    mine = by.id == of.drafted_by
    words = {
        State.DRAFT: "请先填写数值，再对全部家庭试算。" if mine else "等待拟订人填写数值、试算。",
        State.SIMULATED: "等待拟订人以外的两位会签人会签。",
        State.SIGNED: "备选规则只用于试算，不能发布。" if of.alternative else "等待发布。",
        State.PUBLISHED: "" if of.applied_at else "已发布，执行月份到来后自动调整待遇。",
    }
    return words.get(State(of.state), "")


def signatures(of: Release) -> list[tuple[str, str]]:
    """Who signed, in which post, when; those that no longer stand are marked."""
    valid = {one.pk for one in queries.valid_signatures(of)}
    rows = of.signatures.order_by("id")
    return [
        (one.by_name, f"{one.office} {cn_datetime(one.at)} " + ("" if one.pk in valid else badge("已失效")))
        for one in rows
    ]


def _simulate(of: Release, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        if not seen(of, sent, by):
            return ""
        actions.simulate(release=of, by=by, key=sent.key)
        return "已开始试算。可以离开这个页面，稍后回来查看。"

    return do


def _sign(of: Release, tried: Simulation, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        _SIGN.clean(sent.answers)
        if not seen(of, sent, by):
            return ""
        actions.sign(release=of, seen=tried.seal, by=by, key=sent.key)
        return "已会签。"

    return do


def _publish(of: Release, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        if not seen(of, sent, by):
            return ""
        actions.publish(release=of, by=by, key=sent.key)
        return "已发布。"

    return do


def _withdraw(of: Release, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        reason = _REASON.clean(sent.answers).plain["reason"]
        if not seen(of, sent, by):
            return ""
        actions.withdraw(release=of, reason=reason, by=by, key=sent.key)
        return "已作废。"

    return do


def _back_out(of: Release, by: Actor) -> Do:
    def do(sent: Sent) -> str:
        reason = _REASON.clean(sent.answers).plain["reason"]
        if not seen(of, sent, by):
            return ""
        actions.back_out(release=of, reason=reason, by=by, key=sent.key)
        return "已撤销，恢复发布以前的数值。"

    return do
