"""Recording a visit: find the household by a number or a name, then fill in the declared form."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from minzheng.desk import frame
from minzheng.desk.cases.starting import MEMBERS, household_rows
from minzheng.desk.sheets import Sent, Sheet, fresh_key, limited, receive
from minzheng.kernel import audit, catalogue, declare
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.documents import actions as documents
from minzheng.kernel.errors import MinzhengError, NotAllowed, Refused
from minzheng.kernel.people import masks
from minzheng.kernel.people.models import Household, Membership, Person
from minzheng.kernel.people.queries import find_person
from minzheng.kernel.people.queries import members as members_of
from minzheng.kernel.visits import actions as visits
from minzheng.kernel.visits.models import Visit
from minzheng.ui.shown import iso_day
from minzheng.ui.tables import Head, Row

from .homes import home_title, home_titles
from .leads import household_for, may_visit

__all__ = ["FIND", "find", "found_people", "record", "upload"]

COLUMNS = (Head("姓名"), Head("身份证号码"), Head("出生日期", "day"), Head("家庭"), Head("地区"))
FIND = Form(
    "find",
    "查找家庭",
    (
        Text(
            "q",
            "身份证号码、姓名或姓名首字母",
            longest=40,
            example="林溪、lx",
            help="只能找到您管辖范围内的居民。",
        ),
    ),
)
PERSON = "_person"
_MOST = 20


def find(request: HttpRequest) -> HttpResponse:
    """Residents of the actor's place by number, name or initials.

    Asked by post: a citizen number must not stand in an address, where servers write it into their logs.
    """
    by = frame.staff(request)
    found: list[Person] = []

    def do(sent: Sent) -> str:
        found.extend(found_people(str(FIND.clean(sent.answers).plain["q"]), by))
        return ""

    sheet, status = Sheet("find", FIND, do, submit="查找"), 200
    if request.method == "POST":
        _, status = receive(request, [sheet], by=by, path=by.scope[0])
        status = 200 if status == 302 else status
    title = "登记走访" if may_visit(by) else "登记线索"
    head = frame.header(title, crumbs=[("走访与线索", "/desk/visits/")], lead="先查找走访的家庭。")
    shown = {"sheet": sheet, "columns": COLUMNS, "rows": _rows(found, visits=may_visit(by)), "most": _MOST}
    return render(request, "desk/visits/find.html", head | shown, status=status)


def found_people(typed: str, by: Actor) -> list[Person]:
    """A whole number finds one person, a name those who bear it; only within scope."""
    if re.fullmatch(r"\d{17}[\dXx]|UID\d+", typed, re.I):
        person = find_person(typed)
        return [person] if person is not None and by.covers(person.path) else []
    rows = in_scope(Person.objects.filter(died_on=None, merged_into=None), by)
    if typed.isascii():
        return list(rows.filter(initials__startswith=typed.lower()).order_by("initials", "id")[:_MOST])
    return list(rows.filter(name__startswith=typed).order_by("name", "id")[:_MOST])


def _rows(people: list[Person], *, visits: bool) -> list[Row]:
    held = Membership.objects.filter(person__in=people, until_on=None).select_related("household")
    homes = {one.person_id: one.household for one in held}
    titles = home_titles(homes.values())
    places = names(one.path for one in people)
    rows = []
    for one in people:
        home = homes.get(one.pk)
        number = masks.mask_id_number(one.id_number) if one.id_number else one.internal_number
        url = ""
        if home is not None:
            url = (
                f"/desk/visits/new/{home.pk}/?person={one.pk}"
                if visits
                else f"/desk/visits/leads/new/{home.pk}/"
            )
        cells = [
            one.name,
            number,
            iso_day(one.birth),
            titles[home.pk] if home else "没有登记家庭",
            places[one.path],
        ]
        rows.append(Row(cells, url=url))
    return rows


@limited
def record(request: HttpRequest, household_id: int) -> HttpResponse:
    """The declared form of a visit to this household."""
    by = frame.staff(request)
    home = household_for(household_id, by)
    made: list[Visit] = []
    sheets = [_sheet(one, home, by, made, request.GET.get("person", "")) for one in _kinds(home, by)]
    status = 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=home.path)
        if done:
            lead = made[0].lead_id if made else None
            return redirect(f"/desk/visits/leads/{lead}/" if lead else "/desk/visits/")
    else:
        audit.read("people.read_household", by=by, about=home, path=home.path, reason="登记走访")
    head = frame.header(
        f"登记走访：{home_title(home)}",
        crumbs=[("走访与线索", "/desk/visits/")],
        lead=names([home.path])[home.path],
    )
    return render(
        request,
        "desk/visits/record.html",
        head
        | {
            "sheets": sheets,
            "columns": MEMBERS,
            "members": household_rows(home),
            "home": home,
        },
        status=status,
    )


def _kinds(home: Household, by: Actor) -> list[catalogue.Declared[declare.Visit]]:
    """What the actor records here; a visit because of a warning is recorded on the warning's page, which it answers."""
    warned = [one.item.visit for one in catalogue.current().monitors.values()]
    kinds = [
        one
        for one in catalogue.current().visits.values()
        if by.post_for(one.role(one.item.by), path=home.path) and one.item not in warned
    ]
    if not kinds:
        raise NotAllowed("not_your_visit", "您的岗位不登记走访。可以登记线索，由协理员上门走访。")
    return kinds


def _sheet(
    one: catalogue.Declared[declare.Visit], home: Household, by: Actor, made: list[Visit], person: str
) -> Sheet:
    people = {str(each.person_id): each.person for each in members_of(home)}
    who = Choice(PERSON, "走访对象", options={pk: each.name for pk, each in people.items()})
    form = Form(one.item.form.code, one.item.form.label, (who, *one.item.form.fields))

    def do(sent: Sent) -> str:
        chosen = people.get(str(sent.answers.get(PERSON, "")))
        if chosen is None:
            raise Refused("person_needed", "请选择走访对象。", field=PERSON)
        given = {code: value for code, value in sent.answers.items() if code != PERSON}
        visit = visits.record(one.code, household=home, answers=given, person=chosen, by=by, key=sent.key)
        made.append(visit)
        return "走访已登记，已形成线索，请跟进。" if visit.lead_id else "走访已登记。"

    first = person if person in people else next(iter(people), "")
    return Sheet(
        f"visit-{one.code}", form, do, submit="登记走访", title=one.item.label if one.item.label != form.label else "",
        values={PERSON: first}, upload_url=f"/desk/visits/upload/{home.pk}/",
    )  # fmt: skip


@limited
@require_POST
def upload(request: HttpRequest, household_id: int) -> HttpResponse:
    """A photograph taken at the home, sent at once by the page's script."""
    by = frame.staff(request)
    home = household_for(household_id, by)
    file: UploadedFile | None = request.FILES.get("file")
    try:
        if file is None:
            raise Refused("file_missing", "没有选择照片。", field="file")
        document = documents.store_upload(
            file=file, label="走访照片", path=home.path, by=by, key=fresh_key(request)
        )
    except MinzhengError as error:
        return JsonResponse(error.as_json(), status=error.status)
    return JsonResponse({"id": document.pk})
