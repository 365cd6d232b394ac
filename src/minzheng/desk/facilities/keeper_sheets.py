"""What the house's own staff do: file, open beds, take somebody on the queue, in, to hospital and out."""

from __future__ import annotations

from datetime import date, timedelta

from minzheng.desk.sheets import Sent, Sheet
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, IdNumber, Money, Text
from minzheng.kernel.errors import Refused
from minzheng.kernel.facilities import actions
from minzheng.kernel.facilities.duties import keeps, of
from minzheng.kernel.facilities.models import Absence, Bed, Facility, Stay, Waiting
from minzheng.kernel.facilities.queries import Board
from minzheng.kernel.facilities.queueing import queue
from minzheng.kernel.facilities.staying import LEFT
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person

from .bed_sheets import stay_sheets
from .closing_sheets import closing_sheets
from .filing_sheets import filing_sheets

__all__ = ["keeper_sheets"]


def keeper_sheets(found: Facility, board: Board, by: Actor) -> list[Sheet]:
    """Nothing for whoever is not of the house's own staff."""
    if not keeps(found, by) or found.state == Facility.State.CLOSED:
        return []
    item, sheets = of(found).item, []
    staying = {str(one.pk): one for one in found.stays.filter(until_on=None).select_related("person")}
    free = {str(cell.bed.pk): cell.bed for cell in board.cells if cell.state in ("free", "offered")}
    if item.agreement is not None and found.state == Facility.State.OPEN:
        sheets.append(_ask(found, by))
        sheets += [*_offer(found, board, by), *_waiting(found, by)]
        if free:
            sheets.append(_admit(found, free, by))
    if staying:
        sheets += [_away(staying, by), *_back(found, staying, by), _leave(staying, by)]
        sheets += stay_sheets(found, staying, free, by)
    sheets += _settle(found, by)
    if item.beds:
        sheets.append(_beds(found, by))
    return [*sheets, *filing_sheets(found, by), *closing_sheets(found, staying, by)]


def _known(number: str) -> Person:
    person = find_person(number)
    if person is None:
        raise Refused("person_unknown", "没有这个身份证号码的档案，请先在老年人台账建档。", field="id_number")
    return person


