"""Applying for a resident at the window or at home begins with the person: found, or put on file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import catalogue
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Day, Form, IdNumber, Phone, Text
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people import actions as people
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import members as members_of
from minzheng.kernel.people.relations import relation_label
from minzheng.kernel.people.searching import people_found
from minzheng.ui.shown import cn_date, iso_day
from minzheng.ui.tables import Head, Row

from .case_deeds import proxies

__all__ = ["MEMBERS", "household_rows", "may_apply", "new", "person_facts", "person_for", "villages"]

_MOST_VILLAGES = 400
FIND = Form(
    "find", "查找居民",
    (
        Text(
            "number", "身份证号码、姓名、姓名首字母或手机号", longest=40, example="测小满、cxm",
            help="号码要输完整；没有身份证的，输入内部编号（UID 开头）。",
        ),
    ),
)  # fmt: skip
FOUND = (Head("姓名"), Head("身份证号码", "masked"), Head("性别"), Head("出生日期"), Head("居住地"))
MEMBERS = (Head("姓名"), Head("与户主关系"), Head("身份证号码"), Head("出生日期", "day"))


def new(request: HttpRequest) -> HttpResponse:
    """The person comes first."""
    by = may_apply(frame.staff(request))
    found: list[Person] = []
    sheets = [_find(by, found), _register(by, found)]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done and len(found) == 1:
            return redirect(f"/desk/cases/new/{found[0].pk}/{_lead_query(request)}")
        status = 200 if found else status
    receipts = {"url": "/desk/counter/", "label": "受理回执", "icon": "clipboard-list"}
    head = frame.header("受理申请", lead="先查找来办事的人；登记过的居民会带出家庭成员。", actions=[receipts])
    return render(request, "desk/cases/new.html", head | {
        "find": sheets[0], "register": sheets[1], "columns": FOUND, "found": _matches(found, _lead_query(request)),
    }, status=status)  # fmt: skip


def may_apply(by: Actor) -> Actor:
    """Whoever may act for residents in some service; others are told that they do not."""
    roles = [role for one in catalogue.current().services.values() for role in proxies(one)]
    if not frame.holds(by, roles):
        raise NotAllowed("may_not_apply_for", "您的岗位不受理申请，也不能代居民申请。")
    return by


def _lead_query(request: HttpRequest) -> str:
    lead = request.GET.get("lead", "")
    return f"?lead={lead}" if lead.isdigit() else ""


def _find(by: Actor, found: list[Person]) -> Sheet:
    def do(sent: Sent) -> str:
        found.extend(people_found(str(sent.answers.get("number", "")), by=by))
        if not found:
            raise Refused(
                "person_not_found",
                "管辖范围内没有这位居民。请核对后再查；确实没有档案的，在旁边登记人员。",
                field="number",
            )
        return ""

    return Sheet("find", FIND, do, submit="查找")


def _matches(found: list[Person], onward: str) -> list[Row]:
    """Several who answer to what was typed, told apart by number and place."""
    places = areas.names(one.path for one in found)
    return [
        Row([one.name, _number(one), one.get_sex_display(), iso_day(one.birth), places[one.path]],
            url=f"/desk/cases/new/{one.pk}/{onward}")
        for one in found
    ]  # fmt: skip


def _number(person: Person) -> str:
    return masks.mask_id_number(person.id_number) if person.id_number else person.internal_number or ""


def _register(by: Actor, found: list[Person]) -> Sheet:
    here = villages(by)
    form = _register_form(here)

    def do(sent: Sent) -> str:
        clean = form.clean(sent.answers)
        given = clean.plain | clean.sealed
        person = people.register_person(
            name=given["name"], id_number=given.get("id_number"), path=given["path"], phone=given.get("phone", ""),
            sex=given.get("sex"), birth=_day(given.get("birth")), by=by, key=sent.key,
        )  # fmt: skip
        if not by.covers(person.path):
            raise Refused(
                "person_elsewhere", "此人已在其他地区建档。请由当地办理，或先办理迁移。", field="id_number"
            )
        found.append(person)
        return f"{person.name}的档案已建立。"

    values = {"path": next(iter(here))} if len(here) == 1 else {}
    return Sheet("register", form, do, submit="登记并继续", quiet=True, values=values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _register_form(here: Mapping[str, str]) -> Form:
    return Form(
        "register", "登记人员",
        (
            IdNumber("id_number", "身份证号码", required=False, help="没有号码的可不填，系统给内部编号。"),
            Text("name", "姓名", longest=60, help="与证件一致。"),
            Choice("path", "居住的村（社区）", options=here),
            Choice("sex", "性别", options={"1": "男", "2": "女"}, required=False, help="有身份证号码的可不填。"),
            Day("birth", "出生日期", required=False, help="有身份证号码的可不填。"),
            Phone("phone", "联系电话", required=False),
        ),
    )  # fmt: skip


def villages(by: Actor) -> dict[str, str]:
    """Villages and communities within the actor's place."""
    lowest = areas.in_force().filter(level=int(Level.VILLAGE))
    paths = [unit.path for path in by.scope for unit in lowest.filter(path__startswith=path)[:_MOST_VILLAGES]]
    named = areas.names(paths, within=by.scope)
    return dict(sorted(named.items(), key=lambda item: item[0]))


def person_for(person_id: int, by: Actor) -> Person:
    """A person within scope, or the same answer for one who does not exist."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not by.covers(person.path):
        raise NotFound("person_not_found", "没有这位居民，或不在您的管辖范围内。")
    return person


def person_facts(person: Person) -> list[tuple[str, str]]:
    """What the window compares with the paper in its hand; numbers masked."""
    return [
        ("姓名", person.name), ("身份证号码", _number(person)), ("性别", person.get_sex_display()),
        ("出生日期", cn_date(person.birth)), ("居住地", areas.name_of(person.path)),
        ("死亡登记", cn_date(person.died_on) if person.died_on else "无"),
    ]  # fmt: skip


def household_rows(home: Household) -> list[Row]:
    """The household as the master file has it."""
    return [
        Row([
            one.person.name, relation_label(one.relation),
            masks.mask_id_number(one.person.id_number) if one.person.id_number else one.person.internal_number,
            iso_day(one.person.birth),
        ])
        for one in members_of(home)
    ]  # fmt: skip
