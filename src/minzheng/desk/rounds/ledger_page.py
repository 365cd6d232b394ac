"""One person's ledger: why they are watched, what is due, everything that was seen; and the contact, at the door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import handled, limited, receive
from minzheng.kernel import catalogue, clock
from minzheng.kernel.areas.queries import name_of
from minzheng.kernel.audit import Actor
from minzheng.kernel.errors import NotAllowed
from minzheng.kernel.people.masks import mask_phone
from minzheng.kernel.visits.duties import Going, going, rounds_of, watched_of
from minzheng.kernel.visits.models import Assessment, Contact, Escalation, Watched
from minzheng.kernel.visits.round_queries import contacts_of, may_read_assessments
from minzheng.ui.shown import cn_date, cn_datetime

from .contact_form import contact_sheet
from .ledger_sheets import asked_after, ledger_sheets
from .reach import ROOM, due_words, risk_badge

__all__ = ["ledger", "record"]

_MOST = 50
_TONES = {"act": "bad", "watch": "warn", "ok": "good", "": "neutral"}


@require_http_methods(["GET", "POST"])
def ledger(request: HttpRequest, watched_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = staff(request)
    one = watched_of(watched_id, by)
    declared = rounds_of(one.rounds)
    search = one.escalations.filter(state=Escalation.State.OPEN).first()
    sheets = ledger_sheets(declared, one, search, by)
    done, status = handled(request, sheets, by=by, about=one, read="visits.read_ledger")
    if done:
        return redirect(f"{ROOM[1]}{one.pk}/")
    return render(request, "desk/rounds/ledger.html", {
        **header(f"巡访台账：{one.person.name}", crumbs=[ROOM], badge=risk_badge(one), lead=name_of(one.path)),
        "one": one, "facts": _facts(declared, one), "sheets": sheets, "search": _search(declared, search),
        "may_tell": _may_tell(one, by),
        "may_record": one.until_on is None and going(declared, by, path=one.path),
        "events": _events(one), "asked": asked_after(declared, one, by), "due": due_words(one),
        "assessed": _assessed(one, by),
    }, status=status)  # fmt: skip


def _may_tell(one: Watched, by: Actor) -> bool:
    """Whether the actor tells needs for people of this place."""
    return any(
        by.holds({market.role(role): role.at for role in market.item.told_by}, path=one.path)
        for market in catalogue.current().matchings.values()
    )


def _facts(declared: Going, one: Watched) -> list[tuple[str, str]]:
    item, person = declared.item, one.person
    age = clock.today().year - person.birth.year if person.birth else None
    facts = [
        ("对象类别", "、".join(item.groups.get(code, code) for code in one.groups) or "65周岁以上老年人"),
        ("年龄", f"{one.facts.get('age', age)} 周岁"), ("电话", mask_phone(person.phone) if person.phone else ""),
        ("巡访员", one.visitor_name or "未指定"), ("等级起始", cn_date(one.risk_since)),
        ("上次上门", cn_date(one.last_visit_on) if one.last_visit_on else "还没有上门"),
        ("上次通话", cn_date(one.last_phone_on) if one.last_phone_on else "还没有通话"),
        ("住所定位", "已定位" if one.lat is not None else "还没有，下次上门时登记"),
    ]  # fmt: skip
    if one.until_on is not None:
        facts.append(("退出", f"{cn_date(one.until_on)} {one.ended_because}"))
    else:
        facts += [
            ("下次上门", cn_date(one.visit_due_on) if one.visit_due_on else "—"),
            ("下次通话", cn_date(one.phone_due_on) if one.phone_due_on else "不要求"),
        ]
    return facts


def _assessed(one: Watched, by: Actor) -> list[tuple[str, str, str]]:
    """What was assessed and holds: instrument, level, and the address for those who may read assessments."""
    known = catalogue.current().scored
    rows = Assessment.objects.filter(
        person_id=one.person_id, state__in=["in_force", "objected", "first_signed"]
    ).order_by("-id")[:5]
    opens = may_read_assessments(by)
    found = [(row, known[row.instrument].item) for row in rows if row.instrument in known]
    return [
        (item.label, item.levels[row.level], f"/desk/assessments/{row.pk}/" if opens else "")
        for row, item in found
    ]


def _search(declared: Going, search: Escalation | None) -> dict[str, Any] | None:
    if search is None:
        return None
    rungs = {rung.code: rung.label for rung in declared.item.chain}
    return {
        "label": rungs.get(search.rung, search.rung), "due": cn_datetime(search.due_at), "why": search.why,
        "log": [
            (f"{rungs.get(step['rung'], step['rung'])} {cn_datetime(step['at'])}", f"{step['by']}：{step['words']}")
            for step in search.log
        ],
    }  # fmt: skip


def _events(one: Watched) -> list[dict[str, Any]]:
    """Every try, the latest first, with whatever was not well."""
    return [
        {
            "at": each.at, "kind": _TONES[each.worst] if each.met else "neutral", "icon": "map-pin"
            if each.method == Contact.Method.HOME else "phone", "title": _title(each), "text": _text(each),
            "by": each.by_name,
        }
        for each in contacts_of(one)[:_MOST]
    ]  # fmt: skip


def _title(each: Contact) -> str:
    found = "联系上" if each.met else "未联系上"
    note = "" if each.valid or not each.met else "（距住所较远且未说明原因，不计有效）"
    return f"{each.get_method_display()}，{found}{note}"


def _text(each: Contact) -> str:
    told = [
        f"{one['label']}：{'需处理' if one['state'] == 'act' else '需留意'}"
        for one in each.seen.values()
        if one["state"] != "ok"
    ]
    if each.met and not told and not each.refused:
        told = ["各项正常"]
    if each.refused:
        told.append("本人拒绝查看")
    if each.abuse:
        told.append("疑似受虐待或被遗弃，已提示报警")
    if each.metres:
        told.append(f"距住所 {each.metres} 米" + (f"（{each.far_reason}）" if each.far_reason else ""))
    return "；".join([*told, each.words] if each.words else told)


@limited
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, watched_id: int) -> HttpResponse:
    """The form of a contact, filled in at the door."""
    by = staff(request)
    one = watched_of(watched_id, by)
    declared = rounds_of(one.rounds)
    if not going(declared, by, path=one.path):
        label = declared.item.by.label
        raise NotAllowed("visit_duty", f"巡访由“{label}”登记，您在该地区没有这一岗位。")
    made: list[Contact] = []
    sheets, status = [contact_sheet(declared, one, by, made)] if one.until_on is None else [], 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{ROOM[1]}{one.pk}/")
    crumbs = [ROOM, (f"巡访台账：{one.person.name}", f"{ROOM[1]}{one.pk}/")]
    return render(request, "desk/rounds/record.html", {
        **header("登记巡访", crumbs=crumbs, badge=risk_badge(one), lead=f"{due_words(one)}。{name_of(one.path)}"),
        "sheets": sheets, "one": one,
    }, status=status)  # fmt: skip