def _beds(found: Facility, by: Actor) -> Sheet:
    form = Form(
        "beds", "增设床位",
        (
            Text("room", "房间", longest=20), Text("numbers", "床号", longest=120, help="多个床号用逗号或空格隔开。"),
            Choice("kind", "床位类型", options=of(found).item.beds), Day("on", "启用日期"),
            Text("evidence", "认定依据", required=False, longest=200),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        numbers = given["numbers"].replace("，", " ").replace(",", " ").split()
        made = actions.open_beds(
            facility=found, room=given["room"], numbers=numbers, kind=given["kind"], on=date.fromisoformat(given["on"]),
            evidence=given.get("evidence") or "", by=by, key=sent.key,
        )  # fmt: skip
        return f"已增设 {len(made or numbers)} 张床位。"

    return Sheet("beds", form, do, submit="增设", title="增设床位", quiet=True)


def _ask(found: Facility, by: Actor) -> Sheet:
    item = of(found).item
    form = Form(
        "ask", "登记轮候",
        (
            IdNumber("id_number", "身份证号码"), Choice("rank", "优先类别", options=item.ranks),
            Choice("bed_kind", "床位类型", options=item.beds),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers)
        made = actions.ask(
            facility=found, person=_known(given.sealed["id_number"]), rank=given.plain["rank"],
            bed_kind=given.plain["bed_kind"], by=by, key=sent.key,
        )  # fmt: skip
        return f"已登记轮候，编号 {made.number}。"

    return Sheet("ask", form, do, submit="登记轮候", title="登记轮候", quiet=True)


def _offer(found: Facility, board: Board, by: Actor) -> list[Sheet]:
    """For whoever is first among those who want a kind of which a bed is free; nothing while there is none."""
    free = {cell.kind for cell in board.cells if cell.state == "free"}
    first = queue(found).filter(state=Waiting.State.WAITING, bed_kind__in=free).first()
    if first is None:
        return []
    beds = {str(c.bed.pk): c.bed for c in board.cells if c.state == "free" and c.kind == first.bed_kind}
    form = Form(
        "offer", "通知入住",
        (
            Choice("bed", "床位", options={pk: str(bed) for pk, bed in beds.items()}),
            Day("answer_by", "答复期限", future=True),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        until = date.fromisoformat(given["answer_by"])
        actions.offer(waiting=first, bed=beds[given["bed"]], answer_by=until, by=by, key=sent.key)
        return "已通知入住并预留床位。"

    values = {"answer_by": (clock.today() + timedelta(days=15)).isoformat()}
    return [
        Sheet("offer", form, do, submit="通知入住", title=f"通知轮候第一位 {first.number}", values=values)
    ]


def _waiting(found: Facility, by: Actor) -> list[Sheet]:
    """Who waits: into the rank that was seen to be theirs, or off the queue."""
    ranks, rows = of(found).item.ranks, {str(one.pk): one for one in queue(found)}
    if not rows:
        return []
    who = Choice("waiting", "轮候人", options={
        pk: f"{one.number} {one.person.name}（{ranks.get(one.rank, one.rank)}）" for pk, one in rows.items()
    })  # fmt: skip
    seen = Form("rank", "核定优先类别", (
        who, Choice("rank", "优先类别", options=ranks), Text("words", "核对的证明材料", longest=200),
    ))  # fmt: skip
    off = Form("withdraw", "退出轮候", (who, Text("reason", "原因", longest=200)))

    def ranked(sent: Sent) -> str:
        given = seen.clean(sent.answers).plain
        actions.rank(
            waiting=rows[given["waiting"]], rank=given["rank"], words=given["words"], by=by, key=sent.key
        )
        return "优先类别已核定，次序随即调整。"

    def withdrawn(sent: Sent) -> str:
        given = off.clean(sent.answers).plain
        actions.withdraw(waiting=rows[given["waiting"]], reason=given["reason"], by=by, key=sent.key)
        return "已退出轮候，预留的床位空出。"

    return [
        Sheet("rank", seen, ranked, submit="核定", title="核定优先类别", quiet=True),
        Sheet("withdraw", off, withdrawn, submit="退出轮候", title="退出轮候", quiet=True),
    ]  # fmt: skip


def _admit(found: Facility, free: dict[str, Bed], by: Actor) -> Sheet:
    agreement = of(found).item.agreement
    asked = agreement.fields if agreement is not None else ()
    form = Form(
        "admit", "办理入住",
        (
            IdNumber("id_number", "身份证号码"),
            Choice("bed", "床位", options={pk: str(bed) for pk, bed in free.items()}), Day("on", "入住日期"),
            Text("agreement_number", "协议编号", longest=40), Money("fee", "月收费"), Money("deposit", "押金"), *asked,
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers)
        plain = given.plain
        actions.admit(
            facility=found, person=_known(given.sealed["id_number"]), bed=free[plain["bed"]],
            on=date.fromisoformat(plain["on"]), agreement_number=plain["agreement_number"], fee=plain["fee"],
            deposit=plain["deposit"], answers={one.code: sent.answers.get(one.code, "") for one in asked}, by=by,
            key=sent.key,
        )  # fmt: skip
        return "已办理入住。"

    return Sheet("admit", form, do, submit="办理入住", title="办理入住", renamed={"person": "id_number"})


def _who(staying: dict[str, Stay]) -> Choice:
    return Choice(
        "stay",
        "入住人",
        options={pk: f"{one.person.name}（{one.agreement_number}）" for pk, one in staying.items()},
    )


def _away(staying: dict[str, Stay], by: Actor) -> Sheet:
    form = Form(
        "away", "登记住院",
        (_who(staying), Day("on", "离院日期"), Text("where", "去向", longest=80), Text("reason", "事由", longest=200)),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        made = actions.away(
            stay=staying[given["stay"]], on=date.fromisoformat(given["on"]), where=given["where"],
            reason=given["reason"],
            by=by, key=sent.key,
        )  # fmt: skip
        return f"已登记，床位保留至 {made.held_until}。"

    return Sheet("away", form, do, submit="登记住院", title="住院离床", quiet=True)


def _back(found: Facility, staying: dict[str, Stay], by: Actor) -> list[Sheet]:
    away = set(Absence.objects.filter(stay__facility=found, until_on=None).values_list("stay_id", flat=True))
    gone = {pk: one for pk, one in staying.items() if one.pk in away}
    if not gone:
        return []
    form = Form(
        "back", "登记返院",
        (_who(gone), Day("on", "返院日期"), Text("care_plan", "返院后照护计划", longest=500, lines=3)),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        day = date.fromisoformat(given["on"])
        actions.back(stay=gone[given["stay"]], on=day, care_plan=given["care_plan"], by=by, key=sent.key)
        return "已登记返院。"

    return [Sheet("back", form, do, submit="登记返院", title="返院", quiet=True)]


def _leave(staying: dict[str, Stay], by: Actor) -> Sheet:
    form = Form(
        "leave", "办理离开",
        (
            _who(staying), Day("on", "离开日期"), Choice("because", "原因", options=LEFT),
            Text("words", "说明", required=False, longest=200), Money("settled", "退还金额"),
        ),
    )  # fmt: skip

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.discharge(
            stay=staying[given["stay"]], on=date.fromisoformat(given["on"]), because=given["because"],
            words=given.get("words") or "", settled=given["settled"], by=by, key=sent.key,
        )  # fmt: skip
        return "已办理离开，床位空出。"

    return Sheet("leave", form, do, submit="办理离开", title="办理离开", quiet=True)


def _settle(found: Facility, by: Actor) -> list[Sheet]:
    """Stays that an event ended, as a death does: what is still to be paid back."""
    ended = (
        found.stays.exclude(until_on=None).filter(settled=None).select_related("person").order_by("until_on")
    )
    owed = {str(one.pk): one for one in ended}
    if not owed:
        return []
    form = Form("settle", "结清费用", (_who(owed), Money("settled", "退还金额")))

    def do(sent: Sent) -> str:
        given = form.clean(sent.answers).plain
        actions.settle(stay=owed[given["stay"]], settled=given["settled"], by=by, key=sent.key)
        return "已结清。"

    return [Sheet("settle", form, do, submit="结清", title="结清离开老人的费用")]
