"""The sheet of an assessment, filled in beside the person, on a telephone or a computer."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import audit, catalogue, clock
from minzheng.kernel.access.queries import in_scope
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Day, Form
from minzheng.kernel.errors import NotAllowed, NotFound
from minzheng.kernel.people.models import Person
from minzheng.kernel.visits import assessing
from minzheng.kernel.visits.duties import Scoring, holds, instrument_of
from minzheng.kernel.visits.models import Assessment
from minzheng.kernel.visits.round_queries import assessment_of

from .lists import ROOM

__all__ = ["again", "new"]


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, person_id: int) -> HttpResponse:
    """Each instrument that the actor may use here, as a sheet of its own."""
    by = staff(request)
    person = in_scope(Person.objects.all(), by).filter(pk=person_id).first()
    if person is None:
        raise NotFound("person_unknown", "没有这个人，或不在您的管辖范围内。")
    known = [
        one for one in catalogue.current().scored.values() if holds(one, (one.item.by,), by, path=person.path)
    ]
    return _page(request, by, person, known)


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, assessment_id: int) -> HttpResponse:
    """The same sheet once more, by another team, after an objection."""
    by = staff(request)
    of = assessment_of(assessment_id, by)
    declared = instrument_of(of.instrument)
    known = [declared] if holds(declared, (declared.item.by,), by, path=of.path) else []
    return _page(request, by, of.person, known, of=of)


def _page(
    request: HttpRequest, by: Actor, person: Person, known: list[Scoring], of: Assessment | None = None
) -> HttpResponse:
    if not known:
        raise NotAllowed("visit_duty", "评估由评估员办理，您在该地区没有这一岗位。")
    made: list[Assessment] = []
    sheets, status = [_sheet(one, person, by, made, of) for one in known], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=person.path)
        if done:
            return redirect(f"{ROOM[1]}{made[0].pk}/" if made else ROOM[1])
    else:
        audit.read("people.read_person", by=by, about=person, path=person.path, reason="评估")
    title = f"复评：{person.name}" if of else f"评估：{person.name}"
    return render(request, "desk/assessments/sheet.html", {
        **header(title, crumbs=[ROOM], lead=name_of(person.path)), "sheets": sheets,
        "objection": of.objection if of else "",
    }, status=status)  # fmt: skip


def _sheet(
    declared: Scoring, person: Person, by: Actor, made: list[Assessment], of: Assessment | None
) -> Sheet:
    item = declared.item
    form = Form(
        item.code,
        f"{item.label}（{item.version}）",
        (Day("on", "评估日期"), *item.form.fields),
        version=item.version,
    )

    def do(sent: Sent) -> str:
        on = date.fromisoformat(form.clean(sent.answers).plain["on"])
        given = {code: value for code, value in sent.answers.items() if code != "on"}
        made.append(
            assessing.sign_first(
                instrument=declared.code, person=person, sheet=given, on=on, again_of=of, by=by, key=sent.key
            )
        )
        return f"评估已登记：总分 {made[0].total}，{item.levels[made[0].level]}。请另一名评估员核对签字。"

    values = {"on": clock.today().isoformat()} | ({"reason": "again"} if of else {})
    return Sheet(f"a-{item.code}", form, do, submit="签字并登记", title=form.label, values=values)
