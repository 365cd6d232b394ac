"""What is done with the beds of a house that stands: refitted, repaired, taken away, changed, given up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Money, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities import actions
from minzheng.kernel.facilities.duties import keeps, of, oversees
from minzheng.kernel.facilities.models import Absence, Bed, Facility, Stay
from minzheng.kernel.facilities.queries import Board

__all__ = ["bed_sheets", "stay_sheets"]

_EMPTY = ("free", "repair")


def bed_sheets(found: Facility, board: Board, by: Actor) -> list[Sheet]:
    """For the house's own staff and for the county."""
    if not board.cells or not (keeps(found, by) or oversees(of(found), path=found.path, by=by)):
        return []
    empty = {str(cell.bed.pk): cell.bed for cell in board.cells if cell.state in _EMPTY}
    return [_refit(found, board, by), *([_mend(empty, by), _take_away(empty, by)] if empty else [])]


def _refit(found: Facility, board: Board, by: Actor) -> Sheet:
    form = Form("refit", "改造床位", (
        Text("beds", "房间或床位", longest=400, help="整间房写房间号，单张床写“房间-床号”，如 101、102-1"),
        Choice("kind", "改造后的类型", options=of(found).item.beds), Day("on", "改造完成日期"),
        Text("evidence", "认定依据", longest=200, help="如验收文件、护理床和呼叫系统、人员配备"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        many = actions.refit(
            beds=_meant(board, given["beds"]), kind=given["kind"], on=date.fromisoformat(given["on"]),
            evidence=given["evidence"], by=by, key=sent.key,
        )  # fmt: skip
        return f"已改造 {many} 张床位，占比随即按新的类型计算。"

    return Sheet("refit", form, do, submit="登记改造", title="改造床位类型", quiet=True)


def _meant(board: Board, text: str) -> list[Bed]:
    """Rooms and beds as somebody writes them down."""
    by_name = {str(cell.bed): [cell.bed] for cell in board.cells}
    by_name |= {room: [cell.bed for cell in cells] for room, cells in board.rooms.items()}
    wanted = text.replace("，", " ").replace("、", " ").replace(",", " ").split()
    if strange := [one for one in wanted if one not in by_name]:
        raise Refused("bed_unknown", f"没有“{strange[0][:20]}”这个房间或床位，请对照床位图。", field="beds")
    return list({bed.pk: bed for one in wanted for bed in by_name[one]}.values())


def _mend(empty: Mapping[str, Bed], by: Actor) -> Sheet:
    words = {"usable": "空闲，送修", "repair": "维修中，修好启用"}
    form = Form("mend", "床位维修", (
        Choice("bed", "床位", options={pk: f"{bed}（{words[bed.state]}）" for pk, bed in empty.items()}),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        bed = empty[form.clean(sent.answers).plain["bed"]]
        made = actions.mend(bed=bed, usable=bed.state == Bed.State.REPAIR, by=by, key=sent.key)
        return f"{made} 床现在是“{made.get_state_display()}”。"

    return Sheet("mend", form, do, submit="登记", title="床位维修", quiet=True)


def _take_away(empty: Mapping[str, Bed], by: Actor) -> Sheet:
    form = Form("take-away", "撤销床位", (
        Choice("bed", "床位", options={pk: str(bed) for pk, bed in empty.items()}), Day("on", "撤销日期"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.take_away(bed=empty[given["bed"]], on=date.fromisoformat(given["on"]), by=by, key=sent.key)
        return "床位已撤销。备案的床位数有变化，请办理变更备案。"

    words = "撤销后这张床位不再使用，确认办理？"
    return Sheet(
        "take-away", form, do, submit="撤销", title="撤销床位", quiet=True, danger=True, confirm=words
    )


def stay_sheets(
    found: Facility, staying: Mapping[str, Stay], free: Mapping[str, Bed], by: Actor
) -> list[Sheet]:
    """For the house's own staff, who look after those who stay."""
    late = Absence.objects.filter(stay__facility=found, until_on=None, held_until__lt=clock.today())
    gone = {str(pk): staying[str(pk)] for pk in late.values_list("stay_id", flat=True) if str(pk) in staying}
    sheets = [_prepaid(staying, by)]
    if free:
        sheets.append(_move(staying, free, by))
    return [*sheets, *([_let_go(gone, by)] if gone else [])]


def _names(staying: Mapping[str, Stay]) -> Choice:
    named = {pk: f"{one.person.name}（{one.agreement_number}）" for pk, one in staying.items()}
    return Choice("stay", "入住人", options=named)


def _move(staying: Mapping[str, Stay], free: Mapping[str, Bed], by: Actor) -> Sheet:
    form = Form("move", "调换床位", (
        _names(staying), Choice("bed", "调到床位", options={pk: str(bed) for pk, bed in free.items()}),
        Day("on", "调换日期"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.move(
            stay=staying[given["stay"]], bed=free[given["bed"]], on=date.fromisoformat(given["on"]), by=by, key=sent.key
        )  # fmt: skip
        return "已调换床位。"

    return Sheet("move", form, do, submit="调换", title="调换床位", quiet=True)


def _prepaid(staying: Mapping[str, Stay], by: Actor) -> Sheet:
    form = Form("prepaid", "登记预收费余额", (
        _names(staying), Money("amount", "预收费余额", help="会员费、充值卡等预先收取、还没有用掉的金额；没有的填 0"),
        Day("on", "截至日期"),
    ))  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.hold_prepaid(
            stay=staying[given["stay"]], amount=given["amount"], on=date.fromisoformat(given["on"]), by=by, key=sent.key
        )  # fmt: skip
        return "预收费余额已登记。"

    return Sheet("prepaid", form, do, submit="登记", title="预收费余额", quiet=True)


def _let_go(gone: Mapping[str, Stay], by: Actor) -> Sheet:
    form = Form("let-go", "腾退床位", (_names(gone),))

    def do(sent: Sent) -> str:
        made = actions.let_go(stay=gone[form.clean(sent.answers).plain["stay"]], by=by, key=sent.key)
        return f"入住到 {made.until_on} 结束，床位空出，押金全额退还。"

    words = "床位保留期限已过，腾退后入住结束，确认办理？"
    return Sheet("let-go", form, do, submit="腾退", title="住院超期腾退床位", quiet=True, confirm=words)
