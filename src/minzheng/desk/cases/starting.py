"""Applying for a resident at the window or at home: find the person, or open a file; choose what to apply for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.sheets import Sent, Sheet, fresh_key, receive
from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.areas import queries as areas
from minzheng.kernel.areas.levels import Level
from minzheng.kernel.audit import Actor
from minzheng.kernel.casework import drafting
from minzheng.kernel.casework.models import Case
from minzheng.kernel.declare.forms import Choice, Day, Form, IdNumber, Phone, Text
from minzheng.kernel.errors import NotAllowed, NotFound, Refused
from minzheng.kernel.people import actions as people
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.queries import find_person, membership_of
from minzheng.kernel.people.queries import members as members_of
from minzheng.kernel.people.relations import relation_label
from minzheng.kernel.signin.residents import may_at_window
from minzheng.ui.shown import cn_date, iso_day
from minzheng.ui.tables import Head, Row

from .case_deeds import proxies

__all__ = ["MEMBERS", "household_rows", "new", "person_for", "start"]

_MOST_VILLAGES = 400
FIND = Form(
    "find", "查找居民",
    (Text("number", "身份证号码", longest=24, help="输入完整号码；没有身份证的，输入内部编号（UID 开头）。"),),
)  # fmt: skip
MEMBERS = (Head("姓名"), Head("与户主关系"), Head("身份证号码"), Head("出生日期", "day"))


def new(request: HttpRequest) -> HttpResponse:
    """The person comes first."""
    by = _may_apply(frame.staff(request))
    found: list[Person] = []
    sheets = [_find(by, found), _register(by, found)]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=by.scope[0])
        if done and found:
            return redirect(f"/desk/cases/new/{found[0].pk}/{_lead_query(request)}")
    head = frame.header("受理申请", lead="先查找申请人；登记过的居民会带出家庭成员。")
    return render(
        request, "desk/cases/new.html", head | {"find": sheets[0], "register": sheets[1]}, status=status
    )


def _may_apply(by: Actor) -> Actor:
    roles = [role for one in catalogue.current().services.values() for role in proxies(one)]
    if not frame.holds(by, roles):
        raise NotAllowed("may_not_apply_for", "您的岗位不受理申请，也不能代居民申请。")
    return by


def _lead_query(request: HttpRequest) -> str:
    lead = request.GET.get("lead", "")
    return f"?lead={lead}" if lead.isdigit() else ""


def _find(by: Actor, found: list[Person]) -> Sheet:
    def do(sent: Sent) -> str:
        number = str(sent.answers.get("number", ""))
        person = find_person(number) if number else None
        if person is None or not by.covers(person.path):
            raise Refused(
                "person_not_found",
                "管辖范围内没有这个号码的居民。请核对号码，或者在下面登记人员。",
                field="number",
            )
        found.append(person)
        return ""

    return Sheet("find", FIND, do, submit="查找")


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
            Text("name", "姓名", longest=60, help="与证件一致。"),
            IdNumber("id_number", "身份证号码", required=False, help="没有号码的可不填，系统给内部编号。"),
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
    named = areas.names(paths)
    return dict(sorted(named.items(), key=lambda item: item[0]))


def person_for(person_id: int, by: Actor) -> Person:
    """A person within scope, or the same answer for one who does not exist."""
    person = Person.objects.filter(pk=person_id).first()
    if person is None or not by.covers(person.path):
        raise NotFound("person_not_found", "没有这位居民，或不在您的管辖范围内。")
    return person


def start(request: HttpRequest, person_id: int) -> HttpResponse:
    """The person with the household as registered, and the services that may be applied for."""
    by = _may_apply(frame.staff(request))
    person = person_for(person_id, by)
    held = membership_of(person)
    home = held.household if held and by.covers(held.household.path) else None
    path = home.path if home else person.path
    lead = request.GET.get("lead", "") or request.POST.get("lead", "")
    offered = _offered(by, path)
    if request.method == "POST":
        case = _started(request, person, home, path, offered, by, lead)
        messages.success(request, "申请已建立，请逐项填写。")
        return redirect(f"/desk/cases/{case.pk}/draft/")
    audit.read("people.read_person", by=by, about=person, path=person.path, reason="受理申请")
    head = frame.header(
        person.name, crumbs=[("受理申请", "/desk/cases/new/")], lead="核对身份和家庭成员后，选择要办的事项。"
    )
    return render(request, "desk/cases/start.html", head | {
        "who": _facts(person), "home": home, "columns": MEMBERS, "members": household_rows(home) if home else [],
        "place": areas.name_of(path), "offered": offered, "lead": lead, "key": fresh_key(request),
        "running": _running(person, by), "at_window": may_at_window(by, person), "person": person,
    })  # fmt: skip


def _offered(by: Actor, path: str) -> list[catalogue.Declared[declare.Service]]:
    """What this actor may apply for on behalf of a resident of the place."""
    return [
        one for one in catalogue.current().services.values()
        if one.item.offered == "public" and any(by.post_for(role, path=path) for role in proxies(one))
    ]  # fmt: skip


def _started(
    request: HttpRequest,
    person: Person,
    home: Household | None,
    path: str,
    offered: list[catalogue.Declared[declare.Service]],
    by: Actor,
    lead: str,
) -> Case:
    chosen = next((one for one in offered if one.code == request.POST.get("service")), None)
    if chosen is None:
        raise Refused("service_needed", "请选择要办的事项。", field="service")
    at = min((post.level for post in by.posts if post.role in proxies(chosen)), default=Level.VILLAGE)
    channel = Case.Channel.AGENT if at == Level.VILLAGE else Case.Channel.WINDOW
    started: Case = drafting.start_draft(
        chosen.code, applicant=person, household=home, path=path, by=by, key=fresh_key(request),
        channel=Case.Channel.DISCOVERY if lead.isdigit() else channel, lead_id=int(lead) if lead.isdigit() else None,
    )  # fmt: skip
    return started


def _facts(person: Person) -> list[tuple[str, str]]:
    number = masks.mask_id_number(person.id_number) if person.id_number else person.internal_number or ""
    return [
        ("姓名", person.name), ("身份证号码", number), ("性别", person.get_sex_display()),
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


def _running(person: Person, by: Actor) -> list[tuple[str, str, str]]:
    """Drafts and corrections of this person that the actor has in hand."""
    unfinished = [Case.State.DRAFT, Case.State.CORRECTING]
    rows = Case.objects.filter(applicant=person, created_by=by.id, state__in=unfinished).order_by("-id")[:5]
    services = catalogue.current().services
    return [
        (services[one.service].item.label, one.get_state_display(), f"/desk/cases/{one.pk}/draft/")
        for one in rows if one.service in services
    ]  # fmt: skip
