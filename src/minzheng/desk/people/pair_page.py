"""Two files side by side: what each says, why they are thought to be one person's, and the steward's word."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from minzheng.desk.frame import header, staff
from minzheng.desk.reveals.links import link
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import audit
from minzheng.kernel.areas.queries import name_of, names
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Choice, Form, Text
from minzheng.kernel.linkage import actions, conflicts, duties, queries
from minzheng.kernel.linkage.models import Merge, Pair
from minzheng.kernel.linkage.revealed import TARGET
from minzheng.kernel.people.models import Person
from minzheng.kernel.people.queries import household_of
from minzheng.ui.shown import cn_datetime
from minzheng.ui.tables import Head, Row

from .parts import MERGES, ROOM, likeness, numbered, pair_badge, signed, told

__all__ = ["pair"]

_COLUMNS = (Head("项目"), Head("档案一"), Head("档案二"), Head("比对"), Head("证据（位）", "number"))
_FIELDS = {
    "name": "姓名", "number": "号码", "sex": "性别", "birth": "出生日期", "place": "居住地", "hukou": "户籍地",
    "phone": "联系电话", "died": "死亡登记", "home": "所在家庭",
}  # fmt: skip
_REASON = Text(
    "reason", "依据", longest=300, lines=2, help="写明核对了什么，如户口簿、派出所证明、本人到场。"
)
_DIFFERENT = Form("different", "不是同一人", (_REASON,))
_LATER = Form("later", "稍后再核", (Text("reason", "还缺什么", longest=300, required=False),))


@require_http_methods(["GET", "POST"])
def pair(request: HttpRequest, pair_id: int) -> HttpResponse:
    """The page and its deeds."""
    by = duties.steward(staff(request))
    one = queries.pair_of(pair_id, by)
    made: list[Merge] = []
    sheets, status = _sheets(one, by, made), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path=one.path)
        if done:
            return redirect(f"{MERGES[1]}{made[0].pk}/" if made else ROOM[1])
    else:
        for person in (one.first, one.second):
            audit.read("people.read_person", by=by, about=person, path=person.path, reason="核对疑似重复档案")
    return render(request, "desk/people/pair.html", {
        **header(
            f"{one.first.name}、{one.second.name}", crumbs=[ROOM], badge=pair_badge(one),
            lead=f"{name_of(one.path)}，相似程度{likeness(one.weight)}",
        ),
        "one": one, "columns": _COLUMNS, "rows": _rows(one), "sheets": sheets, "decided": _decided(one),
        "stops": "目前还不能合并：" + "；".join(stops) + "。" if sheets and (stops := _stops(one)) else "",
    }, status=status)  # fmt: skip


def _rows(one: Pair) -> list[Row]:
    """Field by field; where one side is silent, that is no reason either way."""
    place = names({one.first.path, one.second.path, one.first.hukou_path, one.second.hukou_path})
    left, right = told(one.first, place), told(one.second, place)
    left["home"], right["home"] = _home(one.first), _home(one.second)
    for side, whose, person in ((left, "first", one.first), (right, "second", one.second)):
        side["phone"] = link(side["phone"], TARGET, one.pk, f"{whose}-phone")
        if person.id_number:
            side["number"] = link(side["number"], TARGET, one.pk, f"{whose}-id_number")
    why = {reason["field"]: reason for reason in one.evidence}
    rows = []
    for code, label in _FIELDS.items():
        reason: dict[str, Any] = why.get(code, {})
        rows.append(
            Row([label, left[code], right[code], reason.get("words", ""), signed(reason.get("bits"))])
        )
    return [row for row in rows if any(row.cells[1:])] + _reckoned(one)


def _reckoned(one: Pair) -> list[Row]:
    """Where the reckoning starts, far below even odds, and what all of it comes to."""
    start = one.weight - sum(int(reason.get("bits") or 0) for reason in one.evidence)
    return [
        Row(["起点", "", "", "任取两份档案，极少是同一人", signed(start)]),
        Row(["合计", "", "", f"相似程度{likeness(one.weight)}", signed(one.weight)]),
    ]


def _home(person: Person) -> str:
    home = household_of(person)
    return f"家庭编号{home.number}" if home else ""


def _stops(one: Pair) -> list[str]:
    """What would stop the merge whichever is kept, said before anybody tries."""
    ways = [set(conflicts.found(a, b)) for a, b in ((one.first, one.second), (one.second, one.first))]
    return sorted(ways[0] & ways[1])


def _decided(one: Pair) -> list[tuple[str, str]]:
    if one.decided_at is None:
        return []
    facts = [("核对人", one.decided_by_name), ("核对时间", cn_datetime(one.decided_at)), ("依据", one.reason)]
    merges = one.merges.order_by("-id")[:1]
    return facts + [("合并记录", f"编号{row.pk}" + ("（已撤销）" if row.undone_at else "")) for row in merges]


def _sheets(one: Pair, by: Actor, made: list[Merge]) -> list[Sheet]:
    if one.state not in (Pair.State.OPEN, Pair.State.LATER):
        return []
    first, second = one.first, one.second
    options = {
        str(p.pk): f"{label}：{p.name}，{numbered(p)}" for label, p in (("档案一", first), ("档案二", second))
    }
    same = Form("same", "是同一人", (Choice("kept", "保留哪一份档案", options=options), _REASON))
    kept = second if first.id_number is None and second.id_number is not None else first
    return [
        Sheet(
            "same", same, lambda sent: _same(one, same, sent, by, made), submit="合并两份档案", title="是同一人",
            version=one.version, values={"kept": str(kept.pk)},
            confirm="合并后，另一份档案名下的家庭、办件、待遇等都转到保留的档案；以后可以撤销。确定合并？",
        ),
        Sheet(
            "different", _DIFFERENT, lambda sent: _different(one, sent, by), submit="不是同一人", title="不是同一人",
            version=one.version, quiet=True,
        ),
        Sheet("later", _LATER, lambda sent: _later(one, sent, by), submit="稍后再核", version=one.version, quiet=True),
    ]  # fmt: skip


def _same(one: Pair, form: Form, sent: Sent, by: Actor, made: list[Merge]) -> str:
    given = form.clean(sent.answers).plain
    kept = one.second if given["kept"] == str(one.second_id) else one.first
    made.append(actions.same(
        pair=one, kept=kept, reason=given["reason"], version=sent.version, by=by, key=sent.key
    ))  # fmt: skip
    return "两份档案已合并。请在下方查看转移的记录和须复核的家庭。"


def _different(one: Pair, sent: Sent, by: Actor) -> str:
    reason = _DIFFERENT.clean(sent.answers).plain["reason"]
    actions.different(pair=one, reason=reason, version=sent.version, by=by, key=sent.key)
    return "已记为不同的人；两份档案没有变动，就不再询问。"


def _later(one: Pair, sent: Sent, by: Actor) -> str:
    reason = _LATER.clean(sent.answers).plain.get("reason") or ""
    row = actions.later(pair=one, reason=reason, version=sent.version, by=by, key=sent.key)
    return f"已放到以后，{row.ask_on:%Y-%m-%d}再次列入。"
