"""Each office's review of a year (年度自评): who has handed it in, and one of them with its targets and problems."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods

from minzheng.desk.boards.scope import reader
from minzheng.desk.frame import header, staff
from minzheng.desk.sheets import Sent, Sheet, receive
from minzheng.kernel import clock
from minzheng.kernel.audit import Actor
from minzheng.kernel.declare.forms import Form, Photo, Text
from minzheng.kernel.errors import NotFound
from minzheng.kernel.plans import yearly
from minzheng.kernel.plans.duties import Plan, holds, only_plan
from minzheng.kernel.plans.letters import COLOURS, wanted_in
from minzheng.kernel.plans.models import YearReview
from minzheng.kernel.plans.queries import year_reviews
from minzheng.ui.shown import badge
from minzheng.ui.tables import Head, Row

from .answered import paper
from .words import COLOUR_KINDS, ROOM, SOURCES

__all__ = ["office", "offices"]

HOME = ("年度自评", "/desk/plans/years/")
OFFICES = (
    Head("责任处室"), Head("自评"), Head("提交", secondary=True), Head("已完成或符合进度", "number"),
    Head("略慢", "number"), Head("滞后或未完成", "number"), Head("不亮灯", "number"), Head("问题", "number"),
)  # fmt: skip
LINES = (
    Head("目标"), Head("年末数值", "number"), Head("目标值"), Head("状态"), Head("原因"),
    Head("来源", secondary=True),
)  # fmt: skip
PROBLEMS = (Head("目标"), Head("地区"), Head("问题"), Head("措施"), Head("解决期限", "day"), Head("销号"))
_STATES = {"waiting": "info", "accepted": "good", "returned": "warn"}
_FORM = Form("write", "提交年度自评", (
    Text("done", "主要工作和成效", longest=1000, lines=4),
    Text("lacking", "存在的不足", longest=1000, lines=3, help="滞后的目标逐个说明原因。"),
    Text("following", "下一步措施", longest=1000, lines=3),
    Photo("evidence", "依据材料", paper=True, help="盖章的自评报告等扫描件或照片。"),
))  # fmt: skip
_OPINION = Form("opinion", "核对意见", (Text("opinion", "核对意见", longest=300, lines=2),))


@require_GET
def offices(request: HttpRequest) -> HttpResponse:
    """Every office in one year."""
    by, plan = _of_the_province(request), only_plan()
    years = yearly.years(plan)
    year = _year(request.GET.get("year", ""), years)
    found = year_reviews(plan, year, by)
    shown = [
        {"name": "year", "label": "年度", "kind": "pick", "value": str(year),
         "options": [(str(one), f"{one} 年") for one in years]},
    ]  # fmt: skip
    mine = holds(plan, plan.item.duties.reporter, path="22/", by=by)
    return render(request, "desk/plans/years.html", {
        **header(f"{HOME[0]} {year or ''}".strip(), crumbs=[ROOM], lead=plan.item.label), "filters": shown,
        "columns": OFFICES, "due": yearly.due_of(year) if year else None, "mine": mine,
        "rows": [_office(code, label, found.get(code), year) for code, label in yearly.owners(plan).items()] if year
        else [],
        "handed": sum(one.state != "returned" for one in found.values()), "of": len(yearly.owners(plan)),
    })  # fmt: skip


@require_http_methods(["GET", "POST"])
def office(request: HttpRequest, year: int, owner: str) -> HttpResponse:
    """One office in one year: what it handed in, or what it is about to say."""
    by, plan = _of_the_province(request), only_plan()
    named = yearly.owners(plan).get(owner)
    if named is None or year not in yearly.years(plan):
        raise NotFound("year_review_unknown", "没有这个责任处室，或者这个年度还没有结束。")
    one = year_reviews(plan, year, by).get(owner)
    sheets, status = _sheets(plan, one, owner, year, by), 200
    if request.method == "POST":
        done, status = receive(request, sheets, by=by, path="22/")
        if done:
            return redirect(request.path)
    kept = one if one is not None and one.state != "returned" else None
    lines = kept.lines if kept else yearly.lines_of(plan, owner, year, by)
    problems = kept.problems if kept else yearly.problems_of(plan, owner, year)
    return render(request, "desk/plans/year.html", {
        **header(f"{named} {year} 年自评", crumbs=[ROOM, HOME], badge=_state(one, year)), "sheets": sheets,
        "facts": _facts(one) if one else [], "kept": kept is not None, "columns": LINES,
        "rows": [_line(line, year) for line in lines], "problem_columns": PROBLEMS,
        "problems": [_problem(each) for each in problems],
    }, status=status)  # fmt: skip


def _of_the_province(request: HttpRequest) -> Actor:
    """What offices of the province say of themselves is read at the province."""
    by = reader(staff(request))
    if not by.covers("22/"):
        raise NotFound("year_review_unknown", "年度自评由省级责任处室提交，供省级查看。")
    return by


def _year(text: str, years: list[int]) -> int:
    """The year asked for, else the latest that is over."""
    return int(text) if text.isdigit() and int(text) in years else next(iter(years), 0)


def _office(code: str, label: str, one: YearReview | None, year: int) -> Row:
    counts: Counter[str] = Counter(line["light"] for line in one.lines) if one else Counter()
    numbers: list[Any] = [
        counts["blue"] + counts["green"] + counts["violet"], counts["yellow"], counts["red"], counts["grey"],
        len(one.problems),
    ] if one else [None] * 5  # fmt: skip
    handed = f"{one.written_by_name} {clock.at_office_time(one.written_at):%Y-%m-%d}" if one else None
    return Row([label, _state(one, year), handed, *numbers], url=f"{HOME[1]}{year}/{code}/")


def _state(one: YearReview | None, year: int) -> Any:
    if one is None:
        late = clock.today() > yearly.due_of(year)
        return badge("未提交，已过期限", "warn") if late else badge("未提交", "neutral")
    return badge(one.get_state_display() + ("（逾期）" if one.late else ""), _STATES[one.state])


def _facts(one: YearReview) -> list[tuple[str, Any]]:
    checked = (
        f"{one.checked_by_name} {clock.at_office_time(one.checked_at):%Y-%m-%d}：{one.opinion}"
        if one.checked_at
        else ""
    )
    return [
        ("主要工作和成效", one.done), ("存在的不足", one.lacking), ("下一步措施", one.following),
        ("提交", f"{one.written_by_name} {clock.at_office_time(one.written_at):%Y-%m-%d}"),
        ("核对", checked or "待另一人核对"),
        ("依据材料", format_html('<a href="/desk/papers/{}/">{}</a>', one.evidence_id, one.evidence.number)),
        ("摘要（SM3）", one.sha),
    ]  # fmt: skip


def _line(line: Mapping[str, Any], year: int) -> Row:
    value = f"{line['value']}{line['unit']}" if line["value"] else None
    light = badge(COLOURS[line["light"]], COLOUR_KINDS[line["light"]])
    return Row(
        [
            f"{line['code']} {line['label']}",
            value,
            wanted_in(line),
            light,
            line["why"],
            SOURCES[line["source"]],
        ],
        url=f"/desk/plans/targets/{line['code']}/?{urlencode({'month': f'{year}-12'})}",
    )


def _problem(one: Mapping[str, str]) -> Row:
    cells = [one["target"], one["place"], f"{one['kind']}：{one['text']}", one["remedy"], one["due"]]
    return Row([*cells, one["closed"] or "没有销号"])


def _sheets(plan: Plan, one: YearReview | None, owner: str, year: int, by: Actor) -> list[Sheet]:
    """To hand in for the office that reports, to check for the second person."""
    duties = plan.item.duties
    if one is None or one.state == "returned":
        if not holds(plan, duties.reporter, path="22/", by=by):
            return []
        return [_writing(plan, one, owner, year, by)]
    if (
        one.state != "waiting"
        or one.written_by == by.id
        or not holds(plan, duties.verifier, path="22/", by=by)
    ):
        return []
    return [_checking(plan, one, by, accepted=True), _checking(plan, one, by, accepted=False)]


def _writing(plan: Plan, before: YearReview | None, owner: str, year: int, by: Actor) -> Sheet:
    """What was returned is written on."""

    def do(sent: Sent) -> str:
        given = _FORM.clean(sent.answers).plain
        made = yearly.write_year(
            plan=plan, owner=owner, year=year, evidence=paper(given["evidence"], by), by=by, key=sent.key,
            words=yearly.Words(given["done"], given["lacking"], given["following"]),
        )  # fmt: skip
        return "自评已提交，等待另一人核对" + ("；已超过期限，记为逾期。" if made.late else "。")

    values = {code: getattr(before, code) for code in ("done", "lacking", "following")} if before else {}
    return Sheet(
        "write", _FORM, do, submit="提交自评", title="提交年度自评", values=values,
        confirm="提交后，下面的数值、状态和问题清单随自评封存。确定提交？",
    )  # fmt: skip


def _checking(plan: Plan, one: YearReview, by: Actor, *, accepted: bool) -> Sheet:
    words = "核对无误" if accepted else "退回"

    def do(sent: Sent) -> str:
        opinion = _OPINION.clean(sent.answers).plain["opinion"]
        yearly.settle_year(plan=plan, review=one, accepted=accepted, opinion=opinion, by=by, key=sent.key)
        return f"已{words}。"

    code = "accept" if accepted else "return"
    return Sheet(
        code, _OPINION, do, submit=words, title="核对年度自评" if accepted else "退回自评", quiet=not accepted
    )
