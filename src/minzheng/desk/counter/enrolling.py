"""A family without a file: all who share the living, put on the register from one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from minzheng.desk import frame
from minzheng.desk.cases.starting import may_apply, person_for
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel.audit import Actor
from minzheng.kernel.counter.enrolling import enrol
from minzheng.kernel.declare.forms import Choice, Day, Form, Rows, Text
from minzheng.kernel.people.models import Household, Person
from minzheng.kernel.people.relations import RELATIONS

from .window import home_of

__all__ = ["enrol_page"]

_OTHERS = {code: word for code, word in RELATIONS.items() if code not in ("01", "02")}
FORM = Form(
    "family", "登记家庭",
    (
        Choice("class_ur", "城乡类别", options=dict(Household.Class.choices)),
        Text("address", "住址", longest=120, required=False, example="3组12号"),
        Rows(
            "members", "一起生活的其他人，一人一行", least=0, most=12, required=False,
            of=(
                Text("number", "身份证号码", longest=20, required=False),
                Text("name", "姓名", longest=60),
                Choice("relation", "是户主的", options=_OTHERS),
                Day("birth", "出生日期（没有号码的填）", required=False),
                Choice("sex", "性别（没有号码的填）", options={"1": "男", "2": "女"}, required=False),
            ),
        ),
    ),
)  # fmt: skip


def enrol_page(request: HttpRequest, person_id: int) -> HttpResponse:
    """The form; whoever already lives in a household is led back."""
    by = may_apply(frame.staff(request))
    person = person_for(person_id, by)
    back = f"/desk/cases/new/{person.pk}/"
    if home_of(person, by) is not None:
        return redirect(back)
    sheet = _sheet(person, by)
    status = 200
    if request.method == "POST":
        done, status = receive(request, [sheet], by=by, path=person.path)
        if done:
            return redirect(back)
    head = frame.header(
        "登记家庭", crumbs=[("受理申请", "/desk/cases/new/"), (person.name, back)],
        lead=f"户主：{person.name}。一起生活的人都要列出；已有档案的按号码带出，不会重复建档。",
    )  # fmt: skip
    return render(request, "desk/cases/draft_form.html", head | {"sheet": sheet}, status=status)


def _sheet(person: Person, by: Actor) -> Sheet:
    def do(sent: Sent) -> str:
        rows = [row for row in sent.answers.get("members", []) if any(row.values())]
        given = FORM.clean({**sent.answers, "members": rows}).plain
        enrol(
            head=person, class_ur=given["class_ur"], address=given.get("address", ""), by=by, key=sent.key,
            members=given.get("members", []),
        )  # fmt: skip
        return "家庭已登记。"

    return Sheet("family", FORM, do, submit="登记家庭", values={"members": [{}]})
