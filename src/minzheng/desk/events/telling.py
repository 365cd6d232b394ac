"""A village or a window reports an event by hand: the person first, then what happened and when."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import audit, declare
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.areas.queries import in_force, name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, Text, YesNo
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.events import actions, duties
from minzheng.kernel.events.models import LifeEvent
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import find_person
from minzheng.ui.shown import cn_date

from .reach import ROOM, reports

__all__ = ["find", "tell", "village_of"]

_BY_HAND = [one for one in declare.EVENT_KINDS.values() if one.sources != ("clock",)]
_KINDS = {one.code: one.label for one in _BY_HAND if not one.details}
_CARDS = {one.code: one.label for one in _BY_HAND if one.codes}
# Whose paper or word it is that the officer has before them; a kind takes only those who can know.
_SOURCES = {
    code: label
    for code, label in declare.EVENT_SOURCES.items()
    if any(code in one.sources for one in _BY_HAND)
}
_SOURCE = Choice(
    "source",
    "依据",
    options=_SOURCES,
    required=False,
    help="消息或材料来自哪里，如死亡证明选医院，判决书选法院。",
)
_FIND = Form(
    "find", "查找人员",
    (Text("number", "身份证号码", longest=24, help="输入完整号码；没有身份证的，输入内部编号（UID 开头）。"),),
)  # fmt: skip
_TELL = Form(
    "tell", "登记事件",
    (
        Choice("kind", "发生了什么", options=_KINDS),
        Day("day", "发生日期"),
        _SOURCE,
        Text("words", "怎样得知", longest=300, lines=2, help="如：家属告知，已办理丧事。"),
    ),
)  # fmt: skip
_CARD = Form(
    "card", "登记残疾人证",
    (
        Choice("kind", "发生了什么", options=_CARDS),
        Day("day", "发证或变更日期"),
        *(
            Choice(name, label, options=declare.EVENT_KINDS["disability_new"].codes[name])
            for name, label in declare.EVENT_KINDS["disability_new"].details.items()
        ),
        Text("words", "怎样得知", longest=300, lines=2, help="如：已看残疾人证原件。"),
    ),
)  # fmt: skip
_MOVE = Form(
    "move", "登记户籍迁移",
    (
        Text("place", "迁入地", longest=40, help="填写村（社区）名称或 12 位区划代码。", example="前岗村"),
        Day("day", "迁移日期"),
        YesNo("whole_household", "全户一同迁移"),
        Text("words", "怎样得知", longest=300, lines=2, help="如：已核对户口簿迁入页。"),
    ),
)  # fmt: skip


def _reporter(by: Actor) -> Actor:
    if not reports(by):
        labels = "、".join(dict.fromkeys(one.label for one in duties.roles(duties.reporter).values()))
        raise NotAllowed("event_duty", f"生活事件由“{labels}”登记。您没有这一岗位。")
    return by


@require_http_methods(["GET", "POST"])
def find(request: HttpRequest) -> HttpResponse:
    """The person comes first."""
    by, found = _reporter(staff(request)), list[Person]()

    def do(sent: Sent) -> str:
        number = str(_FIND.clean(sent.answers).plain["number"])
        person = find_person(number)
        if person is None or not duties.holds(by, duties.reporter, path=person.path):
            raise Refused("person_not_found", "管辖范围内没有这个号码的人员。请核对号码。", field="number")
        found.append(person)
        return ""

    sheet, status = Sheet("find", _FIND, do, submit="查找"), 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=by.scope[0])
        if done:
            return redirect(f"{ROOM[1]}new/{found[0].pk}/" if found else f"{ROOM[1]}new/")
    head = header("登记事件", crumbs=[ROOM], lead="先查找人员。手工登记的事件由县级核实后生效。")
    return render(request, "desk/events/tell.html", head | {"sheet": sheet}, status=status)


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, person_id: int) -> HttpResponse:
    """What happened, on which day, and how it is known."""
    by = _reporter(staff(request))
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not duties.holds(by, duties.reporter, path=person.path):
        raise NotFound("person_not_found", "没有这位居民，或不在您的管辖范围内。")
    made: list[LifeEvent] = []
    (sheet, moving, card), status = _sheets(person, by, made), 200
    if request.method == "POST":
        done, status = receive(request, [sheet, moving, card], by=by, path=person.path)
        if done:
            return redirect(f"{ROOM[1]}{made[0].pk}/" if made else ROOM[1])
    else:
        audit.read("people.read_person", by=by, about=person, path=person.path, reason="登记生活事件")
    number = masks.mask_id_number(person.id_number) if person.id_number else person.internal_number or ""
    facts = [
        ("姓名", person.name), ("身份证号码", number), ("出生日期", cn_date(person.birth)),
        ("居住地", name_of(person.path)), ("死亡登记", cn_date(person.died_on) if person.died_on else "无"),
    ]  # fmt: skip
    head = header(
        "登记事件", crumbs=[ROOM], lead="同一事件其他单位已报的，会并入其中；日期不同的先由县级裁定。"
    )
    shown = {"sheet": sheet, "facts": facts, "moving": moving, "card": card}
    return render(request, "desk/events/tell.html", head | shown, status=status)


def _sheets(person: Person, by: Actor, made: list[LifeEvent]) -> tuple[Sheet, Sheet, Sheet]:
    """What happened; a move; a certificate."""
    return (
        Sheet(
            "tell", _TELL, lambda sent: _tell(person, sent, by, made), submit="登记",
            values={"source": "village"},
        ),
        Sheet("move", _MOVE, lambda sent: _move(person, sent, by, made), submit="登记迁移", quiet=True),
        Sheet("card", _CARD, lambda sent: _card(person, sent, by, made), submit="登记残疾人证", quiet=True),
    )  # fmt: skip


def _tell(person: Person, sent: Sent, by: Actor, made: list[LifeEvent]) -> str:
    given = _TELL.clean(sent.answers).plain
    source = given.get("source") or "village"
    told = actions.Told(source=source, day=date.fromisoformat(given["day"]), words=given["words"])
    made.append(actions.report(kind=given["kind"], person=person, told=told, by=by, key=sent.key))
    return "已登记，等待县级核实。" if made[0].state == "reported" else "已登记，请查看事件的状态。"


def _card(person: Person, sent: Sent, by: Actor, made: list[LifeEvent]) -> str:
    """A certificate that somebody has brought; the federation's own word takes effect when it comes."""
    given = _CARD.clean(sent.answers).plain
    told = actions.Told(
        source="disability", day=date.fromisoformat(given["day"]), words=given["words"],
        detail={"category": given["category"], "grade": given["grade"]},
    )  # fmt: skip
    made.append(actions.report(kind=given["kind"], person=person, told=told, by=by, key=sent.key))
    return "已登记，等待县级核实；核实前档案不变。"


def _move(person: Person, sent: Sent, by: Actor, made: list[LifeEvent]) -> str:
    """A move that the village knows of without the police: the county looks at it before it takes effect."""
    given = _MOVE.clean(sent.answers).plain
    detail = {"to_path": village_of(given["place"]), "whole_household": given["whole_household"]}
    told = actions.Told(
        source="village", day=date.fromisoformat(given["day"]), detail=detail, words=given["words"]
    )
    made.append(actions.report(kind="hukou_move", person=person, told=told, by=by, key=sent.key))
    return "已登记，等待县级核实；核实前户籍和待遇不变。"


def village_of(text: str) -> str:
    """The path of the one village that is called so, or bears the code."""
    text = text.strip()
    rows = in_force().filter(level=int(Level.VILLAGE))
    found = list((rows.filter(code=text) if text.isdigit() else rows.filter(name__startswith=text))[:6])
    exact = [one for one in found if text in (one.code, one.name, one.name.removesuffix("委会"))]
    chosen = exact if len(exact) == 1 else found
    if len(chosen) == 1:
        return chosen[0].path
    if not chosen:
        raise Refused(
            "place_unknown", "没有找到这个村（社区）。请核对名称，或填写 12 位区划代码。", field="place"
        )
    listed = "；".join(f"{words}" for words in names(one.path for one in chosen[:5]).values())
    raise Refused(
        "place_ambiguous", f"有几个同名的村（社区），请填写 12 位区划代码。如：{listed}。", field="place"
    )
